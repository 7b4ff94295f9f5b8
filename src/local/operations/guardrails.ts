/**
 * ApplyGuardrail and InvokeGuardrailChecks.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeGuardrailChecks.html
 */
import { AwsError, replyHeaders, validationError } from '../aws-error.ts';
import { findPii, findWord, PII_PATTERNS } from '../guardrails/detectors.ts';
import { assess, coverageOf, textUnits, usageOf } from '../guardrails/guardrails.ts';
import { serviceError } from '../validation/service-words.ts';
import {
  blob,
  compare,
  enumeration,
  list,
  type StructureShape,
  string,
  structure,
  union,
} from '../validation/shape.ts';
import { noteUnknownMembers, scriptedFreely } from './answer.ts';
import { type Backend, type Call, type Operation, readJson } from './operation.ts';

/* ---------------------------------------------------------- ApplyGuardrail */

export const applyGuardrailShape: StructureShape = structure(
  {
    source: enumeration(['INPUT', 'OUTPUT']),
    content: list(
      union('GuardrailContentBlock', {
        text: structure(
          {
            text: string(),
            qualifiers: list(enumeration(['grounding_source', 'query', 'guard_content'])),
          },
          ['text'],
        ),
        image: structure(
          {
            format: enumeration(['png', 'jpeg']),
            source: union('GuardrailImageSource', { bytes: blob({ min: 1 }) }),
          },
          ['format', 'source'],
        ),
      }),
    ),
    outputScope: enumeration(['INTERVENTIONS', 'FULL']),
  },
  ['source', 'content'],
);

interface ApplyRequest {
  readonly content: readonly { readonly text?: { readonly text: string } }[];
  readonly outputScope?: 'INTERVENTIONS' | 'FULL';
}

export const applyGuardrail: Operation = {
  name: 'ApplyGuardrail',
  method: 'POST',
  path: '/guardrail/:identifier/version/:version/apply',
  async handle(call, backend) {
    const body = readChecked(applyGuardrailShape, call, backend);
    const { identifier = '', version = '' } = call.params;
    if (!/^([1-9]\d{0,7}|DRAFT)$/.test(version)) {
      throw validationError('The guardrail version is not a number or DRAFT.');
    }
    const response = await scriptedFreely(call, backend, body);
    if (response !== undefined) return response;
    const { content, outputScope } = body as unknown as ApplyRequest;
    if (backend.guardrails === undefined) {
      throw new AwsError(
        'ResourceNotFoundException',
        'The local Bedrock has no guardrails; give them to it with the option guardrails.',
      );
    }
    const texts = content.flatMap(({ text }) => (text === undefined ? [] : [text.text]));
    const found = backend.guardrails.find(identifier);
    const { intervenes, blocks, outputs, assessment } = assess(found, texts, {
      version,
      full: outputScope === 'FULL',
    });
    return Response.json(
      {
        action: intervenes ? 'GUARDRAIL_INTERVENED' : 'NONE',
        actionReason: intervenes ? `Guardrail ${blocks ? 'blocked' : 'masked'}.` : 'No action.',
        outputs: intervenes ? outputs.map(text => ({ text })) : [],
        assessments: [assessment],
        usage: usageOf(texts),
        guardrailCoverage: coverageOf(texts),
      },
      { headers: replyHeaders(call.requestId) },
    );
  },
};

function readChecked(shape: StructureShape, call: Call, backend: Backend) {
  const body = readJson(call);
  const findings = compare(shape, body);
  const shapeError = serviceError(findings);
  if (shapeError !== undefined) throw shapeError;
  noteUnknownMembers(findings, call, backend);
  return body;
}

/* --------------------------------------------------- InvokeGuardrailChecks */

/** A few words by which harm is known here; AWS asks a model. */
const CONTENT_WORDS = {
  VIOLENCE: ['attack', 'bomb', 'kill', 'murder', 'shoot', 'stab', 'torture'],
  HATE: ['inferior race', 'subhuman', 'vermin'],
  SEXUAL: ['nude', 'porn', 'sexual'],
  MISCONDUCT: ['counterfeit', 'hack into', 'launder money', 'shoplift', 'steal'],
  INSULTS: ['dumb', 'fool', 'idiot', 'moron', 'stupid'],
} as const;
const ATTACK_WORDS = {
  JAILBREAK: ['do anything now', 'developer mode', 'no restrictions', 'pretend you have no rules'],
  PROMPT_INJECTION: [
    'disregard the above',
    'ignore all previous instructions',
    'ignore previous instructions',
    'new instructions',
  ],
  PROMPT_LEAKAGE: [
    'repeat the text above',
    'reveal your prompt',
    'show me your instructions',
    'system prompt',
  ],
} as const;

