/** The list on the built Worker: double opt-in by mail, the one press of a letter, erasing, and what stays after it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { ownerHeaders } from './kit/owner.mjs';
import { JSON_TYPE } from './kit/shop.mjs';
import { browser, linkIn, startMailWorld } from './kit/people.mjs';

const ANA = 'ana@example.test';
const PERSON = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0', 'cf-connecting-ip': '203.0.113.9' };
const ASK = 'Please confirm: you want our letters';
const WELCOME = 'You are on the list';
const NOTE = 'Met her at the fair of Bergen.';
const REASON = 'The letters are too long for me.';

const form = (world, path, values) => world.send({
  method: 'POST', path, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(values).toString(),
});
const ask = (world, email, key) => world.send({
  method: 'POST', path: '/api/audience/opt-in', headers: { ...JSON_TYPE, ...PERSON },
  body: JSON.stringify({ email, firstName: 'Ana', consent: true, idempotencyKey: key }),
});
const reader = (world, email) => world.db.one('SELECT * FROM audience_subscribers WHERE email = ?', email);
const header = (mail, name) => mail.headers.find(({ key }) => key === name)?.value;

/** Join and confirm; resolves to the welcome letter. */
async function join(world, email) {
  const asked = await ask(world, email, `join-${email}`);
  assert.deepEqual([asked.status, asked.json.status], [200, 'confirmation_sent']);
  const link = linkIn(await world.letter(email, ASK));
  const page = await world.send({ path: link.pathname + link.search });
  assert.match(page.text, /Yes, put me on the list/);
  assert.equal((await reader(world, email)).status, 'pending');
  const pressed = await form(world, '/audience/confirm', { token: link.searchParams.get('token') });
  assert.equal(pressed.status, 303);
  assert.match((await world.send({ path: pressed.headers.location })).text, /The one-week launch checklist/);
  return world.letter(email, WELCOME);
}

test('somebody joins by mail, is counted once, and leaves with one press of a letter', async (t) => {
  const world = await startMailWorld(t);
  const welcome = await join(world, ANA);
  assert.equal((await reader(world, ANA)).status, 'subscribed');
  const { n } = await world.db.one("SELECT COUNT(*) AS n FROM analytics_events WHERE event_kind = 'opt_in'");
  assert.equal(n, 1);
  assert.equal(header(welcome, 'list-unsubscribe-post'), 'List-Unsubscribe=One-Click');
  const leave = new URL(header(welcome, 'list-unsubscribe').slice(1, -1));
  assert.equal(leave.origin, world.origin);
  const body = new FormData();
  body.set('List-Unsubscribe', 'One-Click');
  const left = await fetch(leave, { method: 'POST', body, redirect: 'manual' });
  assert.deepEqual([left.status, (await reader(world, ANA)).status], [200, 'unsubscribed']);
  const forged = await fetch(`${leave}0`, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
  assert.equal(forged.status, 404);

  const back = await ask(world, ANA, 'join-again-0001');
  assert.deepEqual([back.json.status, (await reader(world, ANA)).status], ['confirmation_sent', 'unsubscribed']);
});

test('ten presses at once put one reader on the list', async (t) => {
  const world = await startMailWorld(t);
  await ask(world, ANA, 'join-ana-0001');
  const token = linkIn(await world.letter(ANA, ASK)).searchParams.get('token');
  const presses = await Promise.all(Array.from({ length: 10 }, () => form(world, '/audience/confirm', { token })));
  assert.ok(presses.every(({ status }) => status === 303));
  const counts = await world.db.one(`SELECT (SELECT COUNT(*) FROM mail_outbox WHERE kind = 'audience_welcome') AS letters,
    (SELECT COUNT(*) FROM analytics_events WHERE event_kind = 'opt_in') AS events,
    (SELECT SUM(total) FROM audience_totals WHERE subject = 'subscriber') AS readers`);
  assert.deepEqual(counts, { letters: 1, events: 1, readers: 1 });
});

/** What else of a reader can be in a shop: a note, an account, a reason for leaving, an order that nobody paid. */
async function leaveTraces(world, email) {
  const { id } = await reader(world, email);
  const noted = await world.send({
    method: 'POST', path: '/api/admin/audience/notes', headers: await ownerHeaders(world),
    body: JSON.stringify({ subscriberId: id, expectedSubscriberStatus: 'subscribed', noteBody: NOTE, idempotencyKey: 'note-about-ana',
      confirmationText: 'Create private Bumpgrade audience timeline note' }),
  });
  assert.equal(noted.status, 201, noted.text);
  assert.equal((await browser(world).client.signUp.email({ name: 'Ana', email, password: 'a password of hers' })).error, null);
  await world.letter(email, 'Confirm your e-mail address');
  const started = await world.start({ buyerEmail: email });
  assert.equal(started.status, 200, started.text);
  await world.db.run("UPDATE checkout_intents SET status = 'expired', created_at = created_at - 86400");
  const left = await world.post('/api/audience/unsubscribe', { email, reason: REASON });
  assert.equal(left.status, 200, left.text);
}

test('erasing leaves no trace of the address in D1, and a later wish still respects it', async (t) => {
  const world = await startMailWorld(t);
  await join(world, ANA);
  await leaveTraces(world, ANA);
  const asked = await form(world, '/audience/my-data', { email: ANA });
  const nobody = await form(world, '/audience/my-data', { email: 'nobody@example.test' });
  assert.deepEqual([asked.status, asked.headers.location], [nobody.status, nobody.headers.location]);
  const link = linkIn(await world.letter(ANA, 'What we know of you'));
  const copy = await world.send({ path: `/audience/my-data/copy${link.search}` });
  assert.deepEqual([copy.json.email, copy.json.status], [ANA, 'unsubscribed']);
  const traces = [ANA, createHash('sha256').update(ANA).digest('hex'), NOTE, REASON].map((trace) => trace.toLowerCase());
  const before = JSON.stringify(await world.db.dump()).toLowerCase();
  for (const trace of traces) assert.ok(before.includes(trace), trace);
  const erased = await form(world, '/audience/my-data/erase', { token: link.searchParams.get('token'), sure: 'yes' });
  assert.equal(erased.headers.location, '/audience/my-data?erased=yes');
  const dump = JSON.stringify(await world.db.dump()).toLowerCase();
  for (const trace of traces) assert.ok(!dump.includes(trace), trace);
  await ask(world, ANA, 'join-later-0001');
  const { status, is_suppressed: held } = await reader(world, ANA);
  assert.deepEqual([status, held], ['pending', 1]);
  assert.ok(!world.logs.some((line) => JSON.stringify(line).includes(ANA)));
});
