/**
 * What to call in place of a model that has reached its end of life: the model of the same line that was active on
 * 2026-08-22. Which one takes the place of which is our reading; AWS's pages have the dates. Lines without an
 * active model on Bedrock (Command, Jamba) are not here.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html
 */
const SUCCESSORS: ReadonlyArray<readonly [line: RegExp, successor: string]> = [
  [/^anthropic\.claude-(?:instant|.*haiku)/, 'anthropic.claude-haiku-4-5-20251001-v1:0'],
  [/^anthropic\.claude-.*opus/, 'anthropic.claude-opus-5'],
  [/^anthropic\.claude-(?:v\d|.*sonnet)/, 'anthropic.claude-sonnet-5'],
  [/^amazon\.nova-premier/, 'amazon.nova-pro-v1:0'],
  [/^amazon\.nova-sonic/, 'amazon.nova-2-sonic-v1:0'],
  [/^amazon\.titan-text/, 'amazon.nova-lite-v1:0'],
  [/^amazon\.(?:nova-canvas|titan-image)/, 'stability.stable-image-core-v1:1'],
  [/^meta\.llama(?:2|3-[12]?)/, 'meta.llama3-3-70b-instruct-v1:0'],
  [
    /^stability\.(?:sd3|stable-image-ultra|stable-image-core|stable-diffusion)/,
    'stability.stable-image-core-v1:1',
  ],
  [/^twelvelabs\.marengo-embed-2/, 'twelvelabs.marengo-embed-3-0-v1:0'],
];

/**
 * @param baseModel id of a retired model, without geography
 * @returns undefined where none is known, or where the model is itself the current one of its line
 */
export function successorOf(baseModel: string): string | undefined {
  const successor = SUCCESSORS.find(([line]) => line.test(baseModel))?.[1];
  return successor === baseModel ? undefined : successor;
}
