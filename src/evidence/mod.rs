//! Evidence: confirmed notes of one kind stand on those of another, like the rungs of a ladder.
//!
//! A kind is a value ([`Evidence`]) beside its [`Write`](crate::confirm::Write). The receipt is the record; there is no
//! other row, and nothing happens by it. What all kinds share is here: how a record is shown, what is counted, the
//! summary in documents, the description of the address, and the ladder on the owner's page.
//!
//! A rung holds while it is the latest of its kind, stands on the latest of the kind below, says what is still so, and
//! carries the word that opens the next. Only a rung whose lower ones all hold can be written down.

pub mod model;
pub mod page;
pub mod sql;
pub mod summary;

pub use model::{Count, Evidence, Family, For, Kept, Rung, Sight, Tally, PRIVATE};
pub use summary::{ask, describe, Places, Summary};

/// Declares the write of a kind of evidence: what all of them have in common is said here.
#[macro_export]
macro_rules! evidence_write {
    (
        $(#[$doc:meta])* $name:ident of $evidence:path {
            stem: $stem:expr, path: $path:expr, operation: $operation:expr, summary: $summary:expr,
            contract: $contract:expr, status: $status:expr, issue: $issue:expr, phrase: $phrase:expr,
            prefix: $prefix:expr, record: $record:expr, steps: $steps:expr, truth: [$select:expr, $record_by:expr],
            missing: $missing:expr, guards: $guards:expr, done: $done:expr, flags: $flags:expr, query: $query:expr,
            page: $page:expr $(,)?
        }
    ) => {
        $(#[$doc])*
        pub static $name: $crate::confirm::Write = $crate::confirm::Write {
            kind: $stem,
            path: $path,
            operation: $operation,
            summary: $summary,
            contract_id: $contract,
            contract_status: $status,
            issue: $issue,
            by: $crate::confirm::By::Owner,
            phrase: $phrase,
            id_prefix: $prefix,
            steps: $steps,
            truth: $crate::confirm::Truth { select: $select, record: $record_by, missing: $missing },
            guards: $guards,
            effects: &[],
            audit: $crate::confirm::Audit {
                event_kind: concat!($stem, "_recorded"),
                actor_kind: "owner",
                summary: $done,
            },
            after: None,
            conflict: &$crate::confirm::CONFLICT,
            answers: $crate::confirm::Answers {
                created: 201,
                recorded: concat!($stem, "_recorded"),
                replayed: concat!($stem, "_replayed"),
                records: &[$crate::confirm::Record {
                    key: $record,
                    query: &$crate::evidence::sql::RECORD,
                    read: |rows, at| $crate::evidence::summary::read_record(&$evidence, rows, at),
                    flags: &[],
                    schema: $crate::schema!($crate::evidence::Summary),
                }],
                flags: $flags,
            },
            describe: |cx, req| Box::pin($crate::evidence::describe(cx, &$evidence, req)),
            describe_query: $query,
            page: $page,
        };
    };
}
