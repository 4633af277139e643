/** Visitors are counted once per tab and step, with and without script, and never by a cookie; the dashboard shows it. */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { capture } from '../../dev/kit/exec.mjs';
import { npmBin } from '../../dev/tools.mjs';
import { quietEnv } from '../../dev/worker.mjs';
import { findings, smallTargets } from './axe.mjs';
import { DESKTOP, PHONE, assertFits, openPage, openShop } from './kit.mjs';

/** What a browser calls itself when nobody automates it. */
const PERSON = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const OFFER = '/offers/indie-launch-stack';
const WAITLIST = '/audience/indie-launch-waitlist';
/** How long to look for a mail, in milliseconds, and how often. */
const MAIL_MAX_MS = 15_000;
const LOOK_EVERY_MS = 50;
const DASHBOARD = '/analytics/indie-launch-dashboard';

let shop;
before(async () => {
  shop = await openShop();
});
after(() => shop?.close());

/** Page views of the offer, as the public document says. */
async function views() {
  const document = await (await fetch(`${shop.world.urls.shop}/analytics/source-data`)).json();
  const row = document.eventSummary.aggregateCounts.find((one) => one.source_route === OFFER && one.event_kind === 'page_view');
  return row?.total_events ?? 0;
}

/** Open the offer and wait until the beacon has been answered. */
async function look(page, query = '') {
  const counted = page.waitForResponse((answer) => answer.url().endsWith('/api/analytics/events'));
  await page.goto(`${shop.world.urls.shop}${OFFER}${query}`);
  return (await counted).json();
}

test('a look is counted once per tab, without a cookie', async (t) => {
  const before = await views();
  const { page, context, complaints } = await openPage(t, shop, { userAgent: PERSON });
  const first = await look(page, '?utm_source=newsletter&utm_campaign=Spring%20sale');
  assert.deepEqual([first.status, first.duplicate, first.publicProperties.utmCampaign], ['recorded', false, 'Spring sale']);
  assert.equal(first.publicProperties.stepId, 'funnel-step-indie-launch-sales');
  assert.deepEqual([(await look(page)).duplicate, await views()], [true, before + 1]);
  assert.deepEqual(await context.cookies(), []);
  const kept = await page.evaluate(() => Object.keys(sessionStorage).sort());
  assert.deepEqual(kept, [
    'bumpgrade.analytics.anonymous-session.v1',
    'bumpgrade.analytics.funnel-page-view.v1.funnel-indie-launch-sandbox.funnel-step-indie-launch-sales',
  ]);
  const another = await openPage(t, shop, { userAgent: PERSON });
  assert.equal((await look(another.page)).duplicate, false);
  assert.equal(await views(), before + 2);
  assert.deepEqual(complaints, []);
});

test('it can be switched off, and a failure is silent', async (t) => {
  const before = await views();
  const { page, complaints } = await openPage(t, shop, { userAgent: PERSON });
  for (const query of ['?bumpgrade_analytics=off', '?a=b&preview=true']) {
    await page.goto(`${shop.world.urls.shop}${OFFER}${query}`);
    await page.waitForLoadState('networkidle');
    assert.equal(await page.evaluate(() => sessionStorage.length), 0, query);
  }
  assert.equal(await views(), before);
  assert.deepEqual(complaints, []);
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.route('**/api/analytics/**', (route) => route.abort());
  await page.goto(`${shop.world.urls.shop}${OFFER}`);
  await page.waitForLoadState('networkidle');
  assert.deepEqual(errors, []);
});

test('a browser without script is counted by an image', async (t) => {
  const before = await views();
  const { page, context, complaints } = await openPage(t, shop, { javaScriptEnabled: false, userAgent: PERSON, viewport: PHONE });
  for (let times = 0; times < 2; times += 1) {
    const image = page.waitForResponse((answer) => answer.url().includes('/analytics/view.svg'));
    await page.goto(`${shop.world.urls.shop}${OFFER}?utm_source=paper`);
    assert.equal((await image).status(), 200);
  }
  assert.equal(await views(), before + 1);
  assert.deepEqual(await context.cookies(), []);
  assert.deepEqual(complaints, []);
});

test('the dashboard is clear on a phone, in the dark and without script', async (t) => {
  for (const options of [{ viewport: PHONE }, { viewport: DESKTOP }, { viewport: PHONE, colorScheme: 'dark' }]) {
    const { page, complaints } = await openPage(t, shop, options);
    await page.goto(`${shop.world.urls.shop}${DASHBOARD}`);
    await page.getByRole('heading', { level: 1, name: 'Indie launch in figures' }).waitFor();
    await page.getByRole('link', { name: '7 days' }).click();
    assert.equal(await page.getByRole('link', { name: '7 days' }).getAttribute('aria-current'), 'page');
    assert.deepEqual(await findings(page), []);
    assert.deepEqual(await smallTargets(page), []);
    await assertFits(page, 'the dashboard');
    assert.deepEqual(complaints, []);
  }
});

/** Put the experiment on the page that is there. */
async function tryOnWaitlist() {
  const command = `UPDATE analytics_experiments SET source_route = '${WAITLIST}'`;
  const { code, text } = await capture(npmBin('wrangler'), ['d1', 'execute', 'DB', '--local', '--persist-to', shop.stateDir, '--command', command], { env: quietEnv() });
  assert.equal(code, 0, text);
}

/** The address in the newest mail to somebody. */
async function linkTo(page, email) {
  for (let waited = 0; waited < MAIL_MAX_MS; waited += LOOK_EVERY_MS) {
    const mail = shop.world.mail.mails().findLast((one) => one.to[0].address === email);
    if (mail) return mail.text.match(/^https?:\S+$/m)[0];
    await page.waitForTimeout(LOOK_EVERY_MS);
  }
  throw new Error(`no mail to ${email}`);
}

test('who joins is counted for the variant that they saw', async (t) => {
  await tryOnWaitlist();
  const { page, complaints } = await openPage(t, shop, { userAgent: PERSON, viewport: PHONE });
  const assigned = page.waitForResponse((answer) => answer.url().endsWith('/api/analytics/assignments'));
  const counted = page.waitForResponse((answer) => answer.url().endsWith('/api/analytics/events'));
  await page.goto(`${shop.world.urls.shop}${WAITLIST}`);
  const { variantId } = await (await assigned).json();
  assert.equal((await (await counted).json()).publicProperties.variantId, variantId);
  const visitor = await page.evaluate(() => sessionStorage['bumpgrade.analytics.anonymous-session.v1']);
  assert.equal(await page.locator('input[name=anonymousId]').inputValue(), visitor);
  await page.getByLabel('E-mail').fill('visitor@example.test');
  await page.getByLabel(/Yes, write to me/).check();
  await page.getByRole('button', { name: 'Send me the checklist' }).click();
  await page.goto(await linkTo(page, 'visitor@example.test'));
  await page.getByRole('button', { name: 'Yes, put me on the list' }).click();
  await page.getByText('You are on the list.').waitFor();
  await page.goto(`${shop.world.urls.shop}${DASHBOARD}`);
  await page.getByText('1 given it, 1 looked, 1 went on').waitFor();
  await page.getByText('1 looked, 1 went on.', { exact: true }).waitFor();
  assert.deepEqual(complaints, []);
});
