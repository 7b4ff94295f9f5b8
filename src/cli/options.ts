/** Options that every command takes. */
export interface GlobalOptions {
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly local?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly debug?: boolean | undefined;
}
