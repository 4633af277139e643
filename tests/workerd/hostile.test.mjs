/** What the Worker is not meant to get: each kind is refused with a stable code, and no table changes. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { unchanged } from './kit/data.mjs';
import { BUMP, CONFIRMATION, JSON_TYPE } from './kit/shop.mjs';
import { startWorld } from './world.mjs';

const MIB = 1024 * 1024;
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };
const CHECKOUT = '/api/commerce/checkout';
const TOKENS = '/api/products/download-tokens';
const NOBODY = '00000000-0000-4000-8000-000000000000';
const JSON_DEPTH = 100_000;

/** Texts that are not ids of ours, as they may stand in a path or a query. */
const NOT_IDS = [
  'x', 'checkout-intent-', `checkout-intent-${NOBODY}0`, `checkout-intent-${NOBODY.slice(1)}`, `CHECKOUT-INTENT-${NOBODY}`,
  `checkout-intent-${'g'.repeat(36)}`, `checkout-intent-${NOBODY}%00`, "checkout-intent-'%20OR%201=1--", '%ff%fe', '..%2f..%2fetc%2fpasswd',
  'a'.repeat(4_000), '%F0%9F%92%B8', 'checkout-intent-------------------------------------%',
];

/** Every case is refused with `status` and `code`; afterwards the tables are what they were. */
function refuses(world, cases) {
  return unchanged(world, async () => {
    for (const [words, wish, status, code] of cases) {
      const answer = await world.send(wish);
      const shown = `${words}: ${answer.status} ${answer.text.slice(0, 300)}`;
      assert.equal(answer.status, status, shown);
      assert.equal(answer.headers['x-content-type-options'], 'nosniff', shown);
      assert.equal(answer.json.ok, false, shown);
      assert.equal(answer.json.code, code, shown);
    }
  });
}

const json = (path, value, headers = {}) => ({ method: 'POST', path, headers: { ...JSON_TYPE, ...headers }, body: typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value) });

test('an id that is not one opens nothing', async (t) => {
  const world = await startWorld(t);
  await refuses(world, [...NOT_IDS, `checkout-intent-${NOBODY}`].map((id) => [id, { path: `${CHECKOUT}/redirect/${id}` }, 404, 'checkout_redirect_not_available']));
  for (const id of NOT_IDS) {
    const answer = await world.lookup(id);
    assert.equal(answer.status, 400, `${id}: ${answer.text.slice(0, 200)}`);
    assert.equal(answer.json.source, 'invalid');
    assert.equal(answer.json.checkoutIntentId, null);
    assert.equal((await world.send({ path: `/products/entitlements?checkout_intent_id=${id}` })).status, 400);
    assert.equal((await world.send({ path: `/commerce/checkout/success?checkout_intent_id=${id}` })).status, 200);
  }
  assert.equal((await world.lookup(`checkout-intent-${NOBODY}`)).json.source, 'missing');
  assert.equal((await world.lookup('')).json.source, 'missing');
});

test('a body that is not an object of the right types is refused by name', async (t) => {
  const world = await startWorld(t);
  const cases = [];
  for (const path of [CHECKOUT, TOKENS]) {
    for (const body of ['null', '[]', '"text"', '1', 'true']) cases.push([`${path} ${body}`, json(path, body), 400, 'invalid_request']);
    for (const body of ['{', '{"a":}', '{} {}', 'NaN', '\u0000', "{'a':1}", '['.repeat(JSON_DEPTH)]) cases.push([`${path} ${body.slice(0, 20)}`, json(path, body), 400, 'invalid_json']);
    cases.push([`${path} broken UTF-8`, json(path, Buffer.from('{"priceId":"\xff\xfe"}', 'latin1')), 400, 'invalid_json']);
    cases.push([`${path} UTF-16`, json(path, Buffer.from('\ufeff{}', 'utf16le')), 400, 'invalid_json']);
  }
  const wrong = { priceId: [1, {}, [], true], orderBumpPriceIds: ['x', {}, 1, [1], [null], [{}]], buyerEmail: [1, {}], confirmationText: [1, {}], idempotencyKey: [1, {}, []],
    agentClientId: [1, {}], successUrl: [1, {}], cancelUrl: [1, {}], previewOnly: ['yes', 1, {}], referralClickId: [1, {}], expectedAmountCents: ['9', 1.5, {}, 1e300, 2 ** 53, -(2 ** 53)] };
  for (const [field, values] of Object.entries(wrong)) {
    for (const value of values) cases.push([`${field} ${JSON.stringify(value)}`, json(CHECKOUT, { confirmationText: CONFIRMATION, [field]: value }), 400, 'invalid_request']);
  }
  for (const value of [1, {}, [], true]) {
    cases.push([`checkoutIntentId ${JSON.stringify(value)}`, json(TOKENS, { checkoutIntentId: value, entitlementId: 'x' }), 400, 'invalid_request']);
    cases.push([`entitlementId ${JSON.stringify(value)}`, json(TOKENS, { checkoutIntentId: 'x', entitlementId: value }), 400, 'invalid_request']);
  }
  await refuses(world, cases);
});

