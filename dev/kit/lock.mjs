/**
 * The file that says a local world is running on a state folder.
 *
 * Never trusts the file alone: a process that is gone does not count.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** `{ pid, port }` of the world that runs, or null. */
export function readLock(path) {
  let held;
  try {
    held = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
  return isAlive(held.pid) ? held : null;
}

/** Write the file for this process. */
export function takeLock(path, port) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ pid: process.pid, port }));
}

/** Remove the file. */
export function dropLock(path) {
  rmSync(path, { force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
