/**
 * What happens to a session: created, paid, paid with a delayed method, settled, expired; and afterwards refunds
 * and subscription changes. Each act changes the objects and emits the events that Stripe would.
 *
 * Never delivers anything itself, and never lets a session leave a final state.
 */
import { freshId } from './ids.mjs';
import { customerDetails, lineItem, newCharge, newEvent, newPaymentIntent, newSession, newSubscription, stringMetadata } from './objects.mjs';

/** Statuses that a subscription can be given. */
const SUBSCRIPTION_STATUSES = ['active', 'trialing', 'past_due', 'unpaid', 'paused', 'incomplete', 'incomplete_expired', 'canceled'];

/** An act that the state of the object does not allow. */
export class ActError extends Error {}

/** The acts. `nowS()` and `origin()` are asked each time; `publish(events)` takes each group of new events. */
export class Payments {
  #store;
  #nowS;
  #origin;
  #publish;

  constructor({ store, nowS, origin, publish }) {
    this.#store = store;
    this.#nowS = nowS;
    this.#origin = origin;
    this.#publish = publish;
  }

  /** Make and publish one group of events from `[type, object]` pairs; empty places are left out. */
  emit(pairs, request = {}) {
    const events = pairs.filter(Boolean).map(([type, object]) => newEvent({ type, object, nowS: this.#nowS(), ...request }));
    for (const event of events) this.#store.events.set(event.id, event);
    this.#store.touch();
    this.#publish(events);
    return events;
  }

  /** What is kept of a session: `{ session, items, products, intent, intentMetadata }`. */
  record(id) {
    const found = this.#store.sessions.get(id);
    if (!found) throw new ActError(`No such session: ${id}`);
    this.#expireIfDue(found);
    return found;
  }

  /** Expire every session whose time has come. */
  sweep() {
    this.#store.sessions.forEach((found) => this.#expireIfDue(found));
  }

  /** Make an open session from a checked request. */
  create({ params, lines }) {
    const session = newSession({ params, lines, nowS: this.#nowS(), origin: this.#origin() });
    const intentData = params.payment_intent_data ?? params.subscription_data ?? {};
    const items = lines.map((line) => lineItem(line, session.created));
    const products = lines.map(({ name, description, metadata, images }) => ({ name, description, metadata, images }));
    this.#store.sessions.set(session.id, { session, items, products, intentMetadata: stringMetadata(intentData.metadata), intent: null });
    this.#store.touch();
    return session;
  }

  /** Complete a session with a card, or (`delayed`) with a method whose money comes later. */
  pay(id, { email, name = 'Test Buyer', delayed = false } = {}) {
    const found = this.#open(id);
    const { session } = found;
    const free = session.amount_total === 0;
    complete(session, email, name);
    session.payment_status = free ? 'no_payment_required' : delayed ? 'unpaid' : 'paid';
    const made = free ? [] : this.#charge(found, delayed);
    const subscription = session.mode === 'subscription' ? this.#subscribe(found) : null;
    return this.emit([...made, ['checkout.session.completed', session], subscription && ['customer.subscription.created', subscription]]);
  }

  /** Settle a delayed payment, `succeeded` or `failed`. */
  settle(id, outcome) {
    const found = this.record(id);
    const { session, intent } = found;
    if (session.status !== 'complete' || intent?.status !== 'processing') throw new ActError('The session has no payment that waits.');
    if (outcome === 'succeeded') {
      session.payment_status = 'paid';
      return this.emit([...this.#succeed(found), ['checkout.session.async_payment_succeeded', session]]);
    }
    intent.status = 'requires_payment_method';
    const subscription = this.#store.subscriptions.get(session.subscription);
    if (subscription) subscription.status = 'past_due';
    return this.emit([['payment_intent.payment_failed', intent], ['checkout.session.async_payment_failed', session],
      subscription && ['customer.subscription.updated', subscription]]);
  }

  /** Expire an open session now. */
  expire(id, request) {
    return this.#expireNow(this.#open(id), request);
  }

  /** Give money back for a paid session; without an amount, all that is left. */
  refund(id, amount) {
    const { intent } = this.record(id);
    const charged = this.#store.charges.get(intent?.latest_charge);
    if (!charged) throw new ActError('The session has no charge.');
    const left = charged.amount - charged.amount_refunded;
    const part = amount ?? left;
    if (!Number.isSafeInteger(part) || part < 1 || part > left) throw new ActError(`At most ${left} can be refunded.`);
    charged.amount_refunded += part;
    charged.refunded = charged.amount_refunded === charged.amount;
    return this.emit([['charge.refunded', charged]]);
  }

  /** Change a subscription's status; `canceled` ends it. */
  changeSubscription(id, status) {
    const found = this.#store.subscriptions.get(id);
    if (!found) throw new ActError(`No such subscription: ${id}`);
    if (!SUBSCRIPTION_STATUSES.includes(status)) throw new ActError(`Not a subscription status: ${status}`);
    if (found.status === 'canceled') throw new ActError('The subscription has ended.');
    found.status = status;
    if (status === 'canceled') Object.assign(found, { canceled_at: this.#nowS(), ended_at: this.#nowS() });
    return this.emit([[status === 'canceled' ? 'customer.subscription.deleted' : 'customer.subscription.updated', found]]);
  }

  #open(id) {
    const found = this.record(id);
    if (found.session.status !== 'open') throw new ActError(`The session is ${found.session.status}.`);
    return found;
  }

  #charge(found, delayed) {
    const { session } = found;
    const metadata = session.mode === 'payment' ? found.intentMetadata : {};
    found.intent = newPaymentIntent({ session, metadata, status: delayed ? 'processing' : 'succeeded', nowS: this.#nowS() });
    if (session.mode === 'payment') session.payment_intent = found.intent.id;
    return delayed ? [['payment_intent.processing', found.intent]] : this.#succeed(found);
  }

  #succeed({ intent, session }) {
    const made = newCharge({ intent, session, nowS: this.#nowS() });
    Object.assign(intent, { status: 'succeeded', amount_received: intent.amount, latest_charge: made.id });
    this.#store.charges.set(made.id, made);
    return [['charge.succeeded', made], ['payment_intent.succeeded', intent]];
  }

  #subscribe({ session, items, intentMetadata }) {
    const made = newSubscription({ session, lines: items, metadata: intentMetadata, status: 'active', nowS: this.#nowS() });
    this.#store.subscriptions.set(made.id, made);
    session.subscription = made.id;
    return made;
  }

  #expireNow({ session }, request) {
    session.status = 'expired';
    session.url = null;
    return this.emit([['checkout.session.expired', session]], request);
  }

  #expireIfDue(found) {
    if (found.session.status === 'open' && found.session.expires_at <= this.#nowS()) this.#expireNow(found);
  }
}

function complete(session, email, name) {
  session.status = 'complete';
  session.url = null;
  session.customer_details = customerDetails(email ?? session.customer_email ?? 'buyer@example.com', name);
  if (session.customer_creation === 'always') session.customer = freshId('cus');
}
