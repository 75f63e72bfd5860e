// Calls to our own origin with the session of this link. Every failure is an ApiError with a code.

const link = new URLSearchParams(location.search);
const session = { 'x-session-token': link.get('session') ?? '', 'x-signature': link.get('signature') ?? '' };
const { lang } = document.documentElement;
const TIMEOUT_MS = 20_000;

export class ApiError extends Error {
  constructor(code, message, status, retryAfterMs) {
    super(message);
    Object.assign(this, { code, status, retryAfterMs });
  }

  /** The link itself is refused: asking again will not help. */
  get final() {
    return [401, 403, 404, 410].includes(this.status);
  }
}

export async function call(method, path, body) {
  const headers = { ...session, accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  let response;
  let answer;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    answer = await response.json();
  } catch {
    throw new ApiError('NETWORK', 'the connection failed', response?.status ?? 0, 0);
  }
  if (response.ok) return answer;
  const waitMs = (Number.parseInt(response.headers.get('retry-after') ?? '', 10) || 0) * 1000;
  const code = answer?.error?.code ?? answer?.error_code ?? 'UNKNOWN';
  const message = answer?.error?.message ?? answer?.message ?? 'something went wrong';
  throw new ApiError(code, message, response.status, waitMs);
}

const invoice = () => JSON.parse(document.querySelector('[data-state]').dataset.state).invoice_id;

export const getState = () => call('GET', `/pay/state?lang=${lang}`);
export const getCoins = () => call('GET', `/pay/coins?lang=${lang}`);
export const getQuote = (network, tokenId) =>
  call('POST', '/api/v1/payments/payment-addresses', { network, tokenId });
export const getQr = (query) => call('GET', `/pay/qr?${new URLSearchParams(query)}`);
export const payFromFaucet = (network, tokenId) => call('POST', `/pay/faucet?lang=${lang}`, { network, tokenId });
export const setEmail = (email) => call('POST', '/api/v1/payments/customer-email', { email });
export const answer = (responses) => call('POST', '/api/v1/payments/submit-form', { responses });
export const lookAgain = () => call('POST', `/api/v1/invoice/${invoice()}/verify`);
export const looked = () => call('GET', `/api/v1/invoice/${invoice()}/verify`);
