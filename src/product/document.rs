//! `/products/source-data`: what can be opened, and how, for programs to read. One read batch.

use serde::Deserialize;

use super::catalog::{self, Catalog, GrantMapping};
use super::contracts::{self, LookupContract, TokenContract};
use super::membership::{self, MembershipAccess};
use super::revocation::{self, RevocationIntents};
use super::sections::{self, EntitlementInspection, ProtectedContent, TotalRow, UploadIntents};
use super::{sql, PARENT_ISSUE, SOURCE_DATA};
use crate::contract::document::{Checked, Fixed};
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::Result;
use crate::wire;

wire! {
    /// `GET /products/source-data`.
    pub struct ProductsDocument {
        /// The contract's id.
        id: &'static str,
        /// When the contract last changed.
        updated_at: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// The module that writes this.
        generated_from: &'static str,
        /// Where the things in this document are found.
        routes: Vec<String>,
        /// The names of the ids that stay what they are.
        stable_ids: &'static [&'static str],
        /// How a payment grants access.
        entitlement_writes: EntitlementWrites,
        /// Which price grants what, once.
        grant_mappings: Vec<GrantMapping>,
        /// Access by subscription.
        subscription_membership_access: Checked<MembershipAccess>,
        /// Which subscription grants what.
        subscription_membership_grant_mapping: Option<GrantMapping>,
        /// What can and cannot be written.
        write_boundary: &'static str,
        /// The libraries.
        catalogs: Vec<Catalog>,
        /// What this document does not promise.
        caveat: &'static str,
        /// What was granted, in totals.
        entitlement_inspection: Checked<EntitlementInspection>,
        /// How a buyer looks a purchase up.
        customer_entitlement_lookup: &'static Fixed<Checked<LookupContract>>,
        /// How a file is downloaded.
        sandbox_download_tokens: Checked<TokenContract>,
        /// Uploads of private files.
        owner_asset_upload_intents: Checked<UploadIntents>,
        /// Intents to end access.
        revocation_intents: Checked<RevocationIntents>,
        /// Sections to read.
        protected_content: Checked<ProtectedContent>,
    }

    /// How a payment grants access.
    pub struct EntitlementWrites {
        /// The contract's id.
        id: &'static str,
        /// The contract's status.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// The events that grant.
        source_events: &'static [&'static str],
        /// Where grants are kept.
        tables: &'static [&'static str],
        /// This document.
        source_data_route: &'static str,
        /// Which price grants what, once.
        grant_mappings: Vec<GrantMapping>,
        /// What may be shown.
        public_safe_fields: &'static [&'static str],
        /// What stays on the server.
        server_private_fields: &'static [&'static str],
        /// What can and cannot be written.
        write_boundary: &'static str,
    }
}

#[derive(Deserialize)]
struct MappingRow {
    granted_by: String,
    #[serde(rename = "*")]
    mapping: GrantMapping,
}

#[derive(Deserialize)]
struct FileRow {
    asset_id: String,
}

