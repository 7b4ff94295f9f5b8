/**
 * How the requests of this package differ from those of `@ai-sdk/amazon-bedrock` 5.0.101 for the same call, and why.
 * `docs/migrating.md` prints these rows; a test compares the two.
 */
import type { Difference } from './compare.ts';

export interface DifferenceRow {
  readonly name: string;
  /** `fault`: Bedrock or the model refuses the official request, or what was asked for is lost. */
  readonly because: 'fault' | 'choice';
  /** What the official package does. */
  readonly official: string;
  /** What this package does. */
  readonly ours: string;
  /** Why. */
  readonly why: string;
  /** Where that stands. */
  readonly source: string;
  /** What it explains. */
  readonly changes: readonly Change[];
}

interface Change {
  /** Matches the pointer. */
  readonly at: RegExp;
  readonly kind: Difference['kind'];
  /** Matches the value of ours as JSON. */
  readonly ours?: RegExp;
  /** Matches the official value as JSON. */
  readonly theirs?: RegExp;
}

/** A row as `docs/migrating.md` prints it. */
export function tableRow({ name, official, ours, why, source }: DifferenceRow): string {
  return `| **${name}** | ${official} | ${ours} | ${why} ([source](${source})) |`;
}

export function explains({ changes }: DifferenceRow, difference: Difference): boolean {
  return changes.some(
    ({ at, kind, ours = /^/, theirs = /^/ }) =>
      kind === difference.kind &&
      at.test(difference.pointer) &&
      ours.test(JSON.stringify(difference.ours) ?? '') &&
      theirs.test(JSON.stringify(difference.theirs) ?? ''),
  );
}

const api = (page: string) =>
  `https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_${page}.html`;
const guide = (page: string) => `https://docs.aws.amazon.com/bedrock/latest/userguide/${page}.html`;

/** A content block of a message, by its pointer. */
const block = '/body/messages/\\d+/content/\\d+';
const result = `${block}/toolResult`;

