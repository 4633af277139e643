/**
 * The mail catcher: takes every mail by SMTP, sends none on, and shows them on a page and as JSON.
 *
 * Never relays, and never runs or loads anything that a mail contains.
 */
import { randomUUID } from 'node:crypto';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { sendCss, sendPage } from '../kit/html.mjs';
import { HttpError, listen, seeOther, send, sendJson } from '../kit/http.mjs';
import { stateFile as openState } from '../kit/statefile.mjs';
import { HTML_POLICY, htmlPart, listPage, mailPage } from './pages.mjs';

/** Largest mail, in bytes (10 MiB). */
const MAIL_MAX_BYTES = 10 * 1024 * 1024;
/** Most mails kept, and most bytes of all of them together (64 MiB); the oldest go first. */
const MAILS_MAX = 500;
const ALL_MAX_BYTES = 64 * 1024 * 1024;
/** Most recipients of one mail. */
const RECIPIENTS_MAX = 100;
/** How long open SMTP connections may take on close, in milliseconds. */
const CLOSE_MS = 500;

/** Start it; resolves to `{ origin, smtpPort, mails(), clear(), close() }`. Port 0 chooses a free one. */
export async function startMail({ smtpPort = 0, httpPort = 0, host = '127.0.0.1', stateFile }) {
  const mails = [];
  const state = openState(stateFile, () => mails);
  mails.push(...(state.read() ?? []));
  const box = {
    mails,
    add(mail) {
      mails.push(mail);
      while (mails.length > MAILS_MAX || bytesOf(mails) > ALL_MAX_BYTES) mails.shift();
      state.touch();
    },
    clear() {
      mails.length = 0;
      state.touch();
    },
  };
  const smtp = await startSmtp({ host, port: smtpPort, box });
  let http;
  try {
    http = await listen({ host, port: httpPort, handle: (request, response, url) => handle(box, request, response, url) });
  } catch (error) {
    await closeSmtp(smtp);
    throw error;
  }
  return {
    origin: `http://${host}:${http.port}`,
    smtpPort: smtp.server.address().port,
    mails: () => [...mails],
    clear: box.clear,
    async close() {
      await http.close();
      await closeSmtp(smtp);
      state.flush();
    },
  };
}

function bytesOf(mails) {
  return mails.reduce((sum, mail) => sum + mail.size, 0);
}

function startSmtp({ host, port, box }) {
  const server = new SMTPServer({
    name: 'mail.localhost', banner: 'local mail catcher', authOptional: true, allowInsecureAuth: true, disabledCommands: ['STARTTLS'],
    disableReverseLookup: true, logger: false, size: MAIL_MAX_BYTES, rejectOversized: true, closeTimeout: CLOSE_MS,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anyone' }),
    onRcptTo(_address, session, done) {
      const full = session.envelope.rcptTo.length >= RECIPIENTS_MAX;
      done(full ? Object.assign(new Error(`At most ${RECIPIENTS_MAX} recipients.`), { responseCode: 452 }) : null);
    },
    onData: (stream, session, done) => {
      receive(stream, session, box).then(() => done(), done);
    },
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      server.on('error', (error) => console.error(`mail: ${error.message}`));
      resolve(server);
    });
  });
}

function closeSmtp(server) {
  return new Promise((resolve) => { server.close(resolve); });
}

async function receive(stream, session, box) {
  const chunks = [];
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk);
  if (stream.sizeExceeded) return;
  const raw = Buffer.concat(chunks);
  box.add(await parse(raw, session.envelope));
}

async function parse(raw, envelope) {
  const mail = await PostalMime.parse(raw);
  return {
    id: randomUUID(), at: new Date().toISOString(), size: raw.length,
    envelope: { from: envelope.mailFrom ? envelope.mailFrom.address : '', to: envelope.rcptTo.map((rcpt) => rcpt.address) },
    from: addressOf(mail.from), to: addressesOf(mail.to), cc: addressesOf(mail.cc), replyTo: addressesOf(mail.replyTo),
    subject: mail.subject ?? '', messageId: mail.messageId ?? null, date: mail.date ?? null,
    headers: mail.headers.map(({ key, value }) => ({ key, value })),
    text: mail.text ?? null, html: mail.html ?? null,
    attachments: mail.attachments.map(({ filename, mimeType, content }) => ({ filename, mimeType, size: content.byteLength })),
    raw: raw.toString('latin1'),
  };
}

function addressOf(address) {
  return address ? { name: address.name ?? '', address: address.address ?? '' } : null;
}

function addressesOf(list) {
  return (list ?? []).flatMap((entry) => entry.group ?? [entry]).map(addressOf);
}

function handle(box, request, response, url) {
  if (sendCss(request, response, url)) return undefined;
  const [, area, id, part] = /^\/(api\/mails|mails)\/([^/]+)(?:\/(html|raw))?$/.exec(url.pathname) ?? [];
  if (id) return one(box, request, response, { area, id, part });
  const { method } = request;
  if (url.pathname === '/' && method === 'GET') return sendPage(response, 200, listPage([...box.mails].reverse()));
  if (url.pathname === '/delete' && method === 'POST') {
    box.clear();
    return seeOther(response, '/');
  }
  if (url.pathname === '/api/mails' && method === 'GET') return sendJson(response, 200, { mails: [...box.mails].reverse().map(summary) });
  if (url.pathname === '/api/mails' && method === 'DELETE') {
    box.clear();
    return sendJson(response, 200, { mails: [] });
  }
  throw new HttpError(404, 'There is nothing here.');
}

function summary({ id, at, size, envelope, from, to, subject }) {
  return { id, at, size, envelope, from, to, subject };
}

function one(box, request, response, { area, id, part }) {
  const mail = box.mails.find((candidate) => candidate.id === id);
  if (!mail) throw new HttpError(404, 'There is no such mail.');
  if (request.method !== 'GET') throw new HttpError(405, 'A mail can only be read.');
  if (part === 'raw') {
    return send(response, 200, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }, Buffer.from(mail.raw, 'latin1'));
  }
  if (part === 'html') {
    const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': HTML_POLICY, 'referrer-policy': 'no-referrer' };
    return send(response, 200, { ...headers, 'x-content-type-options': 'nosniff' }, htmlPart(mail));
  }
  if (area === 'api/mails') return sendJson(response, 200, mail);
  return sendPage(response, 200, mailPage(mail), { frames: true });
}
