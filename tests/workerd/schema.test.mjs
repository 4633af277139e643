/**
 * What the built Worker answers fits schema/openapi.json: every status is documented, every body has the shape.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import Ajv2020 from 'ajv/dist/2020.js';
import { ROOT } from '../../dev/tools.mjs';
import { JSON_TYPE } from './kit/shop.mjs';
import { browser, linkIn, startMailWorld } from './kit/people.mjs';
import { startWorld } from './world.mjs';

const DOCUMENT = JSON.parse(readFileSync(join(ROOT, 'schema/openapi.json'), 'utf8'));
const UNKNOWN = 'checkout-intent-00000000-0000-4000-8000-000000000000';

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(DOCUMENT, 'openapi');

/** The documented answer of a request, and a check of the one that came. */
function fits(method, path, answer) {
  const pointer = ['paths', path, method.toLowerCase(), 'responses', String(answer.status)];
  const documented = pointer.reduce((node, key) => node?.[key], DOCUMENT);
  assert.ok(documented, `${method} ${path} answered ${answer.status}, which is not documented: ${answer.text}`);
  if (!documented.content?.['application/json']) return;
  const escaped = [...pointer, 'content', 'application/json', 'schema'].map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1')));
  const validate = ajv.getSchema(`openapi#/${escaped.join('/')}`);
  assert.ok(validate(answer.json), `${method} ${path} ${answer.status}: ${ajv.errorsText(validate.errors)} in ${answer.text}`);
}

test('every answer of a purchase fits the document', async (t) => {
  const world = await startWorld(t);
  const [checkout, tokens, downloads, lookup] = ['/api/commerce/checkout', '/api/products/download-tokens', '/api/products/downloads', '/api/products/entitlements'];
  fits('GET', checkout, await world.send({ path: checkout }));
  fits('POST', checkout, await world.start({ previewOnly: true }));
  const started = await world.start({ idempotencyKey: 'schema-key-1' });
  fits('POST', checkout, started);
  fits('POST', checkout, await world.start({ idempotencyKey: 'schema-key-1' }));
  fits('POST', checkout, await world.start({ idempotencyKey: 'schema-key-1', buyerEmail: 'other@example.com' }));
  fits('GET', `${checkout}/redirect/{intent}`, await world.send({ path: `${checkout}/redirect/${started.json.checkoutIntentId}` }));
  const paid = await world.pay();
  fits('POST', '/api/stripe/webhook', await world.signed(paid.event));
  fits('POST', '/api/stripe/webhook', await world.signed(paid.event));
  const found = await world.lookup(paid.intent);
  fits('GET', lookup, found);
  const entitlement = found.json.entitlements[0].id;
  const content = '/api/products/protected-content';
  const section = (id) => world.send({ path: `${content}?checkoutIntentId=${paid.intent}&entitlementId=${entitlement}&protectedContentId=protected-content-${id}` });
  const read = await section('launch-course-module-1');
  assert.equal(read.status, 200, read.text);
  for (const answer of [read, await section('launch-member-area'), await section('none')]) fits('GET', content, answer);
  for (const path of ['/offers/source-data', '/products/source-data', '/audience/source-data']) {
    const document = await world.send({ path });
    fits('GET', path, document);
    fits('GET', path, await world.send({ path, headers: { 'if-none-match': document.headers.etag } }));
  }
  const token = await world.token(paid.intent, entitlement);
  fits('POST', tokens, token);
  fits('GET', downloads, await world.download(token.json.token));
  fits('GET', downloads, await world.download(token.json.token));
  for (let made = 0; made < 5; made += 1) fits('POST', tokens, await world.token(paid.intent, entitlement));
  const capped = await world.token(paid.intent, entitlement);
  assert.equal(capped.status, 429);
  fits('POST', tokens, capped);
});

test('every answer of a plan and a membership fits the document', async (t) => {
  const world = await startWorld(t);
  const [path, webhook] = ['/api/billing/checkout', '/api/stripe/webhook'];
  const body = { planSlug: 'grow', whiteGloveSetup: true, idempotencyKey: 'schema-plan-1' };
  fits('GET', path, await world.send({ path }));
  fits('POST', path, await world.post(path, { ...body, previewOnly: true }));
  const started = await world.post(path, body);
  fits('POST', path, started);
  for (const change of [{}, { planSlug: 'experiment' }, { planSlug: 'none' }, { planSlug: 5 }, { expectedAmountCents: 1, idempotencyKey: 'schema-plan-2' }]) {
    fits('POST', path, await world.post(path, { ...body, ...change }));
  }
  world.stripe.set({ paused: true });
  for (const event of world.stripe.pay(world.sessionOf(started.json.checkoutIntentId).id)) fits('POST', webhook, await world.signed(event));
  for (const page of ['/pricing', '/pricing/success']) fits('GET', page, await world.send({ path: page }));
});

