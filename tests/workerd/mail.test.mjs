/** Mail on workerd: the queue delivers, the sweep finds what it missed, each provider gets what it asks for. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import test from 'node:test';
import { SMTPServer } from 'smtp-server';
import { browser, linkIn, startMailWorld } from './kit/people.mjs';
import { startWorld, until } from './world.mjs';

const ANA = 'ana@example.test';
const HOST = '127.0.0.1';

const outbox = (world) => world.db.one('SELECT * FROM mail_outbox ORDER BY created_at DESC, id');
const askLink = (world) => browser(world).client.signIn.magicLink({ email: ANA, callbackURL: '/account' });

/** A provider that remembers what it is asked and answers what it is told, in order; then 200. */
async function startProvider(t, script = []) {
  const asked = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    asked.push({ path: request.url, headers: request.headers, body: JSON.parse(Buffer.concat(chunks)) });
    const status = script.shift() ?? 200;
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"id":"x"}');
  });
  await new Promise((resolve) => { server.listen(0, HOST, resolve); });
  t.after(() => server.close());
  return { asked, base: `http://${HOST}:${server.address().port}` };
}

test('a mail leaves by the queue within a moment, and what held the link is erased', async (t) => {
  const world = await startMailWorld(t);
  await askLink(world);
  const letter = await world.letter(ANA);
  assert.deepEqual([letter.from.name, letter.from.address], ['The Shop', 'shop@example.test']);
  assert.match(letter.text, /works once, within five minutes/);
  assert.match(letter.html, /^<!DOCTYPE html>/);
  assert.equal(letter.messageId, `<${(await outbox(world)).id}@example.test>`);
  assert.equal(linkIn(letter).origin, world.origin);
  const sent = await until(async () => {
    const row = await outbox(world);
    return row.status === 'sent' && row;
  }, 'the note that it has left');
  assert.deepEqual([sent.body_text, sent.body_html, sent.attempts, sent.lease_id], [null, null, 1, null]);
});

test('a login is sent to a mail server that asks for one', async (t) => {
  const seen = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'], allowInsecureAuth: true, logger: false,
    onAuth: ({ username, password }, _session, done) => (password === 'p@ss word' ? done(null, { user: username }) : done(new Error('no'))),
    onData(stream, session, done) {
      seen.push(session.user);
      stream.resume();
      stream.on('end', done);
    },
  });
  await new Promise((resolve) => { server.listen(0, HOST, resolve); });
  t.after(() => new Promise((resolve) => { server.close(resolve); }));
  const at = `${HOST}:${server.server.address().port}`;
  const world = await startMailWorld(t, { vars: { SMTP_URL: `smtp://api_token:p%40ss%20word@${at}` } });
  await askLink(world);
  await until(() => seen.length > 0, 'the mail');
  assert.deepEqual(seen, ['api_token']);
});

test('Postmark and Resend are asked in their own words, once more after a fault, and never again after a refusal', async (t) => {
  for (const [way, vars, path] of [
    ['postmark', (base) => ({ POSTMARK_API_BASE: base, POSTMARK_SERVER_TOKEN: 'pm-token' }), '/email'],
    ['resend', (base) => ({ RESEND_API_BASE: base, RESEND_API_KEY: 're_key' }), '/emails'],
  ]) {
    const provider = await startProvider(t, [500, 200, 422]);
    const world = await startWorld(t, { vars: { MAIL_TRANSPORT: way, MAIL_FROM: 'The Shop <shop@example.test>', ...vars(provider.base) } });
    await askLink(world);
    await until(() => provider.asked.length === 1, 'the first try');
    await until(async () => (await outbox(world)).status === 'queued', 'the note about it');
    assert.match((await outbox(world)).last_error, new RegExp(`^${way}: status 500$`));
    await world.db.run('UPDATE mail_outbox SET next_attempt_at = next_attempt_at - 3600');
    await world.cron();
    await until(async () => (await outbox(world)).status === 'sent', 'the second try');
    const [first, second] = provider.asked;
    assert.equal(first.path, path);
    assert.deepEqual(second.body, first.body);
    assert.equal(way === 'resend' ? first.headers['idempotency-key'] : first.body.Headers[0].Value, (await outbox(world)).id);
    assert.equal(second.headers['idempotency-key'], first.headers['idempotency-key']);
    await world.db.run('DELETE FROM mail_outbox');
    await askLink(world);
    await until(async () => (await outbox(world))?.status === 'failed', 'the refusal');
    assert.equal((await outbox(world)).body_text, null);
    await world.close();
  }
});

test('a deployment without a queue still sends, by its sweep', async (t) => {
  const world = await startMailWorld(t, { queue: false });
  const { error } = await askLink(world);
  assert.equal(error, null);
  await until(() => world.logs.some((line) => line.includes('the sweep will send the mail')), 'the line in the log');
  await world.db.run('UPDATE mail_outbox SET next_attempt_at = next_attempt_at - 3600');
  await world.cron();
  assert.equal((await world.letter(ANA)).subject, 'Your sign-in link');
});

test('sweeps and messages that come together send a mail once', async (t) => {
  const world = await startMailWorld(t, { queue: false });
  await askLink(world);
  await world.db.run('UPDATE mail_outbox SET next_attempt_at = next_attempt_at - 3600');
  await Promise.all([1, 2, 3, 4].map(() => world.cron()));
  await world.letter(ANA);
  await until(async () => (await outbox(world)).status === 'sent', 'the note that it has left');
  assert.equal(world.mail.mails().length, 1);
});
