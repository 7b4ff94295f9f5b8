import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, it } from 'vitest';
import { configuredEndpoint, partitionOf, publicEndpoint } from '../../src/settings/endpoints.ts';
import { inferenceProfileIds } from '../../src/settings/geographies.ts';
import { readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

type Value = string | boolean | { ref: string } | { fn: string; argv: Value[] };
interface Rule {
  conditions: Array<{ fn: string; argv: Value[]; assign?: string }>;
  rules?: Rule[];
  endpoint?: { url: string | { ref: string } };
  error?: string;
}
interface Partition {
  partition: string;
  dnsSuffix: string;
  regionRegex: string;
  regions: Record<string, string>;
}
type Scope = Record<string, unknown>;

const folder = 'aws-api-models/botocore';

/** AWS's endpoint rules, evaluated as far as the rule set of this service goes. */
class EndpointRules {
  readonly #rules: Rule[];
  readonly #partitions: Partition[];

  constructor(rules: Rule[], partitions: Partition[]) {
    this.#rules = rules;
    this.#partitions = partitions;
  }

  resolve(parameters: Scope): string | undefined {
    return this.#first(this.#rules, { UseFIPS: false, UseDualStack: false, ...parameters });
  }

  #first(rules: Rule[], scope: Scope): string | undefined {
    for (const rule of rules) {
      const inner = { ...scope };
      if (!rule.conditions.every(condition => this.#holds(condition, inner))) continue;
      if (rule.error !== undefined) throw new Error(rule.error);
      if (rule.rules !== undefined) return this.#first(rule.rules, inner);
      const url = rule.endpoint?.url;
      if (typeof url === 'object') return String(inner[url.ref]);
      return url?.replace(/\{([^}]+)\}/g, (_, path: string) => {
        const [name = '', member] = path.split('#');
        const value = inner[name];
        return String(member === undefined ? value : (value as Scope)[member]);
      });
    }
    return undefined;
  }

  #holds({ fn, argv, assign }: Rule['conditions'][number], scope: Scope): boolean {
    const value = this.#call(fn, argv, scope);
    if (assign !== undefined) scope[assign] = value;
    return value !== undefined && value !== false;
  }

  #call(fn: string, argv: Value[], scope: Scope): unknown {
    const [first, second] = argv.map(value => this.#value(value, scope));
    switch (fn) {
      case 'isSet':
        return first !== undefined;
      case 'booleanEquals':
        return first === second;
      case 'getAttr':
        return (first as Scope)[second as string];
      case 'aws.partition':
        return this.#partitions.find(({ regionRegex }) => new RegExp(regionRegex).test(first as string));
      default:
        throw new Error(`the rule set calls ${fn}, which this test does not know`);
    }
  }

  #value(value: Value, scope: Scope): unknown {
    if (typeof value !== 'object') return value;
    return 'ref' in value ? scope[value.ref] : this.#call(value.fn, value.argv, scope);
  }
}

interface Variant {
  region: string;
  useFipsEndpoint: boolean;
  useDualstackEndpoint: boolean;
}

const variantsOf = (regions: readonly string[]): Variant[] =>
  regions.flatMap(region =>
    [false, true].flatMap(useFipsEndpoint =>
      [false, true].map(useDualstackEndpoint => ({ region, useFipsEndpoint, useDualstackEndpoint })),
    ),
  );

const ours = ({ region, ...settings }: Variant) => publicEndpoint('bedrock-runtime', region, settings);

/** What the AWS SDK calls. */
const { endpointProvider } = new BedrockRuntimeClient({ region: 'us-east-1' }).config;
const awsSdks = ({ region, useFipsEndpoint, useDualstackEndpoint }: Variant) =>
  endpointProvider({
    Region: region,
    UseFIPS: useFipsEndpoint,
    UseDualStack: useDualstackEndpoint,
  }).url.href.replace(/\/$/, '');

