/**
 * Secrets are planted, every route is asked in every state, and no answer and no log line may hold one of them.
 *
 * Two answers may say more: the redirect names the payment page in `Location`, and a new token is told to its maker.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { reveals, secretsIn, visits } from './kit/canary.mjs';
import { seedObjects } from './kit/data.mjs';
import { BUMP, CONFIRMATION, SECRETS } from './kit/shop.mjs';
import { signature } from './kit/shopper.mjs';
import { startWorld, until } from './world.mjs';

const EMAIL = 'canary.buyer@planted-mail.example';
const PROVIDER_SAYS = 'planted words of the provider';
const STATES_MIN = 8;

/** A world whose Stripe can be made to answer with planted secrets, and the secrets so far. */
async function plantedWorld(t) {
  const stripe = { broken: false };
  const world = await startWorld(t, {
    faults: true,
    outbound: async (request) => {
      const body = request.method === 'POST' ? await request.text() : undefined;
      if (stripe.broken) return Response.json({ error: { type: `${PROVIDER_SAYS} ${body}`, code: EMAIL, param: SECRETS.key, message: `${PROVIDER_SAYS}: ${body} ${SECRETS.key}` } }, { status: 400 });
      return fetch(request.url, { method: request.method, headers: Object.fromEntries(request.headers), body });
    },
  });
  const secrets = new Set([EMAIL, SECRETS.key, SECRETS.webhook, PROVIDER_SAYS, ...seedObjects().map(({ key }) => key)]);
  return { world, stripe, secrets };
}

/** Ids that open something: they may be answered to who knows them, but never logged. */
const bearers = ({ intent, entitlements = [], tokens = [] }) => [intent, ...entitlements, ...tokens].filter(Boolean);

test('no answer and no log line tells a planted secret', async (t) => {
  const { world, stripe, secrets } = await plantedWorld(t);
  const found = { tokens: [] };
  const log = [];
  let states = 0;
  const look = async (state) => {
    states += 1;
    for (const wish of visits(found)) {
      for (const fault of [{}, { on: 'd1', at: 1, mode: 'before' }, { on: 'd1', at: 1, mode: 'after' }, { on: 'd1', at: 2, mode: 'before' }, { on: 'r2', at: 1, mode: 'before' }, { on: 'r2', at: 1, mode: 'after' }]) {
        await world.fault(fault);
        const answer = await world.send(wish);
        const redirects = wish.path.includes('/redirect/') && answer.status === 303;
        if (redirects) assert.ok(answer.headers.location.startsWith(`${world.stripe.origin}/c/pay/`));
        log.push({ state, wish: `${wish.method ?? 'GET'} ${wish.path}`, status: answer.status });
        assert.deepEqual(reveals(answer, [...secrets, ...found.tokens], { location: redirects }), [], `${state}: ${wish.method ?? 'GET'} ${wish.path} ${JSON.stringify(fault)}`);
      }
    }
    await world.fault();
  };
  await look('nothing bought');
  stripe.broken = true;
  const failed = await world.start({ idempotencyKey: 'canary-key-0001', buyerEmail: EMAIL });
  assert.equal(failed.status, 502);
  assert.deepEqual(reveals(failed, secrets), []);
  found.intent = failed.json.checkoutIntentId;
  await look('Stripe refused');
  stripe.broken = false;
  const paid = await world.pay({ idempotencyKey: 'canary-key-0001', buyerEmail: EMAIL, email: EMAIL });
  const { payment_intent: payment, id: session } = world.stripe.session(paid.session.id);
  for (const secret of [session, payment, paid.event.id, paid.event.data.object.payment_intent]) secrets.add(secret);
  await look('paid, not delivered');
  found.event = paid.event;
  const broken = { ...paid.event, id: 'evt_plantedmisfit', data: { object: { ...paid.event.data.object, amount_total: 1 } } };
  secrets.add(broken.id);
  for (const event of [broken, paid.event, paid.event]) assert.deepEqual(reveals(await world.signed(event), secrets), []);
  await look('delivered');
  found.entitlements = (await world.lookup(found.intent)).json.entitlements.map(({ id }) => id);
  await look('looked up');
  const token = await world.ticket(found);
  found.tokens.push(token);
  await look('token made');
  assert.equal((await world.download(token)).json.code, 'token_used');
  await world.db.run("UPDATE product_download_tokens SET expires_at = 1, status = 'expired', used_at = NULL WHERE status <> 'expired'");
  await look('tokens expired');
  await world.db.run("UPDATE product_entitlements SET status = 'inactive'");
  await world.db.run("UPDATE checkout_intents SET status = 'payment_failed'");
  await look('withdrawn');

  assert.ok(states >= STATES_MIN);
  for (const status of [200, 303, 400, 404, 409, 410, 503]) assert.ok(log.some((entry) => entry.status === status), `some answer was ${status}`);
  await assertQuietLog(world, [...secrets, ...bearers(found)]);
  const kept = JSON.stringify(await world.db.dump());
  for (const secret of [token, SECRETS.key, SECRETS.webhook, PROVIDER_SAYS]) assert.ok(!kept.includes(secret), 'the database keeps no secret as it is');
});

/** Wait for the last line, then read all of them. */
async function assertQuietLog(world, secrets) {
  await world.fault({ on: 'd1', at: 1, mode: 'before' });
  const { correlationId } = (await world.send({ path: '/healthz' })).json;
  await until(() => world.logs.some((line) => line.includes(correlationId)), 'the last log line');
  assert.deepEqual(secretsIn(world.logs.join('\n'), secrets), []);
  for (const line of world.logs) assert.ok(['error', 'warning', 'notice', 'info'].includes(JSON.parse(line).level), line);
}

test('the sweep logs counts and nothing else', async (t) => {
  const { world, stripe, secrets } = await plantedWorld(t);
  const paid = await world.pay({ buyerEmail: EMAIL, email: EMAIL });
  for (const secret of [paid.session.id, paid.event.id, paid.intent]) secrets.add(secret);
  stripe.broken = true;
  await world.cron();
  stripe.broken = false;
  await world.cron();
  await until(() => world.logs.some((line) => line.includes('"recovered":1')), 'the sweep to say what it did');
  await assertQuietLog(world, [...secrets]);
  assert.ok(!JSON.stringify(await world.db.all('SELECT * FROM job_runs')).includes(PROVIDER_SAYS));
});

test('a setting that is missing is named in the log and not in the answer', async (t) => {
  const { db, ...world } = await startWorld(t, { vars: { STRIPE_API_BASE: `javascript:${PROVIDER_SAYS}` } });
  const before = await db.dump();
  for (const path of ['/', '/healthz', '/api/commerce/checkout']) {
    const answer = await world.send({ path });
    assert.equal(answer.status, 503);
    assert.equal(answer.json.code, 'unavailable');
    assert.deepEqual(reveals(answer, ['STRIPE_API_BASE', PROVIDER_SAYS, SECRETS.key]), []);
  }
  const signed = await world.send({ method: 'POST', path: '/api/stripe/webhook', headers: { 'stripe-signature': signature('{}', SECRETS.webhook) }, body: '{}' });
  assert.equal(signed.status, 503);
  const started = await world.send({ method: 'POST', path: '/api/commerce/checkout', body: JSON.stringify({ confirmationText: CONFIRMATION, orderBumpPriceIds: [BUMP] }) });
  assert.equal(started.status, 503);
  assert.deepEqual(await db.dump(), before);
  await until(() => world.logs.some((line) => line.includes('STRIPE_API_BASE')), 'the log to name the setting');
  assert.ok(!world.logs.join('\n').includes(PROVIDER_SAYS));
});
