/**
 * What the browser tests share: a local world of their own, a browser, checkouts in any state, and a watch over
 * what a page complains about.
 *
 * Never reuses the state of `npm start`: every world lives in a temporary folder on free ports.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { freeRun } from '../../dev/kit/ports.mjs';
import { setupBrowser } from '../../dev/setup.mjs';
import { OWNER, startWorld } from '../../dev/world.mjs';

const HOST = '127.0.0.1';
/** Ports of a world. */
const PORTS = 4;
/** Longest wait for one step on a page, in milliseconds. */
const STEP_MAX_MS = 20_000;
/** How often a mail is looked for, in milliseconds. */
const LOOK_EVERY_MS = 50;
const BROWSER_ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 800 };

/** Start a world and a browser; `close()` ends both and removes their state. */
export async function openShop() {
  const stateDir = await mkdtemp(join(tmpdir(), 'shop-'));
  const world = await startWorld({ port: await freeRun(PORTS, HOST), stateDir, quiet: true });
  let browser;
  const close = async () => {
    await browser?.close();
    await world.close();
    await rm(stateDir, { recursive: true, force: true });
  };
  try {
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? (await setupBrowser()), args: BROWSER_ARGS });
  } catch (error) {
    await close();
    throw error;
  }
  return { world, browser, stateDir, close };
}

/** A page in a context of its own, with a watch over it. */
export async function openPage(t, shop, options = {}) {
  const context = await shop.browser.newContext({ viewport: DESKTOP, reducedMotion: 'reduce', ...options });
  t.after(() => context.close());
  context.setDefaultTimeout(STEP_MAX_MS);
  const page = await context.newPage();
  return { page, context, complaints: watch(page, shop.world.urls.shop) };
}

/**
 * Collect console errors, script errors, broken policies and failed requests on the shop's own pages. A page that is
 * answered with an error status on purpose is not a complaint.
 */
