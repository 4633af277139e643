//! Confirmed writes: one engine for every act that must be meant.
//!
//! A write is a value ([`Write`]), never a handler. It says which fields it takes and in which order they are checked,
//! the exact words that confirm it, what must be true, what it does (SQL that joins the batch) and what it answers. The
//! engine does the rest: the fingerprint, the one batch, the four outcomes, the audit row, the redaction flags.
//!
//! Of one key, whatever happens: the first request is recorded, the same request again is replayed even after the world
//! moved on, another request with that key is refused, and nothing is half written.

pub mod model;
pub mod page;
pub mod parse;
pub mod run;
pub mod sql;

pub use model::{Act, Actor, After, Answers, Audit, By, Expect, Field, Guard, Record, Step, Takes, Truth, Write};
pub use parse::Parsed;
pub use run::{describe, run, CONFLICT, UNCONFIRMED};

/// The two routes of a write: `GET` describes it, `POST` does it. `owner` or `anyone` says who may.
#[macro_export]
macro_rules! confirmed {
    (post owner $write:path) => {
        $crate::confirmed!(@post $write,
            $crate::http::Gate::Owner(|cx, owner, req| {
                Box::pin($crate::confirm::run(cx, &$write, $crate::confirm::Actor::Owner(owner), req))
            }))
    };
    (post anyone $write:path) => {
        $crate::confirmed!(@post $write,
            $crate::http::Gate::Open(|cx, req| {
                Box::pin($crate::confirm::run(cx, &$write, $crate::confirm::Actor::Anyone, req))
            }))
    };
    (get owner $write:path) => {
        $crate::confirmed!(@get $write,
            $crate::http::Gate::Owner(|cx, _, req| Box::pin($crate::confirm::describe(cx, &$write, req))))
    };
    (get anyone $write:path) => {
        $crate::confirmed!(@get $write,
            $crate::http::Gate::Open(|cx, req| Box::pin($crate::confirm::describe(cx, &$write, req))))
    };
    (@post $write:path, $gate:expr) => {
        $crate::http::Route {
            verb: $crate::http::Verb::Post,
            path: $write.path,
            gate: $gate,
            shape: $crate::http::Shape::Bare { redaction: $write.answers.flags },
            about: $crate::http::route::About {
                id: $write.operation,
                summary: $write.summary,
                query: &[],
                takes: None,
                answers: &[],
                refusals: &[],
            },
        }
    };
    (@get $write:path, $gate:expr) => {
        $crate::http::Route {
            verb: $crate::http::Verb::Get,
            path: $write.path,
            gate: $gate,
            shape: $crate::http::Shape::Bare { redaction: $write.answers.flags },
            about: $crate::http::route::About {
                id: $write.contract_id,
                summary: "Says what the write at this address takes and what confirms it.",
                query: $write.describe_query,
                takes: None,
                answers: &[],
                refusals: &[],
            },
        }
    };
}
