/** Every error that an answer can carry. Codes are stable; `docs/reference/errors.md` equals this list. */

/** Status and meaning of each code. */
export const errorCatalogue = {
  'bad-request': { status: 400, meaning: 'A parameter, a path or a body is not what the endpoint takes.' },
  'invalid-notification': {
    status: 400,
    meaning: 'The body is no Alertmanager notification of version 4. It is kept as a dead letter.',
  },
  unauthorized: { status: 401, meaning: 'The request carries no token, or none that is known.' },
  forbidden: { status: 403, meaning: "The token's role does not allow this." },
  'host-not-allowed': {
    status: 403,
    meaning:
      'Without tokens, requests over the loopback interface must name localhost, an IP address or the external URL in their Host header.',
  },
  'origin-not-allowed': { status: 403, meaning: 'A page of another origin made a browser send this request.' },
  'not-found': { status: 404, meaning: 'Nothing is there.' },
  'method-not-allowed': {
    status: 405,
    meaning: 'The path exists, but not with this method; the header Allow lists those it has.',
  },
  'not-reloaded': {
    status: 409,
    meaning:
      'The configuration has faults or changes that need a restart, or a runbook that was fine cannot be loaded any more; what was good stays in use.',
  },
  'already-decided': { status: 409, meaning: 'Somebody has decided before; what was decided first counts.' },
  superseded: {
    status: 409,
    meaning: 'The proposal is not, or no longer, the one that waits for a decision: look at the incident again.',
  },
  expired: { status: 409, meaning: 'Nobody decided on the proposal in time.' },
  'not-awaiting': {
    status: 409,
    meaning: 'The incident is in a state in which there is nothing to decide in this way.',
  },
  'too-large': { status: 413, meaning: 'The body is larger than the limit.' },
  'unsupported-media-type': { status: 415, meaning: 'The body is not plain application/json in UTF-8.' },
  internal: { status: 500, meaning: 'A fault in selfheal itself; its log says more.' },
  'dependency-failed': {
    status: 502,
    meaning: 'Docker, Prometheus or Alertmanager was needed for the answer and did not give one.',
  },
  unavailable: {
    status: 503,
    meaning:
      'What was sent cannot be committed now, too much is being received at once, or selfheal is stopping or not ready. Try again.',
  },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly meaning: string }>>

/** One of the codes. */
export type ErrorCode = keyof typeof errorCatalogue
