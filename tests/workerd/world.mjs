/**
 * One shop on workerd for one test: the built Worker, its database and bucket, and the Stripe stand-in.
 *
 * Never shares state between two worlds, and stops only processes that it started.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from 'miniflare';
import { unstable_readConfig as readConfig } from 'wrangler';
import { freeRun } from '../../dev/kit/ports.mjs';
import { startStripe } from '../../dev/stripe/server.mjs';
import { ROOT } from '../../dev/tools.mjs';
import { load, reader } from './kit/data.mjs';
import { send } from './kit/http.mjs';
import { OWNER, SECRETS } from './kit/shop.mjs';
import { shopper } from './kit/shopper.mjs';

const HOST = '127.0.0.1';
/** How long a test waits for something to happen, in milliseconds, and how often it looks. */
const WAIT_MAX_MS = 10_000;
const LOOK_EVERY_MS = 5;

const CONFIG = readConfig({ config: join(ROOT, 'wrangler.toml') });
const ENTRY = ['entry.mjs', 'probe.mjs'].map((name) => fileURLToPath(new URL(`kit/${name}`, import.meta.url)));

/**
 * Start a world that ends with the test `t`.
 *
 * - `faults`: run the Worker inside kit/entry.mjs, so that `fault()` and `seen()` work;
 * - `persist`: a folder that outlives the world; `stripe`: a stand-in that does;
 * - `queue: false`: a deployment whose queue is missing;
 * - `outbound(request)`: answers or forwards the Worker's requests to others.
 */
export async function startWorld(t, { faults = false, persist, stripe: given, outbound, vars = {}, queue = true, port: wanted } = {}) {
  const port = wanted ?? (await freeRun(1, HOST));
  const origin = `http://${HOST}:${port}`;
  const stripe = given ?? (await startStripe({
    host: HOST, secretKey: SECRETS.key, webhookSecret: SECRETS.webhook, webhookUrl: `${origin}/api/stripe/webhook`, retryDelaysMs: [50, 50],
  }));
  const logs = [];
  const before = childrenNamed('workerd');
  const worker = options({ port, origin, stripe, faults, persist, outbound, vars, queue, logs });
  const miniflare = new Miniflare(convertV4MiniflareOptions(worker));
  let open = true;
  const close = async () => {
    if (!open) return;
    open = false;
    await miniflare.dispose();
  };
  if (!given) t.after(stripe.close);
  t.after(close);
  await miniflare.ready;
  const pid = childrenNamed('workerd').find((child) => !before.includes(child));
  const [d1, bucket] = [await miniflare.getD1Database('DB'), await miniflare.getR2Bucket('PRODUCT_ASSETS')];
  await load(d1, bucket);
  const world = { origin, port, stripe, miniflare, bucket, logs, pid, close, db: reader(d1) };
  world.send = (wish) => send(origin, wish);
  world.cron = async () => (await miniflare.getWorker()).scheduled({ cron: CONFIG.triggers.crons[0] });
  world.fault = (order = {}) => world.send({ method: 'POST', path: '/_test', body: JSON.stringify(order) });
  world.seen = async () => (await world.send({ path: '/_test' })).json;
  world.kill = () => kill(world);
  return Object.assign(world, shopper(world));
}

function options({ port, origin, stripe, faults, persist, outbound, vars, queue, logs }) {
  const built = [{ type: 'ESModule', path: join(ROOT, 'build/index.js') }, { type: 'CompiledWasm', path: join(ROOT, 'build/index_bg.wasm') }];
  return {
    name: 'shop', host: HOST, port: 0, log: new Log(LogLevel.NONE), compatibilityDate: CONFIG.compatibility_date,
    compatibilityFlags: CONFIG.compatibility_flags, modulesRoot: ROOT,
    modules: [...(faults ? ENTRY.map((path) => ({ type: 'ESModule', path })) : []), ...built],
    d1Databases: { DB: 'shop' }, r2Buckets: { PRODUCT_ASSETS: 'assets' },
    ...(queue && {
      queueProducers: { QUEUE: { queueName: 'jobs' } },
      queueConsumers: { jobs: { maxBatchTimeout: 0.05, maxRetries: 5, deadLetterQueue: 'jobs-dead' }, 'jobs-dead': { maxBatchTimeout: 0.05 } },
    }),
    bindings: {
      PUBLIC_SITE_URL: origin, STRIPE_ACTIVE_MODE: 'sandbox', PLAN_BILLING_MODE: 'sandbox', STRIPE_SECRET_KEY_SANDBOX: SECRETS.key,
      STRIPE_WEBHOOK_SECRET_SANDBOX: SECRETS.webhook, STRIPE_API_BASE: stripe.origin, STRIPE_CHECKOUT_ORIGIN: stripe.origin,
      BETTER_AUTH_SECRET: SECRETS.auth, OWNER_EMAILS: OWNER, ...vars,
    },
    unsafeDirectSockets: [{ host: HOST, port }],
    handleStructuredLogs: ({ message }) => logs.push(message),
    ...(outbound && { outboundService: outbound }),
    ...(persist && { resourcePersistencePath: persist }),
  };
}

/** End the world's workerd at once, as a crash would; the folder it wrote to stays. */
async function kill({ pid, close }) {
  process.kill(pid, 'SIGKILL');
  await close();
}

/** Children of this process with this name. */
function childrenNamed(name) {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' }).trim().split('\n');
  return rows.map((row) => row.trim().split(/\s+/))
    .filter(([, parent, command]) => Number(parent) === process.pid && command.endsWith(name)).map(([pid]) => Number(pid));
}

/** Wait until `look()` gives something true; returns it. */
export async function until(look, what) {
  const from = performance.now();
  while (performance.now() - from < WAIT_MAX_MS) {
    const found = await look();
    if (found) return found;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`Waited ${WAIT_MAX_MS} ms for ${what}.`);
}
