/** Options of every call, of every kind of model, e.g. `providerOptions: { bedrock: { priority: 'high' } }`. */
export type BedrockTrafficOptions = {
  /**
   * Whose turn is first where calls wait for their quota. What has waited for long goes before what is more urgent and
   * came later.
   * @default 'normal'
   */
  priority?: 'high' | 'normal' | 'low' | undefined;

  /**
   * Milliseconds that the call may wait for its quota in all, before it fails with a `QueueTimeoutError`; 0: for ever.
   * @default the setting `traffic.queueTimeoutMs`
   */
  queueTimeoutMs?: number | undefined;

  /**
   * Tags of the call: what it cost is added up by them, where the provider has a `costTracker`. Chat through Converse
   * sends them to AWS, too.
   */
  requestMetadata?: { [name: string]: string } | undefined;
};
