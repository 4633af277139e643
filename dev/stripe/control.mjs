/**
 * The stand-in's own controls under `/_control/`: JSON for tests, and the same acts as form posts for a person.
 *
 * Never part of what the Worker may call: nothing here exists at Stripe.
 */
import { HttpError, readBody, seeOther, sendJson } from '../kit/http.mjs';
import { readFault } from './faults.mjs';
import { ActError } from './errors.mjs';

/** Longest pause before a delivery, in milliseconds (10 minutes). */
const DELAY_MAX_MS = 600_000;
/** Most copies of one event in one redelivery. */
const TIMES_MAX = 100;

/** Acts by name: `act(world, input)` returns what a test gets to see. */
const ACTS = {
  settings: (world, input) => changeSettings(world, input),
  redeliver: (world, input) => redeliver(world, input),
  flush: async (world, input) => {
    await world.delivery.flush({ reverse: yes(input.reverse) });
    return { pending: world.store.pending.size };
  },
  pay: (world, { session, email, name, delayed }) => world.payments.pay(session, { email, name, delayed: yes(delayed) }),
  settle: (world, { session, outcome }) => world.payments.settle(session, outcome === 'failed' ? 'failed' : 'succeeded'),
  expire: (world, { session }) => world.payments.expire(session),
  refund: (world, { session, subscription, amount }) => {
    const part = amount === undefined || amount === '' ? undefined : Number(amount);
    return subscription ? world.payments.subscriptions.refund(subscription, part) : world.payments.refund(session, part);
  },
  subscription: (world, { subscription, status }) => world.payments.subscriptions.change(subscription, status),
  renew: (world, { subscription, fails }) => world.payments.subscriptions.renew(subscription, { fails: yes(fails) }),
  cancel: (world, { subscription, now }) => world.payments.subscriptions.cancel(subscription, { now: yes(now) }),
  price: (world, input) => world.addPrice(input),
};

/** Answer one request under `/_control/`. */
export async function handleControl(world, request, response, url) {
  const name = url.pathname.slice('/_control/'.length);
  if (request.method === 'GET' && name === 'state') return sendJson(response, 200, stateOf(world));
  const act = Object.hasOwn(ACTS, name) ? ACTS[name] : null;
  if (!act) throw new HttpError(404, `No such control: ${name}`);
  if (request.method !== 'POST') throw new HttpError(405, 'Controls take POST.');
  const { input, isForm } = await readInput(request);
  try {
    const result = await act(world, input);
    return isForm ? seeOther(response, '/') : sendJson(response, 200, result);
  } catch (error) {
    if (error instanceof ActError) throw new HttpError(409, error.message);
    throw error;
  }
}

/** Everything there is to see. */
export function stateOf(world) {
  const { store, settings, faults } = world;
  return {
    settings, faults,
    sessions: [...store.sessions.values()].map((found) => found.session),
    unsettled: [...store.sessions.values()].filter((found) => found.intent?.status === 'processing').map((found) => found.session.id),
    subscriptions: [...store.subscriptions.values()],
    events: [...store.events.values()],
    pending: [...store.pending.keys()],
    deliveries: store.deliveries,
    violations: store.violations,
  };
}

async function readInput(request) {
  const text = (await readBody(request)).toString('utf8');
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  if (isForm) return { isForm, input: Object.fromEntries(new URLSearchParams(text)) };
  try {
    const input = text === '' ? {} : JSON.parse(text);
    if (input && typeof input === 'object' && !Array.isArray(input)) return { isForm, input };
  } catch {
    throw new HttpError(400, 'The body is not JSON.');
  }
  throw new HttpError(400, 'The body must be a JSON object.');
}

function yes(value) {
  return value === true || value === 'true' || value === 'on' || value === '1';
}

/** Change only what is named; `failNext` replaces the ordered faults. Unpausing delivers what waited. */
export function changeSettings(world, input) {
  const { settings } = world;
  const was = settings.paused;
  for (const name of ['paused', 'duplicate', 'reorder']) if (input[name] !== undefined) settings[name] = yes(input[name]);
  if (input.delayMs !== undefined) {
    const delayMs = Number(input.delayMs);
    if (!Number.isFinite(delayMs) || delayMs < 0 || delayMs > DELAY_MAX_MS) throw new HttpError(400, `delayMs must be 0 to ${DELAY_MAX_MS}.`);
    settings.delayMs = delayMs;
  }
  if (input.failNext !== undefined) orderFaults(world, input.failNext);
  if (was && !settings.paused) world.delivery.resume();
  return { settings, faults: world.faults };
}

function orderFaults(world, orders) {
  let faults;
  try {
    faults = orders.map(readFault);
  } catch (error) {
    throw new HttpError(400, error.message);
  }
  world.faults.splice(0, world.faults.length, ...faults);
}

function redeliver(world, { event, events, session, times = 1, reverse }) {
  const count = Number(times);
  if (!Number.isInteger(count) || count < 1 || count > TIMES_MAX) throw new HttpError(400, `times must be 1 to ${TIMES_MAX}.`);
  const ids = events ?? (event ? [event] : [...world.store.events.values()].filter((one) => belongsTo(one, session)).map((one) => one.id));
  if (!Array.isArray(ids)) throw new HttpError(400, 'events must be a list of event ids.');
  const found = ids.map((id) => {
    const one = world.store.events.get(id);
    if (!one) throw new HttpError(404, `No such event: ${id}`);
    return one;
  });
  return world.delivery.redeliver(found, { times: count, reverse: yes(reverse) });
}

function belongsTo(event, session) {
  return event.data.object.id === session;
}
