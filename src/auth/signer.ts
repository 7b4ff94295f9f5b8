import { AwsV4Signer } from 'aws4fetch';
import { nodeModule } from '../node-module.ts';

let chosen: typeof AwsV4Signer | undefined;

/**
 * The signer of this runtime. On Node it hashes in place: WebCrypto makes each of the hashes of a signature a round
 * trip through another thread, which costs more than all the rest of a small request. What is signed stays aws4fetch's
 * business.
 */
export function signerOfRuntime(): typeof AwsV4Signer {
  chosen ??= nodeSigner() ?? AwsV4Signer;
  return chosen;
}

function nodeSigner(): typeof AwsV4Signer | undefined {
  const crypto = nodeCrypto();
  return typeof crypto?.hash === 'function' ? syncSigner(crypto) : undefined;
}

const nodeCrypto = () => nodeModule('node:crypto');

type NodeCrypto = NonNullable<ReturnType<typeof nodeCrypto>>;

function syncSigner({ createHmac, createSecretKey, hash }: NodeCrypto): typeof AwsV4Signer {
  type Key = ReturnType<typeof createSecretKey>;
  const hmac = (key: Key, text: string) => createHmac('sha256', key).update(text);

  return class extends AwsV4Signer {
    override async signature(): Promise<string> {
      return hmac(this.#key(), await this.stringToSign()).digest('hex');
    }

    /** Kept as an object of Node's: to make one of bytes costs seven times what a signature does. */
    #key(): Key {
      const keys = this.cache as Map<string, unknown> as Map<string, Key>;
      const scope = [this.datetime.slice(0, 8), this.region, this.service];
      const name = [this.secretAccessKey, ...scope].join();
      let key = keys.get(name);
      if (key === undefined) {
        key = createSecretKey(`AWS4${this.secretAccessKey}`, 'utf8');
        for (const text of [...scope, 'aws4_request']) key = createSecretKey(hmac(key, text).digest());
        keys.set(name, key);
      }
      return key;
    }

    override async stringToSign(): Promise<string> {
      const request = hash('sha256', await this.canonicalString());
      return ['AWS4-HMAC-SHA256', this.datetime, this.credentialString, request].join('\n');
    }

    override async hexBodyHash(): Promise<string> {
      const { body } = this;
      const isSigned =
        !this.headers.has('x-amz-content-sha256') && !(this.service === 's3' && this.signQuery);
      if (isSigned && body == null) return hash('sha256', '');
      if (isSigned && (typeof body === 'string' || body instanceof Uint8Array)) return hash('sha256', body);
      return super.hexBodyHash();
    }
  };
}
