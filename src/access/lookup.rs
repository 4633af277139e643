//! The look-up of a purchase: one read batch, one document.

use serde::Deserialize;

use super::model::trusted;
use super::sql;
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::Result;
use crate::kit::id::CheckoutIntentId;
use crate::kit::money::{Currency, Money};
use crate::kit::time::Moment;
use crate::membership::{self, MembershipRow};
use crate::wire;

wire! {
    /// `GET /api/products/entitlements`.
    pub struct Lookup {
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
        /// This route.
        api_route: &'static str,
        /// The document that describes the products.
        source_data_route: &'static str,
        /// What the caller must know.
        auth_boundary: &'static str,
        /// The query parameter.
        lookup_input: &'static str,
        /// What is never in the answer.
        private_fields_excluded: &'static [&'static str],
        /// What this route cannot do.
        write_boundary: &'static str,
        /// `d1`, `missing` or `invalid`.
        source: &'static str,
        /// Always null: a database that fails is a 503.
        load_error: Option<&'static str>,
        /// The checkout that was asked for.
        checkout_intent_id: Option<String>,
        /// How it stands.
        checkout: Option<Checkout>,
        /// How much it opened.
        counts: Counts,
        /// What it opened, newest first.
        entitlements: Vec<Entitlement>,
    }

    /// How a checkout stands.
    pub struct Checkout {
        /// The checkout.
        checkout_intent_id: String,
        /// Its status.
        status: String,
        /// What it costs, as in `9.00 USD`; null for nothing.
        amount: Option<String>,
        /// When it last changed.
        updated_at: String,
        /// Always false.
        private_data_included: bool,
        /// Always false.
        raw_stripe_ids_included: bool,
    }

    /// Totals.
    pub struct Counts {
        /// All entitlements.
        entitlements: usize,
        /// Those that open something now.
        active_entitlements: usize,
        /// Tasks that follow them.
        fulfillment_tasks: usize,
    }

    /// One thing that the purchase opened.
    pub struct Entitlement {
        /// The entitlement.
        id: String,
        /// What it opens.
        product_id: String,
        /// Its title.
        product_title: String,
        /// The template it was made from.
        entitlement_template_id: String,
        /// The template's title.
        entitlement_template_title: String,
        /// The rule that opened it.
        access_rule_id: String,
        /// The rule's title.
        access_rule_title: String,
        /// `active` or `inactive`.
        status: String,
        /// What kind of evidence opened it.
        grant_kind: String,
        /// What was opened, in a sentence.
        grant_summary: Option<String>,
        /// The product that was paid for.
        source_product_name: Option<String>,
        /// Its slug.
        source_product_slug: Option<String>,
        /// The price's name.
        source_price_label: Option<String>,
        /// The price, as in `9.00 USD`.
        source_price_amount: Option<String>,
        /// When it was opened.
        granted_at: String,
        /// When it last changed.
        updated_at: String,
        /// The work that follows.
        fulfillment: Option<Fulfillment>,
        /// The file behind it.
        download_delivery: DownloadDelivery,
    }

    /// The work that follows a grant.
    pub struct Fulfillment {
        /// The task.
        id: String,
        /// `queued`, `active` or `paused`.
        status: String,
        /// What kind of work.
        kind: String,
        /// In a sentence.
        summary: String,
        /// When it last changed.
        updated_at: String,
    }

    /// The file behind an entitlement.
    pub struct DownloadDelivery {
        /// True when a token can be made now.
        available: bool,
        /// The asset.
        asset_id: Option<String>,
        /// Its title.
        asset_title: Option<String>,
        /// Where tokens are made.
        token_api_route: &'static str,
        /// How the file is delivered.
        delivery_mode: Option<String>,
        /// True when there is a file.
        r2_backed: bool,
        /// Always false.
        #[serde(rename = "privateR2KeysIncluded")]
        private_r2_keys_included: bool,
        /// Always false.
        signed_urls_included: bool,
    }
}

