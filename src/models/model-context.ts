import { generateId } from '@ai-sdk/provider-utils';
import { createAuthenticator } from '../auth/authenticator.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { BedrockProviderSettings } from '../settings/settings.ts';
import { createTraffic, type Traffic } from '../traffic/traffic.ts';
import { createPresigner, createTransport, type Presign, type Send } from '../transport/transport.ts';
import { listQuotas } from './list-quotas.ts';

/** What the models of one provider share. */
export interface ModelContext {
  readonly settings: BedrockProviderSettings;
  readonly send: Send;
  readonly presign: Presign;
  readonly traffic: Traffic;
  readonly generateId: () => string;
  /** Loaded when it is first asked for. */
  readonly loadCatalog: () => Promise<Catalog>;
}

/** Reads nothing from the environment and checks nothing: that happens at each call. */
export function createModelContext(settings: BedrockProviderSettings): ModelContext {
  const authenticate = createAuthenticator(settings);
  const send = createTransport({ settings, authenticate });
  let catalog: Promise<Catalog> | undefined;
  return {
    settings,
    send,
    presign: createPresigner({ settings, authenticate }),
    traffic: createTraffic(settings.traffic, { listQuotas: region => listQuotas(send, region) }),
    generateId: settings.generateId ?? generateId,
    loadCatalog: () => {
      catalog ??= import('../cost/pricing.ts').then(({ createCatalog }) => createCatalog(settings.catalog));
      return catalog;
    },
  };
}
