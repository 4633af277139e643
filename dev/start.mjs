/**
 * `npm start`: installs what is missing, builds the Worker, starts the local world and says where it is.
 * PORT chooses the first of four ports (8787 when not set). Ctrl-C stops everything.
 *
 * Never needs an account or a secret. Only node: modules until setup is done.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { dropLock, readLock, takeLock } from './kit/lock.mjs';
import { setup } from './setup.mjs';
import { ROOT, nodeIsRecent, npmBin } from './tools.mjs';

const PORT_DEFAULT = 8787;
/** Last port that leaves room for its three neighbours. */
const PORT_LAST = 65_532;
const STATE = join(ROOT, '.state');
const LOCK = join(STATE, 'running.json');

async function main() {
  const port = readPort(process.env.PORT);
  const running = readLock(LOCK);
  if (running) throw new Error(`It is running already, on port ${running.port} (process ${running.pid}).`);
  await setup();
  if (!nodeIsRecent()) return again();
  await build();
  const { OWNER, startWorld } = await import('./world.mjs');
  const stopping = stopSignal();
  console.log('start: database, demo shop, servers');
  const world = await startWorld({ port, stateDir: STATE });
  takeLock(LOCK, port);
  try {
    console.log(welcome(world.urls, OWNER));
    const reason = await Promise.race([stopping, world.worker.ended.then(() => 'the Worker ended')]);
    console.log(`\nstopping: ${reason}`);
  } finally {
    await world.close();
    dropLock(LOCK);
  }
  return undefined;
}

function readPort(text = String(PORT_DEFAULT)) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > PORT_LAST) throw new Error(`PORT must be a number from 1 to ${PORT_LAST}, not "${text}".`);
  return port;
}

/** Run this file once more under the Node that npm installed, and end as it ends. */
function again() {
  return new Promise((resolve, reject) => {
    const child = spawn(npmBin('node'), [fileURLToPath(import.meta.url)], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('exit', (code) => {
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}

/** Resolves with the first signal; the second one ends this process (and the Worker's) at once. */
function stopSignal() {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, () => {
        if (asked) process.exit(1);
        asked = true;
        resolve(signal);
      });
    }
  });
}

function welcome(urls, owner) {
  return `
  Bumpgrade is running. Nothing leaves this machine.

    Shop        ${urls.shop}/
    An offer    ${urls.offer}
    Payments    ${urls.payments}/   (stand-in for Stripe; pays with a test card)
    Mail        ${urls.mail}/   (SMTP: ${urls.smtp})
    Sign in     ${urls.shop}/login   (make an account as ${owner} to own the shop; confirm it on the mail page)

  Ctrl-C stops all of it. \`npm run reset\` forgets its data.
`;
}

await main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