/// Reads the document.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn read(cx: &Cx) -> Result<ProductsDocument> {
    let mut batch = Batch::new();
    let library = catalog::Places {
        catalogs: batch.add(sql::catalogs(&cx.tenant)),
        assets: batch.add(sql::assets(&cx.tenant)),
        rules: batch.add(sql::rules(&cx.tenant)),
        products: batch.add(sql::products(&cx.tenant)),
        templates: batch.add(sql::templates(&cx.tenant)),
    };
    let mappings = batch.add(sql::mappings(&cx.tenant));
    let totals = batch.add(sql::totals(&cx.tenant));
    let subscriptions = batch.add(sql::subscriptions(&cx.tenant));
    let uploads = batch.add(sql::uploads(&cx.tenant));
    let revocations = revocation::read_public(cx, &mut batch);
    let content = batch.add(sql::content(&cx.tenant));
    let file = batch.add(sql::first_file(&cx.tenant));
    let rows = cx.commit(batch).await?;

    let catalogs = catalog::catalogs(&rows, &library)?;
    let totals: Vec<TotalRow> = rows.all(totals)?;
    let (by_subscription, once): (Vec<MappingRow>, Vec<MappingRow>) =
        rows.all::<MappingRow>(mappings)?.into_iter().partition(|row| row.granted_by == "subscription");
    let once: Vec<GrantMapping> = once.into_iter().map(|row| row.mapping).collect();
    let by_subscription = by_subscription.into_iter().next().map(|row| row.mapping);
    let revision = catalogs.first().map(|catalog| catalog.revision_id.clone());
    let file = rows.first::<FileRow>(file)?.map(|row| row.asset_id);
    Ok(ProductsDocument {
        id: "bumpgrade-product-access-source-data",
        updated_at: "2026-05-20",
        status: "subscription-membership-entitlement-ready",
        issue: 187,
        parent_issue: PARENT_ISSUE,
        generated_from: "src/product/document.rs",
        routes: routes(&catalogs),
        stable_ids: STABLE_IDS,
        entitlement_writes: entitlement_writes(once.clone()),
        grant_mappings: once,
        subscription_membership_access: membership::membership(
            by_subscription.as_ref(),
            &rows.all::<membership::SubscriptionRow>(subscriptions)?,
            &totals,
        ),
        subscription_membership_grant_mapping: by_subscription,
        write_boundary: WRITE_BOUNDARY,
        caveat: CAVEAT,
        entitlement_inspection: sections::inspection(&totals),
        customer_entitlement_lookup: &contracts::LOOKUP,
        sandbox_download_tokens: contracts::tokens(file),
        owner_asset_upload_intents: sections::uploads(rows.one(uploads)?, revision),
        revocation_intents: revocation::summary(&rows, &revocations)?,
        protected_content: sections::content(rows.all(content)?),
        catalogs,
    })
}

fn routes(catalogs: &[Catalog]) -> Vec<String> {
    let fixed = [
        SOURCE_DATA,
        "/products/entitlements",
        "/api/products/entitlements",
        "/api/products/download-tokens",
        "/api/products/downloads?token={token}",
        "/api/products/protected-content",
        super::upload::PATH,
        super::revocation::PATH,
    ];
    let previews = catalogs.iter().map(|catalog| catalog.preview_route.clone());
    fixed.map(str::to_owned).into_iter().chain(previews).collect()
}

fn entitlement_writes(grant_mappings: Vec<GrantMapping>) -> EntitlementWrites {
    EntitlementWrites {
        id: "product-entitlement-webhook-grant-contract",
        status: "sandbox-webhook-grants-ready",
        issue: 101,
        parent_issue: PARENT_ISSUE,
        source_events: &["checkout.session.completed"],
        tables: &["product_entitlements", "product_fulfillment_tasks"],
        source_data_route: SOURCE_DATA,
        grant_mappings,
        public_safe_fields: &[
            "id",
            "checkout_intent_id",
            "product_id",
            "entitlement_template_id",
            "access_rule_id",
            "status",
            "grant_kind",
            "source_price_id",
            "granted_at",
        ],
        server_private_fields: &[
            "buyer_user_id",
            "buyer_email_hash",
            "source_stripe_event_id",
            "metadata_json",
            "where private files lie",
            "addresses that open a file",
            "ids that Stripe made",
        ],
        write_boundary: "Access is granted by what Stripe signs about a payment, once per entitlement, and by nothing \
            else.",
    }
}

const STABLE_IDS: &[&str] = &[
    "productId",
    "assetId",
    "accessRuleId",
    "entitlementTemplateId",
    "customerProductEntitlementLookupId",
    "productDownloadTokenId",
    "productAssetUploadIntentId",
    "productEntitlementRevocationIntentId",
    "productProtectedContentId",
    "subscriptionPlanId",
    "fulfillmentId",
    "agentActionId",
];

/// What can and cannot be written about access.
pub const WRITE_BOUNDARY: &str =
    "A signed payment grants access. A buyer can look a purchase up, download its file and read \
    its sections. An owner can store a small private file and note that access should end. Nothing here ends access, \
    moves money, creates products, or hands out a file's place.";

const CAVEAT: &str =
    "This document describes how access works and counts what was granted. It names no buyer, holds no \
    private text, and cannot be used as proof that somebody has access.";
