/**
 * Checks the body of a Checkout Session creation: first its shape, against the schema made from Stripe's types,
 * then the rules that Stripe applies at run time.
 *
 * Never changes what was sent beyond reading numbers and booleans out of the form's strings, and never accepts a
 * parameter that it would silently ignore: what the stand-in does not model is refused by name.
 */
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { invalid } from './errors.mjs';
import { pointerToParam } from './form.mjs';

/** Most line items of a session. */
const LINE_ITEMS_MAX = 100;
/** Smallest total that Stripe charges, in minor units of the currency. */
const TOTAL_MIN_MINOR = 50;
/** Largest total that Stripe charges, in minor units of the currency. */
const TOTAL_MAX_MINOR = 99_999_999;
/** Bounds of `expires_at`, in seconds from now (30 minutes, 24 hours). */
const EXPIRY_MIN_S = 30 * 60;
const EXPIRY_MAX_S = 24 * 60 * 60;
/** Slack for the time a request takes, in seconds. */
const EXPIRY_SLACK_S = 60;
/** Metadata bounds: keys, characters of a key, characters of a value. */
const METADATA_KEYS_MAX = 50;
const METADATA_KEY_CHARS = 40;
const METADATA_VALUE_CHARS = 500;
/** Most characters of `client_reference_id`. */
const REFERENCE_CHARS = 200;
/** Most characters of a URL. */
const URL_CHARS = 5000;
/** Parameters that change what a session does and that the stand-in does not model. */
const UNMODELLED = ['adaptive_pricing', 'after_expiration', 'automatic_tax', 'custom_fields', 'customer', 'customer_account', 'discounts',
  'invoice_creation', 'managed_payments', 'optional_items', 'return_url', 'setup_intent_data', 'shipping_options'];

const schema = JSON.parse(readFileSync(new URL('./schema.json', import.meta.url), 'utf8'));
const checkShape = new Ajv({ allErrors: true, coerceTypes: true, strict: false }).compile(schema);

/** Check a decoded body and return it with its types read; throws Stripe's 400. `prices` holds known price objects by id. */
export function checkSession(body, { nowS, prices }) {
  const params = structuredClone(body);
  checkIntegers(params);
  if (!checkShape(params)) throw shapeError(checkShape.errors);
  const unmodelled = UNMODELLED.find((name) => params[name] !== undefined);
  if (unmodelled) throw invalid(`The local Stripe stand-in does not model \`${unmodelled}\`.`, unmodelled);
  checkFields(params, nowS);
  const lines = checkLines(params, prices);
  checkTotals(params, lines);
  return { params, lines };
}

/** Numbers must look like Stripe's integers before they are read as numbers. */
function checkIntegers(params) {
  const seen = [['expires_at', params.expires_at]];
  asList(params.line_items).forEach((item, index) => {
    seen.push([`line_items[${index}][quantity]`, item?.quantity]);
    seen.push([`line_items[${index}][price_data][unit_amount]`, item?.price_data?.unit_amount]);
    seen.push([`line_items[${index}][price_data][recurring][interval_count]`, item?.price_data?.recurring?.interval_count]);
  });
  for (const [param, value] of seen) {
    if (typeof value === 'string' && !/^-?[0-9]{1,15}$/.test(value)) throw invalid(`Invalid integer: ${value}`, param, 'parameter_invalid_integer');
  }
}

function asList(value) {
  return Array.isArray(value) ? value : [];
}

