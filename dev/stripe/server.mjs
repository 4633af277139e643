/**
 * The Stripe stand-in: a real HTTP server with Stripe's addresses and shapes for the calls this product makes,
 * a hosted payment page, signed webhooks, and controls for tests and people.
 *
 * Never listens beyond loopback unless told to, and never talks to Stripe.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sendCss, sendPage } from '../kit/html.mjs';
import { HttpError, listen } from '../kit/http.mjs';
import { handleApi } from './api.mjs';
import { handleCheckout } from './checkout.mjs';
import { changeSettings, handleControl, stateOf } from './control.mjs';
import { Delivery, signature } from './delivery.mjs';
import { createIdempotency } from './idempotency.mjs';
import { overviewPage } from './pages.mjs';
import { Payments } from './payments.mjs';
import { createStore } from './store.mjs';

/** How often due sessions are looked for, in milliseconds. */
const SWEEP_MS = 5_000;
/** How often and how long `idle()` looks, in milliseconds. */
const IDLE_STEP_MS = 5;
const IDLE_MAX_MS = 30_000;

/**
 * Start the stand-in. `clock` gives milliseconds; `prices` are known prices (`id`, `unit_amount`, `currency`, `name`, `interval`);
 * `retryDelaysMs` replaces the pauses between delivery tries; `stateFile` keeps state over restarts.
 */
export async function startStripe({
  port = 0, host = '127.0.0.1', secretKey, webhookSecret, webhookUrl = null, clock = Date.now, stateFile, retryDelaysMs, prices = [],
}) {
  if (!/^sk_test_\w+$/.test(secretKey ?? '')) throw new Error('secretKey must start with sk_test_.');
  if (!/^whsec_\w+$/.test(webhookSecret ?? '')) throw new Error('webhookSecret must start with whsec_.');
  const closing = new AbortController();
  const store = createStore(stateFile);
  const settings = { paused: false, delayMs: 0, duplicate: false, reorder: false };
  const nowS = () => Math.floor(clock() / 1000);
  const delivery = new Delivery({ store, settings, webhookUrl, webhookSecret, nowMs: clock, retryDelaysMs });
  let origin = '';
  const payments = new Payments({ store, nowS, origin: () => origin, publish: (events) => delivery.accept(events) });
  const world = {
    store, settings, delivery, payments, secretKey, nowS, nowMs: clock, faults: [], violations: store.violations,
    prices: new Map(), idempotency: createIdempotency({ store, nowMs: clock }), closing: closing.signal, webhookUrl,
  };
  world.addPrice = (input) => addPrice(world.prices, input);
  prices.forEach(world.addPrice);
  const http = await listen({ host, port, handle: (request, response, url) => handle(world, request, response, url) });
  origin = `http://${host}:${http.port}`;
  const sweep = setInterval(() => payments.sweep(), SWEEP_MS);
  delivery.resume();
  return handleFor(world, {
    origin,
    webhookSecret,
    async close() {
      clearInterval(sweep);
      closing.abort();
      delivery.close();
      await http.close();
      store.flush();
    },
  });
}

/** What a test holds. */
function handleFor(world, { origin, webhookSecret, close }) {
  const { store, delivery, payments, settings } = world;
  const eventOf = (event) => {
    const found = typeof event === 'string' ? store.events.get(event) : event;
    if (!found) throw new Error(`No such event: ${event}`);
    return found;
  };
  return {
    origin, close, settings,
    violations: store.violations,
    state: () => stateOf(world),
    session: (id) => payments.record(id).session,
    events: (type) => [...store.events.values()].filter((event) => !type || event.type === type),
    deliveries: (eventId) => store.deliveries.filter((entry) => !eventId || entry.eventId === eventId),
    set: (input) => changeSettings(world, input),
    failNext: (...orders) => changeSettings(world, { failNext: orders }),
    pay: (id, options) => payments.pay(id, options),
    settle: (id, outcome) => payments.settle(id, outcome),
    expire: (id) => payments.expire(id),
    refund: (id, amount) => payments.refund(id, amount),
    changeSubscription: (id, status) => payments.subscriptions.change(id, status),
    renew: (id, options) => payments.subscriptions.renew(id, options),
    cancel: (id, options) => payments.subscriptions.cancel(id, options),
    refundSubscription: (id, amount) => payments.subscriptions.refund(id, amount),
    addPrice: world.addPrice,
    /** Make an event of any type about any object, and deliver it like every other. */
    emit: (type, object) => payments.emit([[type, object]])[0],
    /** POST an event now; options: `secret`, `timestampS`, `payload`, `header` (to forge), resolves to the log entry. */
    deliver: (event, options) => delivery.attempt(eventOf(event), options),
    redeliver: (events, options) => delivery.redeliver([events].flat().map(eventOf), options),
    flush: (options) => delivery.flush(options),
    sign: (payload, { secret = webhookSecret, timestampS = world.nowS() } = {}) => signature(payload, secret, timestampS),
    idle: () => untilIdle(delivery),
  };
}

async function untilIdle(delivery) {
  const from = performance.now();
  while (!delivery.isIdle()) {
    if (performance.now() - from > IDLE_MAX_MS) throw new Error(`Deliveries still run after ${IDLE_MAX_MS} ms.`);
    await sleep(IDLE_STEP_MS);
  }
}

function addPrice(prices, { id, unit_amount: unitAmount, currency, interval, name }) {
  if (!/^price_\w+$/.test(id ?? '') || !Number.isInteger(Number(unitAmount)) || !/^[a-z]{3}$/.test(currency ?? '') || !name) {
    throw new HttpError(400, 'A price needs id (price_...), unit_amount, currency and name.');
  }
  const recurring = interval ? { interval, interval_count: 1 } : null;
  prices.set(id, { priceId: id, unitAmount: Number(unitAmount), currency, recurring, name, description: null, metadata: {}, images: [] });
  return { id };
}

function handle(world, request, response, url) {
  if (sendCss(request, response, url)) return undefined;
  if (url.pathname.startsWith('/v1/')) return handleApi(world, request, response, url);
  if (url.pathname.startsWith('/c/pay/')) return handleCheckout(world, request, response, url);
  if (url.pathname.startsWith('/_control/')) return handleControl(world, request, response, url);
  if (url.pathname === '/' && request.method === 'GET') return sendPage(response, 200, overviewPage(stateOf(world), world.webhookUrl));
  throw new HttpError(404, 'There is nothing here.');
}
