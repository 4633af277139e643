//! The parts of the document that say how the addresses of access work.

use crate::access::{self, CONTENT_FLAGS, LOOKUP_FLAGS, TOKEN_FLAGS};
use crate::contract::document::{Checked, Fixed};
use crate::kit::bounds::DOWNLOAD_TOKEN_LIFE_SECONDS;
use crate::wire;

wire! {
    /// The look-up of a purchase.
    pub struct LookupContract {
        /// The contract's id.
        id: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// The page for people.
        route: &'static str,
        /// The address for programs.
        api_route: &'static str,
        /// This document.
        source_data_route: &'static str,
        /// What the caller must know.
        auth_boundary: &'static str,
        /// The query parameter.
        lookup_input: &'static str,
        /// What is never in the answer.
        private_fields_excluded: &'static [&'static str],
        /// What it can and cannot do.
        write_boundary: &'static str,
    }

    /// Download tokens.
    pub struct TokenContract {
        /// The contract's id.
        id: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// The one before it.
        follows_issue: u32,
        /// The one that checks again when a token is used.
        redemption_revalidation_issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// Where a token is made.
        api_route: &'static str,
        /// Where it is used.
        download_route_prefix: &'static str,
        /// This document.
        source_data_route: &'static str,
        /// How long a token can be used.
        ttl_seconds: i64,
        /// Where its hash is kept.
        tables: &'static [&'static str],
        /// The private bucket.
        private_asset_bucket_binding: &'static str,
        /// What the caller must know.
        auth_boundary: &'static str,
        /// The kind of asset that has a file.
        eligible_asset_kind: &'static str,
        /// How the file is delivered.
        delivery_mode: &'static str,
        /// The file behind it.
        private_asset_delivery: AssetDelivery,
        /// What is checked again when a token is used.
        redemption_revalidation: &'static Fixed<Revalidation>,
        /// What it can and cannot do.
        write_boundary: &'static str,
    }

    /// The file behind a token.
    pub struct AssetDelivery {
        /// True: it lies in the private bucket.
        r2_backed: bool,
        /// The first asset that has a file.
        seeded_asset_id: Option<String>,
        /// Always false.
        #[serde(rename = "rawR2KeysIncluded")]
        raw_r2_keys_included: bool,
        /// Always false.
        signed_urls_included: bool,
    }

    /// What is checked again when a token is used.
    pub struct Revalidation {
        /// The entitlement's status.
        entitlement_status: &'static str,
        /// The checkout's status.
        trusted_checkout_statuses: &'static [&'static str],
        /// The entitlement belongs to the checkout.
        checkout_intent_link_required: bool,
        /// The product still holds the asset.
        asset_scope_checked_before_read: bool,
        /// False: a token is used up first, and given back when the file cannot be read.
        token_consumed_after_private_asset_read: bool,
    }

    /// How a section is delivered.
    pub struct ContentDelivery {
        /// The contract's id.
        id: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// The one before it.
        follows_issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// Where.
        api_route: &'static str,
        /// This document.
        source_data_route: &'static str,
        /// What the caller must know.
        auth_boundary: &'static str,
        /// The query parameters.
        lookup_inputs: &'static [&'static str],
        /// The kinds of section.
        eligible_content_kinds: &'static [&'static str],
        /// How the text is delivered.
        delivery_mode: &'static str,
        /// The checkouts that open it.
        trusted_checkout_statuses: &'static [&'static str],
        /// What it can and cannot do.
        write_boundary: &'static str,
    }
}

const TRUSTED: &[&str] = &["paid", "completed"];
const INTENT_AND_ENTITLEMENT: &str = "checkout-intent-and-entitlement-bearer-reference";

/// The look-up of a purchase.
pub static LOOKUP: Fixed<Checked<LookupContract>> = Fixed::new(|| Checked {
    section: LookupContract {
        id: access::LOOKUP_ID,
        status: access::LOOKUP_STATUS,
        issue: access::LOOKUP_ISSUE,
        parent_issue: super::PARENT_ISSUE,
        route: "/products/entitlements",
        api_route: "/api/products/entitlements",
        source_data_route: super::SOURCE_DATA,
        auth_boundary: "checkout-intent-bearer-reference",
        lookup_input: "checkoutIntentId",
        private_fields_excluded: access::LOOKUP_PRIVATE_FIELDS,
        write_boundary: "Shows what one checkout opened and how the work for it stands. It only reads.",
    },
    flags: LOOKUP_FLAGS,
});

static REVALIDATION: Fixed<Revalidation> = Fixed::new(|| Revalidation {
    entitlement_status: "active",
    trusted_checkout_statuses: TRUSTED,
    checkout_intent_link_required: true,
    asset_scope_checked_before_read: true,
    token_consumed_after_private_asset_read: false,
});

/// Download tokens, for the first asset that has a file.
pub fn tokens(seeded_asset_id: Option<String>) -> Checked<TokenContract> {
    let section = TokenContract {
        id: "sandbox-product-download-token-contract",
        status: "private-r2-download-delivery-ready",
        issue: access::TOKEN_ISSUE,
        follows_issue: 143,
        redemption_revalidation_issue: 147,
        parent_issue: super::PARENT_ISSUE,
        api_route: "/api/products/download-tokens",
        download_route_prefix: "/api/products/downloads",
        source_data_route: super::SOURCE_DATA,
        ttl_seconds: DOWNLOAD_TOKEN_LIFE_SECONDS,
        tables: &["product_download_tokens"],
        private_asset_bucket_binding: super::BUCKET,
        auth_boundary: INTENT_AND_ENTITLEMENT,
        eligible_asset_kind: "file",
        delivery_mode: "private-r2-fixture",
        private_asset_delivery: AssetDelivery {
            r2_backed: true,
            seeded_asset_id,
            raw_r2_keys_included: false,
            signed_urls_included: false,
        },
        redemption_revalidation: &REVALIDATION,
        write_boundary:
            "Makes a link that opens one file once, and checks purchase, entitlement and file again when the \
            link is used. It never says where the file lies and changes no purchase.",
    };
    Checked { section, flags: TOKEN_FLAGS }
}

/// How a section is delivered.
pub static DELIVERY: Fixed<Checked<ContentDelivery>> = Fixed::new(|| Checked {
    section: ContentDelivery {
        id: "product-protected-content-delivery-contract",
        status: access::CONTENT_STATUS,
        issue: access::CONTENT_ISSUE,
        follows_issue: access::CONTENT_FOLLOWS_ISSUE,
        parent_issue: super::PARENT_ISSUE,
        api_route: "/api/products/protected-content",
        source_data_route: super::SOURCE_DATA,
        auth_boundary: INTENT_AND_ENTITLEMENT,
        lookup_inputs: &["checkoutIntentId", "entitlementId", "protectedContentId"],
        eligible_content_kinds: &["course_module", "member_area"],
        delivery_mode: access::CONTENT_DELIVERY_MODE,
        trusted_checkout_statuses: TRUSTED,
        write_boundary: "Answers a section's text when the entitlement covers it, was granted under the rule that the \
            section demands, and belongs to a paid checkout. It only reads, and keeps no record of who read what.",
    },
    flags: CONTENT_FLAGS,
});
