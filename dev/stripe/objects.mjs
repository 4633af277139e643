/**
 * Stripe's objects as the API shows them: Checkout Session, line item, payment intent, charge, customer, subscription,
 * invoice, event.
 *
 * Never decides anything; it only gives values their wire shape.
 */
import { freshId, freshSessionId } from './ids.mjs';

/** The API version that every request must name and every event carries. */
export const API_VERSION = '2026-04-22.dahlia';
/** Life of a session whose creator did not say, in seconds (24 hours). */
const SESSION_LIFE_S = 24 * 60 * 60;
/** Length of a billing period by interval, in days. */
const PERIOD_DAYS = { day: 1, week: 7, month: 30, year: 365 };
const DAY_S = 86_400;

/** A list as Stripe pages it. */
export function listOf(data, url, hasMore = false) {
  return { object: 'list', data, has_more: hasMore, url };
}

function priceOf(line, created) {
  const { recurring } = line;
  return {
    id: line.priceId ?? freshId('price'), object: 'price', active: Boolean(line.priceId), billing_scheme: 'per_unit', created,
    currency: line.currency, custom_unit_amount: null, livemode: false, lookup_key: null, metadata: {}, nickname: null,
    product: freshId('prod'),
    recurring: recurring && { interval: recurring.interval, interval_count: recurring.interval_count ?? 1, meter: null, trial_period_days: null, usage_type: 'licensed' },
    tax_behavior: 'unspecified', tiers_mode: null, transform_quantity: null, type: recurring ? 'recurring' : 'one_time',
    unit_amount: line.unitAmount, unit_amount_decimal: String(line.unitAmount),
  };
}

/** A line item of a session. */
export function lineItem(line, created) {
  const amount = line.unitAmount * line.quantity;
  return {
    id: freshId('li'), object: 'item', adjustable_quantity: null, amount_discount: 0, amount_subtotal: amount, amount_tax: 0, amount_total: amount,
    currency: line.currency, description: line.name, metadata: {}, price: priceOf(line, created), quantity: line.quantity,
  };
}

/** A fresh, open session. */
export function newSession({ params, lines, nowS, origin }) {
  const id = freshSessionId();
  const total = lines.reduce((sum, line) => sum + line.unitAmount * line.quantity, 0);
  const payment = params.mode === 'payment';
  return {
    id, object: 'checkout.session', adaptive_pricing: null, after_expiration: null, allow_promotion_codes: params.allow_promotion_codes ?? null,
    amount_subtotal: total, amount_total: total, automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: params.billing_address_collection ?? null, cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null, client_secret: null, collected_information: null, consent: null,
    consent_collection: null, created: nowS, currency: lines[0].currency, currency_conversion: null, custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: null, customer_account: null, customer_creation: payment ? (params.customer_creation ?? 'if_required') : 'always',
    customer_details: params.customer_email ? customerDetails(params.customer_email, null) : null, customer_email: params.customer_email ?? null,
    discounts: [], expires_at: params.expires_at ?? nowS + SESSION_LIFE_S, integration_identifier: null, invoice: null,
    invoice_creation: payment ? { enabled: false, invoice_data: null } : null, livemode: false, locale: params.locale ?? null,
    managed_payments: { enabled: false }, metadata: stringMetadata(params.metadata), mode: params.mode, origin_context: null, payment_intent: null, payment_link: null,
    payment_method_collection: params.payment_method_collection ?? (payment ? 'if_required' : 'always'),
    payment_method_configuration_details: null, payment_method_options: {}, payment_method_types: ['card', 'us_bank_account'],
    payment_status: 'unpaid', permissions: null, phone_number_collection: { enabled: false }, recovered_from: null,
    saved_payment_method_options: null, setup_intent: null, shipping_address_collection: null, shipping_cost: null, shipping_options: [],
    status: 'open', submit_type: params.submit_type ?? null, subscription: null, success_url: params.success_url,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 }, ui_mode: 'hosted_page', url: `${origin}/c/pay/${id}`, wallet_options: null,
  };
}

/** What the buyer told the payment page. */
export function customerDetails(email, name) {
  return { address: null, business_name: null, email, individual_name: null, name, phone: null, tax_exempt: 'none', tax_ids: null };
}

/** Metadata values are always strings on the wire. */
export function stringMetadata(metadata) {
  return Object.fromEntries(Object.entries(metadata ?? {}).map(([key, value]) => [key, String(value)]));
}

/** The payment of a session; `status` is Stripe's. */
export function newPaymentIntent({ session, metadata, status, nowS }) {
  const received = status === 'succeeded' ? session.amount_total : 0;
  return {
    id: freshId('pi'), object: 'payment_intent', amount: session.amount_total, amount_capturable: 0, amount_received: received,
    canceled_at: null, cancellation_reason: null, capture_method: 'automatic_async', confirmation_method: 'automatic', created: nowS,
    currency: session.currency, customer: session.customer, description: null, last_payment_error: null, latest_charge: null, livemode: false,
    metadata, next_action: null, payment_method_types: ['card'], receipt_email: null, status, transfer_group: null,
  };
}

