/**
 * What happens to a session: created, paid, paid with a delayed method, settled, expired; and afterwards refunds.
 * What its subscription lives through is in subscriptions.mjs. Each act changes the objects and emits the events that
 * Stripe would.
 *
 * Never delivers anything itself, and never lets a session leave a final state.
 */
import { ActError } from './errors.mjs';
import { customerDetails, lineItem, newCharge, newCustomer, newEvent, newPaymentIntent, newSession, stringMetadata } from './objects.mjs';
import { Subscriptions } from './subscriptions.mjs';

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
    /** What subscriptions live through. */
    this.subscriptions = new Subscriptions({ store, nowS, emit: (pairs) => this.emit(pairs) });
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
    if (session.customer_creation === 'always') session.customer = this.#customer(session).id;
    session.payment_status = free ? 'no_payment_required' : delayed ? 'unpaid' : 'paid';
    const made = free ? [] : this.#charge(found, delayed);
    const subscription = session.mode === 'subscription' ? this.subscriptions.begin(found) : null;
    const invoice = subscription && !delayed && this.subscriptions.bill(subscription, { found, charge: found.intent?.latest_charge });
    return this.emit([...made, invoice && ['invoice.paid', invoice], ['checkout.session.completed', session],
      subscription && ['customer.subscription.created', subscription]]);
  }

  /** Settle a delayed payment, `succeeded` or `failed`. */
  settle(id, outcome) {
    const found = this.record(id);
    const { session, intent } = found;
    if (session.status !== 'complete' || intent?.status !== 'processing') throw new ActError('The session has no payment that waits.');
    const subscription = this.#store.subscriptions.get(session.subscription);
    if (outcome === 'succeeded') {
      session.payment_status = 'paid';
      const made = this.#succeed(found);
      const invoice = subscription && this.subscriptions.bill(subscription, { found, charge: intent.latest_charge });
      return this.emit([...made, invoice && ['invoice.paid', invoice], ['checkout.session.async_payment_succeeded', session]]);
    }
    intent.status = 'requires_payment_method';
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
    return this.subscriptions.refundCharge(intent?.latest_charge, amount);
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

  #customer(session) {
    const { email, name } = session.customer_details;
    const made = newCustomer({ email, name, nowS: this.#nowS() });
    this.#store.customers.set(made.id, made);
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
}
