/**
 * One round of load with wrk: requests per second, median latency, and the CPU time that the server's process group
 * spent per request. Also says how much of the machine other programs used meanwhile.
 */
import { execFile } from 'node:child_process';
import { createWriteStream, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { which } from '../dev/kit/exec.mjs';

const exec = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('requests.lua', import.meta.url));
/** Clock ticks of /proc per second, fixed on Linux. */
const TICKS_PER_SECOND = 100;
/** Milliseconds of each unit that wrk prints. */
const UNITS = { us: 1e-3, ms: 1, s: 1e3, m: 6e4 };
const [FIELD_END, RECORD_END] = ['\x1f', '\x1e'];

/** Throws a sentence for people when the load generator is missing. */
export async function requireWrk() {
  if (process.platform !== 'linux') throw new Error('The comparison reads CPU times from /proc, so it needs Linux. `npm run bench -- --only=size,cold,calls,flow` runs anywhere.');
  if (!(await which('wrk'))) throw new Error('The load generator wrk is missing. Install it (Debian and Ubuntu: apt-get install wrk), then run this again.');
}

/** Write requests where requests.lua reads them. */
export async function writeRequests(file, requests, prefix) {
  const out = createWriteStream(file);
  for (const { method, path, signature = '', body = '' } of requests) {
    out.write([method, `${prefix}${path}`, signature, body, RECORD_END].join(FIELD_END));
  }
  await finished(out.end());
}

/** Run one round against `server`; `groups` are the process groups of all measured servers. */
export async function round({ server, groups, file, seconds, connections }) {
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '--timeout', '20s', '-s', SCRIPT, server.url, '--', file];
  const before = readings(groups);
  const { stdout } = await exec('wrk', args);
  const after = readings(groups);
  const spent = (group) => after.groups.get(group) - before.groups.get(group);
  const requests = Number(grab(stdout, /(\d+) requests in/) ?? 0);
  if (requests === 0) throw new Error(`No request was answered:\n${stdout}`);
  const mine = groups.reduce((sum, group) => sum + spent(group), after.self - before.self);
  return {
    requests,
    rps: Number(grab(stdout, /Requests\/sec:\s+([\d.]+)/)),
    p50: milliseconds(grab(stdout, /\s50%\s+(\S+)/)),
    cpuMs: (1000 * spent(server.group)) / requests,
    bad: Number(grab(stdout, /Non-2xx or 3xx responses: (\d+)/) ?? 0) + (/Socket errors:/.test(stdout) ? 1 : 0),
    foreign: Math.max(0, after.busy - before.busy - mine) / (after.at - before.at),
  };
}

function grab(text, pattern) {
  return pattern.exec(text)?.[1];
}

function milliseconds(text) {
  const [, number, unit] = /^([\d.]+)(us|ms|s|m)$/.exec(text);
  return Number(number) * UNITS[unit];
}

/** CPU seconds so far: of the machine, of each group, and of this process with the children it has waited for. */
function readings(groups) {
  const totals = new Map(groups.map((group) => [group, 0]));
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const fields = statOf(name);
    if (fields && totals.has(Number(fields[2]))) totals.set(Number(fields[2]), totals.get(Number(fields[2])) + seconds(fields, 11, 13));
  }
  return { at: performance.now() / 1000, busy: busySeconds(), groups: totals, self: seconds(statOf('self'), 11, 15) };
}

/** The fields of /proc/<pid>/stat after the name: 2 is the group, 11 to 14 are user and system time, own and children's. */
function statOf(pid) {
  try {
    const text = readFileSync(join('/proc', pid, 'stat'), 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

function seconds(fields, from, to) {
  return fields.slice(from, to).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
}

function busySeconds() {
  const ticks = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1, 9).map(Number);
  const [idle, waiting] = [ticks[3], ticks[4]];
  return (ticks.reduce((sum, tick) => sum + tick, 0) - idle - waiting) / TICKS_PER_SECOND;
}
