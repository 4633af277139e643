/** Every page in every state, light and dark, on a phone and on a desktop: usable by everybody, nothing broken. */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { DESKTOP, PHONE, assertFits, openPage, openShop } from './kit.mjs';
import { tour } from './tour.mjs';

const LOOKS = [
  ['on a phone, light', PHONE, 'light'],
  ['on a phone, dark', PHONE, 'dark'],
  ['on a desktop, light', DESKTOP, 'light'],
  ['on a desktop, dark', DESKTOP, 'dark'],
];

let shop;
let stops;
before(async () => {
  shop = await openShop();
  stops = await tour(shop);
});
after(() => shop?.close());

for (const [where, viewport, colorScheme] of LOOKS) {
  test(`every page is readable, pressable and quiet ${where}`, async (t) => {
    const { page, complaints } = await openPage(t, shop, { viewport, colorScheme });
    for (const { name, path, act } of stops) {
      await page.goto(shop.world.urls.shop + path, { waitUntil: 'load' });
      await act?.(page);
      assert.deepEqual(await findings(page), [], name);
      assert.deepEqual(await smallTargets(page), [], name);
      assert.equal(await page.locator('h1').count(), 1, `${name} has one main heading`);
      await assertFits(page, name);
      assert.deepEqual(complaints, [], name);
    }
  });
}

test('an order can be placed with the keyboard alone, and the focus can be seen', async (t) => {
  const { page } = await openPage(t, shop);
  await page.goto(shop.world.urls.offer);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
  for (let steps = 0; steps < 20; steps += 1) {
    const isBox = await page.evaluate(() => document.activeElement.matches('[name="orderBumpPriceIds"]'));
    if (isBox) break;
    await page.keyboard.press('Tab');
  }
  const width = await page.evaluate(() => Number.parseFloat(getComputedStyle(document.activeElement).outlineWidth));
  assert.ok(width >= 2, `${width} px`);
  await page.keyboard.press('Space');
  assert.equal(await page.locator('output').innerText(), '$28');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Pay $28.00' }).waitFor();
});

test('nothing moves for a person who asked for less motion', async (t) => {
  const { page } = await openPage(t, shop, { reducedMotion: 'reduce' });
  const { path } = stops.find((stop) => stop.name === 'success-waiting');
  await page.goto(shop.world.urls.shop + path);
  const name = await page.locator('.notice').evaluate((element) => getComputedStyle(element, '::before').animationName);
  assert.equal(name, 'none');
});
