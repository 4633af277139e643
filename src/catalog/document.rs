//! `/offers/source-data`: what is offered, for programs to read.
//!
//! One read batch. A stack that is a draft, not listed or not published is not in it.

use serde::Deserialize;

use super::sql;
use crate::config::StripeMode;
use crate::contract::document::Fixed;
use crate::cx::Cx;
use crate::db::{truth, Batch};
use crate::http::Result;
use crate::post_purchase::{self, Contract, Summary};
use crate::{record, wire};

wire! {
    /// `GET /offers/source-data`.
    pub struct OffersDocument {
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
        /// How a checkout is started.
        sandbox_checkout: SandboxCheckout,
        /// The page after payment.
        checkout_success: &'static Fixed<CheckoutSuccess>,
        /// How a decision after payment is recorded.
        post_purchase_decisions: Contract,
        /// What can and cannot be written.
        write_boundary: &'static str,
        /// What is offered.
        stacks: Vec<OfferStack>,
        /// What this document does not promise.
        caveat: &'static str,
        /// Decisions after payment, counted.
        post_purchase_decision_summary: Summary,
    }

    /// How a checkout is started.
    pub struct SandboxCheckout {
        /// Where.
        endpoint: &'static str,
        /// The page after payment.
        success_page: &'static str,
        /// Where Stripe reports.
        webhook: &'static str,
        /// The confirmation text must be repeated.
        confirmation_required: bool,
        /// Order bumps can be added.
        supports_order_bumps: bool,
        /// A referral click can be named.
        supports_referral_attribution_evidence: bool,
        /// The prices that can be added as order bumps.
        allowed_order_bump_price_ids: Vec<String>,
        /// Always false.
        raw_stripe_ids_included: bool,
        /// True when this shop takes real money.
        live_mode_enabled: bool,
    }

    /// The page after payment.
    pub struct CheckoutSuccess {
        /// The contract's issue.
        issue: u32,
        /// Where.
        route: &'static str,
        /// What it waits for.
        status: &'static str,
        /// What it reads.
        reads: &'static str,
        /// The way on is only shown when there is one.
        opens_post_purchase_only_when_eligible: bool,
        /// Always false.
        raw_stripe_ids_included: bool,
        /// Always false.
        private_data_included: bool,
    }

    /// A stack: what is sold together, and what is offered around it.
    pub struct OfferStack {
        /// The stack.
        id: String,
        /// Its address.
        slug: String,
        /// Its title.
        title: String,
        /// `sandbox_checkout_ready` or `live`.
        status: String,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// The funnel that leads here.
        linked_funnel_id: Option<String>,
        /// Its address.
        linked_funnel_route: Option<String>,
        /// This document.
        source_data_route: &'static str,
        /// The page for people.
        preview_route: String,
        /// The document about money.
        checkout_contract_route: &'static str,
        /// Where a checkout starts.
        checkout_endpoint: &'static str,
        /// Where a decision after payment is recorded.
        post_purchase_decision_endpoint: &'static str,
        /// The pages after payment.
        post_purchase_route_prefix: &'static str,
        /// Where Stripe reports.
        webhook_endpoint: &'static str,
        /// Changes with every edit.
        revision_id: String,
        /// In a sentence.
        summary: String,
        /// What is sold.
        primary_offer: Option<Offer>,
        /// What can be added before payment.
        order_bumps: Vec<Offer>,
        /// What is offered after payment.
        post_purchase_path: Option<PostPurchasePath>,
        /// What a start must repeat.
        confirmation: CheckoutConfirmation,
        /// What can and cannot be written.
        write_boundary: &'static str,
        /// How to see that all of this holds.
        validation: &'static [&'static str],
    }

    /// What is offered after payment, in order.
    pub struct PostPurchasePath {
        /// The path.
        id: String,
        /// The event that opens it.
        trigger: &'static str,
        /// When it opens, in words.
        starts_after: String,
        /// How long it stays open.
        expires_after_minutes: i64,
        /// The offers, in the order shown.
        offers: Vec<Offer>,
    }

    /// What a checkout start must repeat.
    pub struct CheckoutConfirmation {
        /// Always true.
        required: bool,
        /// The exact text.
        checkout_text: Option<String>,
    }
}

