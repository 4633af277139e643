/**
 * The data that every measured server starts from: migrations, demo shop, and many purchases.
 *
 * Three pools, so that every request of a round is fresh: paid checkouts (looked up, and given tokens), active
 * download tokens (redeemed), and open checkouts (paid by a webhook). The rows are what the Worker itself would write.
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepareData } from '../dev/data.mjs';
import { ROOT } from '../dev/tools.mjs';

/** Everything the bench writes lies here; git ignores it. */
export const SCRATCH = join(ROOT, '.state', 'bench');
/** Rows of one insert, so that no statement runs for long. */
const ROWS_PER_INSERT = 5_000;
/** Long past every run, in unix seconds (the year 2100). */
const FAR_AWAY = 4_102_444_800;
const SEEDED_AT = 1_779_148_800;
/** What the launch pass and its order bump cost together, in cents. */
export const AMOUNT = 2_800;
const PASS = 'price-bumpgrade-sandbox-launch-pass-usd';
const BUMP = 'price-launch-checklist-bump-usd';
/** The template whose file the token requests ask for; the bundle's file is asked for by the prepared tokens. */
const ASKED_TEMPLATE = 'entitlement-template-launch-download';

const uuid = (pool, index) => `00000000-0000-4000-${pool}000-${index.toString(16).padStart(12, '0')}`;
/** The checkout of each pool, by number. */
export const paidIntent = (index) => `checkout-intent-${uuid('8', index)}`;
export const openIntent = (index) => `checkout-intent-${uuid('9', index)}`;
export const askedEntitlement = (index) => `entitlement-${paidIntent(index)}-${ASKED_TEMPLATE}`;
export const openSession = (index) => `cs_test_bench${index.toString(16).padStart(12, '0')}`;
export const token = (index) => `download-token-${index.toString(16).padStart(36, '0')}`;

const NUMBERS = 'WITH RECURSIVE n (i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2)';
const ID = "printf('checkout-intent-00000000-0000-4000-%s000-%012x', ?3, i)";

const INTENTS = `
  INSERT INTO checkout_intents (id, tenant_id, idempotency_key, request_fingerprint, checkout_kind, status, offer_stack_id, product_id,
    price_id, buyer_email, buyer_email_hash, amount_cents, currency, stripe_mode, stripe_checkout_session_id, success_url, cancel_url,
    confirmed_at, created_at, updated_at)
  ${NUMBERS}
  SELECT ${ID}, 'tenant-platform', 'bench-' || ?3 || '-' || i, hex(zeroblob(32)), 'sandbox_checkout', ?4,
    'checkout-stack-indie-launch-sandbox', 'product-bumpgrade-sandbox-launch-pass', '${PASS}', 'buyer' || i || '@example.com',
    hex(zeroblob(32)), ${AMOUNT}, 'usd', 'sandbox', CASE ?3 WHEN '9' THEN printf('cs_test_bench%012x', i) END,
    'http://127.0.0.1/s', 'http://127.0.0.1/c', ${SEEDED_AT}, ${SEEDED_AT}, ${SEEDED_AT} FROM n`;

const LINES = `
  INSERT INTO checkout_line_items (checkout_intent_id, position, tenant_id, checkout_offer_id, kind, product_id, price_id, name, summary,
    product_status, currency, unit_amount_cents, billing_interval)
  ${NUMBERS}
  SELECT ${ID}, o.kind = 'order_bump', o.tenant_id, o.checkout_id, o.kind, o.product_id, o.price_id, o.title, o.description,
    o.product_status, o.currency, o.unit_amount_cents, o.billing_interval
  FROM n JOIN offer_prices o ON o.price_id IN ('${PASS}', '${BUMP}')`;