describe("the AWS SDK's endpoints", () => {
  // One Region of each partition, and one that does not exist yet.
  const regions =
    'us-east-1 eu-west-1 cn-north-1 us-gov-west-1 us-iso-east-1 us-isob-east-1 eu-isoe-west-1 us-isof-south-1 eusc-de-east-1 ap-newplace-9';

  it.each(variantsOf(regions.split(' ')))(
    'are ours in $region with FIPS $useFipsEndpoint and dual stack $useDualstackEndpoint',
    variant => {
      expect(ours(variant)).toBe(awsSdks(variant));
    },
  );
});

describe.skipIf(sharedDataMissing)(
  `AWS's endpoint rules${sharedDataMissing ? ` (${sharedDataMissing})` : ''}`,
  () => {
    const load = () => {
      const { partitions } = readSharedJson<{ partitions: Partition[] }>(`${folder}/bedrock-endpoints.json`);
      const { rules } = readSharedJson<{ rules: Rule[] }>(
        `${folder}/bedrock-runtime/endpoint-rule-set-1.json`,
      );
      // The list of partitions lacks what the rules ask of them; the AWS SDK knows it.
      const whole = partitions.map(partition => {
        const [region = ''] = Object.keys(partition.regions);
        const host = awsSdks({ region, useFipsEndpoint: false, useDualstackEndpoint: true });
        const dualStackDnsSuffix = host.slice(host.indexOf(region) + region.length + 1);
        return { ...partition, dualStackDnsSuffix, supportsFIPS: true, supportsDualStack: true };
      });
      const regions = partitions.flatMap(partition => Object.keys(partition.regions));
      return { partitions, regions, rules: new EndpointRules(rules, whole) };
    };

    it('lead to the same host in every Region of every partition, with FIPS, dual stack, both or none', () => {
      const { regions, rules } = load();
      expect(regions.length).toBeGreaterThan(35);
      const variants = variantsOf(regions);
      expect(variants.map(ours)).toEqual(
        variants.map(({ region, useFipsEndpoint, useDualstackEndpoint }) =>
          rules.resolve({ Region: region, UseFIPS: useFipsEndpoint, UseDualStack: useDualstackEndpoint }),
        ),
      );
    });

    it('put every Region into the same partition', () => {
      const { partitions } = load();
      for (const { partition, regions } of partitions) {
        for (const region of Object.keys(regions)) expect(partitionOf(region).name).toBe(partition);
      }
    });

    it.each([
      [{}, {}],
      [{ UseFIPS: true }, { useFipsEndpoint: true }],
      [{ UseDualStack: true }, { useDualstackEndpoint: true }],
    ])('take a URL of the user with %j where ours do', (parameters, settings) => {
      const Endpoint = 'https://vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com';
      const { rules } = load();
      const outcome = (resolve: () => string | undefined) => {
        try {
          return resolve();
        } catch {
          return 'an error';
        }
      };
      expect(outcome(() => configuredEndpoint('bedrock-runtime', { baseURL: Endpoint, ...settings }))).toBe(
        outcome(() => rules.resolve({ Region: 'us-east-1', Endpoint, ...parameters })),
      );
    });
  },
);

describe.skipIf(sharedDataMissing)(
  `inference profiles that AWS documents${sharedDataMissing ? ` (${sharedDataMissing})` : ''}`,
  () => {
    it('are among those that we name in each of their Regions', () => {
      const { inferenceProfilePrefixes } = readSharedJson<{
        inferenceProfilePrefixes: Record<string, { sourceRegions?: string[] }>;
      }>('bedrock-models.json');
      const documented = Object.entries(inferenceProfilePrefixes).flatMap(
        ([geography, { sourceRegions = [] }]) => sourceRegions.map(region => ({ geography, region })),
      );
      expect(documented.length).toBeGreaterThan(60);
      const missing = documented.filter(
        ({ geography, region }) =>
          !inferenceProfileIds('acme.chat-v1', region).includes(`${geography}.acme.chat-v1`),
      );
      expect(missing).toEqual([]);
    });
  },
);
