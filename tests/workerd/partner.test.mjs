/** A purchase by a partner's link on the built Worker: the click, the cookie, the commission by webhook, the refund. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { BUMP, CONFIRMATION, JSON_TYPE } from './kit/shop.mjs';
import { browser, linkIn, startMailWorld } from './kit/people.mjs';
import { startWorld } from './world.mjs';

const LINK = '/r/LAUNCHCIRCLE';
const PERSON = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0', 'cf-connecting-ip': '203.0.113.9' };
const PHRASE = 'Apply owner review action to Bumpgrade commission ledger evidence';

/** Follow the link as a person does; resolves to the id of the click that the cookie holds. */
async function follow(world) {
  const seen = await world.send({ path: LINK, headers: PERSON });
  assert.equal(seen.status, 303);
  assert.equal(seen.headers.location, '/offers/indie-launch-stack');
  const [cookie] = [seen.headers['set-cookie']].flat();
  assert.match(cookie, /^bumpgrade-referral=referral-click-[0-9a-f-]{36}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/);
  const pair = cookie.split(';')[0];
  const offer = await world.send({ path: seen.headers.location, headers: { cookie: pair } });
  const [, click] = /name="referralClickId" value="(referral-click-[0-9a-f-]{36})"/.exec(offer.text);
  assert.equal(pair, `bumpgrade-referral=${click}`);
  return click;
}

const ledger = (world) => world.db.all('SELECT * FROM affiliate_commission_ledger_entries');

test('a purchase by a partner link earns its commission by webhook, once, and a refund takes it back', async (t) => {
  const world = await startWorld(t);
  const click = await follow(world);
  const started = await world.start({ referralClickId: click, idempotencyKey: 'partner-key-0001' });
  assert.equal(started.json.referralAttribution.referralClickId, click);
  const intent = started.json.checkoutIntentId;
  const session = world.sessionOf(intent).id;
  world.stripe.pay(session, { email: 'buyer@example.com' });
  await world.stripe.idle();

  const [credit, ...more] = await ledger(world);
  assert.equal(more.length, 0);
  assert.deepEqual(
    [credit.commission_cents, credit.source_checkout_amount_cents, credit.ledger_status, credit.review_status, credit.made_by],
    [460, 2800, 'review_only', 'refund_window_open', 'payment_event'],
  );
  const lines = await world.db.all('SELECT unit_amount_cents, rate_bps, commission_cents FROM affiliate_commission_ledger_lines ORDER BY position');
  assert.deepEqual(lines, [{ unit_amount_cents: 900, rate_bps: 3000, commission_cents: 270 }, { unit_amount_cents: 1900, rate_bps: 1000, commission_cents: 190 }]);
  const called = await world.post('/api/affiliates/commission-ledger', {
    checkoutIntentId: intent, idempotencyKey: 'partner-call-0001',
    confirmationText: 'Create review-only commission evidence for Bumpgrade sandbox checkout',
  });
  assert.deepEqual([called.status, called.json.status, called.json.duplicate], [200, 'review_only_commission_replayed', true]);

  const document = (await world.send({ path: '/affiliates/source-data' })).json;
  assert.equal(document.clickSummary.aggregateCounts[0].total_clicks, 1);
  assert.equal(document.commissionLedgerSummary.aggregateCounts[0].total_commission_cents, 460);

  const { act } = world.stripe;
  await (act ? act('refund', { session }) : refund(world, session));
  await world.stripe.idle();
  const [back] = await ledger(world);
  assert.deepEqual([back.ledger_status, back.review_status, back.system_reason], ['reversed', 'owner_reversed', 'refunded']);
  const [{ kept }] = await world.db.all("SELECT COUNT(*) AS kept FROM affiliate_referral_clicks WHERE length(ip_hash) = 64 AND ip_hash NOT LIKE '%203%0%113%'");
  assert.equal(kept, 1);
});

async function refund(world, session) {
  const answer = await fetch(`${world.stripe.origin}/_control/refund`, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ session }) });
  assert.equal(answer.status, 200, await answer.text());
}

test('our own form carries the click of the cookie', async (t) => {
  const world = await startWorld(t);
  const click = await follow(world);
  const body = new URLSearchParams({
    confirmationText: CONFIRMATION, idempotencyKey: 'partner-form-0001', referralClickId: click, orderBumpPriceIds: BUMP,
  });
  const started = await world.send({
    method: 'POST', path: '/api/commerce/checkout', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: body.toString(),
  });
  assert.equal(started.status, 303);
  const { n } = await world.db.one('SELECT COUNT(*) AS n FROM checkout_referral_attributions WHERE referral_click_id = ?', click);
  assert.equal(n, 1);
});

test('an owner holds a commission with the official client, and sees it on the desk', async (t) => {
  const world = await startMailWorld(t);
  const { intent } = await world.buy({ referralClickId: await follow(world) });
  assert.ok(intent);
  const [credit] = await ledger(world);
  const { client, visit } = browser(world);
  await client.signIn.magicLink({ email: 'owner@example.test', callbackURL: '/admin/affiliates' });
  const token = linkIn(await world.letter('owner@example.test')).searchParams.get('token');
  await visit(`/api/auth/magic-link/verify?token=${token}&callbackURL=/admin/affiliates`);
  const body = {
    commissionLedgerId: credit.id, actionKind: 'hold_for_review', idempotencyKey: 'partner-action-0001', confirmationText: PHRASE,
    expectedUpdatedAt: credit.updated_at, publicReason: 'Looking at it.', privateReason: 'Zq-canary',
  };
  const decide = () => visit('/api/admin/affiliates/commission-ledger/actions', { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });
  const first = await decide();
  assert.equal(first.status, 200, await first.clone().text());
  assert.equal((await first.json()).commissionLedger.reviewStatus, 'owner_hold');
  assert.equal((await (await decide()).json()).duplicate, true);
  const desk = await (await visit('/admin/affiliates')).text();
  for (const part of ['Held by you', 'Looking at it.', '$4.60']) assert.ok(desk.includes(part), part);
  assert.ok(!JSON.stringify(await world.db.dump()).includes('Zq-canary'));
});
