/** Events that Stripe did not sign, or not like this, or not for this checkout: nothing is granted. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test from 'node:test';
import { unchanged } from './kit/data.mjs';
import { JSON_TYPE, SECRETS } from './kit/shop.mjs';
import { signature } from './kit/shopper.mjs';
import { startWorld } from './world.mjs';

const PATH = '/api/stripe/webhook';
/** How far a stamp may be from now, in seconds, and more than that. */
const TOLERANCE_S = 300;
const BEYOND_S = TOLERANCE_S + 60;
const FAILED = 'stripe_signature_verification_failed';

const nowS = () => Math.floor(Date.now() / 1000);
const mac = (payload, stamp, secret = SECRETS.webhook) => createHmac('sha256', secret).update(`${stamp}.`).update(payload).digest('hex');
const mapValues = (object, change) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));

/** A paid session whose event is still to come, and deliveries that must be refused without a trace. */
async function paidWorld(t) {
  const world = await startWorld(t);
  const paid = await world.pay();
  const payload = JSON.stringify(paid.event);
  const refused = (deliveries) => unchanged(world, async () => {
    for (const [words, { code = FAILED, body = payload, header }] of Object.entries(deliveries)) {
      const signed = header === undefined ? {} : { 'stripe-signature': header };
      const answer = await world.send({ method: 'POST', path: PATH, headers: { ...JSON_TYPE, ...signed }, body });
      assert.equal(answer.status, 400, `${words}: ${answer.status} ${answer.text}`);
      assert.equal(answer.json.code, code, words);
    }
  });
  return { world, payload, refused, ...paid };
}

test('an event without a signature is refused', async (t) => {
  const { refused } = await paidWorld(t);
  const code = 'stripe_signature_missing';
  await refused({ absent: { code }, empty: { code, header: '' }, blank: { code, header: '   ' } });
});

test('a signature that is malformed, forged, stale or of the future is refused', async (t) => {
  const { refused, payload, world, event } = await paidWorld(t);
  const now = nowS();
  const good = mac(payload, now);
  const headers = {
    'no scheme': good, 'no stamp': `v1=${good}`, 'no signature': `t=${now}`, 'an empty signature': `t=${now},v1=`, 'another scheme': `t=${now},v0=${good}`,
    'upper case': `t=${now},v1=${good.toUpperCase()}`, 'one digit less': `t=${now},v1=${good.slice(1)}`, 'one digit more': `t=${now},v1=${good}0`,
    'another digit': `t=${now},v1=${good.slice(0, -1)}${good.endsWith('0') ? '1' : '0'}`, 'another stamp': `t=${now - 1},v1=${good}`,
    'a signed stamp': `t=-${now},v1=${mac(payload, `-${now}`)}`, 'a plus': `t=+${now},v1=${mac(payload, `+${now}`)}`, 'a fraction': `t=${now}.0,v1=${mac(payload, `${now}.0`)}`,
    'no number': `t=now,v1=${mac(payload, 'now')}`, 'a number too large': `t=${'9'.repeat(30)},v1=${mac(payload, '9'.repeat(30))}`,
    stale: signature(payload, SECRETS.webhook, now - BEYOND_S), future: signature(payload, SECRETS.webhook, now + BEYOND_S),
    'two stamps, the first good': `t=${now},t=${now - BEYOND_S},v1=${good}`, 'two stamps, the last good': `t=${now - BEYOND_S},t=${now},v1=${good}`, 'two equal stamps': `t=${now},t=${now},v1=${good}`,
    'another secret': signature(payload, 'whsec_someotherwebhooksecretxxxx'), 'a secret without its prefix': signature(payload, SECRETS.webhook.replace('whsec_', '')),
    'the API key as secret': signature(payload, SECRETS.key), 'the header twice': [`t=${now},v1=${good}`, `t=${now},v1=${good}`], 'a header too long': `t=${now},v1=${good},${'x=y,'.repeat(1_200)}x=y`,
  };
  await refused(mapValues(headers, (header) => ({ header })));
  assert.equal((await world.signed(event)).json.entitlementGrantsCreated, 2);
});

