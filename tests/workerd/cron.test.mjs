/** The missed-event sweep: what no webhook brought is found, once, and the job's own row stays sane. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { story } from './kit/data.mjs';
import { startWorld, until } from './world.mjs';

const JOB = 'stripe_event_sweep_sandbox';
/** Events of one page, and more than one page of purchases. */
const PAGE = 100;
const MANY = PAGE + 20;
/** Events that one run reads. */
const RUN = 5 * PAGE;

const job = (world) => world.db.one('SELECT * FROM job_runs WHERE name = ?', JOB);

/** Run the scheduled handler and wait for what it logs about itself. */
async function sweep(world) {
  const from = world.logs.length;
  await world.cron();
  return JSON.parse(await until(() => world.logs.slice(from).find((line) => line.includes('"job"')), 'the sweep to report'));
}

async function assertIdle(world) {
  const { lease_id: lease, lease_until: until_, scan_after: after, last_error: error, covered_until: covered, last_success_at: success } = await job(world);
  assert.deepEqual({ lease, until_, after, error }, { lease: null, until_: 0, after: null, error: null });
  assert.ok(covered > 0 && success >= covered, `${covered} ${success}`);
}

test('a payment whose event never came is found and grants as the webhook would', async (t) => {
  const world = await startWorld(t);
  const { intent } = await world.pay();
  assert.equal((await world.lookup(intent)).json.entitlements.length, 0);
  const report = await sweep(world);
  assert.equal(report.recovered, 1);
  const swept = await story(world.db);
  const calm = await startWorld(t);
  await calm.buy();
  const { inbox, ...rest } = await story(calm.db);
  assert.deepEqual({ ...swept, inbox: null }, { ...rest, inbox: null });
  assert.deepEqual(swept.inbox, inbox.map((row) => ({ ...row, source: 'sweep' })));
  await assertIdle(world);
  assert.deepEqual(world.stripe.violations, []);
});

test('a second sweep and a late webhook change nothing', async (t) => {
  const world = await startWorld(t);
  const { event } = await world.pay();
  await sweep(world);
  const after = await story(world.db);
  for (let run = 0; run < 2; run += 1) {
    const { seen, recovered } = await sweep(world);
    assert.deepEqual({ seen, recovered }, { seen: 1, recovered: 0 });
  }
  assert.equal((await world.signed(event)).json.duplicate, true);
  assert.deepEqual(await story(world.db), after);
  await assertIdle(world);
});

test('sweeps that run at the same time as each other and as the webhook grant once', async (t) => {
  const world = await startWorld(t);
  const { event } = await world.pay();
  const answers = await Promise.all([world.cron(), world.cron(), world.signed(event), world.cron(), world.signed(event)]);
  for (const index of [2, 4]) assert.equal(answers[index].status, 200);
  const kept = await story(world.db);
  assert.equal(kept.entitlements.length, 2);
  assert.equal(kept.tasks.length, 2);
  assert.equal(kept.inbox.length, 1);
  assert.deepEqual(kept.audit.filter((kind) => kind === 'product_entitlement_granted').length, 2);
  await assertIdle(world);
});

test('a sweep that Stripe fails leaves its mark, frees its lease, and the next one finds everything', async (t) => {
  const world = await startWorld(t);
  const { intent } = await world.pay();
  world.stripe.failNext({ path: '/v1/events', status: 500, times: 2 });
  assert.equal((await sweep(world)).level, 'error');
  const failed = await job(world);
  assert.equal(failed.lease_id, null);
  assert.equal(failed.covered_until, 0);
  assert.match(failed.last_error, /\S/);
  assert.equal((await sweep(world)).recovered, 1);
  assert.equal((await world.lookup(intent)).json.entitlements.length, 2);
  await assertIdle(world);
});

test('D1 fails at any call of a sweep: the next sweeps still find the payment once', async (t) => {
  const CALLS = 4;
  for (let at = 1; at <= CALLS; at += 1) {
    for (const mode of ['before', 'after']) {
      const world = await startWorld(t, { faults: true });
      const { intent } = await world.pay();
      await world.fault({ on: 'd1', at, mode });
      assert.equal((await sweep(world)).level, 'error', `${at} ${mode}`);
      assert.equal((await world.seen()).hit, true);
      // A run that could not give its lease back holds it until the lease runs out.
      await world.db.run('UPDATE job_runs SET lease_until = 1 WHERE lease_id IS NOT NULL');
      await sweep(world);
      assert.equal((await world.lookup(intent)).json.entitlements.length, 2, `${at} ${mode}`);
      assert.equal((await story(world.db)).tasks.length, 2);
      await assertIdle(world);
      await world.close();
    }
  }
});

test('more missed payments than one page are all found, and an expired one is closed', async (t) => {
  const world = await startWorld(t);
  for (let count = 0; count < MANY; count += 1) await world.pay();
  const left = (await world.start()).json.checkoutIntentId;
  world.stripe.expire(world.sessionOf(left).id);
  const report = await sweep(world);
  assert.deepEqual([report.seen, report.recovered, report.unreadable], [MANY + 1, MANY + 1, 0]);
  const standing = await world.db.all('SELECT status, COUNT(*) AS n FROM checkout_intents GROUP BY 1 ORDER BY 1');
  assert.deepEqual(standing, [{ status: 'expired', n: 1 }, { status: 'paid', n: MANY }]);
  assert.equal((await world.db.one('SELECT COUNT(*) AS n FROM product_entitlements')).n, 2 * MANY);
  await assertIdle(world);
});

/** Events about checkouts that are not ours: they fill the list and change nothing. */
function emitForeign(world, session, count) {
  for (let index = 0; index < count; index += 1) {
    world.stripe.emit('checkout.session.expired', { ...session, id: `cs_test_foreign${index}`, client_reference_id: null, metadata: {} });
  }
}

test('a backlog longer than one run is finished by the next run, oldest payment included', async (t) => {
  const world = await startWorld(t);
  const { intent, session } = await world.pay();
  emitForeign(world, session, RUN + PAGE);
  assert.equal((await sweep(world)).recovered, RUN);
  const between = await job(world);
  assert.match(between.scan_after, /^evt_/);
  assert.equal(between.covered_until, 0);
  assert.equal((await world.lookup(intent)).json.entitlements.length, 0);
  assert.equal((await sweep(world)).recovered, PAGE + 1);
  assert.equal((await world.lookup(intent)).json.entitlements.length, 2);
  await assertIdle(world);
});

test('a sweep that was to go on behind an event that Stripe has forgotten starts over', async (t) => {
  const world = await startWorld(t);
  const { intent } = await world.pay();
  await world.db.run(`INSERT INTO job_runs (name, scan_started_at, scan_after, updated_at) VALUES (?, 1, 'evt_forgotten1', 1)`, JOB);
  assert.equal((await sweep(world)).level, 'error');
  assert.equal((await sweep(world)).recovered, 1);
  assert.equal((await world.lookup(intent)).json.entitlements.length, 2);
  const { lease_id: lease, scan_after: after, last_error: error } = await job(world);
  assert.deepEqual({ lease, after, error }, { lease: null, after: null, error: null });
});
