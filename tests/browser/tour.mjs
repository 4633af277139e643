/**
 * Every page of the shop in every state, as a list of stops: for the accessibility tests and the screenshots.
 *
 * Never pays on its own: the states are made by `everyState`.
 */
import { downloadLink, everyState, everyPlanState, sectionPath } from './kit.mjs';

/** An offer that repeats. */
const MONTHLY = '/offers/launch-membership';
const UNKNOWN = 'checkout-intent-00000000-0000-4000-8000-000000000000';

/** Stops `{ name, path, act? }`; `act(page)` changes the page after it was opened. */
export async function tour(shop) {
  const plans = await everyPlanState(shop);
  const states = await everyState(shop);
  const offer = new URL(shop.world.urls.offer).pathname;
  const home = await (await fetch(shop.world.urls.shop)).text();
  const paths = [...home.matchAll(/href="(\/(?:offers|products)\/[^"]+)"/g)].map((match) => match[1]);
  const library = paths.find((path) => path.startsWith('/products/') && path !== '/products/entitlements');
  const link = await downloadLink(shop, states.ready);
  await fetch(link);
  const success = (id) => `/commerce/checkout/success?checkout_intent_id=${id}`;
  const afterSale = (id) => `/commerce/post-purchase/${id}`;
  const purchase = (id) => `/products/entitlements?checkout_intent_id=${id}`;
  return [
    { name: 'home', path: '/' },
    { name: 'offer', path: offer },
    { name: 'offer-with-extra', path: offer, act: tickAndOpen },
    { name: 'offer-monthly', path: MONTHLY },
    { name: 'order-not-confirmed', path: offer, act: sendUnconfirmed },
    { name: 'library', path: library },
    { name: 'program', path: '/affiliates/indie-launch-partners', act: openAll },
    { name: 'partner-link-unknown', path: '/r/NOBODY' },
    ...Object.entries(states).flatMap(([state, id]) => [
      { name: `success-${state}`, path: success(id) },
      { name: `purchase-${state}`, path: purchase(id) },
    ]),
    { name: 'after-sale', path: afterSale(states.ready) },
    { name: 'after-sale-waiting', path: afterSale(states.waiting) },
    { name: 'after-sale-unknown', path: afterSale(UNKNOWN) },
    { name: 'reading', path: await sectionPath(shop, states.ready) },
    { name: 'success-unknown', path: success(UNKNOWN) },
    { name: 'purchase-empty', path: '/products/entitlements' },
    { name: 'purchase-malformed', path: purchase('abc') },
    { name: 'purchase-unknown', path: purchase(UNKNOWN) },
    { name: 'plans', path: '/pricing' },
    { name: 'plans-left', path: '/pricing?checkout=cancelled' },
    { name: 'plans-not-connected', path: '/pricing?checkout=preview' },
    ...Object.entries(plans.signUps).map(([state, id]) => ({ name: `plan-${state}`, path: `/pricing/success?checkout_intent_id=${id}` })),
    { name: 'plan-unknown', path: '/pricing/success' },
    ...Object.entries(plans.members).map(([state, id]) => ({ name: `member-${state}`, path: purchase(id) })),
    { name: 'member-thanks', path: success(plans.members.active) },
    { name: 'cancelled', path: '/commerce/checkout/cancel' },
    { name: 'link-used', path: link.slice(shop.world.urls.shop.length) },
    { name: 'link-malformed', path: '/api/products/downloads?token=abc' },
    { name: 'waitlist', path: '/audience/indie-launch-waitlist' },
    { name: 'waitlist-sent', path: '/audience/indie-launch-waitlist?sent=yes' },
    { name: 'waitlist-link-unknown', path: '/audience/confirm?token=abc' },
    { name: 'leave', path: '/audience/unsubscribe' },
    { name: 'leave-broken', path: '/audience/unsubscribe?token=abc' },
    { name: 'left', path: '/audience/unsubscribe?done=yes' },
    { name: 'own-data', path: '/audience/my-data' },
    { name: 'own-data-sent', path: '/audience/my-data?sent=yes' },
    { name: 'own-data-over', path: '/audience/my-data?token=abc' },
    { name: 'own-data-erased', path: '/audience/my-data?erased=yes' },
    { name: 'nothing-here', path: '/nothing/here' },
    { name: 'login', path: '/login' },
    { name: 'login-sign-up', path: '/login?mode=sign-up' },
    { name: 'login-link', path: '/login?mode=link&notice=link-sent' },
    { name: 'login-refused', path: '/login?error=INVALID_TOKEN' },
    { name: 'mailed-confirm', path: '/login/confirm?token=abc' },
    { name: 'mailed-link', path: '/login/link?token=abc' },
  ];
}

async function tickAndOpen(page) {
  await page.getByRole('checkbox').first().check();
  await page.locator('summary').first().click();
}

async function openAll(page) {
  for (const summary of await page.locator('summary').all()) await summary.click();
}

async function sendUnconfirmed(page) {
  await page.locator('[name="confirmationText"]').evaluate((input) => {
    input.value = '';
  });
  await page.getByRole('button', { name: 'Continue to payment' }).click();
  await page.getByRole('heading', { level: 1, name: 'Payment is not possible yet' }).waitFor();
}
