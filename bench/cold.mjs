/**
 * Cold start: from the execution of workerd to the end of the first answer, beside an empty Worker's.
 *
 * workerd gets a configuration with nothing in it but the Worker: Miniflare's simulators of D1 and R2 take several
 * times as long to load as any Worker, and do not exist in production. So the first answer is a page that makes no
 * call; its time holds compiling and instantiating the Wasm, reading the settings and building the route table.
 *
 * workerd reads that configuration in binary form, as Miniflare hands it over; it is compiled from text before the
 * clock starts. To parse text is no part of a Worker's start, and takes some 3 ms for each MB of Wasm embedded in it.
 */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import workerdPackage from 'workerd';
import { freeRun } from '../dev/kit/ports.mjs';
import { COMPATIBILITY_DATE, HOST, modulesOf } from './mf.mjs';
import { summary } from './stats.mjs';

/** Pause between two tries to connect, in milliseconds. */
const TRY_EVERY_MS = 1;
const CONNECT_MAX_MS = 30_000;
/** The program; the package is CommonJS, so its default export is one level down. */
const workerd = workerdPackage.default;
/** Its socket in the configuration; the address is given at each start. */
const SOCKET = 'http';
const MODULE_FIELDS = { ESModule: 'esModule', CompiledWasm: 'wasm' };
const KINDS = [
  { name: 'ours', bundle: 'ours', path: '/commerce/checkout/cancel' },
  { name: 'reference', bundle: 'reference', path: '/api/products/downloads', status: 400 },
  { name: 'empty', bundle: 'empty', path: '/' },
];

/** Resolves to a summary in milliseconds for each kind of Worker; the starts alternate. */
export async function measureColdStart({ bundles, vars, starts }) {
  const kinds = KINDS.map((kind) => ({ ...kind, file: compiled(bundles[kind.bundle], vars), times: [] }));
  for (let index = 0; index < starts; index += 1) {
    for (const kind of index % 2 === 0 ? kinds : kinds.toReversed()) kind.times.push(await oneStart(kind));
  }
  return Object.fromEntries(kinds.map(({ name, times }) => [name, summary(times, 1)]));
}

/** Writes the configuration of a bundle in binary form; returns the path of the file. */
function compiled(bundle, vars) {
  const [text, binary] = ['start.capnp', 'start.bin'].map((name) => join(bundle.dir, name));
  writeFileSync(text, config(bundle, vars));
  const out = openSync(binary, 'w');
  try {
    execFileSync(workerd, ['compile', '--config-only', text], { stdio: ['ignore', out, 'inherit'] });
  } finally {
    closeSync(out);
  }
  return binary;
}

async function oneStart({ path, status = 200, file }) {
  const port = await freeRun(1, HOST);
  const from = performance.now();
  const child = spawn(workerd, ['serve', '--binary', `--socket-addr=${SOCKET}=${HOST}:${port}`, file], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  try {
    const answer = await firstAnswer(port, path);
    if (!answer.startsWith(`HTTP/1.1 ${status}`)) throw new Error(`The first answer was: ${answer.split('\r\n')[0]}`);
    return performance.now() - from;
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

/** A database and a bucket that lead nowhere: the bindings are there, nothing is behind them. */
function config({ dir, main }, vars) {
  const modules = modulesOf(dir, main).map(({ name, type }) => `(name = "${name}", ${MODULE_FIELDS[type]} = embed "${name}")`);
  const texts = Object.entries(vars).map(([name, value]) => `(name = "${name}", text = ${JSON.stringify(value)})`);
  const stores = [
    '(name = "DB", wrapped = (moduleName = "cloudflare-internal:d1-api", innerBindings = [(name = "fetcher", service = "nowhere")]))',
    '(name = "PRODUCT_ASSETS", r2Bucket = "nowhere")',
  ];
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "worker", worker = .worker), (name = "nowhere", network = (allow = []))],
  sockets = [(name = "${SOCKET}", http = (), service = "worker")],
  # What Cloudflare provides beside workerd: the class of a mail to send. Nothing here sends one.
  extensions = [(modules = [(name = "cloudflare-internal:email", internal = true, esModule = "export default { EmailMessage: class {} };")])]
);
const worker :Workerd.Worker = (
  compatibilityDate = "${COMPATIBILITY_DATE}",
  modules = [${modules.join(', ')}],
  bindings = [${[...texts, ...stores].join(', ')}]
);
`;
}

async function firstAnswer(port, path) {
  const giveUp = performance.now() + CONNECT_MAX_MS;
  while (performance.now() < giveUp) {
    const answer = await ask(port, path);
    if (answer !== null) return answer;
    await sleep(TRY_EVERY_MS);
  }
  throw new Error(`Nothing listened on port ${port}.`);
}

/** The whole answer, or null when nobody listens yet. */
function ask(port, path) {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, HOST, () => socket.write(`GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`));
    socket.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
    socket.once('error', () => resolve(null));
    socket.once('end', () => resolve(text || null));
  });
}
