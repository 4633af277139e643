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
  'charge.refunded', 'charge.dispute.created', 'charge.dispute.closed', 'customer.subscription.created', 'customer.subscription.updated',
  'customer.subscription.paused', 'customer.subscription.resumed', 'customer.subscription.deleted', 'invoice.paid', 'invoice.payment_failed',
];

const env = { ...process.env, PATH: `${npmBin('')}${delimiter}${process.env.PATH}` };
const wrangler = (...args) => run(npmBin('wrangler'), args, { cwd: ROOT, env });

/** The Worker answers only under this address, so a deployment with the local one would answer nobody. */
function checkAddress() {
  if (variable('PUBLIC_SITE_URL').startsWith('https://')) return;
  throw new Error('Set PUBLIC_SITE_URL in wrangler.toml to the https:// address of your shop first.');
}

/** The database must be there before the Worker, because the Worker must never meet an older schema. */
async function checkDatabase() {
  if (await output(npmBin('wrangler'), ['d1', 'info', 'DB', '--json'], { cwd: ROOT, env })) return;
  throw new Error(`wrangler finds no database. Once per account:
  npx wrangler login
  npx wrangler d1 create bumpgrade
  npx wrangler r2 bucket create bumpgrade-assets
  npx wrangler queues create bumpgrade-jobs
  npx wrangler queues create bumpgrade-jobs-dead`);
}

/** What each way of sending mail needs as a secret. */
const MAIL_SECRETS = { smtp: 'SMTP_URL', postmark: 'POSTMARK_SERVER_TOKEN', resend: 'RESEND_API_KEY' };

/** A variable of wrangler.toml; empty when it is not set. */
function variable(name) {
  const line = new RegExp(`^${name}\\s*=\\s*"([^"]*)"`, 'm').exec(readFileSync(join(ROOT, 'wrangler.toml'), 'utf8'));
  return line?.[1] ?? '';
}

/** Secrets that the configured Stripe mode, accounts and mail cannot work without. */
function neededSecrets() {
  const plans = variable('PLAN_BILLING_MODE').toUpperCase();
  const modes = new Set([variable('STRIPE_ACTIVE_MODE') === 'live' ? 'LIVE' : 'SANDBOX', ...(plans ? [plans] : [])]);
  const mail = MAIL_SECRETS[variable('MAIL_TRANSPORT')];
  const stripe = [...modes].flatMap((mode) => [`STRIPE_SECRET_KEY_${mode}`, `STRIPE_WEBHOOK_SECRET_${mode}`]);
  return [...stripe, 'BETTER_AUTH_SECRET', ...(mail ? [mail] : [])];
}

/** Variables that accounts and mail cannot work without. */
function emptyVariables() {
  return ['OWNER_EMAILS', 'MAIL_TRANSPORT', 'MAIL_FROM'].filter((name) => variable(name) === '');
}

async function whatIsLeft() {
  const listed = await output(npmBin('wrangler'), ['secret', 'list', '--format', 'json'], { cwd: ROOT, env });
  const present = listed ? JSON.parse(listed).map((secret) => secret.name) : [];
  const absent = neededSecrets().filter((name) => !present.includes(name));
  console.log('The Worker is deployed. Left to do by hand:');
  for (const name of absent) console.log(`  npx wrangler secret put ${name}`);
  for (const name of emptyVariables()) console.log(`  ${name} in wrangler.toml, or nobody can sign in as owner`);
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
