/** What a `fetch` setting was called with. */
export interface RecordedRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: unknown;
  init: RequestInit;
}

/** A `fetch` for settings that remembers requests and answers each with a reply of the test. */
export function recordingFetch(reply: (request: RecordedRequest) => Response | Promise<Response>): {
  fetch: typeof globalThis.fetch;
  requests: RecordedRequest[];
} {
  const requests: RecordedRequest[] = [];
  const fetch = async (input: string | URL | Request, init: RequestInit = {}) => {
    const request: RecordedRequest = {
      url: String(input),
      method: init.method ?? 'GET',
      headers: { ...(init.headers as Record<string, string>) },
      body: init.body,
      init,
    };
    requests.push(request);
    return reply(request);
  };
  return { fetch, requests };
}

/** The error that a promise rejects with; a promise that does not is a failed test. */
export async function errorOf<Failure = Error & Record<string, unknown>>(
  promise: Promise<unknown>,
): Promise<Failure> {
  return promise.then(
    () => Promise.reject(new Error('nothing was thrown')),
    (error: Failure) => error,
  );
}
