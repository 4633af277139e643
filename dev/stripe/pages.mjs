/**
 * The pages a person sees: the hosted payment page and the overview of sessions, events and deliveries.
 *
 * Never needs a script, and always says that it is the local test stand-in.
 */
import { html, page } from '../kit/html.mjs';

const LABEL = 'Local test payments: no real card is charged here';
/** Most rows of each table on the overview. */
const ROWS_MAX = 50;

/** An amount in minor units as a person writes it. */
export function money(minor, currency) {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits;
  return format.format(minor / 10 ** digits);
}

function whenMs(ms) {
  return new Date(ms).toISOString().replace('T', ' ').slice(0, 19);
}

/** The payment page of a session, in whatever state it is. `notice` is said above the form. */
export function payPage(found, { notice, email } = {}) {
  const { session } = found;
  const title = { open: 'Pay', complete: 'Payment sent', expired: 'This payment page has expired' }[session.status];
  const waits = found.intent?.status === 'processing';
  return page({
    title: `${title} (local test)`,
    label: LABEL,
    body: html`<div class="narrow">
<h1>${title}</h1>
${notice && html`<p class="bad" role="alert">${notice}</p>`}
<section aria-label="Order">${orderLines(found)}</section>
${session.status === 'open' && payForm(session, email)}
${session.status === 'complete' && (waits ? settleForm(session) : doneNote(session))}
${session.status === 'expired' && html`<p>Nothing was paid. Go back to the shop to start again.</p>`}
</div>`,
  });
}

function orderLines({ session, items, products }) {
  return html`<ul class="lines">
${items.map((item, index) => html`<li><span>${item.description}${item.quantity > 1 && ` × ${item.quantity}`}
${products[index].description && html`<br><span class="soft">${products[index].description}</span>`}</span>
<span>${money(item.amount_total, item.currency)}${item.price.recurring && ` / ${item.price.recurring.interval}`}</span></li>
`)}</ul>
<p class="total"><span>Total</span><span>${money(session.amount_total, session.currency)}</span></p>`;
}

function payForm(session, email) {
  const base = `/c/pay/${session.id}`;
  return html`<form method="post" action="${base}/pay">
<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="email" required value="${email ?? session.customer_email ?? ''}">
<label for="card">Card number</label>
<input id="card" name="card" inputmode="numeric" value="4242 4242 4242 4242">
<div class="pair"><div><label for="expiry">Expires</label><input id="expiry" name="expiry" value="12 / 34"></div>
<div><label for="cvc">CVC</label><input id="cvc" name="cvc" inputmode="numeric" value="123"></div></div>
<label for="name">Name on card</label>
<input id="name" name="name" autocomplete="cc-name" value="Test Buyer">
<div class="stack">
<button class="main" type="submit">Pay ${money(session.amount_total, session.currency)}</button>
<button type="submit" formaction="${base}/decline">Let the card be declined</button>
<button type="submit" formaction="${base}/delayed">Pay with a delayed method (bank debit)</button>
</div>
</form>
${session.cancel_url && html`<p class="stack"><a class="button" href="${session.cancel_url}">Leave without paying</a></p>`}`;
}

function settleForm(session) {
  return html`<p>The bank debit is on its way. In the real world this takes days; here you decide how it ends.</p>
<form method="post" action="/c/pay/${session.id}/settle" class="stack">
<button class="main" name="outcome" value="succeeded">The money arrives</button>
<button name="outcome" value="failed">The debit fails</button>
</form>
${backLink(session)}`;
}

function doneNote(session) {
  const word = { paid: 'Paid.', unpaid: 'The payment failed.', no_payment_required: 'Nothing had to be paid.' }[session.payment_status];
  return html`<p class="${session.payment_status === 'unpaid' ? 'bad' : 'good'}">${word}</p>${backLink(session)}`;
}

function backLink(session) {
  return html`<p class="stack"><a class="button" href="${successUrl(session)}">Back to the shop</a></p>`;
}

/** Where the buyer goes after paying. */
export function successUrl(session) {
  return session.success_url.replaceAll('{CHECKOUT_SESSION_ID}', session.id);
}

/** The overview page. */
export function overviewPage(state, webhookUrl) {
  return page({
    title: 'Stripe stand-in',
    label: LABEL,
    body: html`<h1>Stripe stand-in</h1>
<p class="soft">Webhooks go to ${webhookUrl ?? 'nowhere'}. ${state.pending.length} waiting.</p>
${settingsPanel(state.settings)}
<h2>Checkout sessions</h2>${sessionTable(state)}
${state.subscriptions.length > 0 && html`<h2>Subscriptions</h2>${subscriptionTable(state.subscriptions)}`}
<h2>Events</h2>${eventTable(state.events, state.pending)}
<h2>Deliveries</h2>${deliveryTable(state.deliveries)}
${state.violations.length > 0 && html`<h2>Refused requests</h2>${violationTable(state.violations)}`}`,
  });
}

