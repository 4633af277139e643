/**
 * D1 and R2 calls per route, counted by wrapped bindings. Exact, free of noise, and what a buyer feels most.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../dev/tools.mjs';
import { freshState } from './data.mjs';
import { shopVars, withShop } from './flow.mjs';
import { startServer } from './mf.mjs';
import { send } from './scenarios.mjs';

/** Numbers that the tests keep, as `{ "GET /path": { "d1": 1, "r2": 0 } }`. */
const EXPECTED = join(ROOT, 'schema', 'calls.json');

/** Routes beside the purchase; the checkout's id is added where an address needs it. */
const PAGES = [
  ['GET /', () => '/'],
  ['GET /healthz', () => '/healthz'],
  ['GET /api/commerce/checkout', () => '/api/commerce/checkout'],
  ['GET /offers/{slug}', () => '/offers/indie-launch-stack'],
  ['GET /commerce/checkout/success', (intent) => `/commerce/checkout/success?checkout_intent_id=${intent}`],
  ['GET /products/entitlements', (intent) => `/products/entitlements?checkout_intent_id=${intent}`],
];

/** Resolves to `{ ours, plain, batch }`: calls by route. */
export async function countCalls({ bundles, template, secrets, all }) {
  const ours = await withShop({ bundle: bundles.oursCounted, template, secrets }, async ({ url, buy }) => {
    const { checkoutIntentId, steps } = await buy();
    const counted = Object.fromEntries(steps.map(({ route, calls }) => [route, JSON.parse(calls)]));
    for (const [route, path] of PAGES) counted[route] = await callsOf(url, { method: 'GET', path: path(checkoutIntentId) });
    return counted;
  });
  assertExpected(ours);
  const server = await startServer({ ...bundles.referenceCounted, state: freshState(template, 'calls'), vars: shopVars(secrets) });
  try {
    return { ours, plain: await countReference(server.url, all, '', 0), batch: await countReference(server.url, all, '/batch', 1) };
  } finally {
    await server.close();
  }
}

async function countReference(url, all, prefix, index) {
  const counted = {};
  for (const scenario of all) {
    const request = scenario.request(index);
    counted[scenario.route] = await callsOf(url, { ...request, path: `${prefix}${request.path}` });
  }
  return counted;
}

async function callsOf(url, request) {
  const response = await send(url, request);
  await response.text();
  if (!response.ok) throw new Error(`${request.method} ${request.path} answered ${response.status}.`);
  return JSON.parse(response.headers.get('x-calls'));
}

/** Every route that both know must agree exactly. */
function assertExpected(counted) {
  if (!existsSync(EXPECTED)) return;
  const expected = JSON.parse(readFileSync(EXPECTED, 'utf8'));
  const wrong = Object.entries(counted).filter(([route, { d1, r2 }]) => expected[route] && (expected[route].d1 !== d1 || (expected[route].r2 ?? 0) !== r2));
  if (wrong.length > 0) throw new Error(`D1 and R2 calls differ from schema/calls.json: ${JSON.stringify(Object.fromEntries(wrong))}`);
}
