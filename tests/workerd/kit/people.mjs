/**
 * People who sign in: a shop whose mails arrive in a catcher, and browsers that use the official Better Auth client.
 *
 * Never reads a token out of the database: whatever a person needs comes by mail or by cookie.
 */
import { createAuthClient } from 'better-auth/client';
import { magicLinkClient } from 'better-auth/client/plugins';
import { startMail } from '../../../dev/mail/server.mjs';
import { startWorld, until } from '../world.mjs';

/** Settings that send mails to a catcher. */
export function catcherVars(mail) {
  return { MAIL_TRANSPORT: 'smtp', MAIL_FROM: 'The Shop <shop@example.test>', SMTP_URL: `smtp://127.0.0.1:${mail.smtpPort}` };
}

/** A world with a mail catcher: `world.mail`, and `world.letter(to, subject)` waits for a mail. */
export async function startMailWorld(t, { vars = {}, ...options } = {}) {
  const mail = await startMail({});
  t.after(mail.close);
  const world = await startWorld(t, { ...options, vars: { ...catcherVars(mail), ...vars } });
  const letter = (to, subject) => until(
    () => mail.mails().findLast((one) => one.to[0].address === to && (!subject || one.subject === subject)), `a mail to ${to}`,
  );
  return Object.assign(world, { mail, letter });
}

/** The address behind the button of a mail. */
export function linkIn(mail) {
  return new URL(/^https?:\S+$/m.exec(mail.text)[0]);
}

/** A browser of its own: the official client over a cookie jar. `ip` is the address that it comes from. */
export function browser(world, ip = '192.0.2.1') {
  const jar = new Map();
  const visit = async (url, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('origin', world.origin);
    headers.set('cf-connecting-ip', ip);
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const cookie of answer.headers.getSetCookie()) keep(jar, cookie);
    return answer;
  };
  const client = createAuthClient({ baseURL: world.origin, fetchOptions: { customFetchImpl: visit }, plugins: [magicLinkClient()] });
  return { client, visit: (path, init) => visit(new URL(path, world.origin), init), jar };
}

function keep(jar, cookie) {
  const [pair, ...attributes] = cookie.split('; ');
  const [name, ...value] = pair.split('=');
  if (attributes.includes('Max-Age=0')) jar.delete(name);
  else jar.set(name, value.join('='));
}
