/**
 * `npm run deploy`: builds, migrates the remote database, deploys, and says what is left to do by hand.
 *
 * Never creates or changes a secret, and never runs a migration after a failed build.
 */
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { build } from './build.mjs';
import { output, run } from './kit/exec.mjs';
import { runSteps } from './kit/steps.mjs';
import { setup } from './setup.mjs';
import { checkSize } from './size.mjs';
import { ROOT, npmBin } from './tools.mjs';

/** What the webhook endpoint must be subscribed to. */
const EVENTS = [
  'checkout.session.completed', 'checkout.session.async_payment_succeeded', 'checkout.session.async_payment_failed', 'checkout.session.expired',
];

const env = { ...process.env, PATH: `${npmBin('')}${delimiter}${process.env.PATH}` };
const wrangler = (...args) => run(npmBin('wrangler'), args, { cwd: ROOT, env });

/** The Worker answers only under this address, so a deployment with the local one would answer nobody. */
function checkAddress() {
  const address = /^PUBLIC_SITE_URL\s*=\s*"([^"]*)"/m.exec(readFileSync(join(ROOT, 'wrangler.toml'), 'utf8'))?.[1] ?? '';
  if (address.startsWith('https://')) return;
  throw new Error('Set PUBLIC_SITE_URL in wrangler.toml to the https:// address of your shop first.');
}

/** The database must be there before the Worker, because the Worker must never meet an older schema. */
async function checkDatabase() {
  if (await output(npmBin('wrangler'), ['d1', 'info', 'DB', '--json'], { cwd: ROOT, env })) return;
  throw new Error(`wrangler finds no database. Once per account:
  npx wrangler login
  npx wrangler d1 create bumpgrade
  npx wrangler r2 bucket create bumpgrade-assets`);
}

/** Secrets that the configured Stripe mode cannot work without. */
function neededSecrets() {
  const mode = /^STRIPE_ACTIVE_MODE\s*=\s*"live"/m.test(readFileSync(join(ROOT, 'wrangler.toml'), 'utf8')) ? 'LIVE' : 'SANDBOX';
  return [`STRIPE_SECRET_KEY_${mode}`, `STRIPE_WEBHOOK_SECRET_${mode}`];
}

async function whatIsLeft() {
  const listed = await output(npmBin('wrangler'), ['secret', 'list', '--format', 'json'], { cwd: ROOT, env });
  const present = listed ? JSON.parse(listed).map((secret) => secret.name) : [];
  const absent = neededSecrets().filter((name) => !present.includes(name));
  console.log('The Worker is deployed. Left to do by hand:');
  for (const name of absent) console.log(`  npx wrangler secret put ${name}`);
  console.log('  In Stripe (Developers, Webhooks), once: an endpoint at https://<your host>/api/stripe/webhook with these events:');
  for (const type of EVENTS) console.log(`    ${type}`);
}

await runSteps([
  ['setup', setup],
  ['address', async () => checkAddress()],
  ['database', checkDatabase],
  ['build', () => build()],
  ['size', async () => checkSize()],
  ['migrations', () => wrangler('d1', 'migrations', 'apply', 'DB', '--remote')],
  ['deploy', () => wrangler('deploy')],
  ['what is left', whatIsLeft],
]);
