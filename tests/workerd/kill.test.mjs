/**
 * workerd is killed in the middle of a request, at every point where the Worker waits for something; then it starts
 * again on the same files and the caller tries again.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { seedFile, story } from './kit/data.mjs';
import { startWorld, until } from './world.mjs';

const KEY = 'kill-key-0001';
const NEVER = new Promise(() => {});

/** The requests of a purchase, each of which can be sent again; `found` carries what earlier ones brought. */
const STEPS = {
  async start(world, found) {
    const started = await world.start({ idempotencyKey: KEY });
    assert.equal(started.status, 200, started.text);
    found.intent = started.json.checkoutIntentId;
  },
  async webhook(world, found) {
    found.event ??= world.payNow(found.intent);
    const taken = await world.signed(found.event);
    assert.equal(taken.status, 200, taken.text);
  },
  async token(world, found) {
    const entitlements = (await world.lookup(found.intent)).json.entitlements.map(({ id }) => id);
    found.token = await world.ticket({ intent: found.intent, entitlements });
  },
  async download(world, found) {
    const file = await world.download(found.token);
    assert.equal(file.status, 200, file.text);
    assert.ok(file.body.equals(seedFile()));
  },
};

async function calmStory(t) {
  const world = await startWorld(t);
  const found = {};
  for (const step of Object.values(STEPS)) await step(world, found);
  return story(world.db);
}

/** Run the purchase up to `step`, kill workerd where `where` says, start again; resolves to the new world and `found`. */
async function crash(t, step, where) {
  const persist = await mkdtemp(join(tmpdir(), 'kill-'));
  const stripeCall = { armed: false, reached: false };
  const first = await startWorld(t, { faults: true, persist, outbound: (request) => onOutbound(request, stripeCall, where.stripe) });
  const found = {};
  for (const [name, act] of Object.entries(STEPS)) {
    if (name === step) break;
    await act(first, found);
  }
  // The token step looks the purchase up before it asks for a token.
  await first.fault(where.stripe ? {} : { ...where, at: where.at + (step === 'token' ? 1 : 0) });
  stripeCall.armed = Boolean(where.stripe);
  const cut = STEPS[step](first, found).then(() => 'answered', () => 'cut off');
  await until(async () => stripeCall.reached || (await first.seen()).hit, `the kill point of ${step}`);
  await first.kill();
  assert.equal(await cut, 'cut off');
  const again = await startWorld(t, { persist, stripe: first.stripe, port: first.port });
  t.after(() => rm(persist, { recursive: true, force: true }));
  return { world: again, found };
}

/** Pass a request on to the stand-in, or hang before or after it. */
async function onOutbound(request, stripeCall, moment) {
  const hang = () => {
    stripeCall.reached = true;
    return NEVER;
  };
  if (stripeCall.armed && moment === 'before') return hang();
  const { method, url } = request;
  const answer = await fetch(url, { method, headers: Object.fromEntries(request.headers), body: method === 'POST' ? await request.text() : undefined });
  return stripeCall.armed ? hang() : answer;
}

async function finish(world, found, from) {
  const names = Object.keys(STEPS);
  for (const name of names.slice(names.indexOf(from))) await STEPS[name](world, found);
}

const SAME_END = [
  ['start', 'before the intent is kept', { on: 'd1', at: 1, mode: 'stall-before' }],
  ['start', 'after the intent is kept', { on: 'd1', at: 1, mode: 'stall-after' }],
  ['start', 'before Stripe hears of it', { stripe: 'before' }],
  ['start', 'after Stripe opened the page, before its answer came', { stripe: 'after' }],
  ['start', 'before the page is kept', { on: 'd1', at: 2, mode: 'stall-before' }],
  ['start', 'after the page is kept', { on: 'd1', at: 2, mode: 'stall-after' }],
  ['webhook', 'before its batch', { on: 'd1', at: 1, mode: 'stall-before' }],
  ['webhook', 'after its batch, before the answer', { on: 'd1', at: 1, mode: 'stall-after' }],
  ['token', 'before it is kept', { on: 'd1', at: 1, mode: 'stall-before' }],
  ['download', 'before the token is used up', { on: 'd1', at: 1, mode: 'stall-before' }],
];

for (const [step, words, where] of SAME_END) {
  test(`killed during ${step}, ${words}: a retry ends where an undisturbed purchase ends`, async (t) => {
    const { world, found } = await crash(t, step, where);
    await finish(world, found, step);
    assert.deepEqual(await story(world.db), await calmStory(t));
    assert.equal(world.stripe.state().sessions.length, 1);
    assert.deepEqual(world.stripe.violations, []);
  });
}

/** Here the bearer or the file was lost with the connection: the buyer needs another token, and gets one. */
const NEW_TOKEN = [
  ['token', 'after it is kept', { on: 'd1', at: 1, mode: 'stall-after' }],
  ['download', 'after the token is used up', { on: 'd1', at: 1, mode: 'stall-after' }],
  ['download', 'while the file is opened', { on: 'r2', at: 1, mode: 'stall-after' }],
];

for (const [step, words, where] of NEW_TOKEN) {
  test(`killed during ${step}, ${words}: access stays and a new token opens the file`, async (t) => {
    const { world, found } = await crash(t, step, where);
    if (step === 'download') assert.equal((await world.download(found.token)).json.code, 'token_used');
    await finish(world, found, 'token');
    const { tokens, audit, ...rest } = await story(world.db);
    const { tokens: calmTokens, audit: calmAudit, ...calmRest } = await calmStory(t);
    assert.deepEqual(rest, calmRest);
    assert.equal(tokens.length, calmTokens.length + 1);
    assert.deepEqual([...new Set(audit)], [...new Set(calmAudit)]);
  });
}
