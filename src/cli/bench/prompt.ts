/** Words of one token each in the tokenizers that count here, as far as anybody knows. */
const WORDS =
  'the time year people way day man thing woman life child world school state family student group country problem hand part place case week company system program question work government number night point home water room mother area money story fact month lot right study book eye job word business issue side kind head house service friend father power hour game line end member law car city community name'.split(
    ' ',
  );

const TASK = 'Continue this list of words without stopping, a word a line, until you are cut off: ';
const TASK_TOKENS = 20;

/**
 * A prompt of about so many tokens.
 * @param tag stands first and is another one for each call, so that no cache of prompts makes calls look faster than
 * they are
 */
export function benchPrompt(inputTokens: number, tag: string): string {
  const count = Math.max(1, inputTokens - TASK_TOKENS);
  const words = Array.from(
    { length: count },
    (_, index) => WORDS[(index * 7 + index * index) % WORDS.length],
  );
  return `[${tag}] ${TASK}${words.join(' ')}`;
}
