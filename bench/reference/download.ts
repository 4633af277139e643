/** `GET /api/products/downloads`: uses up a token and streams its file. */
import { TENANT, privateJson, sha256, unixNow, type Ctx } from './shared';
import { AUDIT_DOWNLOAD, CLAIM_TOKEN, EXPIRE_TOKEN, TOKEN } from './statements.json';

const FORM = /^download-token-[0-9a-fA-F-]{36}$/;

interface TokenRow {
  status: string;
  redemption_id: string | null;
  object_key: string;
  file_name: string;
  content_type: string;
  delivery_mode: string;
}

/** Claim, read what was claimed, write the audit row, open the file. */
export async function downloadPlain(c: Ctx): Promise<Response> {
  const token = c.req.query('token') ?? '';
  if (!FORM.test(token)) return privateJson(c, { ok: false, code: 'token_malformed' }, 400);
  const [hash, now, redemption] = [await sha256(token), unixNow(), `audit-${crypto.randomUUID()}`];
  const claimed = await c.env.DB.prepare(CLAIM_TOKEN).bind(TENANT, hash, now, redemption).run();
  if (claimed.meta.changes !== 1) return privateJson(c, { ok: false, code: 'token_used' }, 410);
  const row = await c.env.DB.prepare(TOKEN).bind(TENANT, hash).first<TokenRow>();
  await c.env.DB.prepare(AUDIT_DOWNLOAD).bind(TENANT, hash, redemption, now).run();
  return file(c, row!);
}

/** The same in one batch. */
export async function downloadBatch(c: Ctx): Promise<Response> {
  const token = c.req.query('token') ?? '';
  if (!FORM.test(token)) return privateJson(c, { ok: false, code: 'token_malformed' }, 400);
  const [hash, now, redemption] = [await sha256(token), unixNow(), `audit-${crypto.randomUUID()}`];
  const results = await c.env.DB.batch([
    c.env.DB.prepare(CLAIM_TOKEN).bind(TENANT, hash, now, redemption),
    c.env.DB.prepare(EXPIRE_TOKEN).bind(TENANT, hash, now),
    c.env.DB.prepare(AUDIT_DOWNLOAD).bind(TENANT, hash, redemption, now),
    c.env.DB.prepare(TOKEN).bind(TENANT, hash),
  ]);
  const row = results[3]!.results[0] as TokenRow | undefined;
  if (!row) return privateJson(c, { ok: false, code: 'token_not_found' }, 404);
  if (row.redemption_id !== redemption) return privateJson(c, { ok: false, code: 'token_used' }, 410);
  return file(c, row);
}

async function file(c: Ctx, row: TokenRow): Promise<Response> {
  const object = await c.env.PRODUCT_ASSETS.get(row.object_key);
  if (!object) return privateJson(c, { ok: false, code: 'unavailable' }, 503);
  return new Response(object.body, {
    headers: {
      'content-type': object.httpMetadata?.contentType ?? row.content_type,
      'content-length': String(object.size),
      'content-disposition': `attachment; filename="${row.file_name}"; filename*=UTF-8''${encodeURIComponent(row.file_name)}`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'accept-ranges': 'none',
      'x-bumpgrade-delivery': row.delivery_mode,
      'x-bumpgrade-redaction': 'private-r2-keys=false; signed-urls=false; buyer-email=false',
    },
  });
}
