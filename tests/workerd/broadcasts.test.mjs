/** The five steps of a broadcast on the built Worker: walked in order, then refused when any step below is replaced. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { ownerHeaders } from './kit/owner.mjs';
import { startWorld } from './world.mjs';

const BASE = '/api/admin/audience/broadcasts/';
/** The addresses, lowest first; the id that each takes is of a record of the one before it. */
const STEPS = ['schedule-intents', 'delivery-batches', 'delivery-queue-messages', 'dispatch-preflights', 'dispatch-attempts'];

/** A world with one reader; `record(step)` writes a step down as its address says now. */
async function open(t) {
  const world = await startWorld(t);
  const headers = await ownerHeaders(world);
  const now = Math.floor(Date.now() / 1000);
  await world.db.run(`INSERT INTO audience_subscribers (id, tenant_id, email, email_hash, status, source_form_id, source_segment_id,
      confirmed_at, has_consent, created_at, updated_at)
    VALUES ('subscriber-1', 'tenant-platform', 'reader@example.com', '${'0'.repeat(64)}', 'subscribed', 'opt-in-form-indie-launch-waitlist',
      'segment-indie-launch-waitlist', ?1, 1, ?1, ?1)`, now);
  let key = 0;
  const ask = async (step) => (await world.send({ path: BASE + STEPS[step], headers })).json;
  const send = (step, description, fields) => {
    key += 1;
    const body = { ...fields, confirmationText: description.confirmation.text, idempotencyKey: `broadcast-key-${key}` };
    return world.send({ method: 'POST', path: BASE + STEPS[step], headers, body: JSON.stringify(body) });
  };
  const record = async (step) => {
    const description = await ask(step);
    return send(step, description, description.expected);
  };
  const walk = async () => {
    for (const step of STEPS.keys()) {
      const seen = await record(step);
      assert.equal(seen.status, 201, `${STEPS[step]}: ${seen.text}`);
    }
  };
  return { world, ask, send, record, walk };
}

const receipts = async ({ db }) => (await db.one('SELECT COUNT(*) AS n FROM evidence_records')).n;

test('the steps are walked in order, none before the one below it, and the document counts them', async (t) => {
  const { world, record } = await open(t);
  for (const step of STEPS.keys()) {
    for (let above = step + 1; above < STEPS.length; above += 1) {
      const early = await record(above);
      assert.ok(early.status >= 400 && early.status < 500, `${STEPS[above]} before ${STEPS[step]}: ${early.text}`);
    }
    const seen = await record(step);
    assert.equal(seen.status, 201, seen.text);
  }
  await world.cron();
  const { json } = await world.send({ path: '/audience/source-data' });
  assert.equal(json.broadcastDispatchAttempts.counts.dryRunAttempts, 1);
  assert.equal(json.broadcastDispatchAttempts.latestAttempts[0].dryRunMessageCount, 1);
  assert.equal(json.broadcastReadiness.drafts[0].readyRecipientCount, 1);
  assert.equal(await receipts(world), STEPS.length);
});

test('a newer record of any step below makes every step above it fall', async (t) => {
  for (let replaced = 0; replaced < STEPS.length - 1; replaced += 1) {
    const { world, ask, send, record, walk } = await open(t);
    await walk();
    const before = await Promise.all([...STEPS.keys()].map(ask));
    assert.equal((await record(replaced)).status, 201);
    const kept = await receipts(world);
    for (let step = replaced + 1; step < STEPS.length; step += 1) {
      const seen = await send(step, before[step], before[step].expected);
      assert.deepEqual([seen.status, seen.json.code], [409, 'stale_broadcast_evidence'], `${STEPS[step]} on a replaced ${STEPS[replaced]}`);
    }
    assert.equal(await receipts(world), kept);
  }
});

test('a changed draft makes every step fall, and a new schedule begins again', async (t) => {
  const { world, ask, send, record, walk } = await open(t);
  await walk();
  const before = await Promise.all([...STEPS.keys()].map(ask));
  await world.db.run("UPDATE audience_broadcast_drafts SET title = 'Another'");
  for (const step of STEPS.keys()) {
    const seen = await send(step, before[step], before[step].expected);
    assert.deepEqual([seen.status, seen.json.code], [409, 'stale_draft_revision'], STEPS[step]);
  }
  await walk();
});

test('six parallel sends of one key record one step', async (t) => {
  const { world, ask } = await open(t);
  const headers = await ownerHeaders(world);
  const description = await ask(0);
  const body = JSON.stringify({ ...description.expected, confirmationText: description.confirmation.text, idempotencyKey: 'broadcast-parallel' });
  const answers = await Promise.all(Array.from({ length: 6 }, () => world.send({ method: 'POST', path: BASE + STEPS[0], headers, body })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 201]);
  assert.equal(await receipts(world), 1);
});
