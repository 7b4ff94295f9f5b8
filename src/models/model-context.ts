import { generateId } from '@ai-sdk/provider-utils';
import { createAuthenticator } from '../auth/authenticator.ts';
import type { BedrockProviderSettings } from '../settings/settings.ts';
import { createTransport, type Send } from '../transport/transport.ts';

/** What the models of one provider share. */
export interface ModelContext {
  readonly settings: BedrockProviderSettings;
  readonly send: Send;
  readonly generateId: () => string;
}

/** Reads nothing from the environment and checks nothing: that happens at each call. */
export function createModelContext(settings: BedrockProviderSettings): ModelContext {
  return {
    settings,
    send: createTransport({ settings, authenticate: createAuthenticator(settings) }),
    generateId: settings.generateId ?? generateId,
  };
}