test('an order on other terms than the shop offers is refused', async (t) => {
  const world = await startWorld(t);
  const start = (changes, headers) => json(CHECKOUT, { confirmationText: CONFIRMATION, ...changes }, headers);
  await refuses(world, [
    ['an unknown price', start({ priceId: 'price-x' }), 404, 'sandbox_offer_not_found'],
    ['a price that is no offer', start({ priceId: 'price-bumpgrade-grow-monthly-usd' }), 404, 'sandbox_offer_not_found'],
    ['the upsell', start({ priceId: 'price-launch-accelerator-upsell-usd' }), 404, 'sandbox_offer_not_found'],
    ['the bump alone', start({ priceId: BUMP }), 404, 'sandbox_offer_not_found'],
    ['SQL in a price', start({ priceId: "' OR 1=1 --" }), 404, 'sandbox_offer_not_found'],
    ['an unknown bump', start({ orderBumpPriceIds: ['price-x'] }), 400, 'unsupported_order_bump'],
    ['the primary as a bump', start({ orderBumpPriceIds: ['price-bumpgrade-sandbox-launch-pass-usd'] }), 400, 'unsupported_order_bump'],
    ['too many bumps', start({ orderBumpPriceIds: Array.from({ length: 500 }, (_, index) => `price-${index}`) }), 400, 'unsupported_order_bump'],
    ['another total', start({ expectedAmountCents: 1 }), 409, 'price_changed'],
    ['a negative total', start({ expectedAmountCents: -900 }), 409, 'price_changed'],
    ['an unknown referral', start({ referralClickId: 'referral-click-x' }), 400, 'referral_click_not_found'],
    ['a foreign return address', start({ successUrl: 'https://evil.example/' }), 400, 'return_url_not_allowed'],
    ['a script as return address', start({ cancelUrl: 'javascript:alert(1)' }), 400, 'return_url_not_allowed'],
    ['a short key', start({ idempotencyKey: 'short' }), 400, 'invalid_idempotency_key'],
    ['a long key', start({ idempotencyKey: 'k'.repeat(181) }), 400, 'invalid_idempotency_key'],
    ['a key with a line break', start({ idempotencyKey: 'key\nkey\nkey' }), 400, 'invalid_idempotency_key'],
    ['a long key in the header', start({}, { 'idempotency-key': 'k'.repeat(181) }), 400, 'invalid_idempotency_key'],
    ['a long price id', start({ priceId: 'p'.repeat(300) }), 400, 'invalid_request'],
    ['a long return address', start({ successUrl: `/${'p'.repeat(3_000)}` }), 400, 'invalid_request'],
  ]);
  for (const text of [CONFIRMATION.toLowerCase(), ` ${CONFIRMATION}`, `${CONFIRMATION}.`, '']) {
    const answer = await unchanged(world, () => world.start({ confirmationText: text }));
    assert.equal(answer.json.reason, 'confirmation_text_required');
  }
});

test('a used key stands for its first order only', async (t) => {
  const world = await startWorld(t);
  const idempotencyKey = 'hostile-key-0001';
  assert.equal((await world.start({ idempotencyKey })).status, 200);
  const other = [{ orderBumpPriceIds: [] }, { buyerEmail: 'other@example.com' }, { agentClientId: 'other' }, { cancelUrl: '/other' }];
  const cases = other.map((changes) => [JSON.stringify(changes), json(CHECKOUT, { idempotencyKey, confirmationText: CONFIRMATION, orderBumpPriceIds: [BUMP], ...changes }), 409, 'idempotency_conflict']);
  cases.push(['twice in the header', json(CHECKOUT, { confirmationText: CONFIRMATION }, { 'idempotency-key': idempotencyKey }), 409, 'idempotency_conflict']);
  await refuses(world, cases);
  const replayed = await unchanged(world, () => world.start({ idempotencyKey }));
  assert.equal(replayed.json.duplicate, true);
  assert.equal(world.stripe.state().sessions.length, 1);
});

