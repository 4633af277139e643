/**
 * What the stand-in's tests share: a running stand-in, the official client aimed at it, and a webhook receiver.
 *
 * Never used outside tests.
 */
import { createServer } from 'node:http';
import { once } from 'node:events';
import Stripe from 'stripe';
import { startStripe } from './server.mjs';

export const SECRET_KEY = 'sk_test_abcdefghijklmnopqrstuvwx';
export const WEBHOOK_SECRET = 'whsec_abcdefghijklmnopqrstuvwx';

/** A receiver that keeps what it gets; `answers` are the statuses to give, the last one from then on. */
export async function receiver(t, answers = [200]) {
  const got = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    got.push({ signature: request.headers['stripe-signature'], body, event: JSON.parse(body) });
    const status = answers[Math.min(got.length, answers.length) - 1];
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('noted');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { got, url: `http://127.0.0.1:${server.address().port}/hook` };
}

/** A stand-in with the official client. */
export async function standIn(t, options = {}) {
  const stripe = await startStripe({ secretKey: SECRET_KEY, webhookSecret: WEBHOOK_SECRET, ...options });
  t.after(stripe.close);
  return { stripe, client: clientOf(stripe) };
}

/** The official client, aimed at a stand-in. */
export function clientOf(stripe, key = SECRET_KEY, extra = {}) {
  const { hostname, port } = new URL(stripe.origin);
  return new Stripe(key, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false, ...extra });
}

/** A plain purchase, with changes. */
export function purchase(changes = {}) {
  return {
    mode: 'payment',
    success_url: 'http://127.0.0.1:1/thanks?checkout_intent_id=i1&session_id={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://127.0.0.1:1/offer',
    client_reference_id: 'checkout-1',
    customer_email: 'buyer@example.com',
    line_items: [
      { quantity: 1, price_data: { currency: 'usd', unit_amount: 1900, product_data: { name: 'Guide <1>', metadata: { bumpgrade_product_id: 'p1' } } } },
      { quantity: 1, price_data: { currency: 'usd', unit_amount: 900, product_data: { name: 'Templates', description: 'Ten of them' } } },
    ],
    metadata: { checkout_intent_id: 'i1' },
    ...changes,
  };
}

/** A subscription purchase. */
export function membership() {
  const recurring = { interval: 'month' };
  return purchase({
    mode: 'subscription',
    line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 1200, recurring, product_data: { name: 'Club' } } }],
    subscription_data: { metadata: { product_id: 'club' } },
  });
}

/** Post a form as a browser does, without following the redirect. */
export function submit(url, fields = {}) {
  return fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
}

/** Post to a control as a test does. */
export function control(stripe, act, input = {}) {
  return fetch(`${stripe.origin}/_control/${act}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(input) });
}
