/** The local world: everything starts, answers, stops without leaving a process, and starts again on the same state. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import nodemailer from 'nodemailer';
import { freeRun, isFree } from './kit/ports.mjs';
import { startWorld } from './world.mjs';

const HOST = '127.0.0.1';
const PORTS = 4;

test('the world starts, stops and starts again', async (t) => {
  const stateDir = await mkdtemp(join(tmpdir(), 'world-'));
  t.after(() => rm(stateDir, { recursive: true, force: true }));
  const port = await freeRun(PORTS, HOST);
  const world = await startWorld({ port, stateDir, quiet: true });
  try {
    assert.equal((await (await fetch(`${world.urls.shop}/healthz`)).json()).ok, true);
    assert.match(await (await fetch(world.urls.payments)).text(), /\/api\/stripe\/webhook/);
    await nodemailer.createTransport(world.urls.smtp).sendMail({ from: 'a@example.com', to: 'b@example.com', subject: 'kept', text: 'x' });
    await world.worker.cron();
    await assert.rejects(startWorld({ port, stateDir, quiet: true }), /Port \d+ \(worker\) is in use/);
  } finally {
    await world.close();
  }
  for (let index = 0; index < PORTS; index += 1) assert.ok(await isFree(port + index, HOST), `port ${port + index}`);

  const again = await startWorld({ port, stateDir, quiet: true });
  try {
    assert.deepEqual(again.secrets, world.secrets);
    assert.equal(again.mail.mails()[0].subject, 'kept');
  } finally {
    await again.close();
  }
});
