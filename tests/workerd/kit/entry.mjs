/**
 * A test-only main module around the built Worker: counts and delays its D1 and R2 calls, lets chosen calls fail or
 * stall, and reports the size of the wasm memory. Ordered and asked through `/_test`, which the Worker never sees.
 *
 * Never part of a deployment: nothing outside tests/ names this file.
 */
import { wasmBytes } from './probe.mjs';
import built from '../../../build/index.js';

/** How long a stalled call waits, in milliseconds; the test ends the process long before. */
const STALL_MS = 60_000;
const OBJECTS = '/_test/';

const order = { on: null, at: 0, mode: 'before', delayMs: 0 };
const seen = { d1: 0, r2: 0, hit: false };
const plain = new WeakMap();

/** One call of a binding, as ordered. */
async function call(kind, act, about = '') {
  seen[kind] += 1;
  if (kind === 'd1' && order.delayMs > 0) await scheduler.wait(order.delayMs);
  const here = order.on === kind && order.at === seen[kind];
  if (here) await strike('before', kind, about);
  const result = await act();
  if (here) await strike('after', kind, about);
  return result;
}

/** The error repeats what the call was about, as a provider's error may: no answer and no log line may pass it on. */
async function strike(moment, kind, about) {
  if (!order.mode.endsWith(moment)) return;
  seen.hit = true;
  if (order.mode.startsWith('stall-')) await scheduler.wait(STALL_MS);
  throw new Error(`${kind.toUpperCase()}_ERROR: ordered by a test ${about}`);
}

/** A proxy whose listed methods are replaced; everything else works on the target. */
function over(target, methods) {
  return new Proxy(target, {
    get(object, name) {
      if (Object.hasOwn(methods, name)) return methods[name];
      const value = object[name];
      return typeof value === 'function' && name !== 'constructor' ? value.bind(object) : value;
    },
  });
}

function statement(target) {
  const runs = ['run', 'all', 'first', 'raw'].map((name) => [name, (...args) => call('d1', () => target[name](...args))]);
  const wrapped = over(target, { ...Object.fromEntries(runs), bind: (...values) => statement(target.bind(...values)) });
  plain.set(wrapped, target);
  return wrapped;
}

function database(target) {
  return over(target, {
    prepare: (sql) => statement(target.prepare(sql)),
    batch: (list) => call('d1', () => target.batch(list.map((item) => plain.get(item) ?? item))),
    exec: (sql) => call('d1', () => target.exec(sql)),
  });
}

function bucket(target) {
  const names = ['get', 'head', 'put', 'delete', 'list'];
  return over(target, Object.fromEntries(names.map((name) => [name, (...args) => call('r2', () => target[name](...args), args[0])])));
}

function watched(env) {
  return { ...env, DB: database(env.DB), PRODUCT_ASSETS: bucket(env.PRODUCT_ASSETS) };
}

/**
 * Objects under `/_test/<key>`, handled by a few lines of JavaScript: what the platform itself costs, streamed or
 * (`hold`) held whole.
 */
async function object(request, env, key, hold) {
  if (request.method === 'PUT') {
    const { size } = await env.PRODUCT_ASSETS.put(key, request.body);
    return Response.json({ size });
  }
  const found = await env.PRODUCT_ASSETS.get(key);
  return new Response(hold ? await found.arrayBuffer() : found.body, { headers: { 'content-length': String(found.size) } });
}

async function control(request) {
  if (request.method === 'POST') {
    Object.assign(order, { on: null, at: 0, mode: 'before', delayMs: 0 }, await request.json());
    Object.assign(seen, { d1: 0, r2: 0, hit: false });
  }
  return Response.json({ ...seen, wasmBytes: wasmBytes() });
}

export default {
  fetch(request, env, ctx) {
    const { pathname, search } = new URL(request.url);
    if (pathname.startsWith(OBJECTS)) return object(request, env, pathname.slice(OBJECTS.length), search === '?hold');
    return pathname === '/_test' ? control(request) : built.fetch(request, watched(env), ctx);
  },
  queue(batch, env, ctx) {
    return built.queue(batch, watched(env), ctx);
  },
  scheduled(event, env, ctx) {
    return built.scheduled(event, watched(env), ctx);
  },
};
