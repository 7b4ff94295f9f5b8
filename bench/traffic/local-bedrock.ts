/** A program: the local Bedrock in a process of its own. Started by `startLocalServer`, and ends with it. */
import { createLocalBedrock, type ListeningBedrock } from '../../src/local/index.ts';
import type { FromServer, ServerOptions, ToServer } from './server.ts';

const { region, delayMs, text }: ServerOptions = JSON.parse(process.argv[2] ?? '{}');
const local = createLocalBedrock({
  region,
  delayMs,
  ...(text !== undefined && { respond: () => text }),
});

let listening: ListeningBedrock | undefined = await local.listen();
const { url, port } = listening;
tell({ type: 'listening', url });

process.on('message', async (command: ToServer) => {
  if (command === 'down') {
    await listening?.close();
    listening = undefined;
  } else listening ??= await local.listen(port);
  tell({ type: 'done' });
});
process.on('disconnect', () => process.exit());

function tell(message: FromServer): void {
  process.send?.(message);
}
