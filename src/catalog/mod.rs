//! What the shop shows: the home page, an offer with its order bumps, the library of products, and the offers as a
//! document.
//!
//! Only reads. The amounts on these pages come from the same view that checkout charges from.

pub mod document;
pub mod model;
pub mod page;
pub mod serve;
pub mod sql;

use crate::http::route::{About, Media};
use crate::http::{Refusal, Route, Shape, Verb};
use crate::{document_answers, open};

/// No such offer or library.
pub const NOTHING_HERE: Refusal = Refusal::new(404, "not_found", "There is nothing at this address.");

const fn shows(
    path: &'static str,
    gate: crate::http::Gate,
    id: &'static str,
    summary: &'static str,
    refusals: &'static [&'static Refusal],
) -> Route {
    Route {
        verb: Verb::Get,
        path,
        gate,
        shape: Shape::Page,
        about: About { id, summary, query: &[], takes: None, answers: &[(200, Media::Html)], refusals },
    }
}

/// The routes of this feature.
pub static ROUTES: &[Route] = &[
    shows("/", open!(serve::home), "homePage", "The shop's front page: what it offers now.", &[]),
    shows(
        "/offers/{slug}",
        open!(serve::offer),
        "offerPage",
        "An offer, its order bumps and the way to pay.",
        &[&NOTHING_HERE],
    ),
    shows(
        "/products/{slug}",
        open!(serve::library),
        "libraryPage",
        "A library: what a purchase can open.",
        &[&NOTHING_HERE],
    ),
    Route {
        verb: Verb::Get,
        path: "/offers/source-data",
        gate: open!(serve::offers_document),
        shape: Shape::Code,
        about: About {
            id: "offersDocument",
            summary: "What is offered, for programs to read.",
            query: &[],
            takes: None,
            answers: document_answers!(document::OffersDocument),
            refusals: &[],
        },
    },
];
