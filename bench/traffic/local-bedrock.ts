/** A program: the local Bedrock in a process of its own. Started by `startLocalServer`, and ends with it. */
import { createLocalBedrock, type ListeningBedrock } from '../../src/local/index.ts';
import { CALL_HEADER, type FromServer, type ServerOptions, type ToServer } from './server.ts';

const { region, delayMs, text }: ServerOptions = JSON.parse(process.argv[2] ?? '{}');
/** Numbers of the calls whose model ran. */
const ran: number[] = [];
const local = createLocalBedrock({
  region,
  delayMs,
  respond: ({ headers }) => {
    const call = headers[CALL_HEADER];
    if (call !== undefined) ran.push(Number(call));
    return text;
  },
});

let listening: ListeningBedrock | undefined = await local.listen();
const { url, port } = listening;
tell({ type: 'listening', url });

process.on('message', async (command: ToServer) => {
  switch (command) {
    case 'down':
      await listening?.close();
      listening = undefined;
      return tell({ type: 'done' });
    case 'up':
      listening ??= await local.listen(port);
      return tell({ type: 'done' });
    case 'ran':
      return tell({ type: 'ran', calls: ran });
  }
});
process.on('disconnect', () => process.exit());

function tell(message: FromServer): void {
  process.send?.(message);
}
