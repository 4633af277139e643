//! The library as the document shows it: products, what they hold, what opens them, and which price grants what.

use serde::Deserialize;

use crate::db::{texts, truth, At, Rows};
use crate::http::Result;
use crate::{record, wire};

wire! {
    /// A library.
    pub struct Catalog {
        /// The library.
        id: String,
        /// Its address.
        slug: String,
        /// Its title.
        title: String,
        /// `draft` or `published`.
        status: String,
        /// The contract's issue.
        issue: u32,
        /// Its parent.
        parent_issue: u32,
        /// This document.
        source_data_route: &'static str,
        /// The page for people.
        preview_route: String,
        /// The offer that opens it.
        checkout_offer_route: Option<String>,
        /// The document about money.
        commerce_contract_route: &'static str,
        /// Changes with every edit; an upload must name it.
        revision_id: String,
        /// In a sentence.
        summary: String,
        /// What its products hold.
        assets: Vec<Asset>,
        /// What opens them.
        access_rules: Vec<AccessRule>,
        /// Its products.
        products: Vec<Product>,
        /// What entitlements are made from.
        entitlement_templates: Vec<Template>,
        /// What can and cannot be written.
        write_boundary: &'static str,
        /// How to see that all of this holds.
        validation: &'static [&'static str],
    }
}

record! {
    /// Something that a product holds.
    pub struct Asset {
        /// The asset.
        id: String,
        /// `file`, `lesson`, `member_area`, `booking` or `event`.
        kind: String,
        /// Its title.
        title: String,
        /// What anybody may know of it.
        public_description: String,
        /// What stays private.
        storage_boundary: String,
    }

    /// What opens something.
    pub struct AccessRule {
        /// The rule.
        id: String,
        /// Its title.
        title: String,
        /// What it opens, in a sentence.
        grants: String,
        /// When it opens.
        timing: String,
        /// True when it can be taken back.
        #[serde(deserialize_with = "truth")]
        revocable: bool,
        /// The event that opens it.
        source_event: String,
        /// What it can and cannot do.
        write_boundary: String,
    }

    /// A product of a library.
    pub struct Product {
        /// The product.
        id: String,
        /// Its address.
        slug: String,
        /// Its kind.
        kind: String,
        /// Its title.
        title: String,
        /// `draft` or `published`.
        status: String,
        /// In a sentence.
        summary: String,
        /// The offers that sell it.
        #[serde(deserialize_with = "texts")]
        linked_offer_ids: Vec<String>,
        /// What it holds.
        #[serde(deserialize_with = "texts")]
        asset_ids: Vec<String>,
        /// What opens it.
        #[serde(deserialize_with = "texts")]
        access_rule_ids: Vec<String>,
        /// What its entitlements are made from.
        entitlement_template_id: Option<String>,
    }

    /// What entitlements are made from.
    pub struct Template {
        /// The template.
        id: String,
        /// Its title.
        title: String,
        /// Its product.
        #[serde(deserialize_with = "texts")]
        product_ids: Vec<String>,
        /// `draft` or `published`.
        status: String,
        /// What the buyer gets.
        #[serde(deserialize_with = "texts")]
        grants: Vec<String>,
        /// What closes it.
        #[serde(deserialize_with = "texts")]
        revocation_rules: Vec<String>,
        /// What stays private.
        #[serde(deserialize_with = "texts")]
        private_data_excluded: Vec<String>,
    }

    /// Which price grants what.
    pub struct GrantMapping {
        /// The mapping.
        id: String,
        /// The price that is paid.
        source_price_id: String,
        /// What is sold at it.
        source_commerce_product_id: String,
        /// What it opens.
        product_id: String,
        /// Its title.
        product_title: String,
        /// The template of the entitlement.
        entitlement_template_id: String,
        /// Its title.
        entitlement_template_title: String,
        /// The rule that opens it.
        access_rule_id: String,
        /// The work that follows.
        fulfillment_kind: String,
        /// What the buyer gets.
        #[serde(deserialize_with = "texts")]
        grants: Vec<String>,
        /// The same in a sentence.
        grant_summary: String,
    }
}

/// A row of the libraries.
#[derive(Deserialize)]
pub struct CatalogRow {
    /// The library.
    pub id: String,
    /// Its address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its status.
    pub status: String,
    /// Its revision.
    pub revision_id: String,
    /// In a sentence.
    pub summary: String,
    /// The offer that opens it.
    pub offer_slug: Option<String>,
}

/// A row of something in a library.
#[derive(Deserialize)]
struct Within<T> {
    catalog_id: String,
    #[serde(rename = "*")]
    it: T,
}

/// Where in a batch the rows of the libraries stand.
pub struct Places {
    /// The libraries.
    pub catalogs: At,
    /// What their products hold.
    pub assets: At,
    /// What opens them.
    pub rules: At,
    /// Their products.
    pub products: At,
    /// What entitlements are made from.
    pub templates: At,
}

/// Puts the libraries together.
///
/// # Errors
/// A fault when a row does not decode.
pub fn catalogs(rows: &Rows, at: &Places) -> Result<Vec<Catalog>> {
    let assets: Vec<Within<Asset>> = rows.all(at.assets)?;
    let rules: Vec<Within<AccessRule>> = rows.all(at.rules)?;
    let products: Vec<Within<Product>> = rows.all(at.products)?;
    let templates: Vec<Within<Template>> = rows.all(at.templates)?;
    let catalogs: Vec<CatalogRow> = rows.all(at.catalogs)?;
    let dress = |row: CatalogRow| Catalog {
        assets: within(&assets, &row.id),
        access_rules: within(&rules, &row.id),
        products: within(&products, &row.id),
        entitlement_templates: within(&templates, &row.id),
        preview_route: format!("/products/{}", row.slug),
        checkout_offer_route: row.offer_slug.map(|slug| format!("/offers/{slug}")),
        id: row.id,
        slug: row.slug,
        title: row.title,
        status: row.status,
        issue: 101,
        parent_issue: super::PARENT_ISSUE,
        source_data_route: super::SOURCE_DATA,
        commerce_contract_route: "/commerce/source-data",
        revision_id: row.revision_id,
        summary: row.summary,
        write_boundary: super::document::WRITE_BOUNDARY,
        validation: VALIDATION,
    };
    Ok(catalogs.into_iter().map(dress).collect())
}

fn within<T: Clone>(rows: &[Within<T>], catalog: &str) -> Vec<T> {
    rows.iter().filter(|row| row.catalog_id == catalog).map(|row| row.it.clone()).collect()
}

const VALIDATION: &[&str] = &[
    "This document lists the products, what they hold, what opens them, and what entitlements are made from.",
    "The library's page shows the same products.",
    "The purchase page shows what one checkout opened, and nothing of any other.",
    "A download link is made for an active entitlement that has a file, and expires in minutes.",
    "Using a download link checks purchase and entitlement again, streams the file once, and then refuses.",
    "An owner can store a small private file; neither its content nor its place is ever answered.",
    "An owner can note that access should end; nothing ends by it, and the buyer is not named.",
    "Sections to read are listed here without their text.",
    "The member area follows the subscription; neither its id nor the member is listed.",
    "A confirmed payment grants each entitlement once, however often Stripe reports it.",
    "Every id in this document stays what it is.",
];