const ENTITLEMENTS = `
  INSERT INTO product_entitlements (id, tenant_id, checkout_intent_id, product_id, source_commerce_product_id, entitlement_template_id,
    access_rule_id, status, grant_kind, source_price_id, metadata_json, granted_at, updated_at)
  ${NUMBERS}
  SELECT 'entitlement-' || ${ID} || '-' || m.entitlement_template_id, m.tenant_id, ${ID}, m.product_id, m.source_commerce_product_id,
    m.entitlement_template_id, m.access_rule_id, 'active', 'sandbox_paid_webhook', m.source_price_id,
    json_object('issue', 101, 'mappingId', m.id, 'grants', json(m.grants_json)), ${SEEDED_AT}, ${SEEDED_AT}
  FROM n JOIN grant_mappings m ON m.source_price_id IN ('${PASS}', '${BUMP}')`;

const TASKS = `
  INSERT INTO product_fulfillment_tasks (id, tenant_id, entitlement_id, checkout_intent_id, product_id, status, fulfillment_kind, summary,
    created_at, updated_at)
  ${NUMBERS}
  SELECT 'fulfillment-' || ${ID} || '-' || m.entitlement_template_id, m.tenant_id, 'entitlement-' || ${ID} || '-' || m.entitlement_template_id,
    ${ID}, m.product_id, 'queued', m.fulfillment_kind, m.grant_summary, ${SEEDED_AT}, ${SEEDED_AT}
  FROM n JOIN grant_mappings m ON m.source_price_id IN ('${PASS}', '${BUMP}')`;

const TOKENS = `
  INSERT INTO product_download_tokens (id, tenant_id, token_hash, checkout_intent_id, entitlement_id, product_id, asset_id, status,
    expires_at, created_at, updated_at)
  SELECT printf('product-download-token-00000000-0000-4000-8000-%012x', ?2 + h.key), e.tenant_id, h.value, e.checkout_intent_id, e.id,
    e.product_id, 'asset-launch-checklist-pdf', 'active', ${FAR_AWAY}, ${SEEDED_AT}, ${SEEDED_AT}
  FROM json_each(?1) h
  JOIN product_entitlements e ON e.id =
    printf('entitlement-checkout-intent-00000000-0000-4000-8000-%012x-entitlement-template-launch-bundle', (?2 + h.key) % ?3)`;

/** Make the state folder that all servers of a run start from copies of; `sizes` are the rows of each pool. */
export async function prepareTemplate(sizes) {
  const template = join(SCRATCH, 'template');
  rmSync(template, { recursive: true, force: true });
  mkdirSync(template, { recursive: true });
  await prepareData({ persist: template });
  const { getPlatformProxy } = await import('wrangler');
  const proxy = await getPlatformProxy({
    configPath: join(ROOT, 'wrangler.toml'), persist: { path: join(template, 'v3') }, remoteBindings: false, envFiles: [],
  });
  try {
    await fill(proxy.env.DB, sizes);
  } finally {
    await proxy.dispose();
  }
  return template;
}

async function fill(db, sizes) {
  for (const [from, to] of chunks(sizes.paid)) {
    const rows = [INTENTS, LINES, ENTITLEMENTS, TASKS].map((sql) => db.prepare(sql).bind(from, to, '8', ...(sql === INTENTS ? ['paid'] : [])));
    await db.batch(rows);
  }
  for (const [from, to] of chunks(sizes.open)) {
    await db.batch([db.prepare(INTENTS).bind(from, to, '9', 'stripe_session_created'), db.prepare(LINES).bind(from, to, '9')]);
  }
  for (const [from, to] of chunks(sizes.tokens)) {
    const hashes = Array.from({ length: to - from }, (_, index) => createHash('sha256').update(token(from + index)).digest('hex'));
    await db.prepare(TOKENS).bind(JSON.stringify(hashes), from, sizes.paid).run();
  }
}

function chunks(count) {
  return Array.from({ length: Math.ceil(count / ROWS_PER_INSERT) }, (_, index) => [index * ROWS_PER_INSERT, Math.min(count, (index + 1) * ROWS_PER_INSERT)]);
}

/** A fresh copy of the template for one server. */
export function freshState(template, name) {
  const state = join(SCRATCH, `state-${name}`);
  rmSync(state, { recursive: true, force: true });
  cpSync(template, state, { recursive: true });
  return state;
}
