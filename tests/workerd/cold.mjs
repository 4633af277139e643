/**
 * Prints the time from starting workerd to the first answer of the Worker, over several starts.
 *
 * Timed, so not part of `npm test`: `node tests/workerd/cold.mjs [starts]`. The page that is asked for needs no
 * database, so the figure is process, isolate, wasm and first render; the plain Worker beside it shows what workerd
 * itself needs.
 */
import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { unstable_readConfig as readConfig } from 'wrangler';
import workerd from 'workerd';
import { ROOT } from '../../dev/tools.mjs';

const STARTS = Number(process.argv[2] ?? 15);
const PATH = '/products/entitlements';
const HOST = '127.0.0.1';
/** Descriptor on which workerd says where it listens. */
const CONTROL_FD = 3;
const PLAIN = 'export default { fetch() { return new Response("ok"); } };';

function config(modules, compatibilityDate) {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [ (name = "main", worker = .main), (name = "none", worker = .none) ],
  sockets = [ (name = "http", address = "${HOST}:0", http = (), service = "main") ]
);
const none :Workerd.Worker = (modules = [(name = "none.js", esModule = embed "plain.js")], compatibilityDate = "${compatibilityDate}");
const main :Workerd.Worker = (
  modules = [${modules}],
  compatibilityDate = "${compatibilityDate}",
  bindings = [
    (name = "DB", wrapped = (moduleName = "cloudflare-internal:d1-api", innerBindings = [(name = "fetcher", service = "none")])),
    (name = "PRODUCT_ASSETS", r2Bucket = "none"),
    (name = "PUBLIC_SITE_URL", text = "http://${HOST}"),
    (name = "STRIPE_ACTIVE_MODE", text = "sandbox"),
  ],
);
`;
}

const MODULES = {
  worker: '(name = "index.js", esModule = embed "index.js"), (name = "index_bg.wasm", wasm = embed "index_bg.wasm")',
  plain: '(name = "plain.js", esModule = embed "plain.js")',
};

/** One start; resolves to `{ listenMs, answerMs }` since the process was asked for. */
async function start(file) {
  const from = performance.now();
  const child = spawn(workerd.default, ['serve', '--experimental', `--control-fd=${CONTROL_FD}`, file], { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
  try {
    const port = await new Promise((resolve, reject) => {
      createInterface({ input: child.stdio[CONTROL_FD] }).on('line', (line) => {
        const { event, port: listened } = JSON.parse(line);
        if (event === 'listen') resolve(listened);
      });
      child.once('exit', (code) => reject(new Error(`workerd ended with ${code}`)));
    });
    const listenMs = performance.now() - from;
    const status = await new Promise((resolve, reject) => {
      get({ host: HOST, port, path: PATH, agent: false }, (response) => response.resume().once('end', () => resolve(response.statusCode))).once('error', reject);
    });
    if (status !== 200) throw new Error(`${PATH} answered ${status}`);
    return { listenMs, answerMs: performance.now() - from };
  } finally {
    child.kill('SIGKILL');
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)] * 10) / 10;
}

async function main() {
  const folder = await mkdtemp(join(tmpdir(), 'cold-'));
  try {
    for (const name of ['index.js', 'index_bg.wasm']) await copyFile(join(ROOT, 'build', name), join(folder, name));
    await writeFile(join(folder, 'plain.js'), PLAIN);
    const date = readConfig({ config: join(ROOT, 'wrangler.toml') }).compatibility_date;
    const runs = { worker: [], plain: [] };
    for (const name of Object.keys(runs)) await writeFile(join(folder, `${name}.capnp`), config(MODULES[name], date));
    // The two take turns, so that a busy moment of the machine meets both; the first turn only warms the disk.
    for (let turn = 0; turn <= STARTS; turn += 1) {
      for (const [name, times] of Object.entries(runs)) {
        const time = await start(join(folder, `${name}.capnp`));
        if (turn > 0) times.push(time);
      }
    }
    for (const [name, times] of Object.entries(runs)) {
      const answers = times.map(({ answerMs }) => answerMs);
      console.log(JSON.stringify({ worker: name, path: PATH, starts: STARTS, listenMedianMs: median(times.map(({ listenMs }) => listenMs)),
        answerMedianMs: median(answers), answerMinMs: median([Math.min(...answers)]), answerMaxMs: median([Math.max(...answers)]) }));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
