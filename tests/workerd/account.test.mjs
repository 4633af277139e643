/** The official Better Auth client against the built Worker, with mails by SMTP through the queue. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { browser, linkIn, startMailWorld } from './kit/people.mjs';
import { until } from './world.mjs';

const ANA = 'ana@example.test';
const PASSWORD = 'correct horse ﬁ'; // the last letter is not in its normal form
const NORMAL = 'correct horse fi';

/** Answers of the client are `{ data, error }`. */
function good({ data, error }) {
  assert.equal(error, null, JSON.stringify(error));
  return data;
}

test('the official client signs up, verifies, signs in, reads the session, signs out, and comes back by link', async (t) => {
  const world = await startMailWorld(t);
  const { client, visit, jar } = browser(world);
  const joined = good(await client.signUp.email({ name: 'Ana', email: 'Ana@Example.test', password: PASSWORD }));
  assert.deepEqual([joined.token, joined.user.email, joined.user.emailVerified], [null, ANA, false]);
  assert.ok(joined.user.createdAt instanceof Date);
  assert.equal(jar.size, 0);

  const confirm = linkIn(await world.letter(ANA));
  const page = await visit(confirm.pathname + confirm.search);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<form method="post" action="\/login\/confirm">/);
  const verified = good(await client.verifyEmail({ query: { token: confirm.searchParams.get('token') } }));
  assert.equal(verified.status, true);
  assert.equal(jar.size, 0, 'a confirmation signs nobody in');

  const { token, user } = good(await client.signIn.email({ email: ANA, password: NORMAL, rememberMe: true }));
  assert.deepEqual([user.emailVerified, user.name, token.length], [true, 'Ana', 32]);
  const session = good(await client.getSession());
  assert.deepEqual([session.user.email, session.session.token, session.session.userId], [ANA, token, user.id]);
  assert.ok(session.session.expiresAt instanceof Date);
  good(await client.signOut());
  assert.equal(jar.size, 0);
  assert.equal((await client.getSession()).data, null);

  assert.equal(good(await client.signIn.magicLink({ email: ANA, callbackURL: '/account' })).status, true);
  const link = linkIn(await world.letter(ANA, 'Your sign-in link'));
  assert.equal(link.pathname, '/login/link');
  const secret = link.searchParams.get('token');
  const used = await visit(`/api/auth/magic-link/verify?token=${secret}&callbackURL=/account`);
  assert.deepEqual([used.status, used.headers.get('location')], [302, `${world.origin}/account`]);
  assert.equal(good(await client.getSession()).user.email, ANA);
  const { error } = await browser(world, '192.0.2.2').client.signIn.email({ email: ANA, password: 'another password' });
  assert.deepEqual([error.status, error.code], [401, 'INVALID_EMAIL_OR_PASSWORD']);
});

test('a password is the same in every normal form, and long work does not hold up a neighbour', async (t) => {
  const world = await startMailWorld(t);
  const { client } = browser(world);
  good(await client.signUp.email({ name: 'Ana', email: ANA, password: PASSWORD }));
  const tries = [1, 2, 3].map((n) => browser(world, `192.0.2.${n}`).client.signIn.email({ email: ANA, password: PASSWORD }));
  const answers = await Promise.all([...tries, world.send({ path: '/healthz' })]);
  assert.equal(answers.pop().status, 200);
  for (const answer of answers) good(answer);
});

test('of many who use one sign-in link at once exactly one is signed in', async (t) => {
  const world = await startMailWorld(t);
  good(await browser(world).client.signIn.magicLink({ email: ANA, name: 'Ana', callbackURL: '/account' }));
  const secret = linkIn(await world.letter(ANA)).searchParams.get('token');
  const tries = Array.from({ length: 20 }, (_, n) => browser(world, `198.51.100.${n}`).visit(`/api/auth/magic-link/verify?token=${secret}&callbackURL=/account`));
  const went = (await Promise.all(tries)).map((answer) => answer.headers.get('location'));
  assert.equal(went.filter((to) => to === `${world.origin}/account`).length, 1);
  assert.equal(went.filter((to) => to === `${world.origin}/account?error=INVALID_TOKEN`).length, 19);
  assert.equal((await world.db.one('SELECT COUNT(*) AS n FROM session')).n, 1);
});

test('tries past the limit are refused at once, however many come together', async (t) => {
  const world = await startMailWorld(t);
  const { client } = browser(world);
  const answers = await Promise.all(Array.from({ length: 200 }, () => client.signIn.email({ email: ANA, password: PASSWORD })));
  const statuses = answers.map(({ error }) => error.status);
  assert.equal(statuses.filter((status) => status === 401).length, 3);
  assert.equal(statuses.filter((status) => status === 429).length, 197);
});

test('no address, no token and no link is ever logged', async (t) => {
  const world = await startMailWorld(t, { vars: { MAIL_FROM: 'shop@example.test', SMTP_URL: 'smtp://127.0.0.1:1' } });
  const { client } = browser(world);
  good(await client.signUp.email({ name: 'Ana', email: ANA, password: PASSWORD }));
  await until(() => world.logs.some((line) => line.includes('"job":"mail"')), 'a failed delivery in the log');
  const { body_text: text } = await world.db.one('SELECT body_text FROM mail_outbox');
  const token = /token=([^&\s]+)/.exec(text)[1];
  for (const line of world.logs) {
    for (const secret of [ANA, token, PASSWORD, 'shop@example.test']) assert.ok(!line.includes(secret), line);
  }
});
