/**
 * docs/models.md: each model that is not retired, with the call that reaches it. The facts come from the data that
 * stand beside some checkouts; `__tests__/models-page.node.test.ts` checks the page against them and makes each call.
 *
 *     node scripts/models-page.ts        writes the tables into docs/models.md
 */
import { readFileSync, writeFileSync } from 'node:fs';

export interface ModelFacts {
  readonly name: string;
  readonly provider: string;
  readonly kind: 'text' | 'embedding' | 'image' | 'rerank' | 'video' | 'speech';
  readonly lifecycle: { readonly status: string };
  readonly endpoints?: readonly string[];
  readonly inference?: {
    readonly onDemandRegions?: readonly string[];
    readonly profiles?: Readonly<Record<string, unknown>>;
    readonly mantleApis?: readonly string[];
  };
}

const KINDS: ReadonlyArray<readonly [ModelFacts['kind'], string]> = [
  ['text', 'Chat'],
  ['embedding', 'Embeddings'],
  ['image', 'Images'],
  ['rerank', 'Reranking'],
  ['video', 'Video'],
  ['speech', 'Speech'],
];

const START = '<!-- models -->';
const END = '<!-- /models -->';

export function withModels(page: string, models: Readonly<Record<string, ModelFacts>>): string {
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start < 0 || end < start) throw new Error(`docs/models.md lacks ${START} or ${END}.`);
  const current = Object.entries(models).filter(([, { lifecycle }]) => lifecycle.status !== 'EOL');
  const tables = KINDS.map(([kind, title]) => {
    const rows = current
      .filter(([, model]) => model.kind === kind)
      .map(([id, model]) => `| \`${id}\` | ${nameOf(id, model)} | ${callOf(id, model)} |`);
    return [`## ${title}`, '', '| model | name | call |', '|---|---|---|', ...rows].join('\n');
  });
  return `${page.slice(0, start + START.length)}\n\n${tables.join('\n\n')}\n\n${page.slice(end)}`;
}

function nameOf(id: string, { name, lifecycle }: ModelFacts): string {
  const status = { LEGACY: ' (legacy)', PREVIEW: ' (preview)', UNLISTED: ' (not listed any more)' }[
    lifecycle.status
  ];
  return (name === id ? '' : name) + (status ?? '');
}

/** A model that AWS does not list with an endpoint was always served by bedrock-runtime. */
function callOf(id: string, model: ModelFacts): string {
  const called = `'${addressOf(id, model)}'`;
  const isAtRuntime = model.endpoints === undefined || model.endpoints.includes('bedrock-runtime');
  switch (model.kind) {
    case 'text':
      if (isAtRuntime) return `\`bedrock(${called})\``;
      return model.provider === 'Anthropic'
        ? `\`bedrockAnthropic(${called}, { service: 'bedrock-mantle' })\``
        : `\`bedrockOpenAI(${called})\``;
    case 'embedding':
      return `\`bedrock.embeddingModel(${called})\``;
    case 'image':
      return `\`bedrock.imageModel(${called})\``;
    case 'rerank':
      return `\`bedrock.rerankingModel(${called})\``;
    case 'video':
      return `\`bedrock.videoModel(${called})\``;
    case 'speech':
      return 'none: it speaks and listens at once, for which neither the AI SDK nor plain HTTP has a call';
  }
}

/** Many models are reached through profiles only; the one for the US, or else the first, stands for all. */
function addressOf(id: string, { inference }: ModelFacts): string {
  const profiles = Object.keys(inference?.profiles ?? {});
  if ((inference?.onDemandRegions?.length ?? 0) > 0 || profiles.length === 0) return id;
  return profiles.find(profile => profile.startsWith('us.')) ?? profiles[0] ?? id;
}

if (import.meta.main) {
  const path = new URL('../docs/models.md', import.meta.url);
  const data = new URL('../../shared/data/bedrock-models.json', import.meta.url);
  const { models } = JSON.parse(readFileSync(data, 'utf8')) as { models: Record<string, ModelFacts> };
  writeFileSync(path, withModels(readFileSync(path, 'utf8'), models));
}