test('a body of two MiB is refused, with a length and without one', async (t) => {
  const world = await startWorld(t);
  const big = Buffer.alloc(2 * MIB, 'a');
  const bigJson = Buffer.concat([Buffer.from('{"priceId":"'), big, Buffer.from('"}')]);
  const cases = [];
  for (const chunked of [false, true]) {
    const words = chunked ? 'chunked' : 'with a length';
    for (const path of [CHECKOUT, TOKENS]) {
      cases.push([`${path} JSON ${words}`, { ...json(path, bigJson), chunked }, 413, 'body_too_large']);
      cases.push([`${path} form ${words}`, { method: 'POST', path, headers: FORM_TYPE, body: big, chunked }, 413, 'body_too_large']);
      cases.push([`${path} no type ${words}`, { method: 'POST', path, body: big, chunked }, 413, 'body_too_large']);
    }
    cases.push([`webhook ${words}`, { ...json('/api/stripe/webhook', bigJson, { 'stripe-signature': 't=1,v1=00' }), chunked }, 413, 'body_too_large']);
    cases.push([`a form of 65 KiB ${words}`, { method: 'POST', path: CHECKOUT, headers: FORM_TYPE, body: big.subarray(0, 65 * 1024), chunked }, 413, 'body_too_large']);
  }
  for (const type of ['multipart/form-data; boundary=x', 'MULTIPART/mixed']) {
    cases.push([type, { method: 'POST', path: CHECKOUT, headers: { 'content-type': type }, body: '--x--' }, 415, 'unsupported_content_type']);
  }
  await refuses(world, cases);
});

test('tokens that are guessed, expired, used or of a withdrawn purchase open nothing', async (t) => {
  const world = await startWorld(t);
  const bought = await world.buy();
  const other = await world.buy();
  const used = await world.ticket(bought);
  assert.equal((await world.download(used)).status, 200);
  const live = await world.ticket(bought);
  const expired = await world.ticket(bought);
  await world.db.run("UPDATE product_download_tokens SET expires_at = 1 WHERE status = 'active' AND id IN (SELECT id FROM product_download_tokens ORDER BY rowid DESC LIMIT 1)");
  assert.equal((await world.download(expired)).json.code, 'token_expired');
  const get = (token, query = `token=${token}`) => ({ path: `/api/products/downloads?${query}` });
  const cases = [
    ['no token', get('', ''), 400, 'token_malformed'], ['an empty token', get(''), 400, 'token_malformed'],
    ['another shape', get('download-token-x'), 400, 'token_malformed'], ['a longer one', get(`${live}0`), 400, 'token_malformed'],
    ['upper case', get(live.toUpperCase()), 400, 'token_malformed'], ['a guess', get(`download-token-${NOBODY}`), 404, 'token_not_found'],
    ['used', get(used), 410, 'token_used'], ['expired', get(expired), 410, 'token_expired'],
    ['two tokens, the first used', get('', `token=${used}&token=${live}`), 410, 'token_used'],
    ['another entitlement', json(TOKENS, { checkoutIntentId: bought.intent, entitlementId: other.entitlements[0] }), 404, 'not_found'],
    ['no such entitlement', json(TOKENS, { checkoutIntentId: bought.intent, entitlementId: 'entitlement-x' }), 404, 'not_found'],
    ['no such checkout', json(TOKENS, { checkoutIntentId: 'x', entitlementId: bought.entitlements[0] }), 404, 'not_found'],
    ['no ids', json(TOKENS, {}), 400, 'invalid_request'], ['blank ids', json(TOKENS, { checkoutIntentId: ' ', entitlementId: '' }), 400, 'invalid_request'],
    ['a long id', json(TOKENS, { checkoutIntentId: 'x'.repeat(9_000), entitlementId: 'x' }), 400, 'invalid_request'],
  ];
  await refuses(world, cases);
  await world.db.run("UPDATE product_entitlements SET status = 'inactive', revoked_at = 1");
  await refuses(world, [['withdrawn', get(live), 409, 'access_changed'],
    ['a new token for it', json(TOKENS, { checkoutIntentId: bought.intent, entitlementId: bought.entitlements[0] }), 409, 'not_eligible']]);
});
