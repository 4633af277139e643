//! The SQL of the document and of the owner's page. A statement of the document names its columns as the wire does.

use serde::Deserialize;

use crate::db::{truth, Stmt, Value};
use crate::kit::bounds::OWNER_PAGE_ROWS;
use crate::kit::id::TenantId;
use crate::kit::money::Currency;
use crate::kit::private::Private;
use crate::kit::time::Moment;
use crate::{queries, stmt};

queries! {
    /// The libraries of a shop.
    CATALOGS = "
        SELECT c.id, c.slug, c.title, c.status, c.revision_id, c.summary, s.slug AS offer_slug
        FROM access_catalogs c LEFT JOIN offer_stacks s ON s.id = c.offer_stack_id AND s.status <> 'draft'
        WHERE c.tenant_id = ?1 ORDER BY c.title";

    /// What their products hold.
    ASSETS = "
        SELECT DISTINCT p.catalog_id, a.id, a.kind, a.title, a.public_description AS publicDescription,
          a.storage_boundary AS storageBoundary
        FROM access_products p
        JOIN access_product_assets x ON x.product_id = p.id
        JOIN access_assets a ON a.id = x.asset_id
        WHERE p.tenant_id = ?1 ORDER BY a.position, a.id";

    /// What opens their products.
    RULES = "
        SELECT DISTINCT p.catalog_id, r.id, r.title, r.grants, r.timing, r.revocable, r.source_event AS sourceEvent,
          r.write_boundary AS writeBoundary
        FROM access_products p
        JOIN access_product_rules x ON x.product_id = p.id
        JOIN access_rules r ON r.id = x.access_rule_id
        WHERE p.tenant_id = ?1 ORDER BY r.position, r.id";

    /// Their products.
    PRODUCTS = "
        SELECT p.catalog_id, p.id, p.slug, p.kind, p.title, p.status, p.summary,
          (SELECT json_group_array(offer_id) FROM (
            SELECT offer_id FROM access_product_offers WHERE product_id = p.id ORDER BY position)) AS linkedOfferIds,
          (SELECT json_group_array(asset_id) FROM (
            SELECT asset_id FROM access_product_assets WHERE product_id = p.id ORDER BY position)) AS assetIds,
          (SELECT json_group_array(access_rule_id) FROM (
            SELECT access_rule_id FROM access_product_rules WHERE product_id = p.id ORDER BY position)) AS accessRuleIds,
          (SELECT id FROM entitlement_templates WHERE product_id = p.id ORDER BY id LIMIT 1) AS entitlementTemplateId
        FROM access_products p WHERE p.tenant_id = ?1 ORDER BY p.position, p.id";

    /// What entitlements to them are made from.
    TEMPLATES = "
        SELECT p.catalog_id, t.id, t.title, json_array(p.id) AS productIds, t.status, t.grants_json AS grants,
          t.revocation_rules_json AS revocationRules, t.private_data_excluded_json AS privateDataExcluded
        FROM access_products p JOIN entitlement_templates t ON t.product_id = p.id
        WHERE p.tenant_id = ?1 ORDER BY p.position, t.id";

    /// Which price grants what.
    MAPPINGS = "
        SELECT m.granted_by, m.id, m.source_price_id AS sourcePriceId,
          m.source_commerce_product_id AS sourceCommerceProductId, m.product_id AS productId, p.title AS productTitle,
          m.entitlement_template_id AS entitlementTemplateId, t.title AS entitlementTemplateTitle,
          m.access_rule_id AS accessRuleId, m.fulfillment_kind AS fulfillmentKind, m.grants_json AS grants,
          m.grant_summary AS grantSummary
        FROM grant_mappings m
        JOIN access_products p ON p.id = m.product_id
        JOIN entitlement_templates t ON t.id = m.entitlement_template_id
        WHERE m.tenant_id = ?1 ORDER BY m.position, m.id";

    /// What was granted, in totals.
    TOTALS = "
        SELECT subject, id, status, total, last_at FROM access_totals
        WHERE tenant_id = ?1 AND total > 0 ORDER BY total DESC, id, status";

    /// Subscriptions, at any price, to a product that a mapping grants by subscription; by status.
    SUBSCRIPTIONS = "
        SELECT b.status, COUNT(*) AS total FROM billing_subscriptions b
        WHERE b.tenant_id = ?1 AND b.price_id IN (
          SELECT p.id FROM grant_mappings m JOIN commerce_prices p ON p.product_id = m.source_commerce_product_id
          WHERE m.tenant_id = ?1 AND m.granted_by = 'subscription')
        GROUP BY b.status";

    /// Uploads of private files, in totals. One that was given up is not counted.
    UPLOADS = "
        SELECT COUNT(*) AS records, COALESCE(SUM(status = 'stored_private'), 0) AS stored,
          MAX(created_at) AS latest_created_at
        FROM product_asset_uploads WHERE tenant_id = ?1 AND status IN ('pending', 'stored_private')";

    /// Sections to read, without their text.
    CONTENT = "
        SELECT s.id, s.product_id AS productId, p.title AS productTitle, s.asset_id AS assetId, a.title AS assetTitle,
          s.entitlement_template_id AS entitlementTemplateId, t.title AS entitlementTemplateTitle, s.status,
          s.content_kind AS contentKind, s.title, s.public_summary AS publicSummary, s.access_policy AS accessPolicy,
          s.private_content_boundary AS privateContentBoundary, s.delivery_enabled AS deliveryEnabled,
          s.protected_body_included AS protectedBodyIncluded, s.updated_at AS updatedAt
        FROM product_protected_content_sections s
        JOIN access_products p ON p.id = s.product_id
        JOIN access_assets a ON a.id = s.asset_id
        JOIN entitlement_templates t ON t.id = s.entitlement_template_id
        WHERE s.tenant_id = ?1 AND s.status = 'protected_content_ready' ORDER BY s.position, s.id";

    /// The first asset that has a file.
    FIRST_FILE = "
        SELECT f.asset_id FROM private_files f JOIN access_assets a ON a.id = f.asset_id
        WHERE f.tenant_id = ?1 ORDER BY a.position, a.id LIMIT 1";

    /// The newest entitlements, for the owner. Whether there are ids of Stripe, never the ids.
    NEWEST_ENTITLEMENTS = "
        SELECT e.id, e.status, e.granted_at, p.title AS product_title, t.title AS template_title,
          i.id AS checkout_intent_id, i.status AS checkout_status, i.amount_cents, i.currency, i.buyer_email,
          f.status AS task_status, f.fulfillment_kind AS task_kind,
          e.source_stripe_event_id IS NOT NULL AS has_event,
          i.stripe_checkout_session_id IS NOT NULL AS has_reference
        FROM product_entitlements e
        JOIN access_products p ON p.id = e.product_id
        JOIN entitlement_templates t ON t.id = e.entitlement_template_id
        LEFT JOIN checkout_intents i ON i.id = e.checkout_intent_id
        LEFT JOIN product_fulfillment_tasks f ON f.entitlement_id = e.id
        WHERE e.tenant_id = ?1 ORDER BY e.granted_at DESC, e.id LIMIT ?2";

    /// What a file can be uploaded for.
    FILE_PLACES = "
        SELECT p.id AS product_id, p.title AS product_title, a.id AS asset_id, a.title AS asset_title, c.revision_id
        FROM access_products p
        JOIN access_catalogs c ON c.id = p.catalog_id
        JOIN access_product_assets x ON x.product_id = p.id
        JOIN access_assets a ON a.id = x.asset_id AND a.kind = 'file'
        WHERE p.tenant_id = ?1 ORDER BY p.position, x.position";

    /// The newest uploads.
    NEWEST_UPLOADS = "
        SELECT u.file_name, u.byte_count, u.status, u.created_at, p.title AS product_title, a.title AS asset_title
        FROM product_asset_uploads u
        JOIN access_products p ON p.id = u.product_id
        JOIN access_assets a ON a.id = u.asset_id
        WHERE u.tenant_id = ?1 ORDER BY u.created_at DESC, u.id LIMIT ?2";
}

