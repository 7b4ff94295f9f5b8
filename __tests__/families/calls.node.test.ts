import { describeCalls } from './family-calls.ts';
import { familyFacts, usersOwn } from './family-models.ts';

for (const facts of [...familyFacts, usersOwn]) describeCalls(facts);
