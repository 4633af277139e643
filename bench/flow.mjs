/**
 * One purchase, request by request: checkout start, webhook, look-up, download token, download.
 *
 * Stripe is the stand-in of dev/stripe, running in this process; its own work is part of the start's time, and what
 * happens on the payment page is not counted.
 */
import { startStripe } from '../dev/stripe/server.mjs';
import { freshState } from './data.mjs';
import { startServer } from './mf.mjs';
import { send } from './scenarios.mjs';
import { summary } from './stats.mjs';

const CONFIRMATION = 'Create checkout for Bumpgrade launch pass at 9.00 USD';
const BUMP = 'price-launch-checklist-bump-usd';
const FLOWS_WARM = 10;

/** Run `use({ buy, url })` with a server of this bundle and a stand-in; `buy()` makes one purchase. */
export async function withShop({ bundle, template, secrets, vars = {} }, use) {
  const stripe = await startStripe({ secretKey: secrets.stripeKey, webhookSecret: secrets.webhookSecret });
  try {
    const at = { STRIPE_API_BASE: stripe.origin, STRIPE_CHECKOUT_ORIGIN: stripe.origin };
    const server = await startServer({ ...bundle, state: freshState(template, 'flow'), vars: { ...shopVars(secrets), ...at, ...vars } });
    try {
      return await use({ url: server.url, buy: () => purchase(server.url, stripe) });
    } finally {
      await server.close();
    }
  } finally {
    await stripe.close();
  }
}

/** What a deployment gets from wrangler.toml and its secrets. */
export function shopVars({ stripeKey, webhookSecret }) {
  return { APP_ENV: 'local', STRIPE_ACTIVE_MODE: 'sandbox', STRIPE_SECRET_KEY_SANDBOX: stripeKey, STRIPE_WEBHOOK_SECRET_SANDBOX: webhookSecret };
}

/** Milliseconds of whole purchases: `{ total, steps }`, each a summary, and purchases per second one after another. */
export async function measureFlow({ flows, ...shop }) {
  return withShop(shop, async ({ buy }) => {
    for (let index = 0; index < FLOWS_WARM; index += 1) await buy();
    const bought = [];
    for (let index = 0; index < flows; index += 1) bought.push(await buy());
    const totals = bought.map(({ steps }) => steps.reduce((sum, step) => sum + step.ms, 0));
    const steps = bought[0].steps.map(({ name }, index) => [name, summary(bought.map((one) => one.steps[index].ms), 2)]);
    const seconds = totals.reduce((sum, ms) => sum + ms, 0) / 1000;
    return { total: summary(totals, 1), steps: Object.fromEntries(steps), flowsPerSecond: Number((flows / seconds).toFixed(1)) };
  });
}

/** One purchase; resolves to its checkout, and per step the time and the calls that a counted bundle reports. */
async function purchase(url, stripe) {
  const steps = [];
  const step = async (name, request, status) => {
    const from = performance.now();
    const response = await send(url, request);
    const text = await response.text();
    steps.push({ name, route: `${request.method} ${request.path.split('?')[0]}`, ms: performance.now() - from, calls: response.headers.get('x-calls') });
    if (response.status !== status) throw new Error(`${name}: ${response.status} ${text}`);
    return text;
  };
  const post = (path, body) => ({ method: 'POST', path, body: JSON.stringify(body) });
  const order = { confirmationText: CONFIRMATION, orderBumpPriceIds: [BUMP], idempotencyKey: crypto.randomUUID(), buyerEmail: 'buyer@example.com' };
  const { checkoutIntentId } = JSON.parse(await step('start', post('/api/commerce/checkout', order), 200));
  const payment = pay(stripe, checkoutIntentId);
  const received = JSON.parse(await step('webhook', { method: 'POST', path: '/api/stripe/webhook', ...payment }, 200));
  if (received.entitlementGrantsCreated !== 2) throw new Error(`The webhook granted ${received.entitlementGrantsCreated} entitlements, not 2.`);
  const { entitlements } = JSON.parse(await step('look-up', { method: 'GET', path: `/api/products/entitlements?checkoutIntentId=${checkoutIntentId}` }, 200));
  const asked = { checkoutIntentId, entitlementId: entitlements[0].id };
  const { downloadUrl } = JSON.parse(await step('token', post('/api/products/download-tokens', asked), 201));
  await step('download', { method: 'GET', path: downloadUrl }, 200);
  return { checkoutIntentId, steps };
}

/** The buyer pays; the event is signed here and delivered by the caller, so that its time can be taken. */
function pay(stripe, checkoutIntentId) {
  const session = stripe.state().sessions.findLast((one) => one.client_reference_id === checkoutIntentId);
  stripe.pay(session.id, { email: 'buyer@example.com' });
  const event = stripe.events('checkout.session.completed').at(-1);
  const body = JSON.stringify(event, null, 2);
  return { body, signature: stripe.sign(body) };
}