record! {
    /// An offer.
    pub struct Offer {
        /// The offer.
        id: String,
        /// `primary`, `order_bump`, `upsell` or `downsell`.
        kind: String,
        /// Its title.
        title: String,
        /// Its name in addresses.
        slug: String,
        /// The price as people read it.
        price_label: String,
        /// The price in minor units.
        unit_amount_cents: i64,
        /// The currency.
        currency: String,
        /// What is sold.
        product_id: String,
        /// At which price.
        price_id: String,
        /// What the buyer is promised.
        customer_promise: String,
        /// Where it is shown.
        placement: String,
        /// What its words should do.
        copy_intent: String,
        /// True when an agent may propose other words.
        #[serde(deserialize_with = "truth")]
        agent_editable: bool,
    }
}

const ROUTE: &str = "/offers/source-data";

const STABLE_IDS: &[&str] = &[
    "checkoutOfferStackId",
    "offerId",
    "orderBumpId",
    "upsellId",
    "downsellId",
    "checkoutRevisionId",
    "postPurchaseDecisionId",
    "agentActionId",
];

static CHECKOUT_SUCCESS: Fixed<CheckoutSuccess> = Fixed::new(|| CheckoutSuccess {
    issue: 133,
    route: "/commerce/checkout/success",
    status: "webhook-gated",
    reads: post_purchase::API_ROUTE,
    opens_post_purchase_only_when_eligible: true,
    raw_stripe_ids_included: false,
    private_data_included: false,
});

const WRITE_BOUNDARY: &str = "A confirmed checkout can be started, with the order bumps that are listed here and with a \
    referral click; after payment a buyer can say yes or no to what is offered next, and neither answer charges anything. \
    Prices, offers and payouts cannot be changed through any address that this document names.";

const CAVEAT: &str =
    "This document describes offers. It does not say that a payment arrived, that access was granted, or \
    that anything is owed to a partner; the purchase page and the money document do.";

const VALIDATION: &[&str] = &[
    "This document lists the main offer, the additions before payment and the offers after it.",
    "The offer's page shows the same prices and starts a checkout.",
    "A checkout start accepts a listed addition and refuses any other price.",
    "A checkout start accepts a referral click and answers with what may be public of it.",
    "A commission can be noted for a paid checkout that a partner brought; it is never payable by itself.",
    "An owner can review, hold or reverse such a note without moving money.",
    "The page after payment waits for Stripe's signed word before it shows the way on.",
    "A yes or no after payment is recorded once per offer and charges nothing.",
    "Every id in this document stays what it is.",
];

#[derive(Deserialize)]
struct StackRow {
    id: String,
    slug: String,
    title: String,
    status: String,
    linked_funnel_id: Option<String>,
    linked_funnel_route: Option<String>,
    revision_id: String,
    summary: String,
    post_purchase_path_id: Option<String>,
    post_purchase_starts_after: Option<String>,
    post_purchase_minutes: i64,
    checkout_text: Option<String>,
}

#[derive(Deserialize)]
struct OfferRow {
    stack_id: String,
    #[serde(rename = "*")]
    offer: Offer,
}

