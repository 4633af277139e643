/**
 * The `/v1` API: authentication, version, idempotency, faults, and the handlers of each address.
 *
 * Never answers an address that it does not model with anything but Stripe's 404.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { readBody, send } from '../kit/http.mjs';
import { ActError, ApiError, invalid, missing, unauthorized, unknownUrl } from './errors.mjs';
import { faultBody, takeFault } from './faults.mjs';
import { FormError, decodeForm } from './form.mjs';
import { freshId } from './ids.mjs';
import { API_VERSION, listOf } from './objects.mjs';
import { checkSession } from './validate.mjs';

/** Page size of a list when not asked for, and at most. */
const PAGE_DEFAULT = 10;
const PAGE_MAX = 100;
/** What a session can be asked to hold whole. */
const EXPANDABLE = ['line_items', 'payment_intent', 'subscription'];

const ROUTES = [
  ['POST', /^\/v1\/checkout\/sessions$/, createSession],
  ['GET', /^\/v1\/checkout\/sessions\/([^/]+)$/, getSession],
  ['POST', /^\/v1\/checkout\/sessions\/([^/]+)\/expire$/, expireSession],
  ['GET', /^\/v1\/checkout\/sessions\/([^/]+)\/line_items$/, getLineItems],
  ['GET', /^\/v1\/events$/, listEvents],
  ['GET', /^\/v1\/events\/([^/]+)$/, getEvent],
  ['GET', /^\/v1\/subscriptions\/([^/]+)$/, (world, input, id) => getObject(world.store.subscriptions.get(id), 'subscription', input, id)],
  ['GET', /^\/v1\/customers\/([^/]+)$/, (world, input, id) => getObject(world.store.customers.get(id), 'customer', input, id)],
  ['GET', /^\/v1\/invoices\/([^/]+)$/, (world, input, id) => getObject(world.store.invoices.get(id)?.invoice, 'invoice', input, id)],
];

/** Answer one request to the API. */
export async function handleApi(world, request, response, url) {
  const requestId = freshId('req');
  try {
    await answer(world, request, response, url, requestId);
  } catch (error) {
    const known = asApiError(error);
    if (known.status === 400) world.violations.push({ at: world.nowMs(), method: request.method, path: url.pathname, ...known.error });
    world.store.touch();
    reply(response, requestId, { status: known.status, body: known.body() });
  }
}

async function answer(world, request, response, url, requestId) {
  authorize(world, request);
  checkHeaders(request);
  const text = (await readBody(request)).toString('utf8');
  const [match, handler] = route(request.method, url.pathname);
  const key = request.method === 'POST' ? request.headers['idempotency-key'] : undefined;
  const claim = world.idempotency.begin(key, url.pathname, text);
  if (claim.stored) return reply(response, requestId, claim.stored, { 'idempotent-replayed': 'true' });
  const fault = takeFault(world.faults, request, url.pathname);
  let result;
  try {
    if (fault?.delayMs) await sleep(fault.delayMs, undefined, { signal: world.closing, ref: false });
    if (fault?.status && fault.mode === 'before') {
      claim.release();
      return breakDown(response, requestId, fault.status);
    }
    const input = decodeForm(request.method === 'GET' ? url.search.slice(1) : text);
    result = { status: 200, body: handler(world, input, match[1], { requestId, idempotencyKey: key ?? null }) };
    claim.finish(result);
  } catch (error) {
    claim.release();
    throw error;
  }
  if (fault?.status) return breakDown(response, requestId, fault.status);
  return reply(response, requestId, result);
}

function authorize(world, request) {
  const key = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  if (key !== world.secretKey) throw unauthorized(key);
}

function checkHeaders(request) {
  if (request.headers['stripe-version'] !== API_VERSION) {
    throw invalid(`Stripe-Version must be ${API_VERSION}, not ${request.headers['stripe-version'] ?? 'absent'}.`);
  }
  const type = (request.headers['content-type'] ?? '').split(';')[0].trim();
  if (request.method === 'POST' && type !== 'application/x-www-form-urlencoded') {
    throw invalid(`Content-Type must be application/x-www-form-urlencoded, not ${type || 'absent'}.`);
  }
}

function route(method, pathname) {
  for (const [wanted, pattern, handler] of ROUTES) {
    const match = wanted === method && pattern.exec(pathname);
    if (match) return [match, handler];
  }
  throw unknownUrl(method, pathname);
}

function asApiError(error) {
  if (error instanceof ApiError) return error;
  if (error instanceof FormError) return invalid(error.message, error.param);
  if (error instanceof ActError) return invalid(error.message);
  if (error.status === 413) return new ApiError(413, { type: 'invalid_request_error', message: error.message });
  throw error;
}

function reply(response, requestId, { status, body }, headers = {}) {
  const text = JSON.stringify(body, null, 2);
  send(response, status, { 'content-type': 'application/json', 'request-id': requestId, 'stripe-version': API_VERSION, ...headers }, text);
}

