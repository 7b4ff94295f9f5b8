/**
 * Compares our shapes with AWS's, of which nobody here wrote a word: with the schemas of the AWS SDK's client
 * (members, required members, kinds), with its enums, and, where they stand beside the checkout, with the
 * service model (lengths, ranges, patterns).
 */
import * as agent from '@aws-sdk/client-bedrock-agent-runtime';
import * as sdk from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, it } from 'vitest';
import { FILTER_OPERATORS } from '../../src/local/knowledge-bases/filter.ts';
import {
  getAsyncInvokeShape,
  listAsyncInvokesShape,
  startAsyncInvokeShape,
} from '../../src/local/operations/async-invoke.ts';
import { applyGuardrailShape, guardrailChecksShape } from '../../src/local/operations/guardrails.ts';
import { generateShape, retrieveShape } from '../../src/local/operations/knowledge-base-shapes.ts';
import { rerankShape } from '../../src/local/operations/rerank.ts';
import {
  converseShape,
  converseStreamShape,
  countTokensShape,
} from '../../src/local/validation/converse-shapes.ts';
import type { Shape } from '../../src/local/validation/shape.ts';
import { readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

/** Both sides as text: one line per place. */
type Outline = string[];

/* ----------------------------------------------------------- of our shapes */

function outline(shape: Shape, path: string, lines: Outline, facts: boolean): Outline {
  const line = (text: string) => lines.push(`${path}: ${text}`);
  const limits = 'limits' in shape && facts ? ` ${shape.limits.min ?? ''}..${shape.limits.max ?? ''}` : '';
  switch (shape.kind) {
    case 'structure':
    case 'union':
      line(`${shape.kind} of ${Object.keys(shape.members).toSorted()}`);
      if (shape.kind === 'structure') line(`requires ${shape.required.toSorted()}`);
      for (const [name, member] of Object.entries(shape.members))
        outline(member, `${path}.${name}`, lines, facts);
      return lines;
    case 'list':
      line(`list${limits}`);
      return outline(shape.member, `${path}[]`, lines, facts);
    case 'map':
      line(`map${limits}`);
      if (facts) outline(shape.key, `${path}{key}`, lines, facts);
      return outline(shape.value, `${path}{}`, lines, facts);
    case 'enum':
      line(facts ? `enum ${shape.values.toSorted()}` : 'string');
      return lines;
    case 'string':
      line(`string${limits}${facts && shape.pattern !== undefined ? ` /${shape.pattern}/` : ''}`);
      return lines;
    case 'integer':
    case 'float':
      line(facts ? `${shape.kind}${limits}` : 'number');
      return lines;
    case 'blob':
      line(`blob${limits}`);
      return lines;
    case 'boolean':
    case 'document':
      line(shape.kind);
      return lines;
    default:
      throw new Error(`No such kind in Converse: ${shape.kind}`);
  }
}

/* ------------------------------------------------- of the SDK's own schemas */

const NUMERIC: Record<number, string> = {
  0: 'string',
  1: 'number',
  2: 'boolean',
  15: 'document',
  21: 'blob',
};

/** A simple kind as a number, a named schema as `[kind, namespace, name, …]`, or either with traits behind it. */
type SdkSchema = number | (() => SdkSchema) | readonly unknown[];

function sdkOutline(given: SdkSchema, path: string, lines: Outline): Outline {
  if (path.endsWith('.filter')) {
    // Filters hold filters, without end; a walk of its own checks them.
    lines.push(`${path}: document`);
    return lines;
  }
  const schema = typeof given === 'function' ? given() : given;
  const line = (text: string) => lines.push(`${path}: ${text}`);
  if (typeof schema === 'function') return sdkOutline(schema, path, lines);
  if (typeof schema === 'number') {
    if (schema < 64) line(NUMERIC[schema] ?? `unknown ${schema}`);
    else if (schema >= 128) {
      line('map');
      sdkOutline(schema - 128, `${path}{}`, lines);
    } else {
      line('list');
      sdkOutline(schema - 64, `${path}[]`, lines);
    }
    return lines;
  }
  const inner = (index: number) => schema[index] as SdkSchema;
  if (typeof schema[1] !== 'string') return sdkOutline(inner(0), path, lines);
  switch (schema[0]) {
    case 0:
      return sdkOutline(inner(4), path, lines);
    case 1:
      line('list');
      return sdkOutline(inner(4), `${path}[]`, lines);
    case 2:
      line('map');
      return sdkOutline(inner(5), `${path}{}`, lines);
    default: {
      const [names, members, required = 0] = schema.slice(4) as [string[], SdkSchema[], number?];
      // A trait of 1 is a label of the path, and no member of the body.
      const isLabel = (name: string) => {
        const member = members[names.indexOf(name)];
        return Array.isArray(member) && member[1] === 1;
      };
      const inBody = (name: string) => !(path === '' && isLabel(name));
      line(`${schema[0] === 4 ? 'union' : 'structure'} of ${names.filter(inBody).toSorted()}`);
      if (schema[0] === 3) line(`requires ${names.slice(0, required).filter(inBody).toSorted()}`);
      for (const [index, name] of names.entries()) {
        if (inBody(name)) sdkOutline(members[index] as SdkSchema, `${path}.${name}`, lines);
      }
      return lines;
    }
  }
}

/** `name`, shape, schema, and how many lines they have at least. */
const otherOperations = [
  ['CountTokens', countTokensShape, sdk.CountTokensRequest$, 100],
  ['ApplyGuardrail', applyGuardrailShape, sdk.ApplyGuardrailRequest$, 10],
  ['InvokeGuardrailChecks', guardrailChecksShape, sdk.InvokeGuardrailChecksRequest$, 15],
  ['Rerank', rerankShape, agent.RerankRequest$, 15],
  ['Retrieve', retrieveShape, agent.RetrieveRequest$, 40],
  ['RetrieveAndGenerate', generateShape, agent.RetrieveAndGenerateRequest$, 80],
  ['RetrieveAndGenerateStream', generateShape, agent.RetrieveAndGenerateStreamRequest$, 80],
] as const;

const operations = [
  ['Converse', converseShape, sdk.ConverseRequest$],
  ['ConverseStream', converseStreamShape, sdk.ConverseStreamRequest$],
  ['StartAsyncInvoke', startAsyncInvokeShape, sdk.StartAsyncInvokeRequest$],
] as const;

describe("the shapes of requests and the AWS SDK's schemas", () => {
  it.each(operations)('%s has the same members, required members and kinds', (_, shape, schema) => {
    const theirs = sdkOutline(schema as unknown as SdkSchema, '', []);
    expect(theirs.length).toBeGreaterThan(15);
    expect(outline(shape, '', [], false)).toEqual(expect.arrayContaining(theirs));
    expect(theirs).toEqual(expect.arrayContaining(outline(shape, '', [], false)));
  });

  it.each(otherOperations)(
    '%s has the same members, required members and kinds',
    (_, shape, schema, least) => {
      const theirs = sdkOutline(schema as unknown as SdkSchema, '', []);
      const ours = outline(shape, '', [], false);
      expect(theirs.length).toBeGreaterThan(least);
      expect({
        missing: theirs.filter(line => !ours.includes(line)),
        invented: ours.filter(line => !theirs.includes(line)),
      }).toEqual({ missing: [], invented: [] });
    },
  );

  it.each([
    ['.messages[].role', sdk.ConversationRole],
    ['.messages[].content[].image.format', sdk.ImageFormat],
    ['.messages[].content[].document.format', sdk.DocumentFormat],
    ['.messages[].content[].video.format', sdk.VideoFormat],
    ['.messages[].content[].audio.format', sdk.AudioFormat],
    ['.messages[].content[].toolUse.type', sdk.ToolUseType],
    ['.messages[].content[].toolResult.status', sdk.ToolResultStatus],
    ['.messages[].content[].guardContent.text.qualifiers[]', sdk.GuardrailConverseContentQualifier],
    ['.messages[].content[].guardContent.image.format', sdk.GuardrailConverseImageFormat],
    ['.messages[].content[].cachePoint.type', sdk.CachePointType],
    ['.messages[].content[].cachePoint.ttl', sdk.CacheTTL],
    ['.guardrailConfig.trace', sdk.GuardrailTrace],
    ['.guardrailConfig.streamProcessingMode', sdk.GuardrailStreamProcessingMode],
    ['.performanceConfig.latency', sdk.PerformanceConfigLatency],
    ['.serviceTier.type', sdk.ServiceTierType],
    ['.outputConfig.textFormat.type', sdk.OutputFormatType],
  ])('%s has the same values', (path, values) => {
    const lines = outline(converseStreamShape, '', [], true);
    expect(lines).toContain(`${path}: enum ${Object.values(values).toSorted()}`);
  });
});

it('filters of knowledge bases have the same members', () => {
  const members = (agent.RetrievalFilter$ as unknown as unknown[])[4] as string[];
  expect([...FILTER_OPERATORS, 'andAll', 'orAll'].toSorted()).toEqual(members.toSorted());
});

/* --------------------------------------------------------- of the service model */

interface ModelShape {
  type: string;
  union?: boolean;
  required?: string[];
  members?: Record<string, { shape: string; location?: string }>;
  member?: { shape: string };
  key?: { shape: string };
  value?: { shape: string };
  enum?: string[];
  min?: number;
  max?: number;
  pattern?: string;
  document?: boolean;
}

const model = sharedDataMissing
  ? {}
  : {
      ...shapesOf('bedrock-agent-runtime/service-2.rerank-only.json'),
      ...shapesOf('bedrock-runtime/service-2.json'),
    };

function shapesOf(path: string): Record<string, ModelShape> {
  return readSharedJson<{ shapes: Record<string, ModelShape> }>(`aws-api-models/botocore/${path}`).shapes;
}

function modelOutline(name: string, path: string, lines: Outline): Outline {
  const shape = model[name] as ModelShape;
  const line = (text: string) => lines.push(`${path}: ${text}`);
  // A minimum of zero says nothing.
  const limits = ` ${shape.min ? shape.min : shape.type === 'integer' || shape.type === 'float' ? (shape.min ?? '') : ''}..${shape.max ?? ''}`;
  if (shape.document) {
    line('document');
    return lines;
  }
  if (shape.enum !== undefined) {
    line(`enum ${shape.enum.toSorted()}`);
    return lines;
  }
  switch (shape.type) {
    case 'structure': {
      const members = Object.entries(shape.members ?? {}).filter(([, member]) => member.location !== 'uri');
      const names = members.map(([member]) => member);
      line(`${shape.union ? 'union' : 'structure'} of ${names.toSorted()}`);
      if (!shape.union)
        line(`requires ${(shape.required ?? []).filter(one => names.includes(one)).toSorted()}`);
      for (const [member, { shape: inner }] of members) modelOutline(inner, `${path}.${member}`, lines);
      return lines;
    }
    case 'list':
      line(`list${limits}`);
      return modelOutline(shape.member?.shape ?? '', `${path}[]`, lines);
    case 'map':
      line(`map${limits}`);
      modelOutline(shape.key?.shape ?? '', `${path}{key}`, lines);
      return modelOutline(shape.value?.shape ?? '', `${path}{}`, lines);
    case 'boolean':
      line('boolean');
      return lines;
    case 'timestamp':
      // A string on the wire, which is read by hand.
      line('string ..');
      return lines;
    case 'string':
      line(`string${limits}${shape.pattern === undefined ? '' : ` /${shape.pattern}/`}`);
      return lines;
    default:
      line(`${shape.type}${limits}`);
      return lines;
  }
}

describe.skipIf(sharedDataMissing)(
  `the shapes of requests and the service model${sharedDataMissing ? `: ${sharedDataMissing}` : ''}`,
  () => {
    it.each([
      ...operations.map(([name, shape]) => [name, shape] as const),
      ['CountTokens', countTokensShape] as const,
      ['ApplyGuardrail', applyGuardrailShape] as const,
      ['InvokeGuardrailChecks', guardrailChecksShape] as const,
      ['Rerank', rerankShape] as const,
      ['ListAsyncInvokes', listAsyncInvokesShape] as const,
    ])('%s has the same members, lengths, ranges, patterns and values', (name, shape) => {
      const ours = outline(shape, '', [], true);
      const theirs = modelOutline(`${name}Request`, '', []);
      const missing = theirs.filter(line => !ours.includes(line));
      const invented = ours.filter(line => !theirs.includes(line));
      expect({ missing, invented }).toEqual({ missing: [], invented: [] });
    });

    it('GetAsyncInvoke knows the ARNs of jobs', () => {
      expect(outline(getAsyncInvokeShape, '', [], true)).toContain(
        modelOutline('InvocationArn', '.invocationArn', [])[0],
      );
    });
  },
);
