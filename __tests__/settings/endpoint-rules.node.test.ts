import { describe, expect, it } from 'vitest';
import { partitionOf, resolveEndpoint } from '../../src/settings/endpoints.ts';
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

describe.skipIf(sharedDataMissing)(
  `AWS's endpoint rules${sharedDataMissing ? ` (${sharedDataMissing})` : ''}`,
  () => {
    const load = () => {
      const { partitions } = readSharedJson<{ partitions: Partition[] }>(`${folder}/bedrock-endpoints.json`);
      const { rules } = readSharedJson<{ rules: Rule[] }>(
        `${folder}/bedrock-runtime/endpoint-rule-set-1.json`,
      );
      return { partitions, rules: new EndpointRules(rules, partitions) };
    };

    it('lead to the same host in every Region of every partition', () => {
      const { partitions, rules } = load();
      const regions = partitions.flatMap(partition => Object.keys(partition.regions));
      expect(regions.length).toBeGreaterThan(35);
      const ours = regions.map(region =>
        resolveEndpoint({ service: 'bedrock-runtime', region: () => region }),
      );
      expect(ours).toEqual(regions.map(region => rules.resolve({ Region: region })));
    });

    it('put every Region into the same partition', () => {
      const { partitions } = load();
      for (const { partition, regions } of partitions) {
        for (const region of Object.keys(regions)) expect(partitionOf(region).name).toBe(partition);
      }
    });

    it('let an endpoint that the user names replace the host', () => {
      const endpoint = 'https://vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com';
      const ours = resolveEndpoint({
        service: 'bedrock-runtime',
        region: () => 'us-east-1',
        baseURL: endpoint,
      });
      expect(ours).toBe(load().rules.resolve({ Region: 'us-east-1', Endpoint: endpoint }));
    });
  },
);