/** Who pays; one for each session in subscription mode. */
export function newCustomer({ email, name, nowS }) {
  return {
    id: freshId('cus'), object: 'customer', address: null, balance: 0, created: nowS, currency: null, default_source: null, delinquent: false,
    description: null, discount: null, email, invoice_prefix: freshId('x').slice(2, 10).toUpperCase(), livemode: false, metadata: {}, name,
    next_invoice_sequence: 1, phone: null, preferred_locales: [], shipping: null, tax_exempt: 'none', test_clock: null,
  };
}

/** The invoice of a subscription's period; `status` is Stripe's. The first one also bills what is paid once. */
export function newInvoice({ subscription, items, reason, status, email, nowS }) {
  const id = freshId('in');
  const total = items.reduce((sum, item) => sum + item.amount_total, 0);
  const details = { metadata: subscription.metadata, subscription: subscription.id };
  const [first] = subscription.items.data;
  const lines = items.map((item) => invoiceLine({ item, invoice: id, subscription, first, nowS }));
  const paid = status === 'paid';
  return {
    id, object: 'invoice', amount_due: total, amount_paid: paid ? total : 0, amount_remaining: paid ? 0 : total, attempt_count: 1, attempted: true,
    auto_advance: !paid, billing_reason: reason, collection_method: 'charge_automatically', created: nowS, currency: subscription.currency,
    customer: subscription.customer, customer_email: email, default_payment_method: null, description: null, discounts: [], due_date: null,
    ending_balance: 0, lines: listOf(lines, `/v1/invoices/${id}/lines`), livemode: false, metadata: {}, next_payment_attempt: paid ? null : nowS + DAY_S,
    number: null, parent: { quote_details: null, subscription_details: details, type: 'subscription_details' }, period_end: nowS, period_start: nowS,
    receipt_number: null, starting_balance: 0, status, status_transitions: { finalized_at: nowS, marked_uncollectible_at: null, paid_at: paid ? nowS : null, voided_at: null },
    subtotal: total, total, total_discount_amounts: [], webhooks_delivered_at: null,
  };
}

function invoiceLine({ item, invoice, subscription, first, nowS }) {
  const repeats = Boolean(item.price.recurring);
  const parent = repeats
    ? { invoice_item_details: null, subscription_item_details: { invoice_item: null, proration: false, subscription: subscription.id, subscription_item: first.id }, type: 'subscription_item_details' }
    : { invoice_item_details: { invoice_item: freshId('ii'), proration: false, subscription: subscription.id }, subscription_item_details: null, type: 'invoice_item_details' };
  return {
    id: freshId('il'), object: 'line_item', amount: item.amount_total, currency: item.currency, description: item.description, discount_amounts: [],
    discountable: true, discounts: [], invoice, livemode: false, metadata: repeats ? subscription.metadata : {}, parent,
    period: repeats ? { end: first.current_period_end, start: first.current_period_start } : { end: nowS, start: nowS },
    pricing: { price_details: { price: item.price.id, product: item.price.product }, type: 'price_details', unit_amount_decimal: item.price.unit_amount_decimal },
    quantity: item.quantity, subtotal: item.amount_total, taxes: [],
  };
}

/** Move a subscription's items to their next period. */
export function nextPeriod(subscription) {
  for (const item of subscription.items.data) {
    const start = item.current_period_end;
    Object.assign(item, { current_period_start: start, current_period_end: start + periodS(item.price.recurring) });
  }
}

/** The charge behind a payment. */
export function newCharge({ intent, session, nowS }) {
  return {
    id: freshId('ch'), object: 'charge', amount: intent.amount, amount_captured: intent.amount, amount_refunded: 0, balance_transaction: null,
    billing_details: { address: null, email: session.customer_details?.email ?? null, name: session.customer_details?.name ?? null, phone: null, tax_id: null },
    captured: true, created: nowS, currency: intent.currency, customer: session.customer, description: null, disputed: false,
    livemode: false, metadata: intent.metadata, paid: true, payment_intent: intent.id, refunded: false, status: 'succeeded', transfer_group: null,
  };
}

/** The subscription that a session in subscription mode makes. */
export function newSubscription({ session, lines, metadata, status, nowS }) {
  const id = freshId('sub');
  const items = lines.filter((line) => line.price.recurring).map((line) => ({
    id: freshId('si'), object: 'subscription_item', created: nowS, current_period_start: nowS, current_period_end: nowS + periodS(line.price.recurring),
    metadata: {}, price: line.price, quantity: line.quantity, subscription: id,
  }));
  return {
    id, object: 'subscription', billing_cycle_anchor: nowS, cancel_at: null, cancel_at_period_end: false, canceled_at: null,
    cancellation_details: { comment: null, feedback: null, reason: null }, collection_method: 'charge_automatically', created: nowS,
    currency: session.currency, customer: session.customer, ended_at: null, items: listOf(items, `/v1/subscription_items?subscription=${id}`),
    latest_invoice: null, livemode: false, metadata, start_date: nowS, status, trial_end: null, trial_start: null,
  };
}

function periodS({ interval, interval_count: count }) {
  return PERIOD_DAYS[interval] * count * DAY_S;
}

/** An event holding a snapshot of the object as it is now. */
export function newEvent({ type, object, nowS, requestId = null, idempotencyKey = null }) {
  return {
    id: freshId('evt'), object: 'event', api_version: API_VERSION, created: nowS, data: { object: structuredClone(object) }, livemode: false,
    pending_webhooks: 1, request: { id: requestId, idempotency_key: idempotencyKey }, type,
  };
}
