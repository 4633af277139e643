/**
 * Runs one bundled Worker on workerd with a socket that goes straight to it, in a process group of its own.
 *
 * `wrangler dev` puts a proxy in front that costs many times what a request costs here, so it is never measured.
 * Run as a program, this file is the child process; imported, it starts one.
 */
import { fork } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freeRun } from '../dev/kit/ports.mjs';

export const HOST = '127.0.0.1';
/** How long a server may take to start or to stop, in milliseconds. */
const START_MAX_MS = 60_000;
const STOP_MAX_MS = 5_000;
/** Miniflare's own port and the direct one. */
const PORTS = 2;
/** As in wrangler.toml. */
export const COMPATIBILITY_DATE = '2026-11-01';
/** Names that wrangler.toml gives; wrangler keeps a local database under the name of its binding. */
const D1 = { DB: 'DB' };
const R2 = { PRODUCT_ASSETS: 'bumpgrade-assets' };
const MODULE_TYPES = [['.js', 'ESModule'], ['.wasm', 'CompiledWasm']];

/** Start the Worker in `dir` (main module `main`) on the data in `state`; resolves to `{ url, group, close() }`. */
export async function startServer({ dir, main = 'index.js', state, vars = {} }) {
  const port = await freeRun(PORTS, HOST);
  const url = `http://${HOST}:${port + 1}`;
  const options = { dir, main, state, port, vars: { PUBLIC_SITE_URL: url, ...vars } };
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], { detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const kill = () => signalGroup(child, 'SIGKILL');
  process.once('exit', kill);
  const close = async () => {
    await stop(child);
    process.off('exit', kill);
  };
  const ready = new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code} before it was ready.`)));
    setTimeout(() => reject(new Error(`The server was not ready within ${START_MAX_MS / 1000} s.`)), START_MAX_MS).unref();
  });
  try {
    await ready;
  } catch (error) {
    await close();
    throw error;
  }
  return { url, group: child.pid, close };
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return signalGroup(child, 'SIGKILL');
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), STOP_MAX_MS);
  await ended;
  clearTimeout(timer);
  return signalGroup(child, 'SIGKILL');
}

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** The modules of a bundle, the main one first: `{ name, type, path }`. */
export function modulesOf(dir, main) {
  const typed = readdirSync(dir).map((name) => ({ name, type: MODULE_TYPES.find(([end]) => name.endsWith(end))?.[1], path: join(dir, name) }));
  return typed.filter(({ type }) => type).sort((a, b) => Number(b.name === main) - Number(a.name === main));
}

/** The child: tells its parent when it is ready. */
async function serve({ dir, main, state, port, vars }) {
  const { Miniflare, convertV4MiniflareOptions } = await import('miniflare');
  const miniflare = new Miniflare(convertV4MiniflareOptions({
    name: 'worker', host: HOST, port, modules: modulesOf(dir, main).map(({ type, path }) => ({ type, path })), modulesRoot: dir, compatibilityDate: COMPATIBILITY_DATE,
    d1Databases: D1, r2Buckets: R2, bindings: vars, unsafeDirectSockets: [{ host: HOST, port: port + 1 }],
    resourcePersistencePath: join(state, 'v3'),
  }));
  const end = async () => {
    await miniflare.dispose();
    process.exit(0);
  };
  process.once('SIGTERM', end);
  // The parent is gone, however it ended.
  process.once('disconnect', end);
  await miniflare.ready;
  process.send('ready');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serve(JSON.parse(process.argv[2]));