function button(act, label, fields = {}) {
  return html`<form method="post" action="/_control/${act}">${Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<button>${label}</button></form>`;
}

function settingsPanel(settings) {
  const flip = (name, on, off) => button('settings', settings[name] ? off : on, { [name]: String(!settings[name]) });
  return html`<section aria-label="Delivery"><div class="row">
${flip('paused', 'Pause delivery', 'Resume delivery')}
${flip('duplicate', 'Deliver everything twice', 'Deliver once')}
${flip('reorder', 'Deliver in reverse order', 'Deliver in order')}
${button('flush', 'Deliver what waits')}
${button('flush', 'Deliver what waits, newest first', { reverse: 'true' })}
<form method="post" action="/_control/settings" class="row"><label for="delay">Delay, ms</label>
<input id="delay" name="delayMs" type="number" min="0" max="600000" value="${settings.delayMs}"><button>Set</button></form>
</div></section>`;
}

function table(head, rows) {
  if (rows.length === 0) return html`<p class="soft">None yet.</p>`;
  return html`<div class="scroll"><table class="list"><thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell, index) => html`<td data-label="${head[index]}">${cell}</td>`)}</tr>
`)}</tbody></table></div>`;
}

function newest(list) {
  return list.slice(-ROWS_MAX).reverse();
}

function sessionTable({ sessions, unsettled }) {
  return table(['Made', 'Session', 'Total', 'State', 'Act'], newest(sessions).map((session) => [
    whenMs(session.created * 1000),
    html`<a href="/c/pay/${session.id}">${session.id.slice(0, 20)}…</a><br><span class="soft">${session.client_reference_id}</span>`,
    money(session.amount_total, session.currency),
    `${session.status}, ${session.payment_status}`,
    html`<div class="row">${session.status === 'open' && [button('pay', 'Pay', { session: session.id }), button('expire', 'Expire', { session: session.id })]}
${unsettled.includes(session.id) && [
  button('settle', 'Money arrives', { session: session.id, outcome: 'succeeded' }), button('settle', 'Debit fails', { session: session.id, outcome: 'failed' })]}
${session.payment_status === 'paid' && button('refund', 'Refund', { session: session.id })}</div>`,
  ]));
}

function subscriptionTable(subscriptions) {
  const act = (one, name, label, fields = {}) => button(name, label, { subscription: one.id, ...fields });
  return table(['Made', 'Subscription', 'Until', 'State', 'Act'], newest(subscriptions).map((one) => [
    whenMs(one.created * 1000), one.id, whenMs(one.items.data[0].current_period_end * 1000), one.cancel_at_period_end ? `${one.status}, ends` : one.status,
    one.status !== 'canceled' && html`<div class="row">${act(one, 'renew', 'Next period')}${act(one, 'renew', 'Next payment fails', { fails: 'true' })}
${act(one, 'subscription', 'Active', { status: 'active' })}${!one.cancel_at_period_end && act(one, 'cancel', 'Cancel')}
${act(one, 'cancel', 'End now', { now: 'true' })}${act(one, 'refund', 'Refund')}</div>`,
  ]));
}

function eventTable(events, pending) {
  return table(['Made', 'Event', 'About', 'Delivery', 'Act'], newest(events).map((event) => [
    whenMs(event.created * 1000), html`${event.type}<br><span class="soft">${event.id}</span>`, `${event.data.object.id.slice(0, 20)}…`,
    event.pending_webhooks === 0 ? html`<span class="good">delivered</span>` : pending.includes(event.id) ? 'waiting' : html`<span class="bad">not delivered</span>`,
    html`<div class="row">${button('redeliver', 'Deliver again', { event: event.id })}${button('redeliver', 'Deliver twice', { event: event.id, times: 2 })}</div>`,
  ]));
}

function deliveryTable(deliveries) {
  return table(['At', 'Event', 'Try', 'Answer'], newest(deliveries).map((entry) => [
    whenMs(entry.at), html`${entry.type}<br><span class="soft">${entry.eventId}</span>`, entry.attempt,
    html`<span class="${entry.status >= 200 && entry.status < 300 ? 'good' : 'bad'}">${entry.status ?? entry.error}</span>
in ${entry.durationMs} ms<br><span class="soft">${entry.answer}</span>`,
  ]));
}

function violationTable(violations) {
  return table(['At', 'Request', 'Why'], newest(violations).map((one) => [whenMs(one.at), `${one.method} ${one.path}`, one.message]));
}
