import { AISDKError } from '@ai-sdk/provider';

/**
 * Imports an optional package when it is first needed.
 * @throws AISDKError `AI_MissingPeerError` that says what to install; its cause is the error of the import
 */
export async function loadPeer<Peer>(name: string, entry: string, load: () => Promise<Peer>): Promise<Peer> {
  try {
    return await load();
  } catch (cause) {
    throw new AISDKError({
      name: 'AI_MissingPeerError',
      message: `${entry} needs the package ${name}, which cannot be loaded. Install it: npm install ${name}`,
      cause,
    });
  }
}
