/**
 * The four measured routes: how the n-th request of each is made, and which pool of prepared rows it uses up.
 */
import { askedEntitlement, paidIntent, token } from './data.mjs';

/** Prepared rows of one server. */
export const SIZES = { paid: 24_000, open: 60_000, tokens: 90_000 };
/** Tokens that one entitlement may have at a time. */
const TOKENS_PER_ENTITLEMENT = 5;

/**
 * The scenarios. `limit` is how many requests one server can take before rows would be used twice; `rate` is a first
 * guess of requests per second, replaced by what the warm-up shows.
 */
export function scenarios(sizes, event) {
  return [
    {
      name: 'entitlement look-up', route: 'GET /api/products/entitlements', limit: Infinity, rate: 4_000, status: 200,
      request: (n) => ({ method: 'GET', path: `/api/products/entitlements?checkoutIntentId=${paidIntent(n % sizes.paid)}` }),
    },
    {
      name: 'download token', route: 'POST /api/products/download-tokens', limit: sizes.paid * TOKENS_PER_ENTITLEMENT, rate: 3_000, status: 201,
      request: (n) => {
        const index = n % sizes.paid;
        const body = JSON.stringify({ checkoutIntentId: paidIntent(index), entitlementId: askedEntitlement(index) });
        return { method: 'POST', path: '/api/products/download-tokens', body };
      },
    },
    {
      name: 'download', route: 'GET /api/products/downloads', limit: sizes.tokens, rate: 3_000, status: 200,
      request: (n) => ({ method: 'GET', path: `/api/products/downloads?token=${token(n)}` }),
    },
    {
      name: 'webhook', route: 'POST /api/stripe/webhook', limit: sizes.open, rate: 1_500, status: 200,
      request: (n) => ({ method: 'POST', path: '/api/stripe/webhook', ...event(n) }),
    },
  ];
}

/** One request with Node's own client; resolves to the response. */
export function send(url, { method, path, body, signature }) {
  const headers = { ...(body && { 'content-type': 'application/json' }), ...(signature && { 'stripe-signature': signature }) };
  return fetch(`${url}${path}`, { method, body, headers, redirect: 'manual' });
}
