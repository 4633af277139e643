/**
 * Prepares the local database and bucket: applies the migrations, then loads the demo shop from fixtures/seed/.
 *
 * Never removes anything: the seed statements are idempotent, so running this again changes nothing.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from './kit/exec.mjs';
import { ROOT, npmBin } from './tools.mjs';
import { quietEnv } from './worker.mjs';

const SEED = join(ROOT, 'fixtures', 'seed');
const CONFIG = join(ROOT, 'wrangler.toml');
/** Name of the private bucket in wrangler.toml. */
const BUCKET = 'bumpgrade-assets';

/** Bring `persist` (a folder) to the current schema and seed. */
export async function prepareData({ persist, seed = true }) {
  await migrate(persist);
  if (seed) await loadSeed(persist);
}

async function migrate(persist) {
  const args = ['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', persist, '--config', CONFIG];
  const { code, text } = await capture(npmBin('wrangler'), args, { cwd: ROOT, env: quietEnv() });
  if (code !== 0) throw new Error(`The migrations could not be applied:\n${text}`);
}

async function loadSeed(persist) {
  const { getPlatformProxy, unstable_readConfig: readConfig, unstable_splitSqlQuery: splitSql } = await import('wrangler');
  const binding = readConfig({ config: CONFIG }).r2_buckets.find((bucket) => bucket.bucket_name === BUCKET)?.binding;
  const proxy = await getPlatformProxy({ configPath: CONFIG, persist: { path: join(persist, 'v3') }, remoteBindings: false, envFiles: [] });
  try {
    for (const name of seedFiles()) await runSql(proxy.env.DB, name, splitSql(readFileSync(join(SEED, name), 'utf8')));
    for (const object of seedObjects()) await putObject(proxy.env[binding], object);
  } finally {
    await proxy.dispose();
  }
}

function seedFiles() {
  return existsSync(SEED) ? readdirSync(SEED).filter((name) => name.endsWith('.sql')).sort() : [];
}

/** One file is one batch, so it is loaded whole or not at all. */
async function runSql(db, name, statements) {
  const real = statements.filter((statement) => statement.replace(/--.*$/gm, '').trim() !== '');
  if (real.length === 0) return;
  try {
    await db.batch(real.map((statement) => db.prepare(statement)));
  } catch (error) {
    throw new Error(`fixtures/seed/${name} could not be loaded: ${error.message}`);
  }
}

function seedObjects() {
  const list = join(SEED, 'objects.json');
  return existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
}

async function putObject(bucket, { key, file, contentType, metadata = {} }) {
  if (!bucket) throw new Error(`wrangler.toml has no bucket named ${BUCKET}.`);
  await bucket.put(key, readFileSync(join(SEED, file)), { httpMetadata: { contentType }, customMetadata: metadata });
}
