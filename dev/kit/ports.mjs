/**
 * Says whether ports are free, before anything is started on them.
 *
 * Never ends the program that holds one.
 */
import { createServer } from 'node:net';

/** Where free ports are looked for: the first, how many, and how often. */
const FIRST = 20_000;
const SPAN = 10_000;
const TRIES_MAX = 100;

/** Throws a sentence for people when one of `wanted` (`{ name: port }`) is taken. */
export async function requireFree(wanted, host) {
  for (const [name, port] of Object.entries(wanted)) {
    if (!(await isFree(port, host))) {
      throw new Error(`Port ${port} (${name}) is in use. Stop the program that uses it, or choose another start: PORT=9000 npm start`);
    }
  }
}

/** A port that is free together with the `count - 1` after it. */
export async function freeRun(count, host) {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const first = FIRST + Math.floor(Math.random() * SPAN);
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index, host)));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`No ${count} neighbouring ports are free.`);
}

/** True when a server could listen there now. */
export function isFree(port, host) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => (['EADDRINUSE', 'EACCES'].includes(error.code) ? resolve(false) : reject(error)));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
