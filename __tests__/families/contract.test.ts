import { NoSuchModelError } from '@ai-sdk/provider';
import { expect, it } from 'vitest';
import { families } from '../../src/families/index.ts';
import { describeFamily } from './family-contract.ts';
import { familyFacts, usersOwn, withoutChat } from './family-models.ts';

it('the contract suite runs for every family that chats', () => {
  const chatting = families.filter(family => !withoutChat.includes(family));
  expect(familyFacts.map(({ family }) => family)).toEqual(chatting);
});

it.each(withoutChat)('$name says which call reaches its models instead of chat', family => {
  for (const baseModel of ['acme.model-v1', undefined]) {
    expect(() => family.chat(baseModel)).toThrow(NoSuchModelError);
    expect(() => family.chat(baseModel)).toThrow(/ does not chat\. .*: use \w+Model\b/);
  }
});

for (const facts of [...familyFacts, usersOwn]) describeFamily(facts);