export function watch(page, origin) {
  const complaints = [];
  const ours = (url) => url.startsWith(origin);
  page.on('console', (message) => {
    const at = message.location().url;
    const isDocument = message.text().startsWith('Failed to load resource') && at === page.url();
    if (['error', 'warning'].includes(message.type()) && ours(page.url()) && !isDocument) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('response', (response) => {
    const isDocument = response.request().resourceType() === 'document';
    if (ours(response.url()) && response.status() >= 400 && !isDocument) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.on('request', (request) => {
    const isDocument = request.resourceType() === 'document';
    if (ours(page.url()) && !isDocument && !ours(request.url())) complaints.push(`asks another site: ${request.url()}`);
  });
  return complaints;
}

/** Nothing on the page was cut off or pushed out at the side. */
export async function assertFits(page, name) {
  const { inside, whole } = await page.evaluate(() => ({
    inside: document.documentElement.clientWidth,
    whole: document.documentElement.scrollWidth,
  }));
  assert.ok(whole <= inside, `${name} is ${whole} px wide in a window of ${inside} px`);
}

/** A checkout, made the way a program makes one: `{ id, session }`. */
export async function startCheckout({ world }, { bumps = [] } = {}) {
  const api = `${world.urls.shop}/api/commerce/checkout`;
  const contract = await (await fetch(api)).json();
  const response = await fetch(api, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ confirmationText: contract.confirmation.text, orderBumpPriceIds: bumps }),
  });
  const { checkoutIntentId: id } = await response.json();
  const { sessions } = world.stripe.state();
  const session = sessions.find((one) => one.client_reference_id === id);
  assert.ok(session, `the payment page of ${id}`);
  return { id, session: session.id, bumps: contract.orderBumps.map((bump) => bump.priceId) };
}

/** A checkout in each state a buyer can meet: `{ ready, clearing, failed, expired, waiting }`, each an id. */
export async function everyState(shop) {
  const { stripe } = shop.world;
  const email = 'buyer@example.com';
  const { bumps } = await startCheckout(shop);
  const ready = await startCheckout(shop, { bumps });
  const clearing = await startCheckout(shop);
  const failed = await startCheckout(shop);
  const expired = await startCheckout(shop);
  const waiting = await startCheckout(shop);
  stripe.pay(ready.session, { email });
  stripe.pay(clearing.session, { email, delayed: true });
  stripe.pay(failed.session, { email, delayed: true });
  stripe.expire(expired.session);
  await stripe.idle();
  stripe.settle(failed.session, 'failed');
  await stripe.idle();
  stripe.set({ paused: true });
  stripe.pay(waiting.session, { email });
  return { ready: ready.id, clearing: clearing.id, failed: failed.id, expired: expired.id, waiting: waiting.id };
}

/** A download link of a paid checkout. */
export async function downloadLink({ world }, checkoutIntentId) {
  const { entitlements } = await (await fetch(`${world.urls.shop}/api/products/entitlements?checkoutIntentId=${checkoutIntentId}`)).json();
  const response = await fetch(`${world.urls.shop}/api/products/download-tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ checkoutIntentId, entitlementId: entitlements[0].id }),
  });
  const { downloadUrl } = await response.json();
  return new URL(downloadUrl, world.urls.shop).href;
}

async function post({ world }, path, body) {
  const response = await fetch(world.urls.shop + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const { checkoutIntentId: id } = await response.json();
  const session = world.stripe.state().sessions.find((one) => one.client_reference_id === id);
  assert.ok(session, `the payment page of ${path}`);
  return { id, session: session.id };
}

/** Somebody on the way to a plan: `{ id, session }`. */
export function signUp(shop, changes = {}) {
  return post(shop, '/api/billing/checkout', { planSlug: 'grow', whiteGloveSetup: true, ...changes });
}

/** Somebody on the way to the membership: `{ id, session }`. */
export function joinMembership(shop) {
  return post(shop, '/api/commerce/checkout', {
    priceId: 'price-launch-membership-monthly-usd', confirmationText: 'Create checkout for Bumpgrade launch membership at 29.00 USD per month',
  });
}

/** A sign-up and a membership in each state that a person can meet: `{ signUps, members }`, ids by state. */
export async function everyPlanState(shop) {
  const { stripe } = shop.world;
  const email = 'ana@example.com';
  const start = async (states, from) => Object.fromEntries(await Promise.all(states.map(async (state) => [state, await from()])));
  const signUps = await start(['waiting', 'active', 'clearing', 'over', 'expired'], () => signUp(shop));
  const members = await start(['active', 'ending', 'unpaid', 'ended'], () => joinMembership(shop));
  const pay = (one, options = {}) => stripe.pay(one.session, { email, ...options });
  const subscription = (one) => stripe.session(one.session).subscription;
  [signUps.active, signUps.over, ...Object.values(members)].forEach((one) => pay(one));
  pay(signUps.clearing, { delayed: true });
  stripe.expire(signUps.expired.session);
  stripe.refundSubscription(subscription(signUps.over));
  stripe.cancel(subscription(members.ending));
  stripe.renew(subscription(members.unpaid), { fails: true });
  stripe.cancel(subscription(members.ended), { now: true });
  await stripe.idle();
  const ids = (all) => Object.fromEntries(Object.entries(all).map(([state, one]) => [state, one.id]));
  return { signUps: ids(signUps), members: ids(members) };
}

/** The path of the first section that a paid checkout opens. */
export async function sectionPath({ world }, checkoutIntentId) {
  const page = await (await fetch(`${world.urls.shop}/products/entitlements?checkout_intent_id=${checkoutIntentId}`)).text();
  return /href="(\/products\/content[^"]+)"/.exec(page)[1].replaceAll('&amp;', '&');
}

/** Sign the owner of the world in: an account, a confirmed address, and a session in this browser. */
export async function signInOwner({ world }, page) {
  const person = { name: 'Olga Owner', email: OWNER, password: 'correct horse battery staple' };
  const post = async (path, data) => {
    const answer = await page.request.post(`${world.urls.shop}/api/auth${path}`, { data, headers: { origin: world.urls.shop } });
    assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
  };
  if (!world.mail.mails().some((mail) => mail.to[0].address === OWNER)) {
    await post('/sign-up/email', person);
    await page.goto(await confirmation(world));
    await page.getByLabel('Password').fill(person.password);
    await page.getByRole('button', { name: 'Yes, this is my address' }).click();
    await page.waitForURL(/notice=confirmed/);
  }
  await post('/sign-in/email', person);
}

/** The link of the mail that asks the owner to confirm the address. */
async function confirmation(world) {
  for (const from = Date.now(); Date.now() - from < STEP_MAX_MS;) {
    const link = world.mail.mails().filter((mail) => mail.to[0].address === OWNER).map((mail) => /^https?:\S+$/m.exec(mail.text)?.[0]).find(Boolean);
    if (link) return link;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error('No mail came for the owner.');
}
