//! The SQL of the document about money that no other feature has.

use crate::db::Stmt;
use crate::kit::id::TenantId;
use crate::{queries, stmt};

queries! {
    /// What the default stack sells and offers.
    DEFAULT_OFFERS = "
        SELECT p.id, p.kind, p.checkout_id, p.product_id, p.price_id, p.title, p.description, p.currency,
          p.unit_amount_cents, p.billing_interval, p.checkout_text
        FROM offer_prices p WHERE p.tenant_id = ?1 AND p.is_default = 1
        ORDER BY p.kind = 'order_bump', p.position";
}

/// Binds [`DEFAULT_OFFERS`].
pub fn default_offers(tenant: &TenantId) -> Stmt {
    stmt!(DEFAULT_OFFERS, tenant)
}