/// Binds [`CATALOGS`].
pub fn catalogs(tenant: &TenantId) -> Stmt {
    stmt!(CATALOGS, tenant)
}

/// Binds [`ASSETS`].
pub fn assets(tenant: &TenantId) -> Stmt {
    stmt!(ASSETS, tenant)
}

/// Binds [`RULES`].
pub fn rules(tenant: &TenantId) -> Stmt {
    stmt!(RULES, tenant)
}

/// Binds [`PRODUCTS`].
pub fn products(tenant: &TenantId) -> Stmt {
    stmt!(PRODUCTS, tenant)
}

/// Binds [`TEMPLATES`].
pub fn templates(tenant: &TenantId) -> Stmt {
    stmt!(TEMPLATES, tenant)
}

/// Binds [`MAPPINGS`].
pub fn mappings(tenant: &TenantId) -> Stmt {
    stmt!(MAPPINGS, tenant)
}

/// Binds [`TOTALS`].
pub fn totals(tenant: &TenantId) -> Stmt {
    stmt!(TOTALS, tenant)
}

/// Binds [`SUBSCRIPTIONS`].
pub fn subscriptions(tenant: &TenantId) -> Stmt {
    stmt!(SUBSCRIPTIONS, tenant)
}

/// Binds [`UPLOADS`].
pub fn uploads(tenant: &TenantId) -> Stmt {
    stmt!(UPLOADS, tenant)
}