test('a good signature over other bytes is refused', async (t) => {
  const { refused, payload, event, world } = await paidWorld(t);
  const header = signature(payload, SECRETS.webhook);
  const bodies = {
    're-serialised': JSON.stringify(event, null, 1), 'a space more': `${payload} `, 'a line break more': `${payload}\n`, 'a byte-order mark': `\ufeff${payload}`,
    'another amount': payload.replace('"amount_total":2800', '"amount_total":1'), empty: '', 'cut off': payload.slice(0, -1),
  };
  assert.ok(Object.values(bodies).every((body) => body !== payload));
  await refused(mapValues(bodies, (body) => ({ body, header })));
  assert.equal((await world.signed(event)).status, 200);
});

test('signed bytes that are not an event of ours are refused', async (t) => {
  const { refused, event } = await paidWorld(t);
  const change = (changes) => JSON.stringify({ ...event, ...changes });
  const object = event.data.object;
  const bodies = {
    nothing: '', null: 'null', list: '[]', text: '"x"', 'not JSON': '{', 'no id': change({ id: undefined }), 'a null id': change({ id: null }), 'an id of another form': change({ id: 'cs_test_1' }),
    'no type': change({ type: undefined }), 'no time': change({ created: undefined }), 'a time as text': change({ created: 'now' }), 'no data': change({ data: undefined }),
    'a session without an id': change({ data: { object: { ...object, id: undefined } } }), 'another object': change({ data: { object: { ...object, object: 'charge' } } }),
    'an amount as text': change({ data: { object: { ...object, amount_total: '2800' } } }), 'bytes that are not UTF-8': Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
  };
  const stamp = nowS();
  await refused(mapValues(bodies, (body) => ({ code: 'stripe_event_malformed', body, header: `t=${stamp},v1=${mac(body, stamp)}` })));
  const live = change({ livemode: true });
  await refused({ 'a live event under a test secret': { code: 'stripe_livemode_mismatch', body: live, header: signature(live, SECRETS.webhook) } });
});

test('a signed event that does not fit its checkout is kept and grants nothing', async (t) => {
  const { world, event, intent } = await paidWorld(t);
  const object = event.data.object;
  const misfits = {
    'another amount': { amount_total: 1 }, 'no amount': { amount_total: null }, 'another currency': { currency: 'eur' }, 'another session': { id: 'cs_test_somebodyelses' },
    'not paid': { payment_status: 'unpaid', id: 'cs_test_somebodyelses' },
  };
  for (const [index, [words, changes]] of Object.entries(misfits).entries()) {
    const answer = await world.signed({ ...event, id: `evt_misfit${index}`, data: { object: { ...object, ...changes } } });
    assert.equal(answer.status, 200, words);
    assert.equal(answer.json.checkoutIntentUpdated, false, words);
    assert.equal(answer.json.entitlementGrantsCreated, 0, words);
  }
  const [{ n }] = await world.db.all("SELECT COUNT(*) AS n FROM payment_audit_events WHERE event_kind = 'checkout_event_quarantined'");
  assert.equal(n, Object.keys(misfits).length);
  assert.equal((await world.lookup(intent)).json.checkout.status, 'stripe_session_created');
  assert.equal((await world.signed(event)).json.entitlementGrantsCreated, 2);
});

test('without a webhook secret every event is refused as not configured', async (t) => {
  const world = await startWorld(t, { vars: { STRIPE_WEBHOOK_SECRET_SANDBOX: '' } });
  const answer = await world.send({ method: 'POST', path: PATH, headers: { 'stripe-signature': signature('{}', '') }, body: '{}' });
  assert.equal(answer.status, 503);
  assert.equal(answer.json.code, 'webhook_secret_not_configured');
});
