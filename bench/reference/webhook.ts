/** `POST /api/stripe/webhook`: a paid session marks its checkout as paid and grants what its lines open. */
import { sha256, unixNow, type Ctx } from './shared';
import {
  AUDIT_CREDIT, AUDIT_EVENT, AUDIT_GRANTS, CREDIT, CREDIT_LINES, DELIVERED, GRANT, MOVE_INTENT, OUTCOME, QUEUE_FULFILLMENT, RECEIVE,
} from './statements.json';
import { verified, type Session, type StripeEvent } from './stripe';

const MODE = 'sandbox';
const ACTOR = 'stripe_webhook';
const ALLOWED_FROM = '["pending_stripe","stripe_error","stripe_session_created","completed","payment_failed","expired"]';

const INSERT_EVENT = `
  INSERT INTO stripe_webhook_events (id, event_type, api_version, livemode, stripe_created_at, status, source, payload_sha256,
    payload_redacted_json, delivery_id, processed_at, updated_at)
  VALUES (?1, ?2, ?3, ?4, ?5, 'processed', 'webhook', ?6, ?7, ?8, ?9, ?9) ON CONFLICT (id) DO NOTHING`;
const SELECT_INTENT = `
  SELECT id, tenant_id, status, amount_cents, currency, stripe_mode, stripe_checkout_session_id, buyer_email_hash
  FROM checkout_intents WHERE id = ?1`;
const UPDATE_INTENT = `
  UPDATE checkout_intents SET status = 'paid', status_event_id = ?2, updated_at = ?3, stripe_checkout_session_id = ?4,
    stripe_payment_intent_id = COALESCE(?5, stripe_payment_intent_id), buyer_email = COALESCE(buyer_email, ?6),
    buyer_email_hash = COALESCE(buyer_email_hash, ?7)
  WHERE id = ?1`;
const SELECT_MAPPINGS = `
  SELECT m.*, l.price_id FROM checkout_line_items l
  JOIN grant_mappings m ON m.source_price_id = l.price_id AND m.granted_by = 'checkout'
  WHERE l.checkout_intent_id = ?1`;
const INSERT_ENTITLEMENT = `
  INSERT INTO product_entitlements (id, tenant_id, checkout_intent_id, source_stripe_event_id, product_id, source_commerce_product_id,
    entitlement_template_id, access_rule_id, status, grant_kind, buyer_email_hash, source_price_id, metadata_json, granted_at, updated_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'active', 'sandbox_paid_webhook', ?9, ?10, ?11, ?12, ?12)
  ON CONFLICT (checkout_intent_id, product_id, entitlement_template_id) DO NOTHING`;
const INSERT_TASK = `
  INSERT INTO product_fulfillment_tasks (id, tenant_id, entitlement_id, checkout_intent_id, product_id, status, fulfillment_kind, summary,
    created_at, updated_at)
  VALUES (?1, ?2, ?3, ?4, ?5, 'queued', ?6, ?7, ?8, ?8) ON CONFLICT (entitlement_id) DO NOTHING`;
const INSERT_AUDIT = `
  INSERT INTO payment_audit_events (id, tenant_id, checkout_intent_id, stripe_event_id, event_kind, actor_kind, summary, metadata_json, created_at)
  VALUES (?1, ?2, ?3, ?4, ?5, 'stripe_webhook', ?6, ?7, ?8)`;

interface Intent {
  id: string;
  tenant_id: string;
  status: string;
  amount_cents: number;
  currency: string;
  stripe_mode: string;
  stripe_checkout_session_id: string | null;
  buyer_email_hash: string | null;
}

interface Mapping {
  id: string;
  product_id: string;
  source_commerce_product_id: string;
  entitlement_template_id: string;
  access_rule_id: string;
  fulfillment_kind: string;
  grants_json: string;
  grant_summary: string;
  price_id: string;
}