/** The deepest violation says most about what is wrong. */
function shapeError(errors) {
  const named = errors.filter((error) => !['anyOf', 'oneOf', 'const'].includes(error.keyword));
  const [worst] = (named.length ? named : errors).sort((a, b) => b.instancePath.split('/').length - a.instancePath.split('/').length);
  const { keyword, instancePath, params } = worst;
  if (keyword === 'additionalProperties') {
    const param = pointerToParam(instancePath, params.additionalProperty);
    return invalid(`Received unknown parameter: ${param}`, param, 'parameter_unknown');
  }
  if (keyword === 'required') {
    const param = pointerToParam(instancePath, params.missingProperty);
    return invalid(`Missing required param: ${param}.`, param, 'parameter_missing');
  }
  const param = pointerToParam(instancePath);
  if (keyword === 'enum') return invalid(`Invalid ${param}: must be one of ${params.allowedValues.join(', ')}`, param);
  return invalid(`Invalid ${param}: ${worst.message}`, param);
}

function checkFields(params, nowS) {
  if (!params.mode) throw invalid('Missing required param: mode.', 'mode', 'parameter_missing');
  if (params.mode === 'setup') throw invalid('The local Stripe stand-in does not model `setup` mode.', 'mode');
  if (params.ui_mode && params.ui_mode !== 'hosted_page') throw invalid('The local Stripe stand-in models only the hosted page.', 'ui_mode');
  if (!params.success_url) throw invalid('Missing required param: success_url.', 'success_url', 'parameter_missing');
  for (const name of ['success_url', 'cancel_url']) checkUrl(params[name], name);
  if (params.client_reference_id !== undefined && !/^[A-Za-z0-9_-]+$/.test(params.client_reference_id)) {
    throw invalid('`client_reference_id` may hold letters, digits, dashes and underscores only.', 'client_reference_id');
  }
  tooLong(params.client_reference_id, REFERENCE_CHARS, 'client_reference_id');
  if (params.customer_email !== undefined && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(params.customer_email)) {
    throw invalid(`Invalid email address: ${params.customer_email}`, 'customer_email', 'email_invalid');
  }
  checkExpiry(params.expires_at, nowS);
  checkMetadata(params.metadata, 'metadata');
  checkMetadata(params.payment_intent_data?.metadata, 'payment_intent_data[metadata]');
  checkMetadata(params.subscription_data?.metadata, 'subscription_data[metadata]');
  if (params.mode === 'payment' && params.subscription_data) {
    throw invalid('You can not pass `subscription_data` in `payment` mode.', 'subscription_data');
  }
  if (params.mode === 'subscription' && params.payment_intent_data) {
    throw invalid('You can not pass `payment_intent_data` in `subscription` mode.', 'payment_intent_data');
  }
  if (params.mode === 'subscription' && params.customer_creation) {
    throw invalid('`customer_creation` can only be used in `payment` and `setup` mode.', 'customer_creation');
  }
}

