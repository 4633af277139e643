/**
 * How many calls to D1 and R2 each route makes, compared with schema/calls.json. `UPDATE=1` writes the file anew.
 *
 * A call is a network round trip in production, so one more is a decision, not an accident.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { ROOT } from '../../dev/tools.mjs';
import { request } from './kit/evidence.mjs';
import { ownerHeaders } from './kit/owner.mjs';
import { browser } from './kit/people.mjs';
import { JSON_TYPE } from './kit/shop.mjs';
import { startWorld } from './world.mjs';

const FILE = join(ROOT, 'schema', 'calls.json');
/** What a whole purchase may cost: start, webhook, look-up, token, download. */
const PURCHASE_D1_MAX = 7;
const PURCHASE_R2_MAX = 1;

/** Counts of one act. */
async function counted(world, act) {
  await world.fault();
  const answer = await act();
  const { d1, r2 } = await world.seen();
  return { answer, calls: { d1, r2 } };
}

/** What a page with a beacon costs. */
async function analytics(count, world) {
  const page = '/offers/indie-launch-stack';
  const headers = { 'user-agent': 'Mozilla/5.0', referer: `${world.origin}${page}` };
  await count('GET /analytics/view.svg', () => world.send({ path: `/analytics/view.svg?page=${page}`, headers }));
  const view = { eventDefinitionId: 'event-funnel-page-view', sourceRoute: page, idempotencyKey: 'calls-view-0001' };
  await count('POST /api/analytics/events', () => world.post('/api/analytics/events', view));
  const ask = {
    experimentId: 'experiment-opt-in-hero-promise', sourceRoute: '/funnels/indie-launch-sandbox',
    anonymousAssignmentKey: 'anon-1', idempotencyKey: 'calls-assignment-0001',
  };
  await count('POST /api/analytics/assignments', () => world.post('/api/analytics/assignments', ask));
  await count('POST /api/analytics/assignments (replay)', () => world.post('/api/analytics/assignments', ask));
}

async function countRoutes(world) {
  const counts = {};
  const count = async (name, act) => {
    const { answer, calls } = await counted(world, act);
    assert.ok(answer.status === undefined || answer.status < 400, `${name}: ${answer.status} ${answer.text}`);
    counts[name] = calls;
    return answer;
  };
  const get = (name, path) => count(`GET ${name}`, () => world.send({ path }));
  await get('/', '/');
  await get('/healthz', '/healthz');
  await get('/offers/{slug}', '/offers/indie-launch-stack');
  await get('/products/{slug}', '/products/indie-launch-library');
  await get('/offers/source-data', '/offers/source-data');
  await get('/products/source-data', '/products/source-data');
  await get('/affiliates/source-data', '/affiliates/source-data');
  await get('/analytics/source-data', '/analytics/source-data');
  await get('/analytics/{slug}', '/analytics/indie-launch-dashboard');
  await analytics(count, world);
  await get('/affiliates/{slug}', '/affiliates/indie-launch-partners');
  const person = { 'user-agent': 'Mozilla/5.0' };
  await count('GET /r/{code}', () => world.send({ path: '/r/LAUNCHCIRCLE', headers: person }));
  const link = { code: 'LAUNCHCIRCLE', destinationRoute: '/funnels/indie-launch-sandbox', idempotencyKey: 'calls-click-0001' };
  const clicked = await count('POST /api/affiliates/clicks', () => world.post('/api/affiliates/clicks', link));
  await get('/api/commerce/checkout', '/api/commerce/checkout');
  await get('/commerce/checkout/cancel', '/commerce/checkout/cancel');
  await count('POST /api/commerce/checkout (preview)', () => world.start({ previewOnly: true }));
  const start = () => world.start({ idempotencyKey: 'calls-key-0001', referralClickId: clicked.json.referralClickId });
  const intent = (await count('POST /api/commerce/checkout', start)).json.checkoutIntentId;
  await count('POST /api/commerce/checkout (replay)', start);
  await get('/api/commerce/checkout/redirect/{intent}', `/api/commerce/checkout/redirect/${intent}`);
  const event = world.payNow(intent);
  await count('POST /api/stripe/webhook', () => world.signed(event));
  await count('POST /api/stripe/webhook (duplicate)', () => world.signed(event));
  await get('/commerce/checkout/success', `/commerce/checkout/success?checkout_intent_id=${intent}`);
  await get('/products/entitlements', `/products/entitlements?checkout_intent_id=${intent}`);
  const [entitlement] = (await get('/api/products/entitlements', `/api/products/entitlements?checkoutIntentId=${intent}`)).json.entitlements;
  const section = `checkout_intent_id=${intent}&entitlement_id=${entitlement.id}&section_id=protected-content-launch-course-module-1`;
  await get('/api/products/protected-content', `/api/products/protected-content?${section}`);
  await get('/products/content', `/products/content?${section}`);
  const { token } = (await count('POST /api/products/download-tokens', () => world.token(intent, entitlement.id))).json;
  await count('HEAD /api/products/downloads', () => world.download(token, 'HEAD'));
  await count('GET /api/products/downloads', () => world.download(token));
  await countWrites(world, { get, count }, intent, entitlement.id);
  await countPlans(world, { get, count });
  await count('cron (nothing missed)', () => world.cron());
  await countAccounts(world, count);
  await countAudience(world, { get, count });
  return counts;
}

