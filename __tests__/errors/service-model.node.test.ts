import { describe, expect, it } from 'vitest';
import { classifyError } from '../../src/errors.ts';
import { readSharedJson, sharedDataMissing } from '../support/shared-data.ts';

interface ServiceModel {
  shapes: Record<string, { exception?: boolean; error?: { httpStatusCode?: number } }>;
}

const folder = 'aws-api-models/botocore';

function exceptionsOf(path: string): Array<[name: string, status: number | undefined]> {
  const { shapes } = readSharedJson<ServiceModel>(`${folder}/${path}`);
  return Object.entries(shapes)
    .filter(([, shape]) => shape.exception)
    .map(([name, shape]) => [name, shape.error?.httpStatusCode]);
}

describe.skipIf(sharedDataMissing)(
  `AWS's service models${sharedDataMissing ? ` (${sharedDataMissing})` : ''}`,
  () => {
    it('name no exception of bedrock-runtime that the table lacks or gives another status', () => {
      const exceptions = exceptionsOf('bedrock-runtime/service-2.json');
      expect(exceptions.length).toBeGreaterThan(10);
      const ours = exceptions.map(([name]) => [name, classifyError({ name, message: '' }).statusCode]);
      expect(ours).toEqual(exceptions);
    });

    it.each([
      'bedrock-agent-runtime/service-2.rerank-only.json',
      'bedrock/service-2.catalog-operations.json',
    ])('name no exception of %s that the table lacks', path => {
      const unknown = exceptionsOf(path).filter(
        ([name]) => classifyError({ name, message: '' }).statusCode === undefined,
      );
      expect(unknown).toEqual([]);
    });
  },
);
