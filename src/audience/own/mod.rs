//! One's own data: a mailed link to a copy of it, and to erasing it.
//!
//! What stays after erasing is the books of the shop (purchases, and the plan that hangs on an account) and a keyed hash that
//! keeps the address from being written to.

pub mod page;
pub mod serve;
pub mod sql;

use super::join::page as shows;
use crate::account;
use crate::http::route::{About, Media};
use crate::http::{Refusal, Route, Shape, Verb};
use crate::open;

/// The page that asks for the address, and the one behind the mailed link.
pub const PAGE: &str = "/audience/my-data";
/// The copy as a file.
pub const COPY: &str = "/audience/my-data/copy";
/// Where the button sends that erases.
pub const ERASE: &str = "/audience/my-data/erase";

/// The link is none of ours, is over, or was used to erase.
pub const LINK_OVER: Refusal =
    Refusal::new(410, "own_data_link_over", "This link is over. It works for an hour; ask for a fresh one.");

/// The routes of this part.
pub static ROUTES: &[Route] = &[
    shows(
        Verb::Get,
        PAGE,
        open!(serve::page),
        "ownDataPage",
        "Asks for an address; behind a mailed link, shows what the shop knows of it.",
        &[
            ("token", "The token of the mail."),
            ("sent", "Says that the mail is on its way."),
            ("erased", "Says that it is done."),
        ],
    ),
    Route {
        verb: Verb::Post,
        path: PAGE,
        gate: open!(serve::ask),
        shape: Shape::Page,
        about: About {
            id: "askForOwnData",
            summary: "Mails a link to an address that is known. The answer is the same for every address.",
            query: &[],
            takes: None,
            answers: &[(303, Media::Redirect)],
            refusals: &[&super::visit::INVALID_EMAIL, &account::TOO_MANY],
        },
    },
    Route {
        verb: Verb::Get,
        path: COPY,
        gate: open!(serve::copy),
        shape: Shape::Page,
        about: About {
            id: "ownDataCopy",
            summary: "Everything that the shop knows of the reader of a mailed link, as a file.",
            query: &[("token", "The token of the mail.")],
            takes: None,
            answers: &[(200, Media::File)],
            refusals: &[&LINK_OVER],
        },
    },
    Route {
        verb: Verb::Post,
        path: ERASE,
        gate: open!(serve::erase),
        shape: Shape::Page,
        about: About {
            id: "eraseOwnData",
            summary: "Erases everything that the shop knows of the reader of a mailed link, but for its books.",
            query: &[],
            takes: None,
            answers: &[(303, Media::Redirect)],
            refusals: &[&LINK_OVER],
        },
    },
];
