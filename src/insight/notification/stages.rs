//! The fifteen kinds of evidence and their writes, made from the table.

use super::parts::{self, reviewed, reviewed_names, same, text};
use super::{current, flags, sql};
use crate::confirm::{Guard, Step, Write};
use crate::evidence::{self, Count, Evidence, Family, Tally};
use crate::http::error::{common, Refusal};
use crate::http::Route;
use crate::{confirmed, evidence_write, joined};

/// The family.
pub static FAMILY: Family = Family {
    parent_issue: parts::PARENT_ISSUE,
    owner_route: parts::PAGE,
    source_route: parts::DOCUMENT,
    ask: current::ask,
    more: current::more,
};

macro_rules! perhaps {
    () => {
        None
    };
    ($some:expr) => {
        Some($some)
    };
}

/// What a missing record is called in a refusal.
macro_rules! rung_code {
    (inbox $snake:literal) => {
        "inbox_record"
    };
    ($module:ident $snake:literal) => {
        $snake
    };
}

/// The first record counts; the others repeat what it counted.
macro_rules! counted {
    () => {
        parts::COUNTED
    };
    ($below:ident) => {
        parts::SNAPSHOT
    };
}

macro_rules! said_field {
    ($waits:literal $says:ident $title:literal) => {
        text($says, $title)
    };
}

macro_rules! said_known {
    ($waits:literal $says:ident $words:ident $unsaid:ident) => {
        Step::Known { name: $says, words: $words, refusal: &$unsaid }
    };
}

macro_rules! said_name {
    ($waits:literal $says:ident) => {
        $says
    };
}

macro_rules! declare {
    ($( $stage:tt )*) => { $( stage!($stage); )* };
}