interface Delivery {
  event: StripeEvent;
  session: Session;
  intent: string | null;
  body: string;
  now: number;
}

/** One statement after another, as it reads. It leaves out the partner's commission and the analytics events. */
export async function webhookPlain(c: Ctx): Promise<Response> {
  const delivery = await open(c);
  if (!delivery) return c.json({ ok: false, code: 'stripe_signature_verification_failed' }, 400);
  const { event, session, now } = delivery;
  const stored = await c.env.DB.prepare(INSERT_EVENT).bind(...(await inboxValues(delivery)), fresh('audit'), now).run();
  if (stored.meta.changes === 0) return answer(c, { duplicate: true });
  const intent = await c.env.DB.prepare(SELECT_INTENT).bind(delivery.intent).first<Intent>();
  if (!intent || !fits(intent, session)) return answer(c, effects(event, intent?.id ?? null, false, 0, 0));
  const email = session.customer_details?.email ?? null;
  await c.env.DB.prepare(UPDATE_INTENT)
    .bind(intent.id, event.id, now, session.id, session.payment_intent, email, email && (await sha256(email.toLowerCase())))
    .run();
  await audit(c, delivery, intent, event.type, 'A signed event moved the checkout.', { eventType: event.type, wouldBe: 'paid', status: 'paid' });
  const { results } = await c.env.DB.prepare(SELECT_MAPPINGS).bind(intent.id).all<Mapping>();
  let granted = 0;
  for (const mapping of results) granted += await grant(c, delivery, intent, mapping);
  return answer(c, effects(event, intent.id, true, granted, results.length - granted));
}

/** The statements that the Rust Worker runs for the session of a single payment, in its order, in one batch. */
export async function webhookBatch(c: Ctx): Promise<Response> {
  const delivery = await open(c);
  if (!delivery) return c.json({ ok: false, code: 'stripe_signature_verification_failed' }, 400);
  const { event, session, intent, now } = delivery;
  const db = c.env.DB;
  const mine = fresh('audit');
  const commission = fresh('commission-ledger');
  const email = session.customer_details?.email ?? null;
  const subtotal = session.amount_subtotal ?? session.amount_total;
  const results = await db.batch([
    db.prepare(RECEIVE).bind(...(await receiveValues(delivery)), mine, now, 'processed'),
    db.prepare(MOVE_INTENT).bind(
      intent, event.id, mine, 'paid', ALLOWED_FROM, session.id, session.amount_total, session.currency, session.payment_intent,
      session.subscription, now, email, email && (await sha256(email.toLowerCase())), MODE, subtotal,
    ),
    db.prepare(GRANT).bind(intent, event.id, now, mine),
    db.prepare(QUEUE_FULFILLMENT).bind(intent, event.id, now, mine),
    db.prepare(AUDIT_GRANTS).bind(intent, event.id, fresh('audit'), now, mine, ACTOR),
    db.prepare(CREDIT).bind(commission, intent, event.id, fresh('audit'), now, mine),
    db.prepare(CREDIT_LINES).bind(commission),
    db.prepare(AUDIT_CREDIT).bind(commission, event.id, ACTOR, now),
    db.prepare(AUDIT_EVENT).bind(
      intent, event.id, mine, fresh('audit'), event.type, now, session.id, session.amount_total, session.currency, MODE, 'paid', ACTOR, subtotal,
    ),
    db.prepare(DELIVERED).bind(fresh('analytics-event'), event.id, mine, now, intent),
    db.prepare(OUTCOME).bind(intent, event.id, mine),
  ]);
  const outcome = results.at(-1)!.results[0] as { mine: number; intent_found: number; moved: number; granted: number; grantable: number };
  if (!outcome.mine) return answer(c, { duplicate: true });
  const skipped = Math.max(0, outcome.grantable - outcome.granted);
  return answer(c, effects(event, outcome.intent_found ? intent : null, Boolean(outcome.moved), outcome.granted, skipped));
}

