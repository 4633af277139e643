/** `GET /api/products/entitlements`: how a checkout stands and what it opened. */
import { TENANT, amount, iso, privateJson, type Ctx } from './shared';
import { CHECKOUT, ENTITLEMENTS } from './statements.json';

interface CheckoutRow {
  status: string;
  amount_cents: number;
  currency: string;
  updated_at: number;
}

interface EntitlementRow {
  id: string;
  product_id: string;
  product_title: string;
  entitlement_template_id: string;
  entitlement_template_title: string;
  access_rule_id: string;
  access_rule_title: string;
  status: string;
  grant_kind: string;
  grant_summary: string | null;
  source_product_name: string | null;
  source_product_slug: string | null;
  source_price_label: string | null;
  source_price_cents: number | null;
  source_price_currency: string | null;
  granted_at: number;
  updated_at: number;
  task_id: string | null;
  task_status: string;
  task_kind: string;
  task_summary: string;
  task_updated_at: number;
  asset_id: string | null;
  asset_title: string | null;
  delivery_mode: string | null;
}

const INTENT = /^checkout-intent-[0-9a-fA-F-]{36}$/;

const CONTRACT = {
  id: 'customer-product-entitlement-lookup-contract',
  status: 'customer-product-entitlement-lookup-ready',
  issue: 141,
  parentIssue: 16,
  route: '/products/entitlements',
  apiRoute: '/api/products/entitlements',
  sourceDataRoute: '/products/source-data',
  authBoundary: 'checkout-intent-bearer-reference',
  lookupInput: 'checkoutIntentId',
  privateFieldsExcluded: [
    'buyerEmail', 'buyerEmailHash', 'buyerUserId', 'ownerUserId', 'sourceStripeEventId', 'stripeCheckoutSessionId', 'stripePaymentIntentId',
    'stripeSubscriptionId', 'metadataJson', 'privateR2ObjectKeys', 'signedUrls',
  ],
  writeBoundary: 'This address only reads. Access is granted by signed payment events and by nothing else.',
};

const REDACTION = {
  buyerEmailIncluded: false, buyerEmailHashIncluded: false, rawStripeIdsIncluded: false, sourceStripeEventIdsIncluded: false,
  rawR2KeysIncluded: false, signedUrlsIncluded: false, metadataJsonIncluded: false, downloadTokensIncluded: false,
};

/** Two queries, one after the other. */
export async function lookupPlain(c: Ctx): Promise<Response> {
  const intent = intentOf(c);
  if (!INTENT.test(intent)) return privateJson(c, empty('invalid', null), 400);
  const checkout = await c.env.DB.prepare(CHECKOUT).bind(TENANT, intent).first<CheckoutRow>();
  if (!checkout) return privateJson(c, empty('missing', intent));
  const { results } = await c.env.DB.prepare(ENTITLEMENTS).bind(TENANT, intent).all<EntitlementRow>();
  return privateJson(c, document(intent, checkout, results));
}

/** The same two statements in one batch. */
export async function lookupBatch(c: Ctx): Promise<Response> {
  const intent = intentOf(c);
  if (!INTENT.test(intent)) return privateJson(c, empty('invalid', null), 400);
  const [checkouts, entitlements] = await c.env.DB.batch([
    c.env.DB.prepare(CHECKOUT).bind(TENANT, intent),
    c.env.DB.prepare(ENTITLEMENTS).bind(TENANT, intent),
  ]);
  const checkout = checkouts!.results[0] as CheckoutRow | undefined;
  if (!checkout) return privateJson(c, empty('missing', intent));
  return privateJson(c, document(intent, checkout, entitlements!.results as EntitlementRow[]));
}

function intentOf(c: Ctx): string {
  return (c.req.query('checkoutIntentId') ?? c.req.query('checkout_intent_id') ?? '').trim();
}

function empty(source: string, intent: string | null): object {
  const counts = { entitlements: 0, activeEntitlements: 0, fulfillmentTasks: 0 };
  return { ...CONTRACT, source, loadError: null, checkoutIntentId: intent, checkout: null, counts, entitlements: [], redaction: REDACTION };
}

function document(intent: string, row: CheckoutRow, opened: EntitlementRow[]): object {
  const mayDownload = row.status === 'paid' || row.status === 'completed';
  return {
    ...CONTRACT,
    source: 'd1',
    loadError: null,
    checkoutIntentId: intent,
    checkout: {
      checkoutIntentId: intent,
      status: row.status,
      amount: amount(row.amount_cents, row.currency),
      updatedAt: iso(row.updated_at),
      privateDataIncluded: false,
      rawStripeIdsIncluded: false,
    },
    counts: {
      entitlements: opened.length,
      activeEntitlements: opened.filter((one) => one.status === 'active').length,
      fulfillmentTasks: opened.filter((one) => one.task_id !== null).length,
    },
    entitlements: opened.map((one) => entitlement(one, mayDownload)),
    redaction: REDACTION,
  };
}

function entitlement(row: EntitlementRow, mayDownload: boolean): object {
  return {
    id: row.id,
    productId: row.product_id,
    productTitle: row.product_title,
    entitlementTemplateId: row.entitlement_template_id,
    entitlementTemplateTitle: row.entitlement_template_title,
    accessRuleId: row.access_rule_id,
    accessRuleTitle: row.access_rule_title,
    status: row.status,
    grantKind: row.grant_kind,
    grantSummary: row.grant_summary,
    sourceProductName: row.source_product_name,
    sourceProductSlug: row.source_product_slug,
    sourcePriceLabel: row.source_price_label,
    sourcePriceAmount: amount(row.source_price_cents, row.source_price_currency),
    grantedAt: iso(row.granted_at),
    updatedAt: iso(row.updated_at),
    fulfillment: row.task_id === null ? null : {
      id: row.task_id, status: row.task_status, kind: row.task_kind, summary: row.task_summary, updatedAt: iso(row.task_updated_at),
    },
    downloadDelivery: {
      available: mayDownload && row.status === 'active' && row.asset_id !== null,
      assetId: row.asset_id,
      assetTitle: row.asset_title,
      tokenApiRoute: '/api/products/download-tokens',
      deliveryMode: row.delivery_mode,
      r2Backed: row.asset_id !== null,
      privateR2KeysIncluded: false,
      signedUrlsIncluded: false,
    },
  };
}
