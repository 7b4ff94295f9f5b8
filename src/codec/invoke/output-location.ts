/** Where asynchronous jobs put what they make. */
import { InvalidArgumentError } from '@ai-sdk/provider';
import { z } from 'zod/v4';
import { strict } from '../provider-options.ts';

/** A type alias, because only those fit into the SDK's `providerOptions`. */
export type BedrockOutputLocation = {
  /**
   * Bucket and prefix, e.g. `s3://my-bucket/videos/`. The bucket is in the Region of the call. Each job writes into
   * a folder of its own below it, named like the last part of its ARN.
   */
  s3Uri: string;
  /** ARN of the KMS key that encrypts the output. @default the encryption of the bucket */
  kmsKeyId?: string | undefined;
  /** Account that owns the bucket, where it is another than the caller's. */
  bucketOwner?: string | undefined;
};

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_AsyncInvokeS3OutputDataConfig.html */
const S3_URI = /^s3:\/\/[a-z0-9][.\-a-z0-9]{1,61}[a-z0-9](?:\/.*)?$/s;
const KMS_KEY =
  /^arn:aws(?:-[^:]+)?:kms:[a-zA-Z0-9-]*:[0-9]{12}:(?:key\/[a-zA-Z0-9-]{36}|alias\/[a-zA-Z0-9-_/]+)$/;

export function outputLocationSchema(): z.ZodType<BedrockOutputLocation> {
  return strict({
    s3Uri: z.string().max(1024, { error: 'expected at most 1024 characters' }).refine(isS3Uri, {
      error: 'expected a bucket and a prefix without . and .. in it, e.g. s3://my-bucket/videos/',
    }),
    kmsKeyId: z.string().regex(KMS_KEY, { error: 'expected the ARN of a KMS key or alias' }).optional(),
    bucketOwner: z
      .string()
      .regex(/^\d{12}$/, { error: 'expected an account id of twelve digits' })
      .optional(),
  });
}

/** URLs lose dot segments, so objects behind them could not be read. */
function isS3Uri(uri: string): boolean {
  return S3_URI.test(uri) && !uri.split('/').some(part => part === '.' || part === '..');
}

/** An object of S3. */
export interface S3Object {
  readonly bucket: string;
  readonly key: string;
}

/** @throws InvalidArgumentError when it is no `s3://` URI of an object */
export function parseS3Uri(uri: string): S3Object {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(uri) ?? [];
  if (bucket !== '' && isS3Uri(uri)) return { bucket, key };
  throw new InvalidArgumentError({
    argument: 's3Uri',
    message: `s3Uri: ${JSON.stringify(uri)} is no object of S3.`,
  });
}

/**
 * A file of a job. AWS tells the location of a job with the folder of the job or, as it was asked for, without.
 * @param invocationArn of the job, e.g. `arn:aws:bedrock:us-east-1:123456789012:async-invoke/abc123def456`
 * @param file e.g. `output.mp4`
 */
export function outputFile(
  { s3Uri }: Pick<BedrockOutputLocation, 's3Uri'>,
  invocationArn: string,
  file: string,
): string {
  const job = invocationArn.slice(invocationArn.lastIndexOf('/') + 1);
  const folder = s3Uri.replace(/\/+$/, '');
  return `${folder.endsWith(`/${job}`) ? folder : `${folder}/${job}`}/${file}`;
}
