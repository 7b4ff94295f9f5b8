/**
 * The error of an AWS library or of a function of the settings, fit to be the `cause` of ours: the same object,
 * unless it carries what should not be shown.
 */
export function withoutSecrets(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const message = cleanMessage(error.message);
  // Errors of AWS's clients hold the reply, which holds the connection, which holds the headers that were sent.
  if (message === error.message && !('$response' in error)) return error;
  const copy = new Error(message);
  copy.name = error.name;
  return copy;
}

/** A message without the command line and without excerpts of a reply, both of which may hold secrets. */
export function cleanMessage(message: string): string {
  return message
    .replace(/Command failed: [^\n]*\n?/, 'the command failed. ')
    .replace(/Unexpected token .*? is not valid JSON/s, 'not valid JSON')
    .trim();
}
