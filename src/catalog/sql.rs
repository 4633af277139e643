//! The SQL of the pages.

use crate::db::Stmt;
use crate::kit::id::TenantId;
use crate::{queries, stmt};

queries! {
    /// The listed stacks that can be bought, the default one first.
    STACKS = "
        SELECT s.slug, s.title, s.summary, o.image_path, o.unit_amount_cents, o.currency, o.billing_interval
        FROM offer_stacks s JOIN offer_prices o ON o.stack_id = s.id AND o.kind = 'primary'
        WHERE s.tenant_id = ?1 AND s.status <> 'draft' AND s.listed = 1 AND o.sellable = 1
        ORDER BY s.is_default DESC, s.title";

    /// The libraries of a shop.
    LIBRARIES = "
        SELECT slug, title, summary FROM access_catalogs WHERE tenant_id = ?1 ORDER BY title";

    /// A stack by its address.
    STACK = "
        SELECT slug, title, summary, status
        FROM offer_stacks WHERE tenant_id = ?1 AND slug = ?2 AND status <> 'draft'";

    /// What a stack sells, primary first.
    STACK_OFFERS = "
        SELECT o.kind, o.price_id, o.title, o.customer_promise, o.description, o.image_path, o.highlights_json, o.sellable, o.checkout_text,
          o.unit_amount_cents, o.currency, o.billing_interval
        FROM offer_stacks s JOIN offer_prices o ON o.stack_id = s.id AND o.kind IN ('primary', 'order_bump')
        WHERE s.tenant_id = ?1 AND s.slug = ?2 AND s.status <> 'draft'
        ORDER BY o.kind = 'order_bump', o.position";

    /// A library by its address.
    LIBRARY = "
        SELECT c.title, c.summary, s.slug AS offer_slug
        FROM access_catalogs c LEFT JOIN offer_stacks s ON s.id = c.offer_stack_id AND s.status <> 'draft'
        WHERE c.tenant_id = ?1 AND c.slug = ?2";

    /// The products of a library with the titles of what they hold.
    LIBRARY_PRODUCTS = "
        SELECT p.slug, p.kind, p.title, p.summary, p.image_path,
          (SELECT json_group_array(title) FROM (
            SELECT a.title FROM access_product_assets x JOIN access_assets a ON a.id = x.asset_id
            WHERE x.product_id = p.id ORDER BY x.position)) AS assets_json
        FROM access_catalogs c JOIN access_products p ON p.catalog_id = c.id
        WHERE c.tenant_id = ?1 AND c.slug = ?2
        ORDER BY p.position";

    /// The stacks of the public document.
    DOCUMENT_STACKS = "
        SELECT s.id, s.slug, s.title, s.status, s.linked_funnel_id, s.linked_funnel_route, s.revision_id, s.summary,
          s.post_purchase_path_id, s.post_purchase_starts_after, s.post_purchase_minutes,
          (SELECT p.checkout_text FROM offer_prices p WHERE p.stack_id = s.id AND p.kind = 'primary') AS checkout_text
        FROM offer_stacks s
        WHERE s.tenant_id = ?1 AND s.status <> 'draft' AND s.listed = 1 AND s.published = 1
        ORDER BY s.is_default DESC, s.title";

    /// Their offers, in the order that a buyer meets them. An agent may propose other words for any of them.
    DOCUMENT_OFFERS = "
        SELECT o.stack_id, o.id, o.kind, o.title, o.slug, o.price_label AS priceLabel,
          p.unit_amount_cents AS unitAmountCents, p.currency, o.product_id AS productId, o.price_id AS priceId,
          o.customer_promise AS customerPromise, o.placement, o.copy_intent AS copyIntent, 1 AS agentEditable
        FROM offer_stacks s JOIN offers o ON o.stack_id = s.id JOIN commerce_prices p ON p.id = o.price_id
        WHERE s.tenant_id = ?1 AND s.status <> 'draft' AND s.listed = 1 AND s.published = 1
        ORDER BY s.is_default DESC, s.title, o.kind = 'downsell', o.kind = 'upsell', o.kind = 'order_bump', o.position";
}

/// Binds [`DOCUMENT_STACKS`].
pub fn document_stacks(tenant: &TenantId) -> Stmt {
    stmt!(DOCUMENT_STACKS, tenant)
}

/// Binds [`DOCUMENT_OFFERS`].
pub fn document_offers(tenant: &TenantId) -> Stmt {
    stmt!(DOCUMENT_OFFERS, tenant)
}

/// Binds [`STACKS`].
pub fn stacks(tenant: &TenantId) -> Stmt {
    stmt!(STACKS, tenant)
}

/// Binds [`LIBRARIES`].
pub fn libraries(tenant: &TenantId) -> Stmt {
    stmt!(LIBRARIES, tenant)
}

/// Binds [`STACK`].
pub fn stack(tenant: &TenantId, slug: &str) -> Stmt {
    stmt!(STACK, tenant, slug)
}

/// Binds [`STACK_OFFERS`].
pub fn stack_offers(tenant: &TenantId, slug: &str) -> Stmt {
    stmt!(STACK_OFFERS, tenant, slug)
}

/// Binds [`LIBRARY`].
pub fn library(tenant: &TenantId, slug: &str) -> Stmt {
    stmt!(LIBRARY, tenant, slug)
}

/// Binds [`LIBRARY_PRODUCTS`].
pub fn library_products(tenant: &TenantId, slug: &str) -> Stmt {
    stmt!(LIBRARY_PRODUCTS, tenant, slug)
}