/** Every confirmed write once and again, and the pages with their forms. An owner's session is one read more. */
async function countWrites(world, { get, count }, intent, entitlement) {
  await get('/commerce/source-data', '/commerce/source-data');
  await get('/commerce/post-purchase/{intent}', `/commerce/post-purchase/${intent}`);
  const headers = await ownerHeaders(world);
  const owner = (name, path, body) => count(name, () => world.send({ method: body ? 'POST' : 'GET', path, headers, ...(body && { body: JSON.stringify(body) }) }));
  for (const path of ['/admin/products', '/admin/affiliates', '/admin/analytics', '/admin/audience']) await owner(`GET ${path}`, path);
  const row = (sql, ...values) => world.db.one(sql, ...values);
  const { updated_at: seenAt } = await row('SELECT updated_at FROM checkout_intents WHERE id = ?', intent);
  const decide = {
    checkoutIntentId: intent, decisionKind: 'decline_upsell', expectedCheckoutUpdatedAt: seenAt, idempotencyKey: 'calls-write-01',
    confirmationText: 'Record non-billing post-purchase decision for Bumpgrade checkout',
  };
  const upload = {
    productId: 'product-launch-checklist-download', assetId: 'asset-launch-checklist-pdf', fileName: 'plan.txt', contentType: 'text/plain; charset=utf-8',
    bodyText: 'Plan', idempotencyKey: 'calls-write-02', confirmationText: 'Create private product asset upload intent',
    expectedCatalogRevisionId: 'product-access-revision-indie-launch-2026-05-19',
  };
  const revoke = {
    entitlementId: entitlement, expectedEntitlementStatus: 'active', reasonCode: 'customer_request', privateReason: 'asked by phone',
    idempotencyKey: 'calls-write-03', confirmationText: 'Record product access removal intent',
  };
  const ledger = await row('SELECT id, updated_at FROM affiliate_commission_ledger_entries WHERE checkout_intent_id = ?', intent);
  const review = {
    commissionLedgerId: ledger.id, actionKind: 'mark_reviewed', expectedUpdatedAt: ledger.updated_at, idempotencyKey: 'calls-write-04',
    confirmationText: 'Apply owner review action to Bumpgrade commission ledger evidence',
  };
  const writes = {
    '/api/commerce/post-purchase-decisions': decide, '/api/admin/products/assets': upload, '/api/admin/products/revocation-intents': revoke,
    '/api/admin/affiliates/commission-ledger/actions': review,
  };
  const schedules = '/api/admin/audience/broadcasts/schedule-intents';
  const { expected, confirmation } = (await world.send({ path: schedules, headers })).json;
  writes[schedules] = { ...expected, confirmationText: confirmation.text, idempotencyKey: 'calls-write-05' };
  for (const [path, body] of Object.entries(writes)) {
    await owner(`GET ${path}`, path);
    await owner(`POST ${path}`, path, body);
    await owner(`POST ${path} (replay)`, path, body);
  }
  // Every other kind of evidence costs what one of its family does.
  for (const path of ['affiliates/payout-preparation-records', 'analytics/experiment-decisions', 'analytics/notification-inbox-records']) {
    const address = `/api/admin/${path}`;
    const body = { ...(await request((at) => owner(`GET ${at}`, at), address)), idempotencyKey: 'calls-evidence-1' };
    await owner(`POST ${address}`, address, body);
    await owner(`POST ${address} (replay)`, address, body);
  }
}

