/** `POST /api/products/download-tokens`: makes a token that opens one file once. */
import { TENANT, hex, iso, privateJson, sha256, unixNow, type Ctx } from './shared';
import { CREATE_TOKEN, TOKEN_STANDING } from './statements.json';

const TOKEN_LIFE_SECONDS = 900;
const LIVE_MAX = 5;
const RANDOM_BYTES = 18;

interface Asked {
  intent: string;
  entitlement: string;
  row: string;
  token: string;
  now: number;
}

interface Standing {
  entitlement_status: string;
  checkout_status: string;
  product_id: string;
  product_title: string;
  asset_id: string | null;
  asset_title: string;
  file_name: string;
  content_type: string;
  delivery_mode: string;
  live: number;
}

const REDACTION = {
  buyerEmailIncluded: false, buyerEmailHashIncluded: false, rawStripeIdsIncluded: false, rawR2KeysIncluded: false,
  signedUrlsIncluded: false, metadataJsonIncluded: false,
};

const LOOK = `
  SELECT e.status AS entitlement_status, i.status AS checkout_status, e.product_id, a.title AS product_title,
    pf.asset_id, s.title AS asset_title, pf.file_name, pf.content_type, pf.delivery_mode,
    (SELECT COUNT(*) FROM product_download_tokens d
      WHERE d.entitlement_id = e.id AND d.status = 'active' AND d.expires_at >= ?4) AS live
  FROM product_entitlements e
  JOIN checkout_intents i ON i.id = e.checkout_intent_id
  JOIN access_products a ON a.id = e.product_id
  LEFT JOIN private_files pf ON pf.asset_id = (
    SELECT x.asset_id FROM access_product_assets x JOIN private_files y ON y.asset_id = x.asset_id
    WHERE x.product_id = e.product_id ORDER BY x.position LIMIT 1)
  LEFT JOIN access_assets s ON s.id = pf.asset_id
  WHERE e.tenant_id = ?1 AND i.id = ?2 AND e.id = ?3`;

const INSERT = `
  INSERT INTO product_download_tokens (
    id, tenant_id, token_hash, checkout_intent_id, entitlement_id, product_id, asset_id, status, expires_at, created_at, updated_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'active', ?8, ?9, ?9)`;

/** Look first, then insert. */
export async function tokenPlain(c: Ctx): Promise<Response> {
  const asked = await read(c);
  if (!asked) return refuse(c, 400, 'invalid_request');
  const found = await c.env.DB.prepare(LOOK).bind(TENANT, asked.intent, asked.entitlement, asked.now).first<Standing>();
  if (!found) return refuse(c, 404, 'not_found');
  if (found.entitlement_status !== 'active' || !['paid', 'completed'].includes(found.checkout_status) || !found.asset_id) {
    return refuse(c, 409, 'not_eligible');
  }
  if (found.live >= LIVE_MAX) return refuse(c, 429, 'token_limit_reached');
  const hash = await sha256(asked.token);
  await c.env.DB.prepare(INSERT)
    .bind(asked.row, TENANT, hash, asked.intent, asked.entitlement, found.product_id, found.asset_id, asked.now + TOKEN_LIFE_SECONDS, asked.now)
    .run();
  return created(c, asked, found);
}

/** The conditional insert and the look, in one batch. */
export async function tokenBatch(c: Ctx): Promise<Response> {
  const asked = await read(c);
  if (!asked) return refuse(c, 400, 'invalid_request');
  const hash = await sha256(asked.token);
  const [, standing] = await c.env.DB.batch([
    c.env.DB.prepare(CREATE_TOKEN)
      .bind(asked.row, TENANT, hash, asked.intent, asked.entitlement, asked.now, asked.now + TOKEN_LIFE_SECONDS, LIVE_MAX),
    c.env.DB.prepare(TOKEN_STANDING).bind(TENANT, asked.intent, asked.entitlement, asked.row, asked.now),
  ]);
  const found = standing!.results[0] as (Standing & { created: number }) | undefined;
  if (!found) return refuse(c, 404, 'not_found');
  return found.created ? created(c, asked, found) : refuse(c, 409, 'not_eligible');
}

async function read(c: Ctx): Promise<Asked | null> {
  const body = await c.req.json<Record<string, string>>();
  const intent = (body.checkoutIntentId ?? body.checkout_intent_id ?? '').trim();
  const entitlement = (body.entitlementId ?? body.entitlement_id ?? '').trim();
  if (!intent || !entitlement) return null;
  const token = `download-token-${hex(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)).buffer as ArrayBuffer)}`;
  return { intent, entitlement, row: `product-download-token-${crypto.randomUUID()}`, token, now: unixNow() };
}

function created(c: Ctx, { token, now }: Asked, found: Standing): Response {
  return privateJson(c, {
    ok: true,
    status: 'private-r2-download-delivery-ready',
    issue: 146,
    token,
    downloadUrl: `/api/products/downloads?token=${token}`,
    expiresAt: iso(now + TOKEN_LIFE_SECONDS),
    asset: {
      assetId: found.asset_id,
      assetTitle: found.asset_title,
      productId: found.product_id,
      productTitle: found.product_title,
      fileName: found.file_name,
      contentType: found.content_type,
      deliveryMode: found.delivery_mode,
      r2Backed: true,
    },
    redaction: REDACTION,
  }, 201);
}

function refuse(c: Ctx, status: 400 | 404 | 409 | 429, code: string): Response {
  return privateJson(c, { ok: false, status: code, issue: 146, code, redaction: REDACTION }, status);
}
