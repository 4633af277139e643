/**
 * Every route as a visitor may ask it, and the search for planted secrets in what comes back.
 *
 * Never decides what is a secret.
 */
import { BUMP, CONFIRMATION, JSON_TYPE, SECRETS } from './shop.mjs';
import { signature } from './shopper.mjs';

const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };
const PAGE = { accept: 'text/html' };
/** What ids and secrets of Stripe look like. */
const STRIPE_ID = /\b(?:cs|pi|evt|ch|cus|sub|seti|in|sk|rk|whsec)_[A-Za-z0-9][A-Za-z0-9_]{5,}/g;
const NOBODY = 'checkout-intent-00000000-0000-4000-8000-000000000000';

/** Requests that use up nothing but old tokens: every route, as program and as browser, with what is known so far. */
export function visits({ intent = NOBODY, entitlements = [], tokens = [], event }) {
  const gets = [
    '/', '/healthz', '/offers/indie-launch-stack', '/offers/launch-membership', '/offers/none', '/products/indie-launch-library', '/nowhere',
    '/api/commerce/checkout', `/api/commerce/checkout/redirect/${intent}`, `/api/commerce/checkout/redirect/${intent}/`,
    `/commerce/checkout/success?checkout_intent_id=${intent}`, '/commerce/checkout/success', '/commerce/checkout/cancel',
    `/api/products/entitlements?checkoutIntentId=${intent}`, '/api/products/entitlements?checkoutIntentId=x', `/products/entitlements?checkout_intent_id=${intent}`,
    '/login', '/login?mode=sign-up', '/login/link?token=x', '/login/confirm?token=x', '/account', '/account/setup', '/api/auth/get-session', '/api/auth/nothing',
    '/api/auth/verify-email?token=x', '/api/auth/magic-link/verify?token=x', '/api/account/email-verification/status',
    '/audience/indie-launch-waitlist', '/audience/confirm?token=x', '/audience/unsubscribe?token=x', '/audience/my-data?token=x', '/audience/my-data/copy?token=x',
    '/api/products/downloads?token=x', ...tokens.map((token) => `/api/products/downloads?token=${token}`),
  ];
  const json = (path, value) => ({ method: 'POST', path, headers: JSON_TYPE, body: JSON.stringify(value) });
  const form = (path, value) => ({ method: 'POST', path, headers: { ...FORM_TYPE, ...PAGE }, body: new URLSearchParams(value).toString() });
  const order = { confirmationText: CONFIRMATION, orderBumpPriceIds: [BUMP], idempotencyKey: 'canary-key-0001' };
  const asked = { checkoutIntentId: intent, entitlementId: 'entitlement-nothing' };
  const payload = JSON.stringify(event ?? {});
  return [
    ...gets.flatMap((path) => [{ path }, { path, headers: PAGE }, { method: 'HEAD', path }]),
    json('/api/commerce/checkout', { ...order, previewOnly: true }), json('/api/commerce/checkout', { ...order, confirmationText: 'another' }),
    ...(intent === NOBODY ? [] : [json('/api/commerce/checkout', { ...order, buyerEmail: 'somebody.else@example.com', agentClientId: 'other' })]), form('/api/commerce/checkout', { confirmationText: 'another' }),
    json('/api/products/download-tokens', asked), form('/api/products/download-tokens', asked),
    ...entitlements.map((entitlementId) => json('/api/products/download-tokens', { checkoutIntentId: NOBODY, entitlementId })),
    { method: 'POST', path: '/api/stripe/webhook', body: payload }, { method: 'POST', path: '/api/stripe/webhook', headers: { 'stripe-signature': 't=1,v1=00' }, body: payload },
    { method: 'POST', path: '/api/stripe/webhook', headers: { 'stripe-signature': signature(payload, SECRETS.webhook) }, body: payload },
    json('/api/auth/sign-in/email', { email: 'somebody.else@example.com', password: 'not a password' }), json('/api/auth/sign-out', {}),
    json('/api/audience/opt-in', { email: 'somebody.else@example.com' }), json('/api/audience/unsubscribe', { email: 'nobody' }), form('/audience/my-data/erase', { token: 'x', sure: 'yes' }),
    { method: 'DELETE', path: '/api/products/downloads' }, { path: '/', headers: { host: 'evil.example' } },
  ];
}

/** Planted secrets in a text, as they are or percent-encoded, and whatever looks like an id of Stripe. */
export function secretsIn(text, secrets) {
  const all = text.toLowerCase();
  const planted = [...secrets].filter((secret) => [secret, encodeURIComponent(secret)].some((form) => all.includes(form.toLowerCase())));
  return [...planted, ...(text.match(STRIPE_ID) ?? [])];
}

/** The secrets that an answer tells, in body or headers; `location` may tell. */
export function reveals({ text, headers }, secrets, { location = false } = {}) {
  const told = Object.entries(headers).filter(([name]) => !(location && name === 'location')).flat(2).join('\n');
  return secretsIn(`${text}\n${told}`, secrets);
}