/** The plans, and what an event of each kind costs. */
async function countPlans(world, { get, count }) {
  await get('/pricing', '/pricing');
  await get('/api/billing/checkout', '/api/billing/checkout');
  const body = { planSlug: 'grow', idempotencyKey: 'calls-plan-0001' };
  await count('POST /api/billing/checkout (preview)', () => world.post('/api/billing/checkout', { ...body, previewOnly: true }));
  const { json } = await count('POST /api/billing/checkout', () => world.post('/api/billing/checkout', body));
  await count('POST /api/billing/checkout (replay)', () => world.post('/api/billing/checkout', body));
  world.stripe.set({ paused: true });
  const session = world.sessionOf(json.checkoutIntentId);
  const told = world.stripe.pay(session.id, { email: 'ana@example.com' });
  const refunded = world.stripe.refundSubscription(world.sessionOf(json.checkoutIntentId).subscription);
  for (const event of [...told, ...refunded].filter(({ type }) => /^(checkout|customer|invoice|charge\.refunded)/.test(type))) {
    await count(`POST /api/stripe/webhook (${event.type})`, () => world.signed(event));
  }
  await get('/pricing/success', `/pricing/success?checkout_intent_id=${json.checkoutIntentId}`);
}

/** Accounts: a person joins, confirms, signs in, looks, and leaves. The queue is missing, so that no delivery is counted. */
async function countAccounts(world, count) {
  const ana = browser(world);
  const post = (path, body) => ana.visit(path, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });
  const [email, password] = ['ana@example.test', 'correct horse'];
  const secret = async () => /token=([^&\s]+)/.exec((await world.db.one('SELECT body_text FROM mail_outbox ORDER BY rowid DESC')).body_text)[1];
  await count('GET /login', () => ana.visit('/login'));
  await count('POST /api/auth/sign-up/email', () => post('/api/auth/sign-up/email', { name: 'Ana', email, password }));
  const confirm = await secret();
  await count('GET /api/auth/verify-email', () => ana.visit(`/api/auth/verify-email?token=${confirm}`));
  await count('POST /login/confirm', () => ana.visit('/login/confirm', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ token: confirm, password }).toString() }));
  await count('POST /api/auth/sign-in/email', () => post('/api/auth/sign-in/email', { email, password }));
  await count('GET /api/auth/get-session', () => ana.visit('/api/auth/get-session'));
  await count('GET /api/account/email-verification/status', () => ana.visit('/api/account/email-verification/status'));
  await count('GET /account', () => ana.visit('/account'));
  await count('POST /api/auth/sign-out', () => post('/api/auth/sign-out', {}));
  await count('POST /api/auth/send-verification-email', () => post('/api/auth/send-verification-email', { email }));
  await count('POST /api/auth/sign-in/magic-link', () => post('/api/auth/sign-in/magic-link', { email }));
  const link = await secret();
  await count('GET /api/auth/magic-link/verify', () => ana.visit(`/api/auth/magic-link/verify?token=${link}`));
}

