/** The whole purchase as a buyer makes it, with script and without. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { ROOT } from '../../dev/tools.mjs';
import { PHONE, openPage, openShop } from './kit.mjs';

/** Longest wait for a confirmation, in milliseconds. */
const READY_MAX_MS = 30_000;

let shop;
before(async () => {
  shop = await openShop();
});
after(() => shop?.close());

/** From the front page to the offer with the extra ticked. */
async function chooseWithExtra(page) {
  await page.goto(shop.world.urls.shop);
  await page.getByRole('link', { name: /Launch your first product/ }).click();
  await page.getByRole('heading', { level: 1, name: /Launch your first product/ }).waitFor();
  await page.getByRole('checkbox', { name: /Add it to my order/ }).check();
}

/** On the stand-in's payment page: pay the whole order. */
async function pay(page) {
  await page.getByLabel('E-mail').fill('buyer@example.com');
  await page.getByRole('button', { name: 'Pay $28.00' }).click();
}

/** From the page that says thank you to the file, and the same link once more. */
async function openAndDownload(page) {
  const { urls } = shop.world;
  await page.getByRole('heading', { level: 1, name: 'Thank you. It is yours.' }).waitFor({ timeout: READY_MAX_MS });
  assert.match(await page.locator('.receipt').innerText(), /\$28/);
  await page.locator('main').getByRole('link', { name: 'Open my purchase' }).click();
  await page.getByRole('heading', { level: 1, name: 'Your purchase' }).waitFor();
  assert.deepEqual(await page.locator('main .card h2').allInnerTexts(), ['Launch bundle', 'Launch checklist']);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download Launch checklist' }).click(),
  ]);
  const wanted = await readFile(join(ROOT, 'fixtures/seed/assets/launch-checklist.txt'), 'utf8');
  assert.equal(await readFile(await download.path(), 'utf8'), wanted);
  assert.equal(download.suggestedFilename(), 'asset-launch-checklist-pdf.txt');

  assert.ok(download.url().startsWith(`${urls.shop}/api/products/downloads?token=`));
  const again = await page.goto(download.url());
  assert.equal(again.status(), 410);
  await page.getByRole('heading', { level: 1, name: 'This link was used' }).waitFor();
}

test('a buyer with script sees the total move, pays, and gets the file once per link', async (t) => {
  const { page, complaints } = await openPage(t, shop);
  await chooseWithExtra(page);
  const total = page.locator('output');
  assert.equal(await total.innerText(), '$28');
  await page.getByRole('checkbox').uncheck();
  assert.equal(await total.innerText(), '$9');
  await page.getByRole('checkbox').check();
  assert.equal(await total.innerText(), '$28');

  await page.getByRole('button', { name: 'Continue to payment' }).click();
  await page.waitForURL(`${shop.world.urls.payments}/c/pay/**`);
  shop.world.stripe.set({ paused: true });
  await pay(page);
  await page.getByRole('heading', { level: 1, name: 'Confirming your payment' }).waitFor();
  await page.getByText('Checking with the payment service…').waitFor();
  shop.world.stripe.set({ paused: false });
  await openAndDownload(page);
  assert.deepEqual(complaints, []);
});

test('a buyer without script buys the same on a phone', async (t) => {
  const { page, complaints } = await openPage(t, shop, { javaScriptEnabled: false, viewport: PHONE });
  await chooseWithExtra(page);
  assert.equal(await page.locator('.total.alternative .amount').innerText(), '$28');
  await page.getByRole('button', { name: 'Continue to payment' }).click();
  await page.waitForURL(`${shop.world.urls.payments}/c/pay/**`);
  shop.world.stripe.set({ paused: true });
  await pay(page);
  await page.getByRole('heading', { level: 1, name: 'Confirming your payment' }).waitFor();
  await page.waitForURL(/[?&]check=1/);
  shop.world.stripe.set({ paused: false });
  await openAndDownload(page);
  assert.deepEqual(complaints, []);
});

test('the order is sent once however often the button is pressed, and the button works again after going back', async (t) => {
  const { page, complaints } = await openPage(t, shop);
  let sent = 0;
  await page.route('**/api/commerce/checkout', async (route) => {
    sent += 1;
    await route.continue();
  });
  const intents = () => shop.world.stripe.state().sessions.length;
  const sessionsBefore = intents();
  await page.goto(shop.world.urls.offer);
  await page.evaluate(() => {
    const button = document.querySelector('form.order button');
    button.click();
    button.click();
    button.form.requestSubmit();
  });
  await page.waitForURL(`${shop.world.urls.payments}/c/pay/**`);
  assert.equal(sent, 1);
  assert.equal(intents() - sessionsBefore, 1);

  await page.goBack();
  const button = page.getByRole('button', { name: 'Continue to payment' });
  await button.waitFor();
  assert.equal(await button.isEnabled(), true);
  await page.getByRole('checkbox').check();
  assert.equal(await page.locator('output').innerText(), '$28');
  await button.click();
  await page.getByRole('button', { name: 'Pay $28.00' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('a button pressed on a page that comes back from the cache stands for the order that is chosen then', async (t) => {
  const { page } = await openPage(t, shop);
  const keys = [];
  page.on('request', (request) => {
    if (!request.url().endsWith('/api/commerce/checkout')) return;
    keys.push(new URLSearchParams(request.postData()).get('idempotencyKey'));
  });
  await page.route('**/api/commerce/checkout', (route) => route.fulfill({ status: 204 }));
  await page.goto(shop.world.urls.offer);
  const press = async () => {
    const sent = page.waitForRequest('**/api/commerce/checkout');
    await page.getByRole('button', { name: 'Continue to payment' }).click();
    await sent;
    const busy = page.getByRole('button', { name: 'Opening the payment page…' });
    await busy.waitFor();
    assert.equal(await busy.isDisabled(), true);
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  };
  await press();
  await press();
  await page.getByRole('checkbox').check();
  await press();
  assert.equal(keys[0], keys[1]);
  assert.notEqual(keys[1], keys[2]);
  assert.match(keys[2], /^offer-page-[0-9a-f]{32}$/);
});

test('the total is written as the server writes money, in every kind of currency', async (t) => {
  const { page } = await openPage(t, shop);
  await page.goto(shop.world.urls.offer);
  const total = (currency, digits, base, extra) => page.evaluate(([code, text, main, more]) => {
    const output = document.querySelector('[data-total]');
    const box = document.querySelector('[name="orderBumpPriceIds"]');
    Object.assign(output.dataset, { total: main, currency: code });
    output.querySelector('data').value = text;
    box.dataset.amount = more;
    box.checked = false;
    box.click();
    return `${output.innerText}|${output.querySelector('data').value}`;
  }, [currency, digits, String(base), String(extra)]);
  assert.equal(await total('usd', '9.00', 900, 1950), '$28.50|28.50');
  assert.equal(await total('eur', '9.00', 900, 100_000), '€1,009|1009.00');
  assert.equal(await total('gbp', '0.05', 5, 1), '£0.06|0.06');
  assert.equal(await total('jpy', '900', 900, 1900), 'JPY 2,800|2800');
  assert.equal(await total('cad', '9.00', 900, 1900), 'CAD 28|28.00');
  assert.equal(await total('kwd', '1.000', 1000, 500), 'KWD 1.500|1.500');
});
