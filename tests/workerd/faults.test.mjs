/** The database and the file store fail, before and after they did the work: an honest 5xx, and a retry heals it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { seedFile, story } from './kit/data.mjs';
import { startWorld, until } from './world.mjs';

const KEY = 'fault-key-0001';

/** A world that stands right before the request that will fail. */
const READY = {
  start: () => ({}),
  async webhook(world) {
    const { intent, event } = await world.pay({ idempotencyKey: KEY });
    return { intent, event };
  },
  token: (world) => world.buy({ idempotencyKey: KEY }),
  async download(world) {
    const bought = await world.buy({ idempotencyKey: KEY });
    return { ...bought, token: await world.ticket(bought) };
  },
};

const ACT = {
  start: (world) => world.start({ idempotencyKey: KEY }),
  webhook: (world, { event }) => world.signed(event),
  token: (world, { intent, entitlements }) => world.token(intent, entitlements[0]),
  download: (world, { token }) => world.download(token),
};
const GOOD = { start: 200, webhook: 200, token: 201, download: 200 };

async function storyAfter(t, step) {
  const world = await startWorld(t);
  const found = await READY[step](world);
  await ACT[step](world, found);
  return story(world.db);
}

async function assertUnavailable(answer, world) {
  assert.equal(answer.status, 503, answer.text);
  assert.equal(answer.json.ok, false);
  assert.equal(answer.json.code, 'unavailable');
  assert.match(answer.json.correlationId, /^audit-/);
  assert.equal(answer.headers['content-security-policy'], "default-src 'none'; frame-ancestors 'none'");
  await until(() => world.logs.some((line) => line.includes(answer.json.correlationId)), 'the log to name the correlation id');
}

const BEFORE = [['webhook', 1], ['token', 1], ['download', 1], ['start', 1]];

for (const [step, at] of BEFORE) {
  test(`D1 refuses the batch of ${step}: 503, no table changed, and a retry does it once`, async (t) => {
    const world = await startWorld(t, { faults: true });
    const found = await READY[step](world);
    const before = await world.db.dump();
    await world.fault({ on: 'd1', at, mode: 'before' });
    await assertUnavailable(await ACT[step](world, found), world);
    assert.deepEqual(await world.db.dump(), before);
    assert.equal((await ACT[step](world, found)).status, GOOD[step]);
    assert.deepEqual(await story(world.db), await storyAfter(t, step));
  });
}

for (const [step, at, mode] of [['webhook', 1, 'after'], ['start', 1, 'after'], ['start', 2, 'before'], ['start', 2, 'after']]) {
  test(`D1 breaks ${mode} call ${at} of ${step}: 503, and a retry ends where an undisturbed one ends`, async (t) => {
    const world = await startWorld(t, { faults: true });
    const found = await READY[step](world);
    await world.fault({ on: 'd1', at, mode });
    await assertUnavailable(await ACT[step](world, found), world);
    const again = await ACT[step](world, found);
    assert.equal(again.status, GOOD[step], again.text);
    if (step === 'webhook') assert.equal(again.json.duplicate, true);
    assert.deepEqual(await story(world.db), await storyAfter(t, step));
    assert.ok(world.stripe.state().sessions.length <= 1);
    assert.deepEqual(world.stripe.violations, []);
  });
}

test('D1 breaks after it kept a token: 503, the lost token only waits, and another one opens the file', async (t) => {
  const world = await startWorld(t, { faults: true });
  const bought = await world.buy();
  await world.fault({ on: 'd1', at: 1, mode: 'after' });
  await assertUnavailable(await world.token(bought.intent, bought.entitlements[0]), world);
  assert.equal((await world.download(await world.ticket(bought))).status, 200);
  assert.deepEqual((await story(world.db)).tokens.map(({ status }) => status), ['active', 'downloaded']);
});

test('D1 breaks after it claimed a token: 503, never the file twice, and another token opens it', async (t) => {
  const world = await startWorld(t, { faults: true });
  const bought = await world.buy();
  const token = await world.ticket(bought);
  await world.fault({ on: 'd1', at: 1, mode: 'after' });
  await assertUnavailable(await world.download(token), world);
  assert.equal((await world.download(token)).json.code, 'token_used');
  assert.ok((await world.download(await world.ticket(bought))).body.equals(seedFile()));
});

test('R2 fails after the claim: 503, and the same token works as soon as R2 does', async (t) => {
  const world = await startWorld(t, { faults: true });
  const token = await world.ticket(await world.buy());
  for (const mode of ['before', 'after', 'before']) {
    await world.fault({ on: 'r2', at: 1, mode });
    await assertUnavailable(await world.download(token), world);
  }
  const file = await world.download(token);
  assert.equal(file.status, 200);
  assert.ok(file.body.equals(seedFile()));
  assert.equal((await world.download(token)).json.code, 'token_used');
  const { audit, tokens } = await story(world.db);
  assert.equal(audit.filter((kind) => kind === 'product_download_started').length, 4);
  assert.equal(audit.filter((kind) => kind === 'product_download_released').length, 3);
  assert.deepEqual(tokens.map(({ status, used }) => [status, used]), [['downloaded', 1]]);
});

test('the object is gone from R2: 503, and the token waits for it', async (t) => {
  const world = await startWorld(t);
  const token = await world.ticket(await world.buy());
  const { object_key: key } = await world.db.one('SELECT object_key FROM private_files');
  await world.bucket.delete(key);
  await assertUnavailable(await world.download(token), world);
  await world.bucket.put(key, seedFile());
  assert.ok((await world.download(token)).body.equals(seedFile()));
});

test('R2 fails and D1 fails while the use is given back: 503, never the file twice', async (t) => {
  const world = await startWorld(t);
  const bought = await world.buy();
  const token = await world.ticket(bought);
  const { object_key: key } = await world.db.one('SELECT object_key FROM private_files');
  await world.bucket.delete(key);
  await world.db.run(`CREATE TRIGGER no_release BEFORE INSERT ON payment_audit_events
    WHEN NEW.event_kind = 'product_download_released' BEGIN SELECT RAISE(ABORT, 'ordered by a test'); END`);
  await assertUnavailable(await world.download(token), world);
  await world.bucket.put(key, seedFile());
  assert.equal((await world.download(token)).json.code, 'token_used');
  assert.equal((await world.download(await world.ticket(bought))).status, 200);
});

test('every read answers 503 while D1 fails, and 200 right after', async (t) => {
  const world = await startWorld(t, { faults: true });
  const { intent } = await world.buy();
  const paths = [
    '/', '/offers/indie-launch-stack', '/products/indie-launch-library', '/healthz', '/api/commerce/checkout',
    `/commerce/checkout/success?checkout_intent_id=${intent}`, `/products/entitlements?checkout_intent_id=${intent}`,
    `/api/products/entitlements?checkoutIntentId=${intent}`,
  ];
  for (const path of paths) {
    await world.fault({ on: 'd1', at: 1, mode: 'before' });
    assert.equal((await world.send({ path })).status, 503, path);
    assert.equal((await world.send({ path })).status, 200, path);
  }
});