/** The list: somebody joins, confirms, leaves with one press, and erases what is left. */
async function countAudience(world, { get, count }) {
  const form = (path, values) => world.send({
    method: 'POST', path, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(values).toString(),
  });
  const email = 'reader@example.test';
  const mailed = async (kind, column = 'body_text') => (await world.db.one(`SELECT ${column} AS text FROM mail_outbox WHERE kind = ?`, kind)).text;
  const tokenOf = (text) => /token=([a-zA-Z0-9]+)/.exec(text)[1];
  await get('/audience/source-data', '/audience/source-data');
  await get('/audience/{slug}', '/audience/indie-launch-waitlist');
  await count('POST /api/audience/opt-in', () => world.post('/api/audience/opt-in', { email, consent: true, idempotencyKey: 'calls-join-0001' }));
  const token = tokenOf(await mailed('audience_confirm'));
  await get('/audience/confirm', `/audience/confirm?token=${token}`);
  await count('POST /audience/confirm', () => form('/audience/confirm', { token }));
  const headers = await ownerHeaders(world);
  const { id: subscriberId } = await world.db.one('SELECT id FROM audience_subscribers');
  await count('GET /admin/audience/{id}', () => world.send({ path: `/admin/audience/${subscriberId}`, headers }));
  const note = {
    subscriberId, expectedSubscriberStatus: 'subscribed', noteBody: 'Met at the fair.', idempotencyKey: 'calls-note-0001',
    confirmationText: 'Create private Bumpgrade audience timeline note',
  };
  await count('POST /api/admin/audience/notes', () => world.send({ method: 'POST', path: '/api/admin/audience/notes', headers, body: JSON.stringify(note) }));
  const { pathname, search } = new URL(await mailed('audience_welcome', 'unsubscribe_url'));
  await get('/audience/unsubscribe', pathname + search);
  await count('POST /audience/unsubscribe', () => form(pathname + search, { 'List-Unsubscribe': 'One-Click' }));
  await count('POST /api/audience/unsubscribe', () => world.post('/api/audience/unsubscribe', { email }));
  await count('POST /audience/my-data', () => form('/audience/my-data', { email }));
  const own = tokenOf(await mailed('audience_own_data'));
  await get('/audience/my-data', `/audience/my-data?token=${own}`);
  await get('/audience/my-data/copy', `/audience/my-data/copy?token=${own}`);
  await count('POST /audience/my-data/erase', () => form('/audience/my-data/erase', { token: own, sure: 'yes' }));
}

test('every route makes the calls that schema/calls.json names', async (t) => {
  const vars = { MAIL_TRANSPORT: 'smtp', MAIL_FROM: 'shop@example.test', SMTP_URL: 'smtp://127.0.0.1:1' };
  const world = await startWorld(t, { faults: true, queue: false, vars });
  const counts = await countRoutes(world);
  const parts = ['POST /api/commerce/checkout', 'POST /api/stripe/webhook', 'GET /api/products/entitlements', 'POST /api/products/download-tokens', 'GET /api/products/downloads'];
  const sum = (kind) => parts.reduce((total, name) => total + counts[name][kind], 0);
  const purchase = { d1: sum('d1'), r2: sum('r2') };
  counts['whole purchase'] = purchase;
  assert.ok(purchase.d1 <= PURCHASE_D1_MAX && purchase.r2 <= PURCHASE_R2_MAX, JSON.stringify(purchase));
  const text = `{\n${Object.entries(counts).map(([name, calls]) => `  ${JSON.stringify(name)}: ${JSON.stringify(calls)}`).join(',\n')}\n}\n`;
  if (process.env.UPDATE === '1') {
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, text);
  }
  assert.equal(text, readFileSync(FILE, 'utf8'), 'run with UPDATE=1 to accept the new counts');
});

test('a refused request makes no more calls than a good one', async (t) => {
  const world = await startWorld(t, { faults: true });
  const none = [
    { path: '/nowhere' }, { path: '/', headers: { host: 'evil.example' } }, { method: 'PUT', path: '/' }, { path: '/api/commerce/checkout/redirect/x' },
    { path: '/api/products/downloads?token=x' }, { path: '/api/products/entitlements?checkoutIntentId=x' }, { method: 'POST', path: '/api/stripe/webhook', body: '{}' },
    { method: 'POST', path: '/api/commerce/checkout', body: '{' }, { method: 'POST', path: '/api/products/download-tokens', body: '{}' },
  ];
  for (const wish of none) {
    const { answer, calls } = await counted(world, () => world.send(wish));
    assert.ok(answer.status >= 400, wish.path);
    assert.deepEqual(calls, { d1: 0, r2: 0 }, wish.path);
  }
  const unknown = await counted(world, () => world.download('download-token-00000000-0000-4000-8000-000000000000'));
  assert.equal(unknown.answer.status, 404);
  assert.deepEqual(unknown.calls, { d1: 1, r2: 0 });
});
