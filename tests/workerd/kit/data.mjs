/**
 * The database and bucket of a test world: migrations and seed as files, and reading tables whole.
 *
 * Never goes through the Worker.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unstable_splitSqlQuery as splitSql } from 'wrangler';
import { ROOT } from '../../../dev/tools.mjs';

const SEED = join(ROOT, 'fixtures', 'seed');

/** Apply every migration and the demo shop; a database that has them is left as it is. */
export async function load(db, bucket) {
  const { n } = await db.prepare("SELECT COUNT(*) AS n FROM sqlite_master WHERE name = 'tenants'").first();
  if (n > 0) return;
  const migrations = filesOf(join(ROOT, 'migrations'));
  for (const path of [...migrations, ...filesOf(SEED)]) {
    await db.batch(splitSql(readFileSync(path, 'utf8')).map((statement) => db.prepare(statement)));
  }
  for (const { key, file, contentType, metadata } of seedObjects()) {
    await bucket.put(key, readFileSync(join(SEED, file)), { httpMetadata: { contentType }, customMetadata: metadata });
  }
}

function filesOf(folder) {
  return readdirSync(folder).filter((name) => name.endsWith('.sql')).sort().map((name) => join(folder, name));
}

/** The objects of the demo shop. */
export function seedObjects() {
  return JSON.parse(readFileSync(join(SEED, 'objects.json'), 'utf8'));
}

/** The bytes of the demo shop's one private file. */
export function seedFile() {
  return readFileSync(join(SEED, seedObjects()[0].file));
}

/** Reads and writes of a test: `all(sql, ...values)`, `one`, `run`, `dump()`. */
export function reader(db) {
  const all = async (sql, ...values) => (await db.prepare(sql).bind(...values).all()).results;
  return {
    all,
    one: async (sql, ...values) => (await all(sql, ...values))[0] ?? null,
    run: (sql, ...values) => db.prepare(sql).bind(...values).run(),
    dump: () => dump(all),
  };
}

/** Every table with every row, for comparing before and after. */
async function dump(all) {
  const tables = await all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' ORDER BY name");
  const dumped = {};
  for (const { name } of tables) dumped[name] = await all(`SELECT * FROM "${name}" ORDER BY 1, 2`);
  return dumped;
}

/** Run `act` and make sure that no row of any table changed. */
export async function unchanged({ db }, act) {
  const before = await db.dump();
  const result = await act();
  assert.deepEqual(await db.dump(), before);
  return result;
}

/**
 * What a purchase left behind, without random ids and times: what two runs of one story must agree on.
 */
export async function story({ all }) {
  return {
    intents: await all(`SELECT status, amount_cents, currency, stripe_mode, buyer_email, last_error, price_id,
      stripe_checkout_session_id IS NOT NULL AS has_session, stripe_payment_intent_id IS NOT NULL AS has_payment
      FROM checkout_intents ORDER BY 1, 2`),
    lines: await all('SELECT position, kind, price_id, unit_amount_cents FROM checkout_line_items ORDER BY 1, 2, 3'),
    entitlements: await all('SELECT product_id, entitlement_template_id, status, grant_kind, source_price_id FROM product_entitlements ORDER BY 1, 2'),
    tasks: await all('SELECT product_id, status, fulfillment_kind FROM product_fulfillment_tasks ORDER BY 1'),
    tokens: await all('SELECT product_id, asset_id, status, used_at IS NOT NULL AS used FROM product_download_tokens ORDER BY 1, 2, 3'),
    audit: (await all('SELECT event_kind FROM payment_audit_events ORDER BY 1')).map((row) => row.event_kind),
    inbox: await all('SELECT event_type, status, source FROM stripe_webhook_events ORDER BY 1, 3'),
  };
}