async function open(c: Ctx): Promise<Delivery | null> {
  const body = await c.req.text();
  if (!(await verified(c.req.header('stripe-signature') ?? '', body, c.env.STRIPE_WEBHOOK_SECRET_SANDBOX))) return null;
  const event = JSON.parse(body) as StripeEvent;
  const session = event.data.object;
  return { event, session, intent: session.metadata?.checkout_intent_id ?? session.client_reference_id, body, now: unixNow() };
}

function fresh(kind: string): string {
  return `${kind}-${crypto.randomUUID()}`;
}

async function inboxValues({ event, session, intent, body }: Delivery): Promise<unknown[]> {
  const redacted = {
    apiVersion: event.api_version, checkoutIntentId: intent, created: event.created, livemode: event.livemode,
    paymentStatus: session.payment_status, status: session.status, type: event.type, wouldBe: 'paid',
  };
  return [event.id, event.type, event.api_version, Number(event.livemode), event.created, await sha256(body), JSON.stringify(redacted)];
}

/** `RECEIVE` also binds the source. */
async function receiveValues(delivery: Delivery): Promise<unknown[]> {
  const values = await inboxValues(delivery);
  values.splice(5, 0, 'webhook');
  return values;
}

function fits(intent: Intent, session: Session): boolean {
  return (
    session.payment_status === 'paid' && (JSON.parse(ALLOWED_FROM) as string[]).includes(intent.status) &&
    (intent.stripe_checkout_session_id ?? session.id) === session.id && intent.amount_cents === session.amount_total &&
    intent.currency === session.currency && intent.stripe_mode === MODE
  );
}

async function grant(c: Ctx, delivery: Delivery, intent: Intent, mapping: Mapping): Promise<number> {
  const { event, now } = delivery;
  const id = `entitlement-${intent.id}-${mapping.entitlement_template_id}`;
  const metadata = JSON.stringify({ issue: 101, mappingId: mapping.id, grants: JSON.parse(mapping.grants_json) });
  const inserted = await c.env.DB.prepare(INSERT_ENTITLEMENT)
    .bind(id, intent.tenant_id, intent.id, event.id, mapping.product_id, mapping.source_commerce_product_id, mapping.entitlement_template_id,
      mapping.access_rule_id, intent.buyer_email_hash, mapping.price_id, metadata, now)
    .run();
  if (inserted.meta.changes === 0) return 0;
  await c.env.DB.prepare(INSERT_TASK)
    .bind(`fulfillment-${intent.id}-${mapping.entitlement_template_id}`, intent.tenant_id, id, intent.id, mapping.product_id,
      mapping.fulfillment_kind, mapping.grant_summary, now)
    .run();
  const about = { entitlementId: id, sourcePriceId: mapping.price_id };
  await audit(c, delivery, intent, 'product_entitlement_granted', 'Access was granted for a paid line.', about);
  return 1;
}

async function audit(c: Ctx, { event, now }: Delivery, intent: Intent, kind: string, summary: string, metadata: object): Promise<void> {
  await c.env.DB.prepare(INSERT_AUDIT)
    .bind(fresh('audit'), intent.tenant_id, intent.id, event.id, kind, summary, JSON.stringify(metadata), now)
    .run();
}

function effects(event: StripeEvent, intent: string | null, updated: boolean, created: number, skipped: number): object {
  return {
    duplicate: false,
    eventType: event.type,
    checkoutIntentId: intent,
    checkoutIntentUpdated: updated,
    subscriptionUpdated: false,
    entitlementGrantsCreated: created,
    entitlementGrantsSkipped: skipped,
    membershipEntitlementUpdated: false,
    membershipEntitlementStatus: 'ignored',
    membershipEntitlementId: null,
  };
}

function answer(c: Ctx, fields: object): Response {
  const body = { ok: true, received: true, ...fields, redaction: { rawStripeIdsIncluded: false } };
  return c.json(body, 200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
}
