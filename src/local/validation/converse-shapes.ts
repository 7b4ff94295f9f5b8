/**
 * The request bodies of Converse and ConverseStream. A test walks the AWS SDK's own schemas and asserts that
 * these know the same members and require the same ones.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
import { AUDIO_FORMATS, DOCUMENT_FORMATS, IMAGE_FORMATS, VIDEO_FORMATS } from '../../codec/converse/wire.ts';
import {
  blob,
  boolean,
  document,
  enumeration,
  float,
  integer,
  list,
  map,
  type Shape,
  type StructureShape,
  sensitiveList,
  string,
  structure,
  union,
} from './shape.ts';

const nonEmpty = string({ min: 1 });
const toolName = string({ min: 1, max: 64 }, '[a-zA-Z0-9_-]+');
const toolUseId = string({ min: 1, max: 64 }, '[a-zA-Z0-9_.:-]+');
const errorBlock = structure({ message: string() });

const s3Location = structure(
  {
    uri: string({ min: 1, max: 1024 }, 's3://[a-z0-9][\\.\\-a-z0-9]{1,61}[a-z0-9](/.*)?'),
    bucketOwner: string({}, '[0-9]{12}'),
  },
  ['uri'],
);
const bytes = blob({ min: 1 });

const image = structure(
  {
    format: enumeration(IMAGE_FORMATS),
    source: union('ImageSource', { bytes, s3Location }),
    error: errorBlock,
  },
  ['format', 'source'],
);

const video = structure(
  { format: enumeration(VIDEO_FORMATS), source: union('VideoSource', { bytes, s3Location }) },
  ['format', 'source'],
);

const audio = structure(
  {
    format: enumeration(AUDIO_FORMATS),
    source: union('AudioSource', { bytes, s3Location }),
    error: errorBlock,
  },
  ['format', 'source'],
);

const citationsConfig = structure({ enabled: boolean }, ['enabled']);

const documentBlock = structure(
  {
    format: enumeration(DOCUMENT_FORMATS),
    name: string({ min: 1, max: 200 }),
    source: union('DocumentSource', {
      bytes,
      s3Location,
      text: string(),
      content: list(union('DocumentContentBlock', { text: string() })),
    }),
    context: string(),
    citations: citationsConfig,
  },
  ['name', 'source'],
);

const searchResult = structure(
  {
    source: string(),
    title: string(),
    content: list(structure({ text: string() }, ['text'])),
    citations: citationsConfig,
  },
  ['source', 'title', 'content'],
);

const toolUse = structure(
  { toolUseId, name: toolName, input: document, type: enumeration(['server_tool_use']) },
  ['toolUseId', 'name', 'input'],
);

const toolResult = structure(
  {
    toolUseId,
    content: list(
      union('ToolResultContentBlock', {
        json: document,
        text: string(),
        image,
        document: documentBlock,
        video,
        searchResult,
      }),
    ),
    status: enumeration(['success', 'error']),
    type: string(),
  },
  ['toolUseId', 'content'],
);

const guardContent = union('GuardrailConverseContentBlock', {
  text: structure(
    { text: string(), qualifiers: list(enumeration(['grounding_source', 'query', 'guard_content'])) },
    ['text'],
  ),
  image: structure(
    {
      format: enumeration(['png', 'jpeg']),
      source: union('GuardrailConverseImageSource', { bytes }),
    },
    ['format', 'source'],
  ),
});

const cachePoint = structure({ type: enumeration(['default']), ttl: enumeration(['5m', '1h']) }, ['type']);

const reasoningContent = union('ReasoningContentBlock', {
  reasoningText: structure({ text: string(), signature: string() }, ['text']),
  redactedContent: blob(),
});

const index = integer({ min: 0 });
const documentRange = structure({ documentIndex: index, start: index, end: index });

const citationsContent = structure({
  content: list(union('CitationGeneratedContent', { text: string() })),
  citations: list(
    structure({
      title: string(),
      source: string(),
      sourceContent: list(union('CitationSourceContent', { text: string() })),
      location: union('CitationLocation', {
        web: structure({ url: string(), domain: string() }),
        documentChar: documentRange,
        documentPage: documentRange,
        documentChunk: documentRange,
        searchResultLocation: structure({ searchResultIndex: index, start: index, end: index }),
      }),
    }),
  ),
});

const toolChange = structure(
  {
    tool: structure({
      type: string({ min: 1, max: 64 }),
      name: string({ min: 1, max: 128 }),
      serverName: string({ min: 1, max: 128 }),
    }),
  },
  ['tool'],
);

const contentBlock = union('ContentBlock', {
  text: string(),
  image,
  document: documentBlock,
  video,
  audio,
  toolUse,
  toolResult,
  guardContent,
  cachePoint,
  reasoningContent,
  citationsContent,
  searchResult,
  toolAddition: toolChange,
  toolRemoval: toolChange,
});

const tool = union('Tool', {
  toolSpec: structure(
    {
      name: toolName,
      description: nonEmpty,
      inputSchema: union('ToolInputSchema', { json: document }),
      strict: boolean,
    },
    ['name', 'inputSchema'],
  ),
  systemTool: structure({ name: toolName }, ['name']),
  cachePoint,
});

const toolChoice = union('ToolChoice', {
  auto: structure({}),
  any: structure({}),
  tool: structure({ name: toolName }, ['name']),
});

const guardrailMembers: Readonly<Record<string, Shape>> = {
  guardrailIdentifier: string(
    { max: 2048 },
    '(|([a-z0-9]+)|(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail/[a-z0-9]+))',
  ),
  guardrailVersion: string({}, '(|([1-9][0-9]{0,7})|(DRAFT))'),
  trace: enumeration(['enabled', 'disabled', 'enabled_full']),
};

const outputConfig = structure({
  textFormat: structure(
    {
      type: enumeration(['json_schema']),
      structure: union('OutputFormatStructure', {
        jsonSchema: structure({ schema: string(), name: string(), description: string() }, ['schema']),
      }),
    },
    ['type', 'structure'],
  ),
  effort: string({ max: 16 }),
});

const METADATA_PATTERN = '[a-zA-Z0-9\\s:_@$#=/+,-.]';

const converseMembers: Readonly<Record<string, Shape>> = {
  messages: sensitiveList(
    structure({ role: enumeration(['user', 'assistant', 'system']), content: list(contentBlock) }, [
      'role',
      'content',
    ]),
  ),
  system: sensitiveList(union('SystemContentBlock', { text: nonEmpty, guardContent, cachePoint })),
  inferenceConfig: structure({
    maxTokens: integer({ min: 1 }),
    temperature: float({ min: 0, max: 1 }),
    topP: float({ min: 0, max: 1 }),
    stopSequences: list(nonEmpty, { max: 2500 }),
  }),
  toolConfig: structure({ tools: list(tool, { min: 1 }), toolChoice }, ['tools']),
  guardrailConfig: structure(guardrailMembers),
  additionalModelRequestFields: document,
  promptVariables: map(string(), union('PromptVariableValues', { text: string() })),
  additionalModelResponseFieldPaths: list(string({ min: 1, max: 256 }), { max: 10 }),
  requestMetadata: map(
    string({ min: 1, max: 256 }, `${METADATA_PATTERN}{1,256}`),
    string({ max: 256 }, `${METADATA_PATTERN}{0,256}`),
    { min: 1, max: 16 },
  ),
  performanceConfig: structure({ latency: enumeration(['standard', 'optimized']) }),
  serviceTier: structure({ type: enumeration(['priority', 'default', 'flex', 'reserved']) }, ['type']),
  outputConfig,
};

/** Of CountTokens, which takes four of Converse's members. */
export const countTokensShape: StructureShape = structure(
  {
    input: union('CountTokensInput', {
      invokeModel: structure({ body: blob({ max: 25_000_000 }) }, ['body']),
      converse: structure(
        Object.fromEntries(
          ['messages', 'system', 'toolConfig', 'additionalModelRequestFields'].map(name => [
            name,
            converseMembers[name] as Shape,
          ]),
        ),
      ),
    }),
  },
  ['input'],
);

export const converseShape: StructureShape = structure(converseMembers);

export const converseStreamShape: StructureShape = structure({
  ...converseMembers,
  guardrailConfig: structure({ ...guardrailMembers, streamProcessingMode: enumeration(['sync', 'async']) }),
});