export const differences: readonly DifferenceRow[] = [
  /* ------------------------------------------------- text and system prompts */
  {
    name: 'empty system prompt',
    because: 'choice',
    official: 'Sends `system: []` where there is no system prompt.',
    ours: 'Leaves the member out.',
    why: 'It says nothing, and a prompt of Prompt management takes no `system` at all.',
    source: api('Converse'),
    changes: [{ at: /^\/body\/system$/, kind: 'only theirs', theirs: /^\[\]$/ }],
  },
  {
    name: 'response fields',
    because: 'fault',
    official: 'Asks Claude for `/delta/stop_sequence`; a list of the caller’s replaces that.',
    ours: 'Asks for `/stop_sequence` and `/usage/output_tokens_details` too, beside what the caller asks for.',
    why: 'A reply that is not streamed has its stop sequence at the top, and the details count the tokens of reasoning.',
    source: api('Converse'),
    changes: [
      {
        at: /^\/body\/additionalModelResponseFieldPaths\/\d$/,
        kind: 'only ours',
        ours: /^"\/(stop_sequence|delta\/stop_sequence|usage\/output_tokens_details)"$/,
      },
    ],
  },
  {
    name: 'cache points on tools',
    because: 'fault',
    official: 'Ignores `cachePoint` in the options of a tool.',
    ours: 'Puts the cache point behind the tool.',
    why: 'Tools are the first thing that is cached.',
    source: guide('prompt-caching'),
    changes: [{ at: /^\/body\/toolConfig\/tools\/\d$/, kind: 'only ours', ours: /^\{"cachePoint":/ }],
  },
  {
    name: 'cache points without caching',
    because: 'fault',
    official: 'Sends cache points to every model.',
    ours: 'Leaves them out, with a warning, for models that have none.',
    why: 'Bedrock refuses the request otherwise.',
    source: guide('prompt-caching'),
    changes: [{ at: /^\/body\/system\/\d$/, kind: 'only theirs', theirs: /^\{"cachePoint":/ }],
  },
  {
    name: 'system message between turns',
    because: 'fault',
    official: 'Throws.',
    ours: 'Sends it in its place to models that take it, and as text of the user, with a warning, to others.',
    why: 'The prompt is valid in the AI SDK, and Converse has a role for it.',
    source: api('Message'),
    changes: [
      {
        at: /^$/,
        kind: 'they refuse',
        theirs: /separated by user\/assistant messages/,
        ours: /"role":"user","content":\[\{"text":"From now on, answer in French\."\},/,
      },
    ],
  },
  {
    name: 'blank text',
    because: 'fault',
    official:
      'Sends blank text of users and tools and empty stop sequences; an assistant message without content leaves two ' +
      'user messages in a row.',
    ours: 'Leaves them out, says so where a tool returned nothing, and joins the user messages.',
    why: 'Bedrock refuses blank text, and the roles must alternate.',
    source: api('ContentBlock'),
    changes: [
      { at: new RegExp(`^${block}$`), kind: 'only theirs', theirs: /^\{"text":"(\\n)?"\}$/ },
      {
        at: new RegExp(`^${result}/content/0/text$`),
        kind: 'changed',
        theirs: /^""$/,
        ours: /^"The tool returned nothing\."$/,
      },
      { at: /^\/body\/inferenceConfig\/stopSequences\/\d$/, kind: 'only theirs', theirs: /^""$/ },
      { at: new RegExp(`^${block}$`), kind: 'only ours', ours: /^\{"text":"Please\?"\}$/ },
      {
        at: /^\/body\/messages\/\d$/,
        kind: 'only theirs',
        theirs: /^\{"role":"user","content":\[\{"text":"Please\?"\}\]\}$/,
      },
    ],
  },
  {
    name: 'answer to be continued',
    because: 'fault',
    official: 'Sends an assistant message at the end to every model.',
    ours: 'Adds a user message that asks for more, with a warning, where the model refuses that.',
    why: 'Claude 4.6 and later do not continue an assistant message.',
    source: 'https://platform.claude.com/docs/en/about-claude/models/whats-new-claude-4-6#prefill-removal',
    changes: [
      {
        at: /^\/body\/messages\/\d$/,
        kind: 'only ours',
        ours: /^\{"role":"user","content":\[\{"text":"Continue where you stopped\."\}\]\}$/,
      },
      { at: new RegExp(`^${block}/text$`), kind: 'changed', theirs: /^"Roses are"$/, ours: /^"Roses are "$/ },
    ],
  },

  /* ------------------------------------------------------------------- files */
  {
    name: 'names of documents',
    because: 'fault',
    official: 'Drops the characters that Bedrock refuses; two files of one name get the same name.',
    ours: 'Replaces them, keeps the letters under accents, and makes names unique.',
    why: 'Bedrock refuses a request in which two documents share a name.',
    source: api('DocumentBlock'),
    changes: [
      {
        at: new RegExp(`^${block}/document/name$`),
        kind: 'changed',
        ours: /^"[a-zA-Z0-9\-()[\]]+( [a-zA-Z0-9\-()[\]]+)*"$/,
      },
    ],
  },
  {
    name: 'documents without text',
    because: 'fault',
    official: 'Sends documents alone.',
    ours: 'Adds a line that names them, with a warning.',
    why: 'Bedrock takes documents only beside text in the same message.',
    source: api('Message'),
    changes: [
      {
        at: new RegExp(`^${block}$`),
        kind: 'only ours',
        ours: /^\{"text":"Attached: scan, scan \(2\)\."\}$/,
      },
    ],
  },
  {
    name: 'documents given as text',
    because: 'choice',
    official: 'Sends the text of a document as base64 bytes.',
    ours: 'Sends it as text.',
    why: 'Converse has a member for it.',
    source: api('DocumentSource'),
    changes: [
      {
        at: new RegExp(`^${block}/document/source$`),
        kind: 'changed',
        theirs: /^\{"bytes":"IyBOb3Rlcw=="\}$/,
        ours: /^\{"text":"# Notes"\}$/,
      },
    ],
  },
  {
    name: 'kinds of files',
    because: 'fault',
    official: 'Throws for audio, for JSON and other text formats, and for documents in S3.',
    ours: 'Sends them, text of unknown formats as `txt`.',
    why: 'Converse takes them.',
    source: api('ContentBlock'),
    changes: [
      {
        at: /^$/,
        kind: 'they refuse',
        theirs: /file mime type: audio\/mpeg/,
        ours: /"audio":\{"format":"mp3".*"format":"txt"/,
      },
      {
        at: /^$/,
        kind: 'they refuse',
        theirs: /File URL data/,
        ours: /"document":\{"format":"pdf".*"s3Location":/,
      },
    ],
  },
  {
    name: 'keys in S3',
    because: 'fault',
    official: 'Escapes spaces and other characters of the key.',
    ours: 'Sends the key as the caller wrote it.',
    why: 'S3 looks for the key to the letter.',
    source: api('S3Location'),
    changes: [
      {
        at: new RegExp(`^${block}/video/source/s3Location/uri$`),
        kind: 'changed',
        theirs: /My%20Holiday%20#1\.mp4"$/,
        ours: /^"s3:\/\/my-bucket\/My Holiday #1\.mp4"$/,
      },
    ],
  },
  {
    name: 'files that the model cannot read',
    because: 'choice',
    official: 'Sends them, and Bedrock answers with an error.',
    ours: 'Throws before the request, with the place of the file in the prompt.',
    why: 'The error says which file it is, and costs no call.',
    source: guide('models-supported'),
    changes: [{ at: /^$/, kind: 'we refuse', ours: /content\[1\]: This model takes no images\./ }],
  },
  {
    name: 'guarded images',
    because: 'fault',
    official: 'Marks images of all types for the guardrail.',
    ours: 'Marks PNG and JPEG; others go unmarked, with a warning.',
    why: 'Bedrock has no other formats there.',
    source: api('GuardrailConverseImageBlock'),
    changes: [
      {
        at: new RegExp(`^${block}$`),
        kind: 'changed',
        theirs: /^\{"guardContent":\{"image":\{"format":"webp"/,
        ours: /^\{"image":\{"format":"webp"/,
      },
    ],
  },
  {
    name: 'mode of the guardrail',
    because: 'fault',
    official: 'Sends `streamProcessingMode` with calls that do not stream.',
    ours: 'Sends it with streams only.',
    why: '`Converse` has no such member.',
    source: api('GuardrailConfiguration'),
    changes: [{ at: /^\/body\/guardrailConfig\/streamProcessingMode$/, kind: 'only theirs' }],
  },

  /* ------------------------------------------------------------------- tools */
  {
    name: 'tool choice auto',
    because: 'choice',
    official: 'Sends `toolChoice: { auto: {} }`.',
    ours: 'Leaves it out.',
    why: 'It is the default, and some models refuse the member whatever it says.',
    source: api('ToolChoice'),
    changes: [{ at: /^\/body\/toolConfig\/toolChoice$/, kind: 'only theirs', theirs: /^\{"auto":\{\}\}$/ }],
  },
  {
    name: 'dialect of tool schemas',
    because: 'choice',
    official: 'Sends `$schema` with the input schema of a tool.',
    ours: 'Leaves it out.',
    why: 'No model needs it, and it costs tokens in every call.',
    source: api('ToolInputSchema'),
    changes: [
      { at: /^\/body\/toolConfig\/tools\/\d\/toolSpec\/inputSchema\/json\/\$schema$/, kind: 'only theirs' },
    ],
  },
  {
    name: 'strict tools',
    because: 'fault',
    official:
      'Sends `strict` to models that do not know it, and drops it where an object lacks `additionalProperties: false`.',
    ours: 'Sends it to models that know it, and adds `additionalProperties: false`.',
    why: 'Only some models enforce schemas, and those want all objects closed.',
    source: guide('structured-output'),
    changes: [
      { at: /^\/body\/toolConfig\/tools\/\d\/toolSpec\/strict$/, kind: 'only theirs', theirs: /^true$/ },
      { at: /^\/body\/toolConfig\/tools\/\d\/toolSpec\/strict$/, kind: 'only ours', ours: /^true$/ },
      {
        at: /^\/body\/toolConfig\/tools\/\d\/toolSpec\/inputSchema\/json\/additionalProperties$/,
        kind: 'only ours',
        ours: /^false$/,
      },
    ],
  },
  {
    name: 'tools beside the forced one',
    because: 'choice',
    official: 'Sends only the tool that is forced by name.',
    ours: 'Sends all of them, and forces the one.',
    why: 'Calls of the other tools in the history stay valid, and so does the cached prompt.',
    source: api('SpecificToolChoice'),
    changes: [
      { at: /^\/body\/toolConfig\/tools\/\d$/, kind: 'only ours', ours: /^\{"toolSpec":\{"name":"weather"/ },
    ],
  },
  {
    name: 'forced tools',
    because: 'fault',
    official: 'Forces tools on models that cannot be forced, and while Claude thinks.',
    ours: 'Leaves the choice to the model, with a warning.',
    why: 'Bedrock refuses the request otherwise.',
    source: guide('conversation-inference-supported-models-features'),
    changes: [{ at: /^\/body\/toolConfig\/toolChoice$/, kind: 'only theirs', theirs: /^\{"any":\{\}\}$/ }],
  },
  {
    name: 'streams with tools',
    because: 'fault',
    official: 'Calls `ConverseStream` with tools for every model.',
    ours: 'Calls `Converse` for models that do not stream with tools, and gives the answer as a stream.',
    why: 'Llama and the older Mistral models have tools in `Converse` only.',
    source: guide('conversation-inference-supported-models-features'),
    changes: [{ at: /^\/path$/, kind: 'changed', theirs: /\/converse-stream"$/, ours: /\/converse"$/ }],
  },
  {
    name: 'names of tools',
    because: 'fault',
    official: 'Declares tools under names that Bedrock refuses, and strips such names in the history only.',
    ours: 'Makes names valid everywhere alike, keeps them apart, and translates them back in the reply.',
    why: 'Names are `[a-zA-Z0-9_-]`, at most 64 characters.',
    source: api('ToolSpecification'),
    changes: [
      {
        at: /^\/body\/toolConfig\/tools\/\d\/toolSpec\/name$/,
        kind: 'changed',
        theirs: /^"get\.weather"$/,
        ours: /^"get_weather"$/,
      },
      {
        at: new RegExp(`^${block}/toolUse/name$`),
        kind: 'changed',
        theirs: /^"getweather"$/,
        ours: /^"get_weather"$/,
      },
    ],
  },
  {
    name: 'failed tools',
    because: 'fault',
    official: 'Sends errors and denials like other results.',
    ours: 'Marks them with `status: "error"`, for models that know it.',
    why: 'The model is told that the tool failed.',
    source: api('ToolResultBlock'),
    changes: [{ at: new RegExp(`^${result}/status$`), kind: 'only ours', ours: /^"error"$/ }],
  },
  {
    name: 'results in JSON',
    because: 'choice',
    official: 'Sends objects as text.',
    ours: 'Sends them as `json`; other values as text.',
    why: 'Converse has a member for objects.',
    source: api('ToolResultContentBlock'),
    changes: [
      {
        at: new RegExp(`^${result}/content/\\d$`),
        kind: 'changed',
        theirs: /^\{"text":"\{.*\}"\}$/,
        ours: /^\{"json":\{.*\}\}$/,
      },
    ],
  },
  {
    name: 'input that is no object',
    because: 'choice',
    official: 'Wraps it as `{ rawInvalidInput }`.',
    ours: 'Wraps it as `{ input }`; JSON of an object is read first.',
    why: 'Bedrock takes objects only; the name is nobody’s but ours.',
    source: api('ToolUseBlock'),
    changes: [
      {
        at: new RegExp(`^${block}/toolUse/input$`),
        kind: 'changed',
        theirs: /^\{"rawInvalidInput":/,
        ours: /^\{"input":/,
      },
    ],
  },
  {
    name: 'files in tool results',
    because: 'fault',
    official: 'Sends files inside tool results to every model.',
    ours: 'Moves them behind the results, as content of the user, for models that refuse them there.',
    why: 'Most families take no files in tool results.',
    source: api('ToolResultContentBlock'),
    changes: [
      {
        at: new RegExp(`^${result}/content/\\d$`),
        kind: 'changed',
        theirs: /^\{"image":/,
        ours: /^\{"text":"The result follows below\."\}$/,
      },
      { at: new RegExp(`^${block}$`), kind: 'only ours', ours: /^\{"text":"From the result of the tool/ },
      { at: new RegExp(`^${block}$`), kind: 'only ours', ours: /^\{"image":/ },
    ],
  },
  {
    name: 'tool history without tools',
    because: 'choice',
    official: 'Removes all calls and results from the prompt where no tool is offered.',
    ours: 'Keeps them, and declares the tools that they name as out of use.',
    why: 'The model would lose what it has learned from them.',
    source: api('ToolConfiguration'),
    changes: [
      {
        at: new RegExp(`^${block}$`),
        kind: 'changed',
        theirs: /^\{"text":"It rains\."\}$/,
        ours: /^\{"toolUse":/,
      },
      {
        at: /^\/body\/messages\/\d$/,
        kind: 'only ours',
        ours: /^\{"role":"user","content":\[\{"toolResult":/,
      },
      {
        at: /^\/body\/messages\/\d$/,
        kind: 'only ours',
        ours: /^\{"role":"assistant","content":\[\{"text":"It rains\."\}\]\}$/,
      },
      {
        at: /^\/body\/toolConfig\/tools$/,
        kind: 'only ours',
        ours: /^\[\{"toolSpec":\{"name":"weather","description":"[^"]*Out of use/,
      },
    ],
  },
  {
    name: 'ids of tool calls for Mistral',
    because: 'choice',
    official: 'Hashes ids to nine characters.',
    ours: 'Does the same with another hash, and keeps different calls apart.',
    why: 'Mistral wants ids of nine letters and digits; which ones is all the same.',
    source: 'https://github.com/vercel/ai/pull/16606',
    changes: [
      {
        at: new RegExp(`^${block}/(toolUse|toolResult)/toolUseId$`),
        kind: 'changed',
        theirs: /^"[a-zA-Z0-9]{9}"$/,
        ours: /^"[a-zA-Z0-9]{9}"$/,
      },
    ],
  },
  {
    name: 'content beside tool results',
    because: 'fault',
    official: 'Puts the user’s next words into the message with the tool results.',
    ours: 'Puts a short assistant message between the two, with a warning, for models that refuse that.',
    why: 'Mistral and Llama take tool results and other content in different turns only.',
    source: 'https://github.com/langchain-ai/langchain-aws/issues/141',
    changes: [
      { at: new RegExp(`^${block}$`), kind: 'only theirs', theirs: /^\{"text":"And in Rome\?"\}$/ },
      {
        at: /^\/body\/messages\/\d$/,
        kind: 'only ours',
        ours: /^\{"role":"assistant","content":\[\{"text":"I have the results\."\}\]\}$/,
      },
      {
        at: /^\/body\/messages\/\d$/,
        kind: 'only ours',
        ours: /^\{"role":"user","content":\[\{"text":"And in Rome\?"\}\]\}$/,
      },
    ],
  },
  {
    name: 'tools of Anthropic',
    because: 'fault',
    official: 'Declares them as plain tools, without their arguments.',
    ours: 'Declares them in `additionalModelRequestFields.tools`, with their arguments.',
    why: 'Claude knows them by their type, and the size of a screen is an argument.',
    source: guide('model-parameters-anthropic-claude-messages-tool-use'),
    changes: [
      {
        at: /^\/body\/additionalModelRequestFields\/tools$/,
        kind: 'only ours',
        ours: /^\[\{"type":"computer_20250124","name":"computer","display_width_px":1280,"display_height_px":800\},\{"type":"bash_20250124","name":"bash"\}\]$/,
      },
      {
        at: /^\/body\/toolConfig\/tools\/\d$/,
        kind: 'only theirs',
        theirs: /^\{"toolSpec":\{"name":"(computer|bash)"/,
      },
      {
        at: /^\/body\/additionalModelRequestFields\/tool_choice$/,
        kind: 'only theirs',
        theirs: /^\{"type":"auto"\}$/,
      },
    ],
  },
  {
    name: 'options under anthropic',
    because: 'choice',
    official: 'Reads `disableParallelToolUse` and `structuredOutputMode` from `providerOptions.anthropic`.',
    ours:
      'Reads its own options only: `structuredOutputMode` under `bedrock`, and for one call at a time ' +
      '`additionalModelRequestFields: { tool_choice: { type: "auto", disable_parallel_tool_use: true } }`.',
    why: 'Those options belong to another provider.',
    source: guide('model-parameters-anthropic-claude-messages-tool-use'),
    changes: [
      {
        at: /^\/body\/additionalModelRequestFields\/tool_choice$/,
        kind: 'only theirs',
        theirs: /"disable_parallel_tool_use":true/,
      },
    ],
  },

  /* ---------------------------------------------------- reasoning and sampling */
  {
    name: 'levels of reasoning',
    because: 'fault',
    official: 'Sends `xhigh` as `max`, also to models without it, and ignores `max`.',
    ours: 'Sends the model’s own word, or the next lower one that it has.',
    why: 'Nova, gpt-oss and others take `low`, `medium` and `high` only, and Claude takes `max`.',
    source: 'https://platform.claude.com/docs/en/build-with-claude/effort',
    changes: [
      {
        at: /^\/body\/additionalModelRequestFields\/reasoning_effort$/,
        kind: 'changed',
        theirs: /^"max"$/,
        ours: /^"high"$/,
      },
      {
        at: /^\/body\/additionalModelRequestFields\/output_config$/,
        kind: 'only ours',
        ours: /^\{"effort":"max"\}$/,
      },
    ],
  },
  {
    name: 'share of a level',
    because: 'fault',
    official:
      'Takes 4,096 for the most tokens that Claude 3.7 can write, so that `medium` is a budget of 1,229.',
    ours: 'Takes the model’s own limit of 64,000.',
    why: 'A level is a share of what the model can write.',
    source: guide('claude-messages-extended-thinking'),
    changes: [
      {
        at: /^\/body\/additionalModelRequestFields\/thinking\/budget_tokens$/,
        kind: 'changed',
        theirs: /^1229$/,
        ours: /^19200$/,
      },
      { at: /^\/body\/inferenceConfig\/maxTokens$/, kind: 'changed', theirs: /^5325$/, ours: /^23296$/ },
    ],
  },
  {
    name: 'budgets where there are none',
    because: 'fault',
    official: 'Sends a thinking budget to every Claude.',
    ours: 'Lets those from 4.7 on think adaptively, with a warning.',
    why: 'They refuse a budget.',
    source: guide('claude-messages-adaptive-thinking'),
    changes: [
      {
        at: /^\/body\/additionalModelRequestFields\/thinking\/type$/,
        kind: 'changed',
        theirs: /^"enabled"$/,
        ours: /^"adaptive"$/,
      },
      {
        at: /^\/body\/additionalModelRequestFields\/thinking\/budget_tokens$/,
        kind: 'only theirs',
        theirs: /^2000$/,
      },
      { at: /^\/body\/inferenceConfig\/maxTokens$/, kind: 'changed', theirs: /^2500$/, ours: /^500$/ },
    ],
  },
  {
    name: 'effort of Opus 4.5',
    because: 'fault',
    official: 'Sends the effort alone.',
    ours: 'Sends the beta flag that opens it, too.',
    why: 'Claude Opus 4.5 refuses the effort without it.',
    source: 'https://platform.claude.com/docs/en/build-with-claude/effort',
    changes: [
      {
        at: /^\/body\/additionalModelRequestFields\/anthropic_beta$/,
        kind: 'only ours',
        ours: /^\["effort-2025-11-24"\]$/,
      },
    ],
  },
  {
    name: 'no reasoning',
    because: 'fault',
    official: 'Sends nothing for the level `none`.',
    ours: 'Switches reasoning off, or as low as it goes, with a warning.',
    why: 'Claude 5, gpt-oss and others reason when nothing is said.',
    source: guide('claude-messages-adaptive-thinking'),
    changes: [
      {
        at: /^\/body\/additionalModelRequestFields\/thinking$/,
        kind: 'only ours',
        ours: /^\{"type":"disabled"\}$/,
      },
    ],
  },
  {
    name: 'reasoning of other families',
    because: 'fault',
    official: 'Knows levels of reasoning for Claude, Nova 2 and OpenAI only.',
    ours: 'Knows them for Qwen, DeepSeek, GLM, Kimi, MiniMax, Magistral and others, too.',
    why: 'They reason on Bedrock, each with a field of its own.',
    source: 'https://ai.pydantic.dev/thinking/#bedrock',
    changes: [
      { at: /^\/body\/additionalModelRequestFields\/reasoning_config$/, kind: 'only ours', ours: /^"high"$/ },
    ],
  },
  {
    name: 'high reasoning of Nova 2',
    because: 'fault',
    official: 'Leaves out `maxTokens` and sends `temperature` and `topP`.',
    ours: 'Leaves out all of them, with a warning.',
    why: 'Nova 2 refuses them while it reasons with high effort.',
    source: 'https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html',
    changes: [{ at: /^\/body\/inferenceConfig\/temperature$/, kind: 'only theirs', theirs: /^0\.5$/ }],
  },
  {
    name: 'topK',
    because: 'fault',
    official: 'Sends it in `inferenceConfig`, where no model reads it.',
    ours:
      'Sends it where the model takes it (`top_k` for Claude, `inferenceConfig.topK` of the model’s own fields for ' +
      'Nova); elsewhere a warning.',
    why: 'Converse has no member for it.',
    source: api('InferenceConfiguration'),
    changes: [
      { at: /^\/body\/inferenceConfig\/topK$/, kind: 'only theirs' },
      { at: /^\/body\/additionalModelRequestFields\/top_k$/, kind: 'only ours', ours: /^40$/ },
      {
        at: /^\/body\/additionalModelRequestFields\/inferenceConfig$/,
        kind: 'only ours',
        ours: /^\{"topK":20\}$/,
      },
    ],
  },
  {
    name: 'seed',
    because: 'choice',
    official: 'Leaves it out for every model, with a warning.',
    ours: 'Sends it to models that take it.',
    why: 'gpt-oss takes one.',
    source: guide('model-parameters-openai'),
    changes: [{ at: /^\/body\/additionalModelRequestFields\/seed$/, kind: 'only ours', ours: /^7$/ }],
  },
  {
    name: 'temperature or topP',
    because: 'fault',
    official: 'Sends both.',
    ours: 'Sends `temperature` alone, with a warning, to models that take only one of them.',
    why: 'Claude 4.5 refuses both together.',
    source: guide('model-parameters-anthropic-claude-messages-request-response'),
    changes: [{ at: /^\/body\/inferenceConfig\/topP$/, kind: 'only theirs', theirs: /^0\.9$/ }],
  },

  /* ------------------------------------------------------- structured output */
  {
    name: 'native structured output',
    because: 'fault',
    official:
      'Sends the schema in a field of Claude’s, without its name and description, and as a forced tool elsewhere.',
    ours: 'Sends it in `outputConfig.textFormat` to every model that has it.',
    why: 'That is where Converse takes it, and it does not stand in the way of tools.',
    source: guide('structured-output'),
    changes: [
      {
        at: /^\/body\/outputConfig\/textFormat$/,
        kind: 'only ours',
        ours: /"name":"recipe","description":"A dish\."/,
      },
      {
        at: /^\/body\/additionalModelRequestFields\/output_config$/,
        kind: 'only theirs',
        theirs: /^\{"format":\{"type":"json_schema"/,
      },
      { at: /^\/body\/toolConfig\/tools$/, kind: 'only theirs', theirs: /^\[\{"toolSpec":\{"name":"json"/ },
      { at: /^\/body\/toolConfig\/toolChoice$/, kind: 'only theirs', theirs: /^\{"any":\{\}\}$/ },
    ],
  },
  {
    name: 'tool for structured output',
    because: 'choice',
    official:
      'Forces any tool and drops the description of the schema; beside other tools it only asks the newer Claude ' +
      'models for JSON.',
    ours: 'Forces the tool by its name, with the description; beside other tools it forces any.',
    why: 'The description is for the model, and what is forced is sure.',
    source: api('ToolChoice'),
    changes: [
      { at: /^\/body\/toolConfig\/tools\/\d\/toolSpec\/description$/, kind: 'changed', ours: /^"A dish\."$/ },
      {
        at: /^\/body\/toolConfig\/toolChoice$/,
        kind: 'changed',
        theirs: /^\{"any":\{\}\}$/,
        ours: /^\{"tool":\{"name":"json"\}\}$/,
      },
      { at: /^\/body\/system$/, kind: 'only theirs', theirs: /^\[\{"text":"JSON schema:/ },
      { at: /^\/body\/toolConfig\/tools\/\d$/, kind: 'only ours', ours: /^\{"toolSpec":\{"name":"json"/ },
      { at: /^\/body\/toolConfig\/toolChoice$/, kind: 'only ours', ours: /^\{"any":\{\}\}$/ },
    ],
  },
  {
    name: 'instruction for structured output',
    because: 'fault',
    official: 'Sends a schema to Claude 3.7 while it thinks, and forces a tool on Llama.',
    ours: 'Puts the schema into the system prompt, with a warning, where nothing else works.',
    why: 'Those models have neither.',
    source: guide('structured-output'),
    changes: [
      {
        at: /^\/body\/system\/0$/,
        kind: 'only ours',
        ours: /^\{"text":"Answer with a single JSON value.*valid against this JSON schema/,
      },
      {
        at: /^\/body\/additionalModelRequestFields\/output_config$/,
        kind: 'only theirs',
        theirs: /^\{"format":\{"type":"json_schema"/,
      },
      { at: /^\/body\/toolConfig\/tools$/, kind: 'only theirs', theirs: /^\[\{"toolSpec":\{"name":"json"/ },
      { at: /^\/body\/toolConfig\/toolChoice$/, kind: 'only theirs', theirs: /^\{"any":\{\}\}$/ },
    ],
  },
  {
    name: 'JSON without a schema',
    because: 'fault',
    official: 'Sends nothing.',
    ours: 'Asks for JSON in the system prompt.',
    why: 'The AI SDK parses the answer as JSON.',
    source: 'https://ai-sdk.dev/docs/ai-sdk-core/generating-structured-data',
    changes: [
      {
        at: /^\/body\/system\/0$/,
        kind: 'only ours',
        ours: /^\{"text":"Answer with a single JSON value[^{]*"\}$/,
      },
    ],
  },

  /* ------------------------------------------- provider options and addresses */
  {
    name: 'anthropicBeta',
    because: 'fault',
    official: 'Sends it as a member of the request, beside the place where Claude reads it.',
    ours: 'Sends it in `additionalModelRequestFields.anthropic_beta` only.',
    why: 'Converse has no such member.',
    source: api('Converse'),
    changes: [{ at: /^\/body\/anthropicBeta$/, kind: 'only theirs' }],
  },
  {
    name: 'options under both names',
    because: 'choice',
    official: 'Takes `amazonBedrock` where `bedrock` is given, too.',
    ours: 'Takes `bedrock`, and `amazonBedrock` where there is no `bedrock`.',
    why: '`bedrock` is the name of this provider.',
    source: 'https://ai-sdk.dev/docs/foundations/prompts#provider-options',
    changes: [
      { at: /^\/body\/serviceTier\/type$/, kind: 'changed', theirs: /^"priority"$/, ours: /^"flex"$/ },
    ],
  },
  {
    name: 'members of the request',
    because: 'choice',
    official: 'Copies options that it does not know into the request, unchecked.',
    ours:
      'Types and checks the members that are options; those that are made of the call (`inferenceConfig`, ' +
      '`toolConfig`, `outputConfig`, `system`, `messages`) are left out with a warning.',
    why: 'A misspelled option would be lost without a word.',
    source: api('Converse'),
    changes: [{ at: /^\/body\/outputConfig\/effort$/, kind: 'only theirs', theirs: /^"low"$/ }],
  },
  {
    name: 'rules of an unnamed Claude',
    because: 'choice',
    official:
      'Takes a model of the family `anthropic` behind an opaque ARN for an old one, with thinking budgets.',
    ours: 'Takes it for the newest; `baseModel` in the model settings says which one it is.',
    why: 'The newest models refuse what the old ones took, and new profiles have new models behind them.',
    source: guide('inference-profiles-create'),
    changes: [
      {
        at: /^\/body\/additionalModelRequestFields\/thinking\/type$/,
        kind: 'changed',
        theirs: /^"enabled"$/,
        ours: /^"adaptive"$/,
      },
      {
        at: /^\/body\/additionalModelRequestFields\/thinking\/budget_tokens$/,
        kind: 'only theirs',
        theirs: /^1024$/,
      },
      {
        at: /^\/body\/additionalModelRequestFields\/output_config$/,
        kind: 'only ours',
        ours: /^\{"effort":"low"\}$/,
      },
      { at: /^\/body\/inferenceConfig\/maxTokens$/, kind: 'only theirs', theirs: /^5120$/ },
    ],
  },
  {
    name: 'guessed families',
    because: 'choice',
    official: 'Takes any application inference profile for a Claude where a thinking budget is set.',
    ours: 'Guesses nothing, and warns; `family` or `baseModel` in the model settings says what it is.',
    why: 'Another model would refuse the fields.',
    source: guide('inference-profiles-create'),
    changes: [
      {
        at: /^\/body\/additionalModelRequestFields\/thinking$/,
        kind: 'only theirs',
        theirs: /^\{"type":"enabled","budget_tokens":2000\}$/,
      },
      { at: /^\/body\/additionalModelResponseFieldPaths$/, kind: 'only theirs' },
      { at: /^\/body\/inferenceConfig\/maxTokens$/, kind: 'only theirs', theirs: /^6096$/ },
    ],
  },
  {
    name: 'prompts of Prompt management',
    because: 'fault',
    official: 'Sends settings, tools and fields of the model with the ARN of a prompt.',
    ours: 'Leaves them out, with a warning.',
    why: 'The prompt brings its own, and Bedrock refuses others.',
    source: api('Converse'),
    changes: [{ at: /^\/body\/inferenceConfig\/temperature$/, kind: 'only theirs', theirs: /^0\.5$/ }],
  },
];
