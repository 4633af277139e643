/**
 * `npm run reset`: forgets the local world's data.
 *
 * Never runs while the world does, and removes nothing but `.state`.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readLock } from './kit/lock.mjs';
import { ROOT } from './tools.mjs';

const STATE = join(ROOT, '.state');

const running = readLock(join(STATE, 'running.json'));
if (running) {
  console.error(`The local world is running on port ${running.port} (process ${running.pid}). Stop it first.`);
  process.exitCode = 1;
} else {
  rmSync(STATE, { recursive: true, force: true });
  console.log('reset: the local data is gone; npm start makes it anew');
}