/// Binds [`CONTENT`].
pub fn content(tenant: &TenantId) -> Stmt {
    stmt!(CONTENT, tenant)
}

/// Binds [`FIRST_FILE`].
pub fn first_file(tenant: &TenantId) -> Stmt {
    stmt!(FIRST_FILE, tenant)
}

/// Binds [`NEWEST_ENTITLEMENTS`].
pub fn newest_entitlements(tenant: &TenantId) -> Stmt {
    stmt!(NEWEST_ENTITLEMENTS, tenant, Value::Integer(OWNER_PAGE_ROWS))
}

/// A row of [`NEWEST_ENTITLEMENTS`].
#[derive(Deserialize)]
pub struct EntitlementRow {
    /// The entitlement.
    pub id: String,
    /// `active` or `inactive`.
    pub status: String,
    /// When it was granted.
    pub granted_at: Moment,
    /// What it opens.
    pub product_title: String,
    /// The template it was made from.
    pub template_title: String,
    /// Its checkout.
    pub checkout_intent_id: Option<String>,
    /// The checkout's status.
    pub checkout_status: Option<String>,
    /// What was paid, in minor units.
    pub amount_cents: Option<i64>,
    /// The currency.
    pub currency: Option<Currency>,
    /// Whose it is.
    pub buyer_email: Option<Private<String>>,
    /// The task's status.
    pub task_status: Option<String>,
    /// The task's kind.
    pub task_kind: Option<String>,
    /// True when it came from a signed event.
    #[serde(deserialize_with = "truth")]
    pub has_event: bool,
    /// True when Stripe knows the checkout.
    #[serde(deserialize_with = "truth")]
    pub has_reference: bool,
}

/// Binds [`FILE_PLACES`].
pub fn file_places(tenant: &TenantId) -> Stmt {
    stmt!(FILE_PLACES, tenant)
}

/// A row of [`FILE_PLACES`].
#[derive(Deserialize)]
pub struct PlaceRow {
    /// The product.
    pub product_id: String,
    /// Its title.
    pub product_title: String,
    /// The asset.
    pub asset_id: String,
    /// Its title.
    pub asset_title: String,
    /// The library's revision.
    pub revision_id: String,
}

/// Binds [`NEWEST_UPLOADS`].
pub fn newest_uploads(tenant: &TenantId) -> Stmt {
    stmt!(NEWEST_UPLOADS, tenant, Value::Integer(OWNER_PAGE_ROWS))
}

/// A row of [`NEWEST_UPLOADS`].
#[derive(Deserialize)]
pub struct UploadedRow {
    /// The file's name.
    pub file_name: String,
    /// Its size.
    pub byte_count: i64,
    /// Its status.
    pub status: String,
    /// When it was uploaded.
    pub created_at: Moment,
    /// The product.
    pub product_title: String,
    /// The asset.
    pub asset_title: String,
}
