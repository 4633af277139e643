//! The owner's side of the audience, and the document about it.

use crate::audience::document;
use crate::http::route::About;
use crate::http::{Route, Shape, Verb};
use crate::{document_answers, open};

/// The routes of the owner's side.
pub static ROUTES: &[Route] = &[Route {
    verb: Verb::Get,
    path: super::DOCUMENT,
    gate: open!(document::serve::document),
    shape: Shape::Code,
    about: About {
        id: "audienceDocument",
        summary: "How the list works and its figures, for programs to read.",
        query: &[],
        takes: None,
        answers: document_answers!(document::model::Document),
        refusals: &[],
    },
}];
