//! The SQL of access. Making and using a token are single writes whose `WHERE` repeats every condition.

use serde::Deserialize;

use crate::db::{truth, Stmt, Value};
use crate::kit::bounds::DOWNLOAD_TOKENS_LIVE_MAX;
use crate::kit::id::{
    AuditId, CheckoutIntentId, ContentSectionId, DownloadToken, DownloadTokenId, EntitlementId, TenantId,
};
use crate::kit::private::Private;
use crate::kit::time::Moment;
use crate::{queries, stmt};

queries! {
    /// The checkout of a look-up.
    CHECKOUT = "
        SELECT status, amount_cents, currency, updated_at FROM checkout_intents WHERE tenant_id = ?1 AND id = ?2";

    /// What a checkout opened, newest first, with every name a person needs. The plus keeps SQLite from reading every
    /// entitlement of the shop in the order of its dates.
    ENTITLEMENTS = "
        SELECT e.id, e.product_id, e.entitlement_template_id, e.access_rule_id, e.status, e.grant_kind,
          e.granted_at, e.updated_at,
          a.title AS product_title, a.image_path, t.title AS entitlement_template_title, r.title AS access_rule_title,
          m.grant_summary,
          p.name AS source_product_name, p.slug AS source_product_slug,
          c.nickname AS source_price_label, c.unit_amount_cents AS source_price_cents, c.currency AS source_price_currency,
          f.id AS task_id, f.status AS task_status, f.fulfillment_kind AS task_kind, f.summary AS task_summary,
          f.updated_at AS task_updated_at,
          pf.asset_id, pf.delivery_mode, s.title AS asset_title
        FROM product_entitlements e
        JOIN access_products a ON a.id = e.product_id
        JOIN entitlement_templates t ON t.id = e.entitlement_template_id
        JOIN access_rules r ON r.id = e.access_rule_id
        LEFT JOIN grant_mappings m ON m.source_price_id = e.source_price_id AND m.product_id = e.product_id
          AND m.entitlement_template_id = e.entitlement_template_id
        LEFT JOIN commerce_products p ON p.id = e.source_commerce_product_id
        LEFT JOIN commerce_prices c ON c.id = e.source_price_id
        LEFT JOIN product_fulfillment_tasks f ON f.entitlement_id = e.id
        LEFT JOIN private_files pf ON pf.asset_id = (
          SELECT x.asset_id FROM access_product_assets x JOIN private_files y ON y.asset_id = x.asset_id
          WHERE x.product_id = e.product_id ORDER BY x.position LIMIT 1)
        LEFT JOIN access_assets s ON s.id = pf.asset_id
        WHERE e.checkout_intent_id = ?2 AND +e.tenant_id = ?1
        ORDER BY e.granted_at DESC, e.product_id";

    /// The sections that a checkout opens now; one that two entitlements open is named once.
    OPEN_SECTIONS = "
        SELECT MIN(c.entitlement_id) AS entitlement_id, s.id AS section_id, s.title, s.public_summary
        FROM covered_sections c JOIN product_protected_content_sections s ON s.id = c.section_id
        WHERE +c.tenant_id = ?1 AND c.checkout_intent_id = ?2 AND c.opens = 1
        GROUP BY s.id ORDER BY s.position, s.id";

    /// A section for an entitlement of a checkout. Its text only when the entitlement opens it now.
    SECTION = "
        SELECT s.id, s.product_id AS productId, p.title AS productTitle,
          s.entitlement_template_id AS entitlementTemplateId, s.title, s.public_summary AS publicSummary,
          s.content_kind AS contentKind, b.body_format AS bodyFormat, i.status AS checkout_status,
          CASE WHEN (
            SELECT c.opens FROM covered_sections c WHERE c.entitlement_id = e.id AND c.section_id = s.id
          ) THEN b.body END AS body
        FROM product_entitlements e
        JOIN checkout_intents i ON i.id = e.checkout_intent_id
        JOIN product_protected_content_sections s ON s.tenant_id = e.tenant_id AND s.id = ?4
          AND s.status = 'protected_content_ready' AND s.delivery_enabled = 1
        JOIN protected_content_bodies b ON b.section_id = s.id
        JOIN access_products p ON p.id = s.product_id
        WHERE e.tenant_id = ?1 AND e.checkout_intent_id = ?2 AND e.id = ?3";

    /// Makes a token, when the entitlement opens a file now and not too many tokens wait.
    CREATE_TOKEN = "
        INSERT INTO product_download_tokens (
          id, tenant_id, token_hash, checkout_intent_id, entitlement_id, product_id, asset_id, status, expires_at,
          created_at, updated_at)
        SELECT ?1, f.tenant_id, ?3, f.checkout_intent_id, f.entitlement_id, f.product_id, f.asset_id, 'active', ?7, ?6, ?6
        FROM open_files f
        WHERE f.tenant_id = ?2 AND f.entitlement_id = ?5 AND f.checkout_intent_id = ?4
          AND (SELECT COUNT(*) FROM product_download_tokens d
            WHERE d.entitlement_id = f.entitlement_id AND d.status = 'active' AND d.expires_at >= ?6) < ?8
        ORDER BY f.position LIMIT 1";

    /// Whether the token was made, and if not, why: what was asked for as it stands.
    TOKEN_STANDING = "
        SELECT e.status AS entitlement_status, i.status AS checkout_status, e.product_id, a.title AS product_title,
          pf.asset_id, s.title AS asset_title, pf.file_name, pf.content_type, pf.delivery_mode,
          EXISTS (SELECT 1 FROM product_download_tokens d WHERE d.id = ?4) AS created,
          (SELECT MIN(d.expires_at) FROM product_download_tokens d
            WHERE d.entitlement_id = e.id AND d.status = 'active' AND d.expires_at >= ?5) AS next_free_at
        FROM product_entitlements e
        JOIN checkout_intents i ON i.id = e.checkout_intent_id
        JOIN access_products a ON a.id = e.product_id
        LEFT JOIN private_files pf ON pf.asset_id = (
          SELECT x.asset_id FROM access_product_assets x JOIN private_files y ON y.asset_id = x.asset_id
          WHERE x.product_id = e.product_id ORDER BY x.position LIMIT 1)
        LEFT JOIN access_assets s ON s.id = pf.asset_id
        WHERE e.tenant_id = ?1 AND i.id = ?2 AND e.id = ?3";

    /// Uses a token up. Of many requests with one token exactly one changes the row.
    CLAIM_TOKEN = "
        UPDATE product_download_tokens
        SET status = 'downloaded', used_at = ?3, redemption_id = ?4, updated_at = ?3
        WHERE tenant_id = ?1 AND token_hash = ?2 AND status = 'active' AND used_at IS NULL AND expires_at >= ?3
          AND EXISTS (
            SELECT 1 FROM open_files f
            WHERE f.entitlement_id = product_download_tokens.entitlement_id
              AND f.checkout_intent_id = product_download_tokens.checkout_intent_id
              AND f.product_id = product_download_tokens.product_id
              AND f.asset_id = product_download_tokens.asset_id)";

    /// Marks a token whose time is over.
    EXPIRE_TOKEN = "
        UPDATE product_download_tokens SET status = 'expired', updated_at = ?3
        WHERE tenant_id = ?1 AND token_hash = ?2 AND status = 'active' AND expires_at < ?3";

    /// The audit row of a download, if this request is the one that uses the token up.
    AUDIT_DOWNLOAD = "
        INSERT INTO payment_audit_events (
          id, tenant_id, checkout_intent_id, event_kind, actor_kind, summary, metadata_json, created_at)
        SELECT ?3, d.tenant_id, d.checkout_intent_id, 'product_download_started', 'download_token',
          'A private file was handed out for a one-use token.',
          json_object('entitlementId', d.entitlement_id, 'assetId', d.asset_id), ?4
        FROM product_download_tokens d
        WHERE d.tenant_id = ?1 AND d.token_hash = ?2 AND d.redemption_id = ?3";

    /// The token and what it opens, as they stand.
    TOKEN = "
        SELECT d.status, d.expires_at, d.redemption_id, pf.object_key, pf.file_name, pf.content_type, pf.delivery_mode,
          EXISTS (
            SELECT 1 FROM open_files f
            WHERE f.entitlement_id = d.entitlement_id AND f.checkout_intent_id = d.checkout_intent_id
              AND f.product_id = d.product_id AND f.asset_id = d.asset_id) AS opens
        FROM product_download_tokens d
        LEFT JOIN private_files pf ON pf.asset_id = d.asset_id
        WHERE d.tenant_id = ?1 AND d.token_hash = ?2";

    /// The file could not be read: the same request gives the use back.
    RELEASE_TOKEN = "
        UPDATE product_download_tokens
        SET status = 'active', used_at = NULL, redemption_id = NULL, updated_at = ?3
        WHERE tenant_id = ?1 AND redemption_id = ?2 AND token_hash = ?4 AND status = 'downloaded'";

    /// The audit row of a use that was given back.
    AUDIT_RELEASE = "
        INSERT INTO payment_audit_events (
          id, tenant_id, checkout_intent_id, event_kind, actor_kind, summary, created_at)
        SELECT ?3, d.tenant_id, d.checkout_intent_id, 'product_download_released', 'download_token',
          'The private file could not be read, so the token can be used again.', ?4
        FROM product_download_tokens d WHERE d.tenant_id = ?1 AND d.token_hash = ?2";
}

