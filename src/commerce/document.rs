//! `/commerce/source-data`: the contract about money, for programs to read. One read batch.

use serde::Deserialize;

use super::facts::{self, Decision, SandboxFacts, SecretName, SourceReference};
use super::sql;
use super::tables::{tables, Table};
use crate::affiliate::{self, AttributionContract, AttributionCounts, LedgerContract, LedgerCounts, ReviewContract};
use crate::billing::{self, PricingContract, SelfServePricing};
use crate::contract::document::Fixed;
use crate::contract::redaction::Flagged;
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::Result;
use crate::post_purchase;
use crate::stripe::API_VERSION;
use crate::wire;

wire! {
    /// `GET /commerce/source-data`.
    pub struct Document {
        /// The document.
        id: &'static str,
        /// When the contract last changed.
        updated_at: &'static str,
        /// The version of Stripe's library for Node that speaks the same API.
        stripe_node_version: &'static str,
        /// The version of Stripe's API that is spoken.
        stripe_api_version: &'static str,
        /// The contract.
        contract: Contract,
        /// The decisions that it follows from.
        decisions: &'static Fixed<Vec<Decision>>,
        /// The tables behind it.
        tables: &'static Fixed<Vec<Table>>,
        /// The plans that publishers buy themselves.
        self_serve_pricing: SelfServePricing,
        /// How an offer is bought.
        sandbox_checkout: SandboxCheckout,
        /// What buyers decide after a purchase.
        post_purchase_decisions: PostPurchaseDecisions,
        /// Which partner a checkout came by.
        referral_attribution: ReferralAttribution,
        /// What referrals earned.
        affiliate_commission_ledger: CommissionLedger,
        /// What a program may and may not do.
        agent_write_rules: &'static [&'static str],
    }

    /// The contract about money.
    pub struct Contract {
        /// The contract.
        id: &'static str,
        /// Its issue.
        issue: u32,
        /// The issue of the first checkout.
        first_checkout_issue: u32,
        /// Its status.
        status: &'static str,
        /// The mode of the demo shop.
        active_mode: &'static str,
        /// In a sentence.
        summary: &'static str,
        /// What is not live.
        not_live_yet: &'static [&'static str],
        /// The plans.
        self_serve_pricing: PricingContract,
        /// How offers are sold.
        sandbox_checkout: &'static Fixed<SandboxFacts>,
        /// How a click is attached to a checkout.
        referral_attribution: &'static AttributionContract,
        /// How a commission is noted.
        affiliate_commission_ledger: &'static LedgerContract,
        /// How an owner reviews it.
        affiliate_commission_review_actions: &'static ReviewContract,
        /// How a decision is recorded.
        post_purchase_decisions: post_purchase::Contract,
        /// The secrets, by name.
        secret_names: &'static Fixed<Vec<SecretName>>,
        /// Where the rules come from.
        source_references: &'static Fixed<Vec<SourceReference>>,
    }

    /// How an offer is bought.
    pub struct SandboxCheckout {
        /// The main offer.
        offer: Option<Offer>,
        /// What can be added.
        order_bumps: Vec<OrderBump>,
        /// Order bumps can be added.
        supports_order_bumps: bool,
        /// A referral click can be named.
        supports_referral_attribution_evidence: bool,
        /// Where things are.
        routes: Routes,
        /// Where a decision after the purchase is recorded.
        post_purchase_decision_route: &'static str,
        /// The pages that ask for one.
        post_purchase_route_prefix: &'static str,
        /// What a start must repeat.
        confirmation: Confirmation,
        /// Always false.
        raw_stripe_ids_included: bool,
    }

    /// The main offer.
    pub struct Offer {
        /// Its id at checkout.
        id: String,
        /// The product.
        product_id: String,
        /// The price.
        price_id: String,
        /// Its name.
        name: String,
        /// In a sentence.
        summary: String,
        /// The currency.
        currency: String,
        /// The price in minor units.
        unit_amount_cents: i64,
        /// Once or how often.
        billing_interval: String,
        /// Test money.
        mode: &'static str,
        /// The contract's issue.
        issue: u32,
        /// The contract's status.
        status: &'static str,
    }

    /// What can be added to an order.
    pub struct OrderBump {
        /// The offer.
        id: String,
        /// The price.
        price_id: String,
        /// The product.
        product_id: String,
        /// The price in minor units.
        unit_amount_cents: i64,
        /// The currency.
        currency: String,
    }

    /// Where things are.
    pub struct Routes {
        /// Where a checkout starts.
        start: &'static str,
        /// Where Stripe reports.
        webhook: &'static str,
        /// What leads to the payment page.
        redirect: &'static str,
        /// The page after payment.
        success: &'static str,
        /// The page of who left.
        cancel: &'static str,
    }

    /// What a start must repeat.
    pub struct Confirmation {
        /// Always true.
        required: bool,
        /// The exact text.
        text: Option<String>,
    }

    /// What buyers decide after a purchase.
    pub struct PostPurchaseDecisions {
        /// How it is recorded.
        contract: post_purchase::Contract,
        /// How often.
        summary: post_purchase::Summary,
    }

    /// Which partner a checkout came by.
    pub struct ReferralAttribution {
        /// How it is attached.
        contract: &'static AttributionContract,
        /// How often.
        summary: Flagged<AttributionCounts>,
    }

    /// What referrals earned.
    pub struct CommissionLedger {
        /// How it is noted.
        contract: &'static LedgerContract,
        /// How an owner reviews it.
        owner_review_actions: &'static ReviewContract,
        /// How much.
        summary: Flagged<LedgerCounts>,
    }
}

