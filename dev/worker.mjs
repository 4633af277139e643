/**
 * Runs the built Worker on workerd through `wrangler dev`, waits until it answers, forwards what it logs, fires its
 * cron, and stops every process of it.
 *
 * Never shows wrangler's own chatter, except when the Worker does not start.
 */
import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { ROOT, npmBin } from './tools.mjs';

/** How long the Worker may take to answer, in milliseconds (a first build may be part of it). */
const START_MAX_MS = 120_000;
/** Pause between two looks, in milliseconds. */
const LOOK_EVERY_MS = 100;
/** How long the processes may take to end before they are killed, in milliseconds. */
const STOP_MAX_MS = 3_000;
/** How often the cron fires, as in wrangler.toml, in milliseconds. */
const CRON_EVERY_MS = 5 * 60 * 1000;
const CRON = '*/5 * * * *';
/** Lines kept to explain a failed start. */
const TAIL_LINES = 60;

/** The environment for wrangler: the Node that npm installed, no metrics, no questions. */
export function quietEnv() {
  const PATH = `${npmBin('')}${delimiter}${process.env.PATH}`;
  return { ...process.env, PATH, WRANGLER_SEND_METRICS: 'false', WRANGLER_SEND_ERROR_REPORTS: 'false', CI: '1', NO_COLOR: '1', FORCE_COLOR: '0' };
}

/** Start the Worker; resolves to `{ origin, cron(), close() }` once `/healthz` is fine. `log(line)` gets its log lines. */
export async function startWorker({ host, port, persist, vars, log }) {
  const origin = `http://${host}:${port}`;
  const args = ['dev', '--ip', host, '--port', String(port), '--inspector-port', '0', '--persist-to', persist, '--local',
    '--show-interactive-dev-session=false', ...Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`])];
  const child = spawn(npmBin('wrangler'), args, { cwd: ROOT, env: quietEnv(), stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const tail = forward(child, log);
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  });
  const kill = () => signalGroup(child, 'SIGKILL');
  process.once('exit', kill);
  const close = async () => {
    await stop(child, ended);
    process.off('exit', kill);
  };
  try {
    await untilHealthy(origin, child);
  } catch (error) {
    await close();
    throw new Error(`${error.message}\n${tail.join('\n')}`);
  }
  const cron = () => fireCron(origin);
  const timer = setInterval(() => cron().catch((error) => log(`cron: ${error.message}`)), CRON_EVERY_MS);
  return {
    origin,
    cron,
    ended,
    close() {
      clearInterval(timer);
      return close();
    },
  };
}

/** Pass on the Worker's lines; returns the last lines of everything, for a failed start. */
function forward(child, log) {
  const tail = [];
  const keep = (line) => {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
  };
  for (const stream of [child.stdout, child.stderr]) {
    const filter = noiseFilter();
    createInterface({ input: stream }).on('line', (raw) => {
      const line = stripVTControlCharacters(raw).trimEnd();
      keep(line);
      const shown = filter(line);
      if (shown !== null) log(shown);
    });
  }
  return tail;
}

/**
 * What the Worker logs are JSON lines, and errors whose further lines follow at once or indented after one blank
 * line; everything else that wrangler says is noise. One filter per stream.
 */
function noiseFilter() {
  let blanks = Infinity;
  return (line) => {
    const error = /^(?:✘ \[ERROR\]|\[wrangler:error\]) (.*)$/.exec(line);
    if (error) {
      blanks = 0;
      return `error: ${error[1]}`;
    }
    if (line.startsWith('{')) return line;
    if (line === '') blanks += 1;
    else if (blanks > 1 || /^(\[wrangler:|▲|⎔)/.test(line) || (blanks === 1 && !line.startsWith('  '))) blanks = Infinity;
    else return line;
    return null;
  };
}

async function untilHealthy(origin, child) {
  const from = performance.now();
  while (performance.now() - from < START_MAX_MS) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) throw new Error('The Worker did not start; wrangler ended:');
    if (await isHealthy(origin)) return;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`The Worker did not answer GET /healthz within ${START_MAX_MS / 1000} s:`);
}

async function isHealthy(origin) {
  try {
    const response = await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(STOP_MAX_MS) });
    return response.ok && (await response.json()).ok === true;
  } catch {
    return false;
  }
}

async function fireCron(origin) {
  const response = await fetch(`${origin}/cdn-cgi/local/scheduled?${new URLSearchParams({ cron: CRON })}`);
  if (!response.ok) throw new Error(`the scheduled handler answered ${response.status}`);
}

async function stop(child, ended) {
  if (child.pid === undefined) return;
  signalGroup(child, 'SIGTERM');
  await Promise.race([ended, sleep(STOP_MAX_MS, undefined, { ref: false })]);
  signalGroup(child, 'SIGKILL');
  await ended;
}

/** wrangler leads its own process group, so this reaches workerd too. */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
