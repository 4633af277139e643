/**
 * The whole local world: database and bucket, Stripe stand-in, mail catcher and the Worker, on four neighbouring
 * ports. `npm start` and the browser tests start the same one.
 *
 * Never uses a secret that is written in the repository: each state folder makes its own, once.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { prepareData } from './data.mjs';
import { requireFree } from './kit/ports.mjs';
import { startMail } from './mail/server.mjs';
import { randomText } from './stripe/ids.mjs';
import { startStripe } from './stripe/server.mjs';
import { startWorker } from './worker.mjs';

const HOST = '127.0.0.1';
/** Random characters of a generated secret. */
const SECRET_CHARS = 32;
/** The address that owns the local shop, once somebody signs up with it. */
export const OWNER = 'owner@example.test';
/** Log lines kept for tests. */
const LOGS_MAX = 5_000;

/**
 * Start everything; resolves to `{ urls, ports, stripe, mail, worker, secrets, logs, close() }`; `logs` are the
 * Worker's newest log lines.
 * `vars` are added to the Worker's variables; `quiet` drops the Worker's log; `retryDelaysMs` is for the webhooks.
 */
export async function startWorld({ port, stateDir, quiet = false, vars = {}, retryDelaysMs, log = console.log }) {
  const ports = { worker: port, stripe: port + 1, mail: port + 2, smtp: port + 3 };
  await requireFree(ports, HOST);
  const state = resolve(stateDir);
  mkdirSync(state, { recursive: true });
  const secrets = secretsOf(state);
  await prepareData({ persist: state });
  const running = [];
  const logs = [];
  const note = (line) => {
    logs.push(line);
    if (logs.length > LOGS_MAX) logs.shift();
    if (!quiet) log(line);
  };
  const close = async () => {
    for (const part of running.splice(0).reverse()) await part.close();
  };
  try {
    const urls = urlsOf(ports);
    const mail = await startMail({ host: HOST, httpPort: ports.mail, smtpPort: ports.smtp, stateFile: join(state, 'mail.json') });
    running.push(mail);
    const stripe = await startStripe({
      host: HOST, port: ports.stripe, secretKey: secrets.stripeKey, webhookSecret: secrets.webhookSecret,
      webhookUrl: `${urls.shop}/api/stripe/webhook`, stateFile: join(state, 'stripe.json'), retryDelaysMs,
    });
    running.push(stripe);
    const worker = await startWorker({
      host: HOST, port, persist: state, vars: { ...workerVars(urls, secrets), ...vars }, log: note,
    });
    running.push(worker);
    return { urls, ports, stripe, mail, worker, secrets, logs, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function urlsOf(ports) {
  return {
    shop: `http://${HOST}:${ports.worker}`,
    offer: `http://${HOST}:${ports.worker}/offers/indie-launch-stack`,
    payments: `http://${HOST}:${ports.stripe}`,
    mail: `http://${HOST}:${ports.mail}`,
    smtp: `smtp://${HOST}:${ports.smtp}`,
  };
}

/** What production gets from wrangler.toml and `wrangler secret put`. */
function workerVars(urls, secrets) {
  return {
    PUBLIC_SITE_URL: urls.shop,
    STRIPE_ACTIVE_MODE: 'sandbox',
    PLAN_BILLING_MODE: 'sandbox',
    STRIPE_SECRET_KEY_SANDBOX: secrets.stripeKey,
    STRIPE_WEBHOOK_SECRET_SANDBOX: secrets.webhookSecret,
    STRIPE_API_BASE: urls.payments,
    STRIPE_CHECKOUT_ORIGIN: urls.payments,
    BETTER_AUTH_SECRET: secrets.authSecret,
    OWNER_EMAILS: OWNER,
    MAIL_TRANSPORT: 'smtp',
    MAIL_FROM: 'Bumpgrade <shop@example.test>',
    SMTP_URL: urls.smtp,
  };
}

/** Secrets of this state folder: read, or made on the first start that needs them. */
function secretsOf(state) {
  const path = join(state, 'secrets.json');
  const made = {
    stripeKey: `sk_test_${randomText(SECRET_CHARS)}`,
    webhookSecret: `whsec_${randomText(SECRET_CHARS)}`,
    authSecret: randomText(SECRET_CHARS),
  };
  const secrets = { ...made, ...readSecrets(path) };
  writeFileSync(path, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}

function readSecrets(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return {};
  }
}
