//! The owner's side of what a purchase opens: the public document about it, private files, intents to end access, and the
//! page that shows the newest purchases.
//!
//! Never grants, ends or delivers anything: `payment` grants, `access` delivers, and an intent to end access is a note.

pub mod catalog;
pub mod contracts;
pub mod document;
pub mod membership;
pub mod page;
pub mod revocation;
pub mod sections;
pub mod serve;
pub mod sql;
pub mod upload;

use crate::confirm::Write;
use crate::http::route::{About, Media};
use crate::http::{Route, Shape, Verb};
use crate::{confirmed, document_answers, open, owner};

/// The contract's parent issue of everything about access.
const PARENT_ISSUE: u32 = 16;
/// The public document.
const SOURCE_DATA: &str = "/products/source-data";
/// The owner's page.
const OWNER_PAGE: &str = "/admin/products";
/// The binding of the private bucket.
const BUCKET: &str = "PRODUCT_ASSETS";

/// The confirmed writes of this feature.
pub static WRITES: &[&Write] = &[&upload::WRITE, &revocation::WRITE];

/// The routes of this feature.
pub static ROUTES: &[Route] = &[
    Route {
        verb: Verb::Get,
        path: SOURCE_DATA,
        gate: open!(serve::document),
        shape: Shape::Code,
        about: About {
            id: "productsDocument",
            summary: "Products, what opens them and how access works, for programs to read.",
            query: &[],
            takes: None,
            answers: document_answers!(document::ProductsDocument),
            refusals: &[],
        },
    },
    confirmed!(get owner upload::WRITE),
    confirmed!(post owner upload::WRITE),
    confirmed!(get owner revocation::WRITE),
    confirmed!(post owner revocation::WRITE),
    Route {
        verb: Verb::Get,
        path: OWNER_PAGE,
        gate: owner!(serve::owner_page),
        shape: Shape::Page,
        about: About {
            id: "ownerProductsPage",
            summary: "The newest purchases, private files, and the forms for both writes.",
            query: &[
                ("entitlement", "The purchase that access should end for."),
                ("product", "The product that a file is for."),
                ("asset", "The asset that a file is for."),
                ("done", "What was just done."),
                ("problem", "Why it was not."),
            ],
            takes: None,
            answers: &[(200, Media::Html)],
            refusals: &[],
        },
    },
];
