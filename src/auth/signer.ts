import { AwsV4Signer } from 'aws4fetch';

let chosen: typeof AwsV4Signer | undefined;

/**
 * The signer of this runtime. On Node it hashes in place: WebCrypto makes each of the hashes of a signature a round
 * trip through another thread, which costs more than all the rest of a small request. What is signed stays aws4fetch's
 * business. `getBuiltinModule` instead of an import keeps edge bundles free of Node's modules.
 */
export function signerOfRuntime(): typeof AwsV4Signer {
  chosen ??= nodeSigner() ?? AwsV4Signer;
  return chosen;
}

function nodeSigner(): typeof AwsV4Signer | undefined {
  const crypto = nodeCrypto();
  return typeof crypto?.hash === 'function' ? syncSigner(crypto) : undefined;
}

function nodeCrypto() {
  const getBuiltinModule = globalThis.process?.getBuiltinModule;
  return typeof getBuiltinModule === 'function' ? getBuiltinModule('node:crypto') : undefined;
}

function syncSigner({ createHmac, hash }: NonNullable<ReturnType<typeof nodeCrypto>>): typeof AwsV4Signer {
  /** A key of aws4fetch's cache, made of the one before. */
  const derive = (key: string | ArrayBuffer, text: string): ArrayBuffer =>
    new Uint8Array(createHmac('sha256', asKey(key)).update(text).digest()).buffer;

  return class extends AwsV4Signer {
    override async signature(): Promise<string> {
      const scope = [this.datetime.slice(0, 8), this.region, this.service];
      const name = [this.secretAccessKey, ...scope].join();
      let key = this.cache.get(name);
      if (key === undefined) {
        key = derive(`AWS4${this.secretAccessKey}`, scope[0] as string);
        for (const text of [...scope.slice(1), 'aws4_request']) key = derive(key, text);
        this.cache.set(name, key);
      }
      return createHmac('sha256', asKey(key))
        .update(await this.stringToSign())
        .digest('hex');
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

function asKey(key: string | ArrayBuffer): string | Uint8Array {
  return typeof key === 'string' ? key : new Uint8Array(key);
}