#[derive(Deserialize)]
struct OfferRow {
    id: String,
    kind: String,
    checkout_id: String,
    product_id: String,
    price_id: String,
    title: String,
    description: Option<String>,
    currency: String,
    unit_amount_cents: i64,
    billing_interval: String,
    checkout_text: String,
}

static TABLES: Fixed<Vec<Table>> = Fixed::new(tables);

const SUMMARY: &str = "Offers are bought on Stripe's own payment pages and opened by its signed events. Order bumps, \
    referral clicks, notes of commission, decisions after the purchase and wishes to take access back are all recorded; \
    none of them moves money by itself. Publishers buy their own plans the same way.";

/// Reads the document.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn read(cx: &Cx) -> Result<Document> {
    let mut batch = Batch::new();
    let offers = batch.add(sql::default_offers(&cx.tenant));
    let decisions = batch.add(post_purchase::decision_counts(&cx.tenant));
    let pricing = billing::ask_pricing(&mut batch, &cx.tenant);
    let totals = affiliate::Totals::ask(cx, &mut batch);
    let rows = cx.commit(batch).await?;
    let offers: Vec<OfferRow> = rows.all(offers)?;
    let pricing = billing::pricing(cx, &rows, pricing)?;
    let totals = affiliate::Totals::read(&rows, &totals)?;
    let decision_contract = decision_contract(&offers);
    Ok(Document {
        id: "bumpgrade-commerce-source-data",
        updated_at: "2026-05-22",
        stripe_node_version: "22.1.1",
        stripe_api_version: API_VERSION,
        contract: contract(&pricing, decision_contract.clone()),
        decisions: &facts::DECISIONS,
        tables: &TABLES,
        self_serve_pricing: pricing,
        sandbox_checkout: sandbox_checkout(offers),
        post_purchase_decisions: PostPurchaseDecisions {
            contract: decision_contract,
            summary: post_purchase::summary(rows.all(decisions)?),
        },
        referral_attribution: ReferralAttribution {
            contract: &affiliate::ATTRIBUTION,
            summary: totals.attribution_summary(),
        },
        affiliate_commission_ledger: CommissionLedger {
            contract: &affiliate::LEDGER,
            owner_review_actions: &affiliate::REVIEW,
            summary: totals.ledger_summary(),
        },
        agent_write_rules: facts::AGENT_WRITE_RULES,
    })
}

fn contract(pricing: &SelfServePricing, post_purchase_decisions: post_purchase::Contract) -> Contract {
    Contract {
        id: "stripe-commerce-architecture-v1",
        issue: 11,
        first_checkout_issue: 34,
        status: "live",
        active_mode: "sandbox",
        summary: SUMMARY,
        not_live_yet: facts::NOT_LIVE_YET,
        self_serve_pricing: pricing.contract.clone(),
        sandbox_checkout: &facts::SANDBOX,
        referral_attribution: &affiliate::ATTRIBUTION,
        affiliate_commission_ledger: &affiliate::LEDGER,
        affiliate_commission_review_actions: &affiliate::REVIEW,
        post_purchase_decisions,
        secret_names: &facts::SECRET_NAMES,
        source_references: &facts::SOURCE_REFERENCES,
    }
}

fn decision_contract(offers: &[OfferRow]) -> post_purchase::Contract {
    let ids = |kind: &'static str| offers.iter().filter(move |row| row.kind == kind).map(|row| row.id.as_str());
    post_purchase::contract(ids("upsell"), ids("downsell"))
}

fn sandbox_checkout(offers: Vec<OfferRow>) -> SandboxCheckout {
    let text = offers.iter().find(|row| row.kind == "primary").map(|row| row.checkout_text.clone());
    let (primary, others): (Vec<_>, Vec<_>) = offers.into_iter().partition(|row| row.kind == "primary");
    SandboxCheckout {
        offer: primary.into_iter().next().map(offer),
        order_bumps: others.into_iter().filter(|row| row.kind == "order_bump").map(order_bump).collect(),
        supports_order_bumps: true,
        supports_referral_attribution_evidence: true,
        routes: Routes {
            start: "/api/commerce/checkout",
            webhook: "/api/stripe/webhook",
            redirect: "/api/commerce/checkout/redirect",
            success: "/commerce/checkout/success",
            cancel: "/commerce/checkout/cancel",
        },
        post_purchase_decision_route: post_purchase::API_ROUTE,
        post_purchase_route_prefix: post_purchase::PAGE_PREFIX,
        confirmation: Confirmation { required: true, text },
        raw_stripe_ids_included: false,
    }
}

fn offer(row: OfferRow) -> Offer {
    Offer {
        id: row.checkout_id,
        product_id: row.product_id,
        price_id: row.price_id,
        name: row.title,
        summary: row.description.unwrap_or_default(),
        currency: row.currency,
        unit_amount_cents: row.unit_amount_cents,
        billing_interval: row.billing_interval,
        mode: "sandbox",
        issue: 34,
        status: "sandbox-live",
    }
}

fn order_bump(row: OfferRow) -> OrderBump {
    OrderBump {
        id: row.id,
        price_id: row.price_id,
        product_id: row.product_id,
        unit_amount_cents: row.unit_amount_cents,
        currency: row.currency,
    }
}
