/**
 * What a buyer and Stripe do to a shop, step by step, over HTTP.
 *
 * Never looks into the database.
 */
import Stripe from 'stripe';
import { BUMP, COMPLETED, CONFIRMATION, JSON_TYPE, SECRETS } from './shop.mjs';

const signer = new Stripe('sk_test_signing_only');

/** The `Stripe-Signature` of a payload, made by Stripe's own library. */
export function signature(payload, secret, timestamp = Math.floor(Date.now() / 1000)) {
  return signer.webhooks.generateTestHeaderString({ payload, secret, timestamp });
}

/** The steps, for one world. */
export function shopper(world) {
  const { stripe } = world;
  const post = (path, value) => world.send({ method: 'POST', path, headers: JSON_TYPE, body: JSON.stringify(value) });
  const sessionOf = (intent) => stripe.state().sessions.find((session) => session.client_reference_id === intent);
  const steps = {
    post,
    sessionOf,
    /** Start a checkout: the launch pass with its bump, unless told otherwise. */
    start: (changes = {}) => post('/api/commerce/checkout', { orderBumpPriceIds: [BUMP], confirmationText: CONFIRMATION, ...changes }),
    /** POST an event with a good signature; `header` and `secret` forge one. */
    signed: (event, { payload = JSON.stringify(event), secret = SECRETS.webhook, timestamp, header } = {}) => world.send({
      method: 'POST', path: '/api/stripe/webhook', body: payload,
      headers: { ...JSON_TYPE, 'stripe-signature': header ?? signature(payload, secret, timestamp) },
    }),
    lookup: (intent) => world.send({ path: `/api/products/entitlements?checkoutIntentId=${intent}` }),
    token: (intent, entitlement) => post('/api/products/download-tokens', { checkoutIntentId: intent, entitlementId: entitlement }),
    download: (token, method = 'GET') => world.send({ method, path: `/api/products/downloads?token=${token}` }),
    /** Pay a started checkout without delivering anything; returns the event that is still to come. */
    payNow(intent, email = 'buyer@example.com') {
      stripe.set({ paused: true });
      return stripe.pay(sessionOf(intent).id, { email }).find(({ type }) => type === COMPLETED);
    },
    /** Start and pay without delivering anything; resolves to `{ intent, session, event }` with the event still to come. */
    async pay({ email, ...changes } = {}) {
      const started = await steps.start(changes);
      if (started.status !== 200) throw new Error(`start: ${started.status} ${started.text}`);
      const intent = started.json.checkoutIntentId;
      const event = steps.payNow(intent, email);
      return { intent, session: sessionOf(intent), event };
    },
    /** Start, pay and deliver; resolves to `{ intent, session, event, entitlements }`. */
    async buy(changes = {}) {
      const paid = await steps.pay(changes);
      const taken = await steps.signed(paid.event);
      if (taken.status !== 200) throw new Error(`webhook: ${taken.status} ${taken.text}`);
      const entitlements = (await steps.lookup(paid.intent)).json.entitlements.map(({ id }) => id);
      return { ...paid, entitlements };
    },
    /** A fresh download token of a purchase. */
    async ticket({ intent, entitlements }, index = 0) {
      const made = await steps.token(intent, entitlements[index]);
      if (made.status !== 201) throw new Error(`token: ${made.status} ${made.text}`);
      return made.json.token;
    },
  };
  return steps;
}