/// Binds [`CHECKOUT`].
pub fn checkout(tenant: &TenantId, intent: &CheckoutIntentId) -> Stmt {
    stmt!(CHECKOUT, tenant, intent)
}

/// Binds [`ENTITLEMENTS`].
pub fn entitlements(tenant: &TenantId, intent: &CheckoutIntentId) -> Stmt {
    stmt!(ENTITLEMENTS, tenant, intent)
}

/// Binds [`OPEN_SECTIONS`].
pub fn open_sections(tenant: &TenantId, intent: &CheckoutIntentId) -> Stmt {
    stmt!(OPEN_SECTIONS, tenant, intent)
}

/// Binds [`SECTION`].
pub fn section(
    tenant: &TenantId,
    intent: &CheckoutIntentId,
    entitlement: &EntitlementId,
    section: &ContentSectionId,
) -> Stmt {
    stmt!(SECTION, tenant, intent, entitlement, section)
}

/// What a token is asked for.
pub struct Asked<'a> {
    /// The shop.
    pub tenant: &'a TenantId,
    /// The checkout, as the caller wrote it.
    pub intent: &'a str,
    /// The entitlement, as the caller wrote it.
    pub entitlement: &'a str,
    /// The row to be made.
    pub row: &'a DownloadTokenId,
    /// When it is asked.
    pub now: Moment,
}

