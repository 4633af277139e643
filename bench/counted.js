/**
 * Stands in front of a Worker and counts its D1 and R2 calls. Made the main module of a copy of the bundle, with the
 * Worker itself as `./index.js`.
 *
 * Every answer gets `x-calls: {"d1":n,"r2":n}`. With `BENCH_DELAY_MS` every D1 call is put off by that long, which
 * turns the number of calls made one after another into wall time.
 */
import worker from './index.js';

const STATEMENT_CALLS = ['first', 'all', 'run', 'raw'];
const OBJECT_CALLS = ['get', 'put', 'head', 'list', 'delete'];

/** A proxy that answers what `special` names and passes everything else on. */
function around(target, special) {
  return new Proxy(target, {
    get(object, name) {
      if (Object.hasOwn(special, name)) return special[name];
      const value = object[name];
      return typeof value === 'function' && name !== 'constructor' ? value.bind(object) : value;
    },
  });
}

function each(names, make) {
  return Object.fromEntries(names.map((name) => [name, make(name)]));
}

function statement(real, call) {
  return around(real, {
    unwrapped: real,
    bind: (...values) => statement(real.bind(...values), call),
    ...each(STATEMENT_CALLS, (name) => (...args) => call(() => real[name](...args))),
  });
}

function database(real, call) {
  return around(real, {
    prepare: (sql) => statement(real.prepare(sql), call),
    batch: (list) => call(() => real.batch(list.map((one) => one.unwrapped))),
    exec: (sql) => call(() => real.exec(sql)),
  });
}

function bucket(real, call) {
  return around(real, each(OBJECT_CALLS, (name) => (...args) => call(() => real[name](...args))));
}

/** The calls of the request that is being answered; requests are counted one after another. */
let calls;
/** The bindings are wrapped once, because a Worker may keep them for as long as its isolate lives. */
let counted;

function wrapped(env) {
  const toD1 = async (run) => {
    calls.d1 += 1;
    if (env.BENCH_DELAY_MS) await new Promise((resolve) => { setTimeout(resolve, Number(env.BENCH_DELAY_MS)); });
    return run();
  };
  const toR2 = (run) => {
    calls.r2 += 1;
    return run();
  };
  return { ...env, DB: database(env.DB, toD1), PRODUCT_ASSETS: bucket(env.PRODUCT_ASSETS, toR2) };
}

export default {
  async fetch(request, env, context) {
    calls = { d1: 0, r2: 0 };
    counted ??= wrapped(env);
    const response = await worker.fetch(request, counted, context);
    const headers = new Headers(response.headers);
    headers.set('x-calls', JSON.stringify(calls));
    return new Response(response.body, { status: response.status, headers });
  },
};