const ENTITY_TYPES = [
  ...['ADDRESS', 'AGE', 'AWS_ACCESS_KEY', 'AWS_SECRET_KEY', 'CA_HEALTH_NUMBER', 'CA_SOCIAL_INSURANCE_NUMBER'],
  ...['CREDIT_DEBIT_CARD_CVV', 'CREDIT_DEBIT_CARD_EXPIRY', 'CREDIT_DEBIT_CARD_NUMBER', 'DRIVER_ID', 'EMAIL'],
  ...['INTERNATIONAL_BANK_ACCOUNT_NUMBER', 'IP_ADDRESS', 'LICENSE_PLATE', 'MAC_ADDRESS', 'NAME', 'PASSWORD'],
  ...['PHONE', 'PIN', 'SWIFT_CODE', 'UK_NATIONAL_HEALTH_SERVICE_NUMBER', 'UK_NATIONAL_INSURANCE_NUMBER'],
  ...['UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER', 'URL', 'USERNAME', 'US_BANK_ACCOUNT_NUMBER'],
  ...['US_BANK_ROUTING_NUMBER', 'US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER', 'US_PASSPORT_NUMBER'],
  ...['US_SOCIAL_SECURITY_NUMBER', 'VEHICLE_IDENTIFICATION_NUMBER'],
];

const categories = (words: object, max: number) =>
  structure(
    {
      categories: list(structure({ category: enumeration(Object.keys(words)) }, ['category']), {
        min: 1,
        max,
      }),
    },
    ['categories'],
  );

export const guardrailChecksShape: StructureShape = structure(
  {
    messages: list(
      structure(
        {
          role: enumeration(['user', 'assistant', 'system']),
          content: list(union('GuardrailChecksContentBlock', { text: string({ min: 1 }) }), { min: 1 }),
        },
        ['role', 'content'],
      ),
      { min: 1 },
    ),
    checks: structure({
      contentFilter: categories(CONTENT_WORDS, 5),
      promptAttack: categories(ATTACK_WORDS, 3),
      sensitiveInformation: structure(
        { entities: list(structure({ type: enumeration(ENTITY_TYPES) }, ['type']), { min: 1, max: 31 }) },
        ['entities'],
      ),
    }),
  },
  ['messages', 'checks'],
);

interface Categories<Name extends string> {
  readonly categories: readonly { readonly category: Name }[];
}

interface ChecksRequest {
  readonly messages: readonly { readonly content: readonly { readonly text: string }[] }[];
  readonly checks: {
    readonly contentFilter?: Categories<keyof typeof CONTENT_WORDS>;
    readonly promptAttack?: Categories<keyof typeof ATTACK_WORDS>;
    readonly sensitiveInformation?: { readonly entities: readonly { readonly type: string }[] };
  };
}

export const invokeGuardrailChecks: Operation = {
  name: 'InvokeGuardrailChecks',
  method: 'POST',
  path: '/guardrail-checks/invoke',
  async handle(call, backend) {
    const body = readChecked(guardrailChecksShape, call, backend);
    const response = await scriptedFreely(call, backend, body);
    if (response !== undefined) return response;
    const { messages, checks } = body as unknown as ChecksRequest;
    const texts = messages.flatMap(({ content }) => content.map(({ text }) => text));
    const results = {
      ...(checks.contentFilter && {
        contentFilter: { results: scores(checks.contentFilter, CONTENT_WORDS, texts) },
      }),
      ...(checks.promptAttack && {
        promptAttack: { results: scores(checks.promptAttack, ATTACK_WORDS, texts) },
      }),
      ...(checks.sensitiveInformation && {
        sensitiveInformation: { results: entitiesIn(messages, checks.sensitiveInformation.entities) },
      }),
    };
    const usage = Object.fromEntries(
      Object.keys(results).map(name => [name, { textUnits: textUnits(texts) }]),
    );
    return Response.json({ results, usage }, { headers: replyHeaders(call.requestId) });
  },
};

function scores<Name extends string>(
  { categories: asked }: Categories<Name>,
  words: Readonly<Record<Name, readonly string[]>>,
  texts: readonly string[],
): { category: Name; severityScore: number }[] {
  return asked.map(({ category }) => {
    const finds = words[category].flatMap(word => texts.flatMap(text => findWord(text, word))).length;
    return { category, severityScore: finds === 0 ? 0 : Math.min(1, (7 + finds) / 10) };
  });
}

function entitiesIn(
  messages: ChecksRequest['messages'],
  entities: readonly { readonly type: string }[],
): object[] {
  return messages.flatMap(({ content }, messageIndex) =>
    content.flatMap(({ text }, contentIndex) =>
      entities.flatMap(({ type }) =>
        // Kinds without a form to know them by are never found here.
        (Object.hasOwn(PII_PATTERNS, type) ? findPii(text, type) : []).map(({ start, end }) => ({
          type,
          confidenceScore: 0.99,
          beginOffset: start,
          endOffset: end,
          messageIndex,
          contentIndex,
        })),
      ),
    ),
  );
}
