/**
 * Serves the hosted payment page and takes what the buyer does there.
 *
 * Never stores card details; whatever is typed into the card fields is thrown away.
 */
import { sendPage } from '../kit/html.mjs';
import { HttpError, readBody, seeOther } from '../kit/http.mjs';
import { ActError } from './errors.mjs';
import { payPage, successUrl } from './pages.mjs';

/** Test card that Stripe declines. */
const DECLINED_CARD = '4000000000000002';
/** Longest e-mail address, in characters. */
const EMAIL_CHARS = 254;

/** Answer one request under `/c/pay/`. */
export async function handleCheckout(world, request, response, url) {
  const [, id, act] = /^\/c\/pay\/([^/]+)(?:\/(pay|decline|delayed|settle))?$/.exec(url.pathname) ?? [];
  if (!id || !world.store.sessions.has(id)) throw new HttpError(404, 'There is no such payment page.');
  const found = world.payments.record(id);
  if (!act && ['GET', 'HEAD'].includes(request.method)) return show(response, 200, found);
  if (!act || request.method !== 'POST') throw new HttpError(405, 'This address does not take that method.');
  const form = new URLSearchParams((await readBody(request)).toString('utf8'));
  try {
    return act === 'settle' ? settle(world, response, found, form) : pay(world, response, found, act, form);
  } catch (error) {
    if (error instanceof ActError) return show(response, 409, found, { notice: error.message });
    throw error;
  }
}

function show(response, status, found, extra) {
  const { session } = found;
  const targets = [session.success_url, session.cancel_url].filter(Boolean).map((target) => new URL(target.replaceAll('{CHECKOUT_SESSION_ID}', 'id')).origin);
  sendPage(response, status, payPage(found, extra), { formTargets: [...new Set(targets)] });
}

function pay(world, response, found, act, form) {
  const { session } = found;
  const email = (form.get('email') ?? '').trim();
  if (session.status === 'open' && (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) || email.length > EMAIL_CHARS)) {
    return show(response, 400, found, { notice: 'Enter an e-mail address.', email });
  }
  const declined = act === 'decline' || (act === 'pay' && (form.get('card') ?? '').replaceAll(' ', '') === DECLINED_CARD);
  if (declined && session.status === 'open') {
    return show(response, 200, found, { notice: 'Your card was declined. Nothing was paid; try again or leave.', email });
  }
  world.payments.pay(session.id, { email, name: form.get('name') || null, delayed: act === 'delayed' });
  return seeOther(response, successUrl(session));
}

function settle(world, response, found, form) {
  world.payments.settle(found.session.id, form.get('outcome') === 'failed' ? 'failed' : 'succeeded');
  seeOther(response, `/c/pay/${found.session.id}`);
}