function breakDown(response, requestId, status) {
  if (status === 'drop') response.destroy();
  else if (status !== 'timeout') reply(response, requestId, { status, body: faultBody(status) });
}

function createSession(world, input) {
  const checked = checkSession(input, { nowS: world.nowS(), prices: world.prices });
  checkExpand(checked.params.expand);
  const session = world.payments.create(checked);
  return expanded(world, world.store.sessions.get(session.id), checked.params.expand);
}

function getSession(world, input, id) {
  return expanded(world, sessionRecord(world, id), onlyExpand(input));
}

function sessionRecord(world, id) {
  if (!world.store.sessions.has(id)) throw missing('checkout.session', id);
  return world.payments.record(id);
}

function onlyExpand(input) {
  const other = Object.keys(input).find((name) => name !== 'expand');
  if (other) throw invalid(`Received unknown parameter: ${other}`, other, 'parameter_unknown');
  return checkExpand(input.expand);
}

function checkExpand(expand = []) {
  if (!Array.isArray(expand)) throw invalid('Invalid array', 'expand');
  const other = expand.find((name) => !EXPANDABLE.includes(name));
  if (other !== undefined) throw invalid(`This property cannot be expanded (${other}).`, 'expand');
  return expand;
}

/** A copy of a session with the asked-for ids replaced by their objects. */
function expanded(world, found, expand = []) {
  const session = structuredClone(found.session);
  const fields = {
    line_items: () => listOf(found.items, `/v1/checkout/sessions/${session.id}/line_items`),
    payment_intent: () => session.payment_intent && found.intent,
    subscription: () => session.subscription && world.store.subscriptions.get(session.subscription),
  };
  for (const name of expand) session[name] = fields[name]();
  return session;
}

function expireSession(world, input, id, request) {
  const found = sessionRecord(world, id);
  const expand = onlyExpand(input);
  if (found.session.status !== 'open') {
    throw invalid(`Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${found.session.status}\`.`);
  }
  world.payments.expire(id, request);
  return expanded(world, found, expand);
}

function getLineItems(world, input, id) {
  const found = sessionRecord(world, id);
  return pageOf(found.items, input, `/v1/checkout/sessions/${id}/line_items`, ['limit', 'starting_after', 'ending_before']);
}

function getEvent(world, input, id) {
  onlyExpand(input);
  const event = world.store.events.get(id);
  if (!event) throw missing('event', id);
  return event;
}

function getObject(found, kind, input, id) {
  onlyExpand(input);
  if (!found) throw missing(kind, id);
  return found;
}

function listEvents(world, input) {
  const types = input.types ?? (input.type === undefined ? null : [input.type]);
  if (types && !Array.isArray(types)) throw invalid('Invalid array', 'types');
  const inTime = createdFilter(input.created);
  const events = [...world.store.events.values()].reverse();
  const fitting = events.filter((event) => inTime(event.created) && (!types || types.some((type) => typeFits(type, event.type))));
  return pageOf(fitting, input, '/v1/events', ['limit', 'starting_after', 'ending_before', 'type', 'types', 'created', 'delivery_success']);
}

function typeFits(wanted, type) {
  return wanted === type || (wanted.endsWith('.*') && type.startsWith(wanted.slice(0, -1)));
}

function createdFilter(created) {
  if (created === undefined) return () => true;
  const tests = { gt: (a, b) => a > b, gte: (a, b) => a >= b, lt: (a, b) => a < b, lte: (a, b) => a <= b };
  const bounds = typeof created === 'string' ? [['gte', created], ['lte', created]] : Object.entries(created);
  for (const [name, value] of bounds) {
    if (!Object.hasOwn(tests, name) || !/^[0-9]{1,12}$/.test(value)) throw invalid('Invalid integer', `created[${name}]`, 'parameter_invalid_integer');
  }
  return (at) => bounds.every(([name, value]) => tests[name](at, Number(value)));
}

function pageOf(all, input, url, allowed) {
  const other = Object.keys(input).find((name) => !allowed.includes(name));
  if (other) throw invalid(`Received unknown parameter: ${other}`, other, 'parameter_unknown');
  const { limit = String(PAGE_DEFAULT), starting_after: after, ending_before: before } = input;
  const size = Number(limit);
  if (!/^[0-9]{1,4}$/.test(limit) || size < 1 || size > PAGE_MAX) throw invalid(`This value must be between 1 and ${PAGE_MAX}.`, 'limit', 'parameter_invalid_integer');
  if (after !== undefined && before !== undefined) throw invalid('You cannot use both `starting_after` and `ending_before`.', 'starting_after');
  const at = (id, param) => {
    const index = all.findIndex((item) => item.id === id);
    if (index < 0) throw invalid(`No such object: '${id}'`, param, 'resource_missing');
    return index;
  };
  if (before !== undefined) {
    const end = at(before, 'ending_before');
    const start = Math.max(0, end - size);
    return listOf(all.slice(start, end), url, start > 0);
  }
  const start = after === undefined ? 0 : at(after, 'starting_after') + 1;
  return listOf(all.slice(start, start + size), url, start + size < all.length);
}
