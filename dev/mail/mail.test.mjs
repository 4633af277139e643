/** The mail catcher, used through a real SMTP client and its pages. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import nodemailer from 'nodemailer';
import { startMail } from './server.mjs';

const LETTER = {
  from: 'Shop <shop@example.com>', to: 'Buyer <buyer@example.com>', subject: 'Your <b>receipt</b> ✓',
  text: 'Download: http://127.0.0.1:1/a?b=1&c=2.\nBye', html: '<p onclick="x()">Hello <script>alert(1)</script></p>',
};

function clientOf(mail, extra = {}) {
  return nodemailer.createTransport({ host: '127.0.0.1', port: mail.smtpPort, secure: false, ...extra });
}

test('a mail is taken, listed, shown and deleted', async (t) => {
  const mail = await startMail({});
  t.after(mail.close);
  const client = clientOf(mail);
  await client.sendMail({ ...LETTER, attachments: [{ filename: 'a.txt', content: 'hi' }] });

  const { mails: [head] } = await (await fetch(`${mail.origin}/api/mails`)).json();
  assert.equal(head.subject, LETTER.subject);
  assert.deepEqual(head.envelope, { from: 'shop@example.com', to: ['buyer@example.com'] });
  const whole = await (await fetch(`${mail.origin}/api/mails/${head.id}`)).json();
  assert.equal(whole.text.trim(), LETTER.text);
  assert.deepEqual(whole.attachments, [{ filename: 'a.txt', mimeType: 'text/plain', size: 2 }]);

  const list = await (await fetch(mail.origin)).text();
  assert.match(list, /Your &lt;b&gt;receipt&lt;\/b&gt; ✓/);
  const page = await fetch(`${mail.origin}/mails/${head.id}`);
  const text = await page.text();
  assert.match(page.headers.get('content-security-policy'), /default-src 'none'/);
  assert.match(text, /<a href="http:\/\/127\.0\.0\.1:1\/a\?b=1&amp;c=2" rel="noreferrer">/);
  assert.ok(!text.includes('<script'));
  assert.match(text, /sandbox="allow-popups/);

  const frame = await fetch(`${mail.origin}/mails/${head.id}/html`);
  assert.match(frame.headers.get('content-security-policy'), /^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'/);
  assert.match(await (await fetch(`${mail.origin}/mails/${head.id}/raw`)).text(), /^Subject: /m);

  const gone = await fetch(`${mail.origin}/delete`, { method: 'POST', redirect: 'manual' });
  assert.equal(gone.status, 303);
  assert.equal(mail.mails().length, 0);
});

test('any login is accepted and STARTTLS is not offered', async (t) => {
  const mail = await startMail({});
  t.after(mail.close);
  await clientOf(mail, { auth: { user: 'api_token', pass: 'anything' } }).sendMail(LETTER);
  await assert.rejects(clientOf(mail, { requireTLS: true }).sendMail(LETTER), /STARTTLS/);
  assert.equal(mail.mails().length, 1);
});

test('a mail over 10 MiB is refused', async (t) => {
  const mail = await startMail({});
  t.after(mail.close);
  await assert.rejects(clientOf(mail).sendMail({ ...LETTER, text: 'x'.repeat(11 * 1024 * 1024) }), { responseCode: 552 });
  assert.equal(mail.mails().length, 0);
});

test('mails survive a restart when there is a state file', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'mail-'));
  t.after(() => rm(folder, { recursive: true }));
  const stateFile = join(folder, 'mail.json');
  const first = await startMail({ stateFile });
  await clientOf(first).sendMail(LETTER);
  await first.close();
  const second = await startMail({ stateFile });
  t.after(second.close);
  assert.equal(second.mails()[0].subject, LETTER.subject);
});

test('requests from other sites and for other hosts are refused', async (t) => {
  const mail = await startMail({});
  t.after(mail.close);
  const foreign = await fetch(`${mail.origin}/delete`, { method: 'POST', headers: { origin: 'https://evil.example' } });
  assert.equal(foreign.status, 403);
  assert.equal((await fetch(`${mail.origin}/mails/none`)).status, 404);
});