function checkUrl(value, param) {
  if (value === undefined) return;
  tooLong(value, URL_CHARS, param);
  const url = URL.parse(value.replaceAll('{CHECKOUT_SESSION_ID}', 'id'));
  if (!/^https?:\/\//.test(value) || !url || url.hostname === '') throw invalid(`Not a valid URL: ${param}`, param, 'url_invalid');
}

function tooLong(value, limit, param) {
  if (value !== undefined && value.length > limit) throw invalid(`Invalid string: must be at most ${limit} characters`, param);
}

function checkExpiry(expiresAt, nowS) {
  if (expiresAt === undefined) return;
  if (expiresAt < nowS + EXPIRY_MIN_S - EXPIRY_SLACK_S) throw invalid('The `expires_at` timestamp must be at least 30 minutes from now.', 'expires_at');
  if (expiresAt > nowS + EXPIRY_MAX_S + EXPIRY_SLACK_S) throw invalid('The `expires_at` timestamp must be less than 24 hours from now.', 'expires_at');
}

function checkMetadata(metadata, param) {
  const entries = Object.entries(metadata ?? {});
  if (entries.length > METADATA_KEYS_MAX) throw invalid(`Metadata can have at most ${METADATA_KEYS_MAX} keys.`, param);
  for (const [key, value] of entries) {
    if (key.length > METADATA_KEY_CHARS) throw invalid(`Metadata keys can have at most ${METADATA_KEY_CHARS} characters.`, `${param}[${key}]`);
    if (String(value).length > METADATA_VALUE_CHARS) throw invalid(`Metadata values can have up to ${METADATA_VALUE_CHARS} characters.`, `${param}[${key}]`);
  }
}

function checkLines(params, prices) {
  const items = params.line_items ?? [];
  if (items.length === 0) throw invalid('Missing required param: line_items.', 'line_items', 'parameter_missing');
  if (items.length > LINE_ITEMS_MAX) throw invalid(`At most ${LINE_ITEMS_MAX} line items are allowed.`, 'line_items');
  return items.map((item, index) => readLine(item, `line_items[${index}]`, prices));
}

function readLine(item, at, prices) {
  if ((item.price === undefined) === (item.price_data === undefined)) {
    throw invalid(`You must specify either \`price\` or \`price_data\` in ${at}.`, at);
  }
  const extra = ['adjustable_quantity', 'dynamic_tax_rates', 'tax_rates'].find((name) => item[name] !== undefined);
  if (extra) throw invalid(`The local Stripe stand-in does not model \`${extra}\`.`, `${at}[${extra}]`);
  if (item.quantity === undefined) throw invalid(`Quantity is required. Add \`quantity\` to \`${at}\``, `${at}[quantity]`, 'parameter_missing');
  if (item.quantity < 1) throw invalid('Quantity must be at least 1.', `${at}[quantity]`);
  if (item.price_data) return { quantity: item.quantity, ...readPriceData(item.price_data, `${at}[price_data]`) };
  const known = prices.get(item.price);
  if (!known) throw invalid(`No such price: '${item.price}'`, `${at}[price]`, 'resource_missing');
  return { quantity: item.quantity, ...known };
}

function readPriceData(data, at) {
  if (data.product !== undefined) throw invalid('The local Stripe stand-in models `product_data`, not `product`.', `${at}[product]`);
  if (!data.product_data?.name) throw invalid(`Missing required param: ${at}[product_data].`, `${at}[product_data]`, 'parameter_missing');
  if (data.unit_amount_decimal !== undefined) throw invalid('The local Stripe stand-in models `unit_amount` only.', `${at}[unit_amount_decimal]`);
  if (data.unit_amount === undefined) throw invalid(`Missing required param: ${at}[unit_amount].`, `${at}[unit_amount]`, 'parameter_missing');
  if (data.unit_amount < 0) throw invalid('This value must be greater than or equal to 0.', `${at}[unit_amount]`, 'parameter_invalid_integer');
  if (!/^[a-z]{3}$/i.test(data.currency)) throw invalid(`Invalid currency: ${data.currency}`, `${at}[currency]`);
  checkMetadata(data.product_data.metadata, `${at}[product_data][metadata]`);
  const { name, description = null, metadata = {}, images = [] } = data.product_data;
  return { unitAmount: data.unit_amount, currency: data.currency.toLowerCase(), recurring: data.recurring ?? null, name, description, metadata, images };
}

function checkTotals(params, lines) {
  const recurring = lines.some((line) => line.recurring);
  if (params.mode === 'payment' && recurring) {
    throw invalid('You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.', 'mode');
  }
  if (params.mode === 'subscription' && !recurring) {
    throw invalid('You must provide at least one recurring price in `subscription` mode when using prices.', 'mode');
  }
  if (new Set(lines.map((line) => line.currency)).size > 1) throw invalid('All line items must have the same currency.', 'line_items');
  const total = lines.reduce((sum, line) => sum + line.unitAmount * line.quantity, 0);
  if (total !== 0 && total < TOTAL_MIN_MINOR) {
    throw invalid(`The Checkout Session's total amount due must add up to at least ${TOTAL_MIN_MINOR} minor units.`, undefined, 'amount_too_small');
  }
  if (total > TOTAL_MAX_MINOR) throw invalid('Amount is too large.', undefined, 'amount_too_large');
}