test('every refusal fits the document', async (t) => {
  const world = await startWorld(t);
  const wrong = [
    ['GET', '/api/products/entitlements', { path: '/api/products/entitlements?checkoutIntentId=x' }],
    ['GET', '/api/products/entitlements', { path: `/api/products/entitlements?checkoutIntentId=${UNKNOWN}` }],
    ['GET', '/api/products/protected-content', { path: '/api/products/protected-content' }],
    ['GET', '/products/content', { path: '/products/content?section_id=x' }],
    ['GET', '/products/entitlements', { path: '/products/entitlements?checkout_intent_id=x' }],
    ['GET', '/offers/{slug}', { path: '/offers/none' }],
    ['GET', '/products/{slug}', { path: '/products/none', headers: { accept: 'text/html' } }],
    ['GET', '/api/commerce/checkout/redirect/{intent}', { path: `/api/commerce/checkout/redirect/${UNKNOWN}` }],
    ['POST', '/api/commerce/checkout', { body: '{"orderBumpPriceIds":["x"]}' }],
    ['POST', '/api/commerce/checkout', { body: '{"priceId":"price-none"}' }],
    ['POST', '/api/commerce/checkout', { body: '{"priceId":7}' }],
    ['POST', '/api/commerce/checkout', { body: '{' }],
    ['POST', '/api/commerce/checkout', { body: 'x', headers: { 'content-type': 'multipart/form-data' } }],
    ['POST', '/api/stripe/webhook', { body: '{}' }],
    ['POST', '/api/stripe/webhook', { body: '{}', headers: { 'stripe-signature': 't=1,v1=0' } }],
    ['POST', '/api/products/download-tokens', { body: 'null' }],
    ['POST', '/api/products/download-tokens', { body: JSON.stringify({ checkoutIntentId: UNKNOWN, entitlementId: 'entitlement-x' }) }],
    ['GET', '/api/products/downloads', { path: '/api/products/downloads?token=x' }],
    ['GET', '/api/products/downloads', { path: `/api/products/downloads?token=download-token-${'0'.repeat(36)}` }],
    ['GET', '/healthz', {}],
  ];
  for (const [method, path, wish] of wrong) {
    fits(method, path, await world.send({ method, path, headers: JSON_TYPE, ...wish }));
  }
  const other = await world.send({ path: '/healthz', headers: { host: 'elsewhere.example' } });
  assert.equal(other.status, 421);
  fits('GET', '/healthz', other);
});

test('every answer of accounts fits the document', async (t) => {
  const world = await startMailWorld(t);
  const ana = browser(world);
  const [email, password] = ['ana@example.test', 'correct horse'];
  const fit = async (method, path, { body, query = '', ip } = {}) => {
    const headers = { ...(body && JSON_TYPE), ...(ip && { 'cf-connecting-ip': ip }) };
    const answer = await ana.visit(path + query, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    fits(method, path, { status: answer.status, text, json: text.startsWith('{') || text === 'null' ? JSON.parse(text) : null });
    return answer.status;
  };
  const [up, into, link, again] = ['/sign-up/email', '/sign-in/email', '/sign-in/magic-link', '/send-verification-email'].map((path) => `/api/auth${path}`);
  const statuses = [
    await fit('POST', up, { body: { name: 'Ana', email, password } }), await fit('POST', up, { body: { email } }), await fit('POST', up, { body: { name: 'Ana', email, password: 'x' } }),
    await fit('GET', '/api/auth/verify-email', { query: '?token=x' }), await fit('GET', '/api/auth/verify-email', { query: '?token=x&callbackURL=/account' }),
    await fit('GET', '/api/auth/get-session'), await fit('POST', into, { body: { email, password: 'another one' } }), await fit('POST', into, { body: { email, password } }),
    await fit('GET', '/api/auth/get-session'), await fit('GET', '/api/account/email-verification/status'), await fit('POST', again, { body: { email } }),
    await fit('POST', again, { body: { email: 'other@example.test' } }), await fit('GET', '/account'), await fit('POST', into, { body: { email, password, callbackURL: '//evil' } }),
    await fit('POST', '/api/auth/sign-out', { body: {} }), await fit('GET', '/api/account/email-verification/status'), await fit('POST', link, { body: { email } }),
    await fit('POST', link, { body: { email: 'x' } }), await fit('GET', '/api/auth/magic-link/verify', { query: '?token=x' }), await fit('GET', '/login'), await fit('GET', '/account'),
  ];
  assert.deepEqual(statuses, [200, 400, 400, 401, 302, 200, 401, 200, 200, 200, 429, 400, 200, 403, 200, 401, 200, 400, 302, 200, 303]);
  const secret = linkIn(await world.letter(email, 'Your sign-in link')).searchParams.get('token');
  assert.equal(await fit('GET', '/api/auth/magic-link/verify', { query: `?token=${secret}` }), 200);
  for (let tries = 0; tries < 4; tries += 1) await fit('POST', into, { body: { email, password: 'another one' } });
});
