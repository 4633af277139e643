/**
 * What a subscription lives through: it begins with a paid session, is billed, renews or fails to, is cancelled, and
 * its money goes back. Each act changes the objects and emits the events that Stripe would.
 *
 * Never delivers anything itself, and never brings an ended subscription back.
 */
import { ActError } from './errors.mjs';
import { newCharge, newInvoice, newPaymentIntent, newSubscription, nextPeriod } from './objects.mjs';

/** Statuses that a subscription can be given. */
const STATUSES = ['active', 'trialing', 'past_due', 'unpaid', 'paused', 'incomplete', 'incomplete_expired', 'canceled'];

/** The acts. `emit(pairs)` makes and publishes events. */
export class Subscriptions {
  #store;
  #nowS;
  #emit;

  constructor({ store, nowS, emit }) {
    this.#store = store;
    this.#nowS = nowS;
    this.#emit = emit;
  }

  /** The subscription of a session that was just paid. */
  begin({ session, items, intentMetadata }) {
    const made = newSubscription({ session, lines: items, metadata: intentMetadata, status: 'active', nowS: this.#nowS() });
    this.#store.subscriptions.set(made.id, made);
    session.subscription = made.id;
    return made;
  }

  /** The paid invoice of a session's first period. */
  bill(subscription, { found, charge }) {
    return this.#invoice(subscription, { items: found.items, reason: 'subscription_create', status: 'paid', charge });
  }

  /** Begin the next period: paid, or (`fails`) with a payment that did not go through. */
  renew(id, { fails = false } = {}) {
    const found = this.#living(id);
    if (found.cancel_at_period_end) return this.change(id, 'canceled');
    nextPeriod(found);
    const items = this.#items(found).filter((item) => item.price.recurring);
    if (fails) {
      found.status = 'past_due';
      const invoice = this.#invoice(found, { items, reason: 'subscription_cycle', status: 'open' });
      return this.#emit([['invoice.payment_failed', invoice], ['customer.subscription.updated', found]]);
    }
    found.status = 'active';
    const { intent, charge } = this.#charge(found, items);
    const invoice = this.#invoice(found, { items, reason: 'subscription_cycle', status: 'paid', charge: charge.id });
    return this.#emit([['customer.subscription.updated', found], ['charge.succeeded', charge],
      ['payment_intent.succeeded', intent], ['invoice.paid', invoice]]);
  }

  /** Cancel: at the end of the period, or (`now`) at once. */
  cancel(id, { now = false } = {}) {
    if (now) return this.change(id, 'canceled');
    const found = this.#living(id);
    const ends = found.items.data[0].current_period_end;
    Object.assign(found, { cancel_at_period_end: true, cancel_at: ends, canceled_at: this.#nowS() });
    return this.#emit([['customer.subscription.updated', found]]);
  }

  /** Change a subscription's status; `canceled` ends it. */
  change(id, status) {
    const found = this.#living(id);
    if (!STATUSES.includes(status)) throw new ActError(`Not a subscription status: ${status}`);
    found.status = status;
    if (status === 'canceled') Object.assign(found, { canceled_at: this.#nowS(), ended_at: this.#nowS() });
    return this.#emit([[status === 'canceled' ? 'customer.subscription.deleted' : 'customer.subscription.updated', found]]);
  }

  /** Give money back for a subscription's latest invoice; without an amount, all that is left. */
  refund(id, amount) {
    const found = this.#known(id);
    return this.refundCharge(this.#store.invoices.get(found.latest_invoice)?.charge, amount);
  }

  /** Give money back for a charge; without an amount, all that is left. */
  refundCharge(id, amount) {
    const charged = this.#store.charges.get(id);
    if (!charged) throw new ActError('There is no charge to give back.');
    const left = charged.amount - charged.amount_refunded;
    const part = amount ?? left;
    if (!Number.isSafeInteger(part) || part < 1 || part > left) throw new ActError(`At most ${left} can be refunded.`);
    charged.amount_refunded += part;
    charged.refunded = charged.amount_refunded === charged.amount;
    return this.#emit([['charge.refunded', charged]]);
  }

  #known(id) {
    const found = this.#store.subscriptions.get(id);
    if (!found) throw new ActError(`No such subscription: ${id}`);
    return found;
  }

  #living(id) {
    const found = this.#known(id);
    if (found.status === 'canceled') throw new ActError('The subscription has ended.');
    return found;
  }

  /** The lines of the session that the subscription began with. */
  #items(subscription) {
    const found = [...this.#store.sessions.values()].find(({ session }) => session.subscription === subscription.id);
    if (!found) throw new ActError('The session of the subscription is forgotten.');
    return found.items;
  }

  #charge(subscription, items) {
    const total = items.reduce((sum, item) => sum + item.amount_total, 0);
    const payer = { amount_total: total, currency: subscription.currency, customer: subscription.customer };
    const intent = newPaymentIntent({ session: payer, metadata: {}, status: 'succeeded', nowS: this.#nowS() });
    const charge = newCharge({ intent, session: payer, nowS: subscription.items.data[0].current_period_start });
    intent.latest_charge = charge.id;
    this.#store.charges.set(charge.id, charge);
    return { intent, charge };
  }

  #invoice(subscription, { items, reason, status, charge = null }) {
    const email = this.#store.customers.get(subscription.customer)?.email ?? null;
    const invoice = newInvoice({ subscription, items, reason, status, email, nowS: this.#nowS() });
    subscription.latest_invoice = invoice.id;
    this.#store.invoices.set(invoice.id, { invoice, charge });
    return invoice;
  }
}