/// Binds [`CREATE_TOKEN`].
pub fn create_token(asked: &Asked<'_>, token: &DownloadToken, expires_at: Moment) -> Stmt {
    let Asked { tenant, intent, entitlement, row, now } = asked;
    let live_max = Value::Integer(DOWNLOAD_TOKENS_LIVE_MAX);
    stmt!(CREATE_TOKEN, *row, *tenant, token.digest(), *intent, *entitlement, *now, expires_at, live_max)
}

/// Binds [`TOKEN_STANDING`].
pub fn token_standing(asked: &Asked<'_>) -> Stmt {
    let Asked { tenant, intent, entitlement, row, now } = asked;
    stmt!(TOKEN_STANDING, *tenant, *intent, *entitlement, *row, *now)
}

/// A row of [`TOKEN_STANDING`].
#[derive(Deserialize)]
pub struct TokenStanding {
    /// The entitlement's status.
    pub entitlement_status: String,
    /// The checkout's status.
    pub checkout_status: String,
    /// The product that the entitlement opens.
    pub product_id: String,
    /// Its title.
    pub product_title: String,
    /// The file's asset, if the product has one.
    pub asset_id: Option<String>,
    /// The asset's title.
    pub asset_title: Option<String>,
    /// The name the file is saved under.
    pub file_name: Option<String>,
    /// The file's media type.
    pub content_type: Option<String>,
    /// How the file is delivered.
    pub delivery_mode: Option<String>,
    /// True when the token was made.
    #[serde(deserialize_with = "truth")]
    pub created: bool,
    /// When the oldest waiting token stops waiting.
    pub next_free_at: Option<Moment>,
}

/// Binds [`CLAIM_TOKEN`].
pub fn claim_token(tenant: &TenantId, hash: &str, now: Moment, redemption: &AuditId) -> Stmt {
    stmt!(CLAIM_TOKEN, tenant, hash, now, redemption)
}

/// Binds [`EXPIRE_TOKEN`].
pub fn expire_token(tenant: &TenantId, hash: &str, now: Moment) -> Stmt {
    stmt!(EXPIRE_TOKEN, tenant, hash, now)
}

/// Binds [`AUDIT_DOWNLOAD`].
pub fn audit_download(tenant: &TenantId, hash: &str, redemption: &AuditId, now: Moment) -> Stmt {
    stmt!(AUDIT_DOWNLOAD, tenant, hash, redemption, now)
}

/// Binds [`TOKEN`].
pub fn token(tenant: &TenantId, hash: &str) -> Stmt {
    stmt!(TOKEN, tenant, hash)
}

/// A row of [`TOKEN`].
#[derive(Deserialize)]
pub struct TokenRow {
    /// The token's status.
    pub status: String,
    /// Until when it can be used.
    pub expires_at: Moment,
    /// True when entitlement, checkout and file still agree with it.
    #[serde(deserialize_with = "truth")]
    pub opens: bool,
    /// The request that used it up.
    pub redemption_id: Option<String>,
    /// Where the file lies; never leaves the server.
    pub object_key: Option<Private<String>>,
    /// The name the file is saved under.
    pub file_name: Option<String>,
    /// The file's media type.
    pub content_type: Option<String>,
    /// How the file is delivered.
    pub delivery_mode: Option<String>,
}

/// Binds [`RELEASE_TOKEN`].
pub fn release_token(tenant: &TenantId, hash: &str, redemption: &AuditId, now: Moment) -> Stmt {
    stmt!(RELEASE_TOKEN, tenant, redemption, now, hash)
}

/// Binds [`AUDIT_RELEASE`].
pub fn audit_release(tenant: &TenantId, hash: &str, audit: &AuditId, now: Moment) -> Stmt {
    stmt!(AUDIT_RELEASE, tenant, hash, audit, now)
}
