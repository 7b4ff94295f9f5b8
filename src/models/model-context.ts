import { generateId } from '@ai-sdk/provider-utils';
import { type Authenticator, createAuthenticator } from '../auth/authenticator.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { logTraffic } from '../log/lines.ts';
import { createLog, type Log } from '../log/log.ts';
import type { BedrockProviderSettings } from '../settings/settings.ts';
import { alsoTell } from '../traffic/events.ts';
import { createTraffic, type Traffic } from '../traffic/traffic.ts';
import { createPresigner, createTransport, type Presign, type Send } from '../transport/transport.ts';
import { listQuotas } from './list-quotas.ts';
import { once } from './once.ts';

/** What the models of one provider share. */
export interface ModelContext {
  readonly settings: BedrockProviderSettings;
  readonly send: Send;
  /** Finds out who calls, without a call. */
  readonly identify: Authenticator['identify'];
  readonly presign: Presign;
  readonly traffic: Traffic;
  /** Undefined where nothing is to be logged. */
  readonly log: Log | undefined;
  /** Whether somebody asks what calls cost, or for lines about them. */
  readonly isMetered: boolean;
  readonly generateId: () => string;
  /** Loaded when it is first asked for. */
  readonly loadCatalog: () => Promise<Catalog>;
}

/** Reads nothing from the environment and checks nothing: that happens at each call. */
export function createModelContext(settings: BedrockProviderSettings): ModelContext {
  const authenticate = createAuthenticator(settings);
  const log = createLog(settings.log);
  const send = createTransport({ settings, authenticate, log });
  return {
    settings,
    send,
    identify: authenticate.identify,
    presign: createPresigner({ settings, authenticate }),
    traffic: createTraffic(
      log === undefined ? settings.traffic : alsoTell(settings.traffic, event => logTraffic(log, event)),
      { listQuotas: region => listQuotas(send, region) },
    ),
    log,
    isMetered: Boolean(settings.cost) || settings.costTracker !== undefined || log !== undefined,
    generateId: settings.generateId ?? generateId,
    loadCatalog: once(async () => (await import('../cost/pricing.ts')).createCatalog(settings.catalog)),
  };
}