/// Reads the document.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn read(cx: &Cx) -> Result<OffersDocument> {
    let mut batch = Batch::new();
    let stacks = batch.add(sql::document_stacks(&cx.tenant));
    let offers = batch.add(sql::document_offers(&cx.tenant));
    let decisions = batch.add(post_purchase::decision_counts(&cx.tenant));
    let rows = cx.commit(batch).await?;
    let (stacks, offers): (Vec<StackRow>, Vec<OfferRow>) = (rows.all(stacks)?, rows.all(offers)?);
    let of_kind = |kind: &'static str| offers.iter().map(|row| &row.offer).filter(move |offer| offer.kind == kind);
    let ids = |kind: &'static str| of_kind(kind).map(|offer| offer.id.as_str());
    let previews = stacks.iter().map(|stack| preview(&stack.slug));
    let routes =
        [ROUTE, CHECKOUT_SUCCESS_ROUTE, post_purchase::API_ROUTE, post_purchase::PAGE_PREFIX].map(str::to_owned);
    Ok(OffersDocument {
        id: "bumpgrade-checkout-offer-source-data",
        updated_at: "2026-05-19",
        status: "post-purchase-decision-ready",
        issue: 117,
        parent_issue: 15,
        generated_from: "src/catalog/document.rs",
        routes: routes.into_iter().chain(previews).collect(),
        stable_ids: STABLE_IDS,
        sandbox_checkout: SandboxCheckout {
            endpoint: CHECKOUT,
            success_page: CHECKOUT_SUCCESS_ROUTE,
            webhook: WEBHOOK,
            confirmation_required: true,
            supports_order_bumps: true,
            supports_referral_attribution_evidence: true,
            allowed_order_bump_price_ids: of_kind("order_bump").map(|offer| offer.price_id.clone()).collect(),
            raw_stripe_ids_included: false,
            live_mode_enabled: cx.config.stripe_mode == StripeMode::Live,
        },
        checkout_success: &CHECKOUT_SUCCESS,
        post_purchase_decisions: post_purchase::contract(ids("upsell"), ids("downsell")),
        write_boundary: WRITE_BOUNDARY,
        stacks: stacks.into_iter().map(|stack| dress(stack, &offers)).collect(),
        caveat: CAVEAT,
        post_purchase_decision_summary: post_purchase::summary(rows.all(decisions)?),
    })
}

const CHECKOUT: &str = "/api/commerce/checkout";
const CHECKOUT_SUCCESS_ROUTE: &str = "/commerce/checkout/success";
const WEBHOOK: &str = "/api/stripe/webhook";

fn preview(slug: &str) -> String {
    format!("/offers/{slug}")
}

fn dress(row: StackRow, offers: &[OfferRow]) -> OfferStack {
    let own = |kinds: &'static [&'static str]| {
        let of_stack = offers.iter().filter(|offer| offer.stack_id == row.id).map(|offer| &offer.offer);
        of_stack.filter(|offer| kinds.contains(&offer.kind.as_str())).cloned()
    };
    OfferStack {
        primary_offer: own(&["primary"]).next(),
        order_bumps: own(&["order_bump"]).collect(),
        post_purchase_path: row.post_purchase_path_id.map(|id| PostPurchasePath {
            id,
            trigger: "checkout.session.completed",
            starts_after: row.post_purchase_starts_after.unwrap_or_default(),
            expires_after_minutes: row.post_purchase_minutes,
            offers: own(&["upsell", "downsell"]).collect(),
        }),
        preview_route: preview(&row.slug),
        id: row.id,
        slug: row.slug,
        title: row.title,
        status: row.status,
        issue: 117,
        parent_issue: 15,
        linked_funnel_id: row.linked_funnel_id,
        linked_funnel_route: row.linked_funnel_route,
        source_data_route: ROUTE,
        checkout_contract_route: "/commerce/source-data",
        checkout_endpoint: CHECKOUT,
        post_purchase_decision_endpoint: post_purchase::API_ROUTE,
        post_purchase_route_prefix: post_purchase::PAGE_PREFIX,
        webhook_endpoint: WEBHOOK,
        revision_id: row.revision_id,
        summary: row.summary,
        confirmation: CheckoutConfirmation { required: true, checkout_text: row.checkout_text },
        write_boundary: WRITE_BOUNDARY,
        validation: VALIDATION,
    }
}
