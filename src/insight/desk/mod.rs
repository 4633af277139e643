//! The owner's page about figures: what is written down before anybody is told of a fallen rate, and what is decided about
//! the experiment. A GET only reads.

pub mod page;
pub mod serve;

use crate::http::route::{About, Media};
use crate::http::{Route, Shape, Verb};
use crate::owner;

/// The page.
pub static ROUTES: &[Route] = &[Route {
    verb: Verb::Get,
    path: super::notification::parts::PAGE,
    gate: owner!(serve::page),
    shape: Shape::Page,
    about: About {
        id: "analyticsDesk",
        summary: "The owner's view of figures: the steps before a notification, and decisions about the experiment.",
        query: &[
            ("window", "The time window: all, 24h, 7d or 30d."),
            ("done", "What was just written down."),
            ("problem", "Why it was not."),
        ],
        takes: None,
        answers: &[(200, Media::Html)],
        refusals: &[],
    },
}];