/// The contract's id.
pub const LOOKUP_ID: &str = "customer-product-entitlement-lookup-contract";
/// The contract's status.
pub const LOOKUP_STATUS: &str = "customer-product-entitlement-lookup-ready";
/// The contract's issue.
pub const LOOKUP_ISSUE: u32 = 141;

/// What is never in the answer.
pub const PRIVATE_FIELDS: &[&str] = &[
    "buyerEmail",
    "buyerEmailHash",
    "buyerUserId",
    "ownerUserId",
    "sourceStripeEventId",
    "stripeCheckoutSessionId",
    "stripePaymentIntentId",
    "stripeSubscriptionId",
    "metadataJson",
    "privateR2ObjectKeys",
    "signedUrls",
];

#[derive(Deserialize)]
struct CheckoutRow {
    status: String,
    amount_cents: i64,
    currency: Currency,
    updated_at: Moment,
}

#[derive(Deserialize)]
struct EntitlementRow {
    id: String,
    product_id: String,
    entitlement_template_id: String,
    access_rule_id: String,
    status: String,
    grant_kind: String,
    granted_at: Moment,
    updated_at: Moment,
    product_title: String,
    image_path: Option<String>,
    entitlement_template_title: String,
    access_rule_title: String,
    grant_summary: Option<String>,
    source_product_name: Option<String>,
    source_product_slug: Option<String>,
    source_price_label: Option<String>,
    source_price_cents: Option<i64>,
    source_price_currency: Option<Currency>,
    task_id: Option<String>,
    task_status: Option<String>,
    task_kind: Option<String>,
    task_summary: Option<String>,
    task_updated_at: Option<Moment>,
    asset_id: Option<String>,
    asset_title: Option<String>,
    delivery_mode: Option<String>,
}

/// A look-up, and what only the page shows.
pub struct Found {
    /// The document.
    pub document: Lookup,
    /// A picture per entitlement, in the document's order.
    pub images: Vec<Option<String>>,
    /// How the membership stands, when the purchase repeats.
    pub membership: Option<membership::Standing>,
    /// Sections that the purchase opens now.
    pub sections: Vec<OpenSection>,
}

/// A section that an entitlement opens now.
#[derive(Deserialize)]
pub struct OpenSection {
    /// The entitlement.
    pub entitlement_id: String,
    /// The section.
    pub section_id: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub public_summary: String,
}

impl Found {
    /// A look-up that found nothing.
    const fn nothing(document: Lookup) -> Self {
        Self { document, images: Vec::new(), membership: None, sections: Vec::new() }
    }
}

/// Who reads a look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// A program: the document and nothing else.
    Program,
    /// A person: the page also shows the membership and what can be read.
    Person,
}

/// Looks a checkout up.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn look_up(cx: &Cx, asked: Option<&str>, reader: For) -> Result<Found> {
    let Some(asked) = asked.map(str::trim).filter(|asked| !asked.is_empty()) else {
        return Ok(Found::nothing(document("missing", None)));
    };
    let Some(intent) = CheckoutIntentId::parse(asked) else {
        return Ok(Found::nothing(document("invalid", None)));
    };
    let mut batch = Batch::new();
    let checkout = batch.add(sql::checkout(&cx.tenant, &intent));
    let entitlements = batch.add(sql::entitlements(&cx.tenant, &intent));
    let person = (reader == For::Person).then_some(());
    let membership = person.map(|()| batch.add(membership::of_checkout(&cx.tenant, &intent)));
    let sections = person.map(|()| batch.add(sql::open_sections(&cx.tenant, &intent)));
    let rows = cx.commit(batch).await?;
    let Some(row) = rows.first::<CheckoutRow>(checkout)? else {
        return Ok(Found::nothing(document("missing", Some(&intent))));
    };
    let membership = membership.map(|at| rows.first::<MembershipRow>(at)).transpose()?.flatten();
    let sections = sections.map(|at| rows.all(at)).transpose()?.unwrap_or_default();
    let opened: Vec<EntitlementRow> = rows.all(entitlements)?;
    let images = opened.iter().map(|row| row.image_path.clone()).collect();
    let mut document = document("d1", Some(&intent));
    let may_download = trusted(&row.status);
    document.checkout = Some(checkout_of(&intent, row));
    document.counts = Counts {
        entitlements: opened.len(),
        active_entitlements: opened.iter().filter(|row| row.status == "active").count(),
        fulfillment_tasks: opened.iter().filter(|row| row.task_id.is_some()).count(),
    };
    document.entitlements = opened.into_iter().map(|row| entitlement(row, may_download)).collect();
    Ok(Found { document, images, membership: membership.map(|row| row.standing()), sections })
}