macro_rules! stage {
    ({ $module:ident $pascal:literal $snake:literal $kebab:literal path $path:literal status $status:literal
       words $words:literal key $key:literal kind $kind:literal recorded $recorded:literal count $count:literal
       issue $issue:literal title $title:literal below [$($below:ident)?] on [$($on:ident)*]
       says [$($waits:literal $ready:literal $missing:literal)?] reviewed $reviewed:ident
       flags $effects:ident $redaction:ident $excluded:ident checks [$($check:literal $state:literal),*] }) => {
        #[doc = $title]
        pub mod $module {
            use super::*;

            const UNSUPPORTED: Refusal = Refusal::new(400, concat!("unsupported_", rung_code!($module $snake)),
                concat!("Nothing is written down yet about this step: ", $title, "."));
            const STALE_STATUS: Refusal = Refusal::new(409, concat!("stale_notification_", $snake, "_status"),
                concat!("Records are kept in another form now: ", $title, "."));
            const STALE: Refusal = Refusal::new(409, concat!("stale_notification_", $snake, "_evidence"),
                concat!("There is no such record that still holds: ", $title, "."));
            $( const UNSAID: Refusal = Refusal::new(400, concat!("unsupported_notification_", $snake, "_disposition"),
                concat!("That cannot be said here. Say ", $waits, ", ", $ready, " or ", $missing, ".")); )?

            /// The id of a record, as later stages name it.
            pub const ID: &str = concat!($key, "Id");
            /// How later stages name the form that records are kept in.
            pub const STATUS: &str = concat!("expectedNotification", $pascal, "Status");
            /// What a later stage says of a record.
            pub const FIELDS: &[Step] = &[text(ID, $title), text(STATUS, $title)];
            /// The record is kept in the form that the caller knows.
            pub const IN_FORM: Guard = same(concat!($key, "Status"), STATUS, &STALE_STATUS,
                &[(concat!("currentNotification", $pascal, "Status"), concat!($key, "Status"))]);
            /// The record is the latest.
            pub const LATEST: Guard = same($key, ID, &STALE, &[("currentEvidence", "evidence")]);
            /// There is a record.
            pub const FOUND: Guard = parts::must(concat!($key, "Found"), &UNSUPPORTED);
            /// The record and all below it hold.
            pub const HOLDS: Guard = parts::must(concat!($key, "Holds"), &STALE);
            $(
                /// What it says.
                pub const SAYS: &str = concat!("notification", $pascal, "Disposition");
                /// What it can say; the first is proposed.
                pub const WORDS: &[&str] = &[$waits, $ready, $missing];
            )?

            evidence_write! {
                #[doc = $title]
                WRITE of EVIDENCE {
                    stem: concat!("analytics_notification_", $snake),
                    path: concat!("/api/admin/analytics/notification-", $kebab, $path),
                    operation: concat!("recordNotification", $pascal),
                    summary: concat!("Writes down, before anybody is told of a fallen rate: ", $title, ". Nothing is sent."),
                    contract: concat!("analytics-notification-", $kebab, "-contract"),
                    status: concat!("owner-analytics-notification-", $kebab, $status),
                    issue: $issue,
                    phrase: concat!("Record Bumpgrade analytics notification ", $words, " evidence"),
                    prefix: concat!("analytics-notification-", $kebab, "-"),
                    record: "record",
                    steps: joined!(Step: [
                        parts::ABOUT,
                        $( super::$on::FIELDS, )*
                        $( &[said_field!($waits SAYS $title)], )?
                        &[parts::KEY],
                        $( &[said_known!($waits SAYS WORDS UNSAID)], )?
                        parts::CONFIRMED,
                        reviewed::$reviewed,
                    ]),
                    truth: [&sql::truths::STANDING, &sql::truths::RECORD_STAGE],
                    missing: &common::INVALID_REQUEST,
                    guards: joined!(Guard: [
                        parts::SUBJECT,
                        $( &[super::$on::IN_FORM], )*
                        parts::REVIEWED,
                        &[counted!($($below)?)],
                        $( &[super::$below::FOUND], )?
                        $( &[super::$on::LATEST], )*
                        $( &[super::$below::HOLDS], )?
                    ]),
                    done: concat!("Written down: ", $title, ". Nothing was sent."),
                    flags: flags::redaction::$redaction,
                    query: &[("timeWindowKey", "Another time window than all time.")],
                    page: parts::page,
                }
            }

            #[doc = $title]
            pub static EVIDENCE: Evidence = Evidence {
                write: &WRITE,
                family: &FAMILY,
                below: perhaps!($(&super::$below::EVIDENCE)?),
                title: $title,
                table: concat!("analytics_notification_", $snake, "_records"),
                record_kind: Some($kind),
                words: &[],
                public: joined!(&str: [
                    &["id", "dashboardId", "readinessId", "channelId"],
                    $( &[super::$on::ID], )*
                    &["recordKind"],
                    $( &[said_name!($waits SAYS)], )?
                    &["timeWindowKey", "expectedReadinessStatus"],
                    $( &[super::$on::STATUS], )*
                    &["expectedOwnerReviewStatus", "expectedAlertThresholdCount", "expectedConversionSampleSize",
                        "sampleSizeCaveatAcknowledged"],
                    reviewed_names::$reviewed,
                    &["privateNoteRecorded", "createdAt"],
                ]),
                private: evidence::PRIVATE,
                excluded: flags::excluded::$excluded,
                recorded: &[$recorded],
                effects: flags::effects::$effects,
                opens: perhaps!($((said_name!($waits SAYS), $ready))?),
                latest: ("latestRecords", 5),
                counts: &[
                    Count { name: concat!("notification", $pascal, "Records"), tally: Tally::Every },
                    Count { name: "ownerConfirmedRecords", tally: Tally::Every },
                    Count { name: $count, tally: Tally::Every },
                ],
                unit: "Records",
                checks: &[$( (concat!("analytics-", $check), $state) ),*],
                boundary: concat!("An owner can write down: ", $title, ". Nothing is sent, queued or asked of a provider."),
            };
        }
    };
}

stages!(declare);

macro_rules! lists {
    ($( { $module:ident $($rest:tt)* } )*) => {
        /// All fifteen, in order.
        pub static ALL: [&Evidence; 15] = [$( &$module::EVIDENCE ),*];
        /// Their writes.
        pub static WRITES: &[&Write] = &[$( &$module::WRITE ),*];
        /// Their routes.
        pub static ROUTES: &[Route] = &[$( confirmed!(get owner $module::WRITE), confirmed!(post owner $module::WRITE) ),*];
    };
}

stages!(lists);
