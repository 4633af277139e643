/**
 * How much memory a process holds, now and at most while something runs.
 *
 * Never looks at anything but the process it is given.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Pause between two looks, in milliseconds. */
const LOOK_EVERY_MS = 20;
const KIB = 1024;

/** Resident memory of a process, in bytes. */
export function residentBytes(pid) {
  if (process.platform === 'linux') return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * KIB;
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * KIB;
}

/** Run `act` and resolve to `{ result, before, peak }` of the process. */
export async function watched(pid, act) {
  const before = residentBytes(pid);
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentBytes(pid));
  }, LOOK_EVERY_MS);
  try {
    return { result: await act(), before, peak: Math.max(peak, residentBytes(pid)) };
  } finally {
    clearInterval(timer);
  }
}