fn document(source: &'static str, intent: Option<&CheckoutIntentId>) -> Lookup {
    Lookup {
        id: LOOKUP_ID,
        status: LOOKUP_STATUS,
        issue: LOOKUP_ISSUE,
        parent_issue: 16,
        route: "/products/entitlements",
        api_route: "/api/products/entitlements",
        source_data_route: "/products/source-data",
        auth_boundary: "checkout-intent-bearer-reference",
        lookup_input: "checkoutIntentId",
        private_fields_excluded: PRIVATE_FIELDS,
        write_boundary:
            "This address only reads. Access is granted by what Stripe says about the payment and by nothing else.",
        source,
        load_error: None,
        checkout_intent_id: intent.map(|id| id.as_str().to_owned()),
        checkout: None,
        counts: Counts { entitlements: 0, active_entitlements: 0, fulfillment_tasks: 0 },
        entitlements: Vec::new(),
    }
}

fn checkout_of(intent: &CheckoutIntentId, row: CheckoutRow) -> Checkout {
    Checkout {
        checkout_intent_id: intent.as_str().to_owned(),
        status: row.status,
        amount: amount(Some(row.amount_cents), Some(row.currency)),
        updated_at: row.updated_at.iso(),
        private_data_included: false,
        raw_stripe_ids_included: false,
    }
}

/// `9.00 USD`; nothing for nothing.
fn amount(cents: Option<i64>, currency: Option<Currency>) -> Option<String> {
    let cents = cents.filter(|cents| *cents != 0)?;
    Money::new(cents, currency?).map(Money::with_code)
}

fn entitlement(row: EntitlementRow, may_download: bool) -> Entitlement {
    let fulfillment = row.task_id.map(|id| Fulfillment {
        id,
        status: row.task_status.unwrap_or_default(),
        kind: row.task_kind.unwrap_or_default(),
        summary: row.task_summary.unwrap_or_default(),
        updated_at: row.task_updated_at.map(Moment::iso).unwrap_or_default(),
    });
    let download_delivery = DownloadDelivery {
        available: may_download && row.status == "active" && row.asset_id.is_some(),
        r2_backed: row.asset_id.is_some(),
        asset_id: row.asset_id,
        asset_title: row.asset_title,
        token_api_route: "/api/products/download-tokens",
        delivery_mode: row.delivery_mode,
        private_r2_keys_included: false,
        signed_urls_included: false,
    };
    Entitlement {
        id: row.id,
        product_id: row.product_id,
        product_title: row.product_title,
        entitlement_template_id: row.entitlement_template_id,
        entitlement_template_title: row.entitlement_template_title,
        access_rule_id: row.access_rule_id,
        access_rule_title: row.access_rule_title,
        status: row.status,
        grant_kind: row.grant_kind,
        grant_summary: row.grant_summary,
        source_product_name: row.source_product_name,
        source_product_slug: row.source_product_slug,
        source_price_label: row.source_price_label,
        source_price_amount: amount(row.source_price_cents, row.source_price_currency),
        granted_at: row.granted_at.iso(),
        updated_at: row.updated_at.iso(),
        fulfillment,
        download_delivery,
    }
}
