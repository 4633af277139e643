/**
 * A file of 200 MiB goes through the Worker without being held in it, also for a reader who pauses.
 *
 * The local R2 lives in the same process, so the measure is what a few lines of JavaScript need for the same object.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as open } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { seedObjects } from './kit/data.mjs';
import { watched } from './kit/memory.mjs';
import { startWorld } from './world.mjs';

const MIB = 1024 * 1024;
const FILE_MIB = 200;
/** How much more the Worker may hold than plain JavaScript, in bytes: far less than the file. */
const MORE_MAX_BYTES = 64 * MIB;
/** How long the slow reader pauses, in milliseconds, and after how many bytes: enough time to pile the file up. */
const PAUSE_MS = 1_500;
const PAUSE_AFTER_BYTES = 4 * MIB;
const [{ key: KEY }] = seedObjects();

/** The file, block by block, each block another; `seen(block)` is told each one. */
function* blocks(seen) {
  for (let index = 0; index < FILE_MIB; index += 1) {
    const block = Buffer.alloc(MIB, `${index} of a large file. `);
    seen(block);
    yield block;
  }
}

/** Put the file into the bucket without holding it; resolves to its SHA-256. */
async function upload(world) {
  const hash = createHash('sha256');
  const { hostname, port } = new URL(world.origin);
  const request = open({ hostname, port, method: 'PUT', path: `/_test/${KEY}`, headers: { 'content-length': FILE_MIB * MIB } });
  const answered = new Promise((resolve, reject) => request.once('response', resolve).once('error', reject));
  await pipeline(Readable.from(blocks((block) => hash.update(block))), request);
  const answer = JSON.parse((await (await answered).setEncoding('utf8').toArray()).join(''));
  assert.equal(answer.size, FILE_MIB * MIB);
  return hash.digest('hex');
}

/** Read an answer to its end, pausing once; resolves to `{ headers, bytes, sha256 }`. */
async function read(world, path) {
  const { hostname, port } = new URL(world.origin);
  const response = await new Promise((resolve, reject) => open({ hostname, port, path, agent: false }).once('response', resolve).once('error', reject).end());
  const hash = createHash('sha256');
  let bytes = 0;
  let paused = false;
  for await (const chunk of response) {
    hash.update(chunk);
    bytes += chunk.length;
    if (!paused && bytes > PAUSE_AFTER_BYTES) {
      paused = true;
      await sleep(PAUSE_MS);
    }
  }
  return { status: response.statusCode, headers: response.headers, bytes, sha256: hash.digest('hex') };
}

const mib = (bytes) => Math.round(bytes / MIB);

test('200 MiB stream through with the right bytes and without being held', async (t) => {
  const persist = await mkdtemp(join(tmpdir(), 'stream-'));
  t.after(() => rm(persist, { recursive: true, force: true }));
  const writer = await startWorld(t, { faults: true, persist });
  const sha256 = await upload(writer);
  await writer.close();

  const plain = await startWorld(t, { faults: true, persist });
  await plain.buy();
  const base = await watched(plain.pid, () => read(plain, `/_test/${KEY}`));
  assert.equal(base.result.sha256, sha256);
  const held = await watched(plain.pid, () => read(plain, `/_test/${KEY}?hold`));
  assert.ok(held.peak - base.peak > MORE_MAX_BYTES, 'the measure notices a file that is held');
  await plain.close();

  const world = await startWorld(t, { faults: true, persist });
  const token = await world.ticket(await world.buy());
  const wasm = (await world.seen()).wasmBytes;
  const ours = await watched(world.pid, () => read(world, `/api/products/downloads?token=${token}`));
  assert.equal(ours.result.status, 200);
  assert.equal(ours.result.headers['content-length'], String(FILE_MIB * MIB));
  assert.equal(ours.result.bytes, FILE_MIB * MIB);
  assert.equal(ours.result.sha256, sha256);
  assert.equal((await world.seen()).wasmBytes, wasm);

  const [baseGrowth, growth] = [base.peak - base.before, ours.peak - ours.before];
  t.diagnostic(`resident memory grew by ${mib(growth)} MiB from ${mib(ours.before)} MiB (plain JavaScript: by ${mib(baseGrowth)} MiB, holding the file: by ${mib(held.peak - held.before)} MiB); wasm memory: ${wasm} bytes`);
  assert.ok(growth - baseGrowth < MORE_MAX_BYTES, `${mib(growth)} MiB against ${mib(baseGrowth)} MiB`);
});

test('wasm memory does not grow with the number of purchases', async (t) => {
  const WARM_UPS = 10;
  const PURCHASES = 60;
  const world = await startWorld(t, { faults: true });
  const buyAll = async () => (await world.download(await world.ticket(await world.buy()))).status;
  for (let run = 0; run < WARM_UPS; run += 1) await buyAll();
  const { wasmBytes } = await world.seen();
  assert.ok(wasmBytes > 0);
  for (let run = 0; run < PURCHASES; run += 1) assert.equal(await buyAll(), 200);
  assert.equal((await world.seen()).wasmBytes, wasmBytes);
});

test('a reader who leaves in the middle does not disturb the next one', async (t) => {
  const world = await startWorld(t, { faults: true });
  await upload(world);
  const bought = await world.buy();
  const { hostname, port } = new URL(world.origin);
  for (let run = 0; run < 3; run += 1) {
    const path = `/api/products/downloads?token=${await world.ticket(bought)}`;
    const response = await new Promise((resolve, reject) => open({ hostname, port, path, agent: false }).once('response', resolve).once('error', reject).end());
    assert.equal(response.statusCode, 200);
    response.destroy();
  }
  const whole = await read(world, `/api/products/downloads?token=${await world.ticket(bought)}`);
  assert.equal(whole.bytes, FILE_MIB * MIB);
});
