//! The public answers of plans, field by field.

use super::sql::{AddonRow, Cost, PlanRow};
use crate::wire;

wire! {
    /// A plan as the contract lists it.
    pub struct PublicPlan {
        /// Its slug.
        slug: String,
        /// Its name.
        name: String,
        /// `self_serve` or `contact`.
        status: String,
        /// What a month costs, in minor units; null for a plan that is talked about first.
        monthly_amount_cents: Option<i64>,
        /// `month` or `contact`.
        billing_interval: String,
        /// Its product.
        product_id: Option<String>,
        /// Its price.
        price_id: Option<String>,
    }

    /// A plan in full.
    pub struct Plan {
        /// Its slug.
        slug: String,
        /// Its name.
        name: String,
        /// A few words beside the name.
        label: String,
        /// What it does for a publisher.
        headline: String,
        /// What a month costs, in minor units; null for a plan that is talked about first.
        monthly_amount_cents: Option<i64>,
        /// `month` or `contact`.
        billing_interval: String,
        /// `self_serve` or `contact`.
        status: String,
        /// Its product.
        product_id: Option<String>,
        /// Its price.
        price_id: Option<String>,
        /// What its button says.
        cta: String,
        /// In a sentence or two.
        description: String,
        /// Who it suits.
        best_for: String,
        /// What is included.
        included: Vec<String>,
    }

    /// The setup that can be added to a plan.
    pub struct SetupAddon {
        /// Its slug.
        slug: String,
        /// Its name.
        name: String,
        /// A few words beside the name.
        label: String,
        /// What it is.
        description: String,
        /// What it costs once, in minor units.
        unit_amount_cents: i64,
        /// The currency, lower case.
        currency: String,
        /// Its product.
        product_id: String,
        /// Its price.
        price_id: String,
    }

    /// What a program needs to know before it signs somebody up.
    pub struct PricingContract {
        /// The contract's id.
        id: &'static str,
        /// `live`.
        status: &'static str,
        /// The contract's issue.
        issue: u32,
        /// The revision's date.
        updated_at: &'static str,
        /// Where a sign-up starts.
        checkout_route: &'static str,
        /// Where the buyer lands after payment.
        success_route: &'static str,
        /// `sandbox` or `live`.
        stripe_mode: &'static str,
        /// The plans, in short.
        public_plans: Vec<PublicPlan>,
        /// The setup; null when the shop has none.
        setup_addon: Option<SetupAddon>,
        /// What opens a plan.
        provisioning: &'static str,
        /// What must be set up for it.
        webhook_caveat: &'static str,
    }

    /// The plans as `/commerce/source-data` holds them.
    pub struct SelfServePricing {
        /// The contract.
        contract: PricingContract,
        /// The plans.
        plans: Vec<Plan>,
        /// The setup; null when the shop has none.
        setup_addon: Option<SetupAddon>,
    }

    /// `GET /api/billing/checkout`.
    pub struct PlansContract {
        /// Always true.
        ok: bool,
        /// This route.
        route: &'static str,
        /// The contract.
        contract: PricingContract,
        /// The plans.
        plans: Vec<Plan>,
        /// The setup; null when the shop has none.
        setup_addon: Option<SetupAddon>,
    }

    /// A line of a sign-up.
    pub struct PlanLine<'a> {
        /// The price.
        price_id: &'a str,
        /// What is bought.
        name: &'a str,
        /// What it costs, in minor units.
        unit_amount_cents: i64,
        /// `one_time`, or how often it repeats.
        billing_interval: &'a str,
        /// Always 1.
        quantity: u32,
    }

    /// A sign-up that wrote nothing: what it would cost, and what is missing.
    pub struct SignUpPreview<'a> {
        /// Always true.
        ok: bool,
        /// `preview`.
        status: &'a str,
        /// Why nothing was started.
        reason: &'a str,
        /// The plan.
        plan_slug: &'a str,
        /// The plan, then the setup.
        line_items: Vec<PlanLine<'a>>,
        /// What is paid at the start, in minor units.
        total_initial_amount_cents: i64,
    }

    /// A sign-up that was started, now or before under the same key.
    pub struct SignUpStarted<'a> {
        /// Always true.
        ok: bool,
        /// `stripe_session_created`; for a repeated sign-up how its checkout stands.
        status: &'a str,
        /// True when the key was used for this very order before.
        duplicate: bool,
        /// The checkout.
        checkout_intent_id: &'a str,
        /// Our own address that leads to the payment page; null when the page is not open any more.
        redirect_url: Option<String>,
        /// The plan.
        plan_slug: &'a str,
    }
}

/// Any good answer of `POST /api/billing/checkout`.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
#[schemars(rename = "SignUpAnswer")]
#[serde(untagged)]
pub enum SignedUpAnswer {
    /// Nothing was written.
    Preview(Box<SignUpPreview<'static>>),
    /// A payment page is open, or was.
    Started(Box<SignUpStarted<'static>>),
}

/// The body of `POST /api/billing/checkout`.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignUpBody {
    /// The plan.
    pub plan_slug: String,
    /// The buyer's e-mail address, if known.
    pub buyer_email: Option<String>,
    /// Adds the setup.
    pub white_glove_setup: Option<bool>,
    /// Only say what it would cost.
    pub preview_only: Option<bool>,
    /// 8 to 180 printable characters; also taken from the `Idempotency-Key` header.
    #[schemars(length(min = 8, max = 180))]
    pub idempotency_key: Option<String>,
    /// What the buyer saw as the first payment, in minor units; another total is refused.
    pub expected_amount_cents: Option<i64>,
}

impl From<&PlanRow> for PublicPlan {
    fn from(row: &PlanRow) -> Self {
        let cost = row.cost.as_ref();
        Self {
            slug: row.slug.clone(),
            name: row.name.clone(),
            status: row.status.clone(),
            monthly_amount_cents: cost.map(|cost| cost.unit_amount_cents),
            billing_interval: cost.map_or("contact", |cost| &cost.billing_interval).to_owned(),
            product_id: cost.map(|cost| cost.product_id.clone()),
            price_id: cost.map(|cost| cost.price_id.clone()),
        }
    }
}

impl From<&PlanRow> for Plan {
    fn from(row: &PlanRow) -> Self {
        let PublicPlan { slug, name, status, monthly_amount_cents, billing_interval, product_id, price_id } =
            row.into();
        Self {
            slug,
            name,
            label: row.label.clone(),
            headline: row.headline.clone(),
            monthly_amount_cents,
            billing_interval,
            status,
            product_id,
            price_id,
            cta: row.cta.clone(),
            description: row.description.clone(),
            best_for: row.best_for.clone(),
            included: row.included.clone(),
        }
    }
}

impl From<&AddonRow> for SetupAddon {
    fn from(row: &AddonRow) -> Self {
        Self {
            slug: row.slug.clone(),
            name: row.name.clone(),
            label: row.label.clone(),
            description: row.description.clone(),
            unit_amount_cents: row.cost.unit_amount_cents,
            currency: row.cost.currency.code().to_owned(),
            product_id: row.cost.product_id.clone(),
            price_id: row.cost.price_id.clone(),
        }
    }
}

impl<'a> From<&'a Cost> for PlanLine<'a> {
    fn from(cost: &'a Cost) -> Self {
        Self {
            price_id: &cost.price_id,
            name: &cost.product_name,
            unit_amount_cents: cost.unit_amount_cents,
            billing_interval: &cost.billing_interval,
            quantity: 1,
        }
    }
}
