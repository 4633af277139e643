//! The figures of the document, added up from totals: how many people there are, who may be written to, and who is held.

use serde::Deserialize;
use serde_json::{json, Value};

use super::sql;
use super::summary::{About, Summary};
use crate::audience::flags as own;
use crate::contract::document::Checked;
use crate::cx::Cx;
use crate::db::{truth, At, Batch, Rows};
use crate::http::Result;
use crate::kit::json;
use crate::kit::time::Moment;

/// The status of a confirmed subscriber.
const SUBSCRIBED: &str = "subscribed";
/// The status of somebody who left.
const UNSUBSCRIBED: &str = "unsubscribed";

/// Where in a batch the rows of the figures stand.
pub struct Places([At; 2]);

/// The figures: those of this moment, for the owner, or what everybody may see. Only the latter has all of them.
#[derive(Default, Deserialize)]
pub struct Figures {
    totals: Vec<Total>,
    reach: Vec<Reach>,
    enrolled: Vec<Enrolled>,
    last: Last,
}

/// The row of [`sql::published`].
#[derive(Deserialize)]
struct Published {
    figures_json: String,
}

#[derive(Deserialize)]
struct Total {
    subject: String,
    id: String,
    status: String,
    total: i64,
}

/// Subscribers who are alike in everything that decides whether they may be written to.
#[derive(Deserialize)]
pub struct Reach {
    /// Their segment; empty for none.
    pub segment_id: String,
    /// Their status.
    pub status: String,
    /// A consent stands behind them.
    #[serde(deserialize_with = "truth")]
    pub has_consent: bool,
    /// Their address is suppressed.
    #[serde(deserialize_with = "truth")]
    pub is_suppressed: bool,
    /// How many.
    pub total: i64,
}

#[derive(Deserialize)]
struct Enrolled {
    status: String,
    subscriber_status: String,
    #[serde(deserialize_with = "truth")]
    has_consent: bool,
    #[serde(deserialize_with = "truth")]
    is_suppressed: bool,
    total: i64,
}

#[derive(Default, Deserialize)]
struct Last {
    subscriber: Option<Moment>,
    consent: Option<Moment>,
    suppression: Option<Moment>,
    note: Option<Moment>,
    paused: i64,
}

impl Reach {
    /// Confirmed, and still on the list.
    pub fn subscribed(&self) -> bool {
        self.status == SUBSCRIBED
    }

    /// Left the list.
    pub fn unsubscribed(&self) -> bool {
        self.status == UNSUBSCRIBED
    }

    /// May be written to.
    pub fn ready(&self) -> bool {
        self.subscribed() && self.has_consent && !self.is_suppressed
    }
}

impl Figures {
    /// Asks for those of this moment.
    pub fn ask(cx: &Cx, batch: &mut Batch) -> Places {
        Places([sql::totals, sql::reach].map(|ask| batch.add(ask(&cx.tenant))))
    }

    /// Reads what was asked for.
    ///
    /// # Errors
    /// A fault when a row does not decode.
    pub fn read(rows: &Rows, places: &Places) -> Result<Self> {
        let Places([totals, reach]) = places;
        Ok(Self { totals: rows.all(*totals)?, reach: rows.all(*reach)?, ..Self::default() })
    }

    /// Reads the row of [`sql::published`].
    ///
    /// # Errors
    /// A fault when the row does not decode.
    pub fn published(rows: &Rows, at: At) -> Result<Self> {
        let published: Published = rows.one(at)?;
        Ok(json::read(&published.figures_json)?)
    }

    /// Subscribers that are so.
    pub fn people(&self, so: impl Fn(&Reach) -> bool) -> i64 {
        self.reach.iter().filter(|reach| so(reach)).map(|reach| reach.total).sum()
    }

    fn enrolments(&self, so: impl Fn(&Enrolled) -> bool) -> i64 {
        self.enrolled.iter().filter(|one| so(one)).map(|one| one.total).sum()
    }

    /// How many of a tag, a sequence and so on stand so.
    pub fn total(&self, subject: &str, id: &str, status: &str) -> i64 {
        let of = |one: &&Total| one.subject == subject && one.id == id && one.status == status;
        self.totals.iter().filter(of).map(|one| one.total).sum()
    }

    fn sum(&self, subject: &str, status: Option<&str>) -> i64 {
        let of = |one: &&Total| one.subject == subject && status.is_none_or(|status| one.status == status);
        self.totals.iter().filter(of).map(|one| one.total).sum()
    }

    fn list(&self, subject: &str) -> Value {
        let of = self.totals.iter().filter(|one| one.subject == subject);
        of.map(|one| json!({ "id": one.id, "status": one.status, "total": one.total })).collect()
    }

    /// Suppressed addresses, members or not, as entries that hold.
    pub fn active_suppressions(&self) -> i64 {
        self.sum("suppression", Some("active"))
    }

    /// Who there is, and what is known of them.
    pub fn inspection(&self) -> Checked<Summary> {
        let iso = |at: Option<Moment>| at.map_or(Value::Null, |at| at.iso().into());
        let counts = [
            ("subscribers", self.people(|_| true)),
            ("unsubscribedSubscribers", self.people(Reach::unsubscribed)),
            ("consentEvents", self.sum("consent", Some("consented"))),
            ("tagAssignments", self.sum("tag", None)),
            ("sequenceEnrollments", self.sum("sequence", None)),
            ("pausedSequenceEnrollments", self.sum("sequence", Some("unsubscribe_paused"))),
            ("suppressionEntries", self.sum("suppression", None)),
            ("activeSuppressionEntries", self.active_suppressions()),
            ("timelineEntries", self.sum("note", None)),
            ("activeTimelineEntries", self.sum("note", Some("active"))),
        ];
        let more = [
            ("lastSubscriberAt", iso(self.last.subscriber)),
            ("lastConsentAt", iso(self.last.consent)),
            ("lastSuppressionAt", iso(self.last.suppression)),
            ("lastTimelineAt", iso(self.last.note)),
            ("formCounts", self.list("subscriber")),
            ("tagCounts", self.list("tag")),
            ("sequenceCounts", self.list("sequence")),
            ("suppressionCounts", self.list("suppression")),
            ("timelineCounts", self.list("note")),
        ];
        INSPECTION.with(counts, more)
    }

    /// Who could be exported. Nobody is.
    pub fn export(&self) -> Checked<Summary> {
        let counts = [
            ("subscribers", self.people(|_| true)),
            ("subscribedSubscribers", self.people(Reach::subscribed)),
            ("consentedSubscribers", self.people(|one| one.has_consent)),
            ("exportEligibleSubscribers", self.people(Reach::ready)),
            ("suppressedSubscribers", self.people(|one| one.is_suppressed)),
            ("activeSuppressionEntries", self.active_suppressions()),
            ("unsubscribedSubscribers", self.people(Reach::unsubscribed)),
            ("pausedSequenceSubscribers", self.last.paused),
            ("exportFilesCreatedRecords", 0),
            ("rawEmailsIncludedRecords", 0),
            ("exportUrlsCreatedRecords", 0),
        ];
        let more = [("exportFormat", json!("csv_private_contact_export")), ("exportEnabled", json!(false))];
        EXPORT.with(counts, more)
    }

    /// Whose sequence could go on. No letter is sent.
    pub fn sequences(&self, workspaces: &[Value]) -> Checked<Summary> {
        let all: Vec<&Value> = workspaces.iter().flat_map(|one| listed(one, "sequences")).collect();
        let steps = |wanted: Option<bool>| {
            let of = |sequence: &&Value| count_steps(sequence, wanted);
            all.iter().map(of).sum::<i64>()
        };
        let draft = |one: &Enrolled| one.status == "draft_enrolled";
        let ready =
            |one: &Enrolled| draft(one) && one.subscriber_status == SUBSCRIBED && one.has_consent && !one.is_suppressed;
        let counts = [
            ("sequences", i64::try_from(all.len()).unwrap_or_default()),
            ("sequenceSteps", steps(None)),
            ("immediateSteps", steps(Some(true))),
            ("delayedSteps", steps(Some(false))),
            ("draftEnrollments", self.enrolments(draft)),
            ("readyEnrollments", self.enrolments(ready)),
            ("pausedEnrollments", self.enrolments(|one| one.status == "unsubscribe_paused")),
            ("unsubscribedEnrollments", self.enrolments(|one| one.subscriber_status == UNSUBSCRIBED)),
            ("suppressedEnrollments", self.enrolments(|one| one.is_suppressed)),
            ("missingConsentEnrollments", self.enrolments(|one| !one.has_consent)),
            ("subscribedSubscribers", self.people(Reach::subscribed)),
            ("consentedSubscribers", self.people(|one| one.has_consent)),
            ("activeSuppressionEntries", self.active_suppressions()),
        ];
        let never = NEVER_SENT.iter().map(|name| (*name, 0));
        let workspace = workspaces.first().map_or(Value::Null, about);
        let more = [
            ("scheduleMode", json!("readiness_only")),
            ("deliveryEnabled", json!(false)),
            ("workspace", workspace),
            ("records", all.into_iter().map(sequence_record).collect()),
        ];
        SEQUENCES.with(counts.into_iter().chain(never), more)
    }
}

/// A workspace in short.
pub fn about(workspace: &Value) -> Value {
    let of = |name: &str| (name.to_owned(), workspace.get(name).cloned().unwrap_or_default());
    Value::Object(["id", "title", "revisionId", "status"].map(of).into_iter().collect())
}

/// A list inside a JSON object.
fn listed<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// The steps of a sequence: all, those that come at once, or those that wait.
fn count_steps(sequence: &Value, at_once: Option<bool>) -> i64 {
    let of = |step: &&Value| {
        let immediate = step.get("timing").and_then(Value::as_str) == Some("immediate");
        at_once.is_none_or(|wanted| wanted == immediate)
    };
    i64::try_from(listed(sequence, "steps").filter(of).count()).unwrap_or_default()
}

fn sequence_record(sequence: &Value) -> Value {
    let id = sequence.get("id").and_then(Value::as_str).unwrap_or_default();
    let editable = listed(sequence, "steps").filter(|step| step.get("agentEditable") == Some(&json!(true))).count();
    let mut record = json!({
        "id": format!("{id}-delivery-readiness"), "sequenceId": id, "title": sequence.get("title"),
        "linkedFormId": sequence.get("linkedFormId"), "status": sequence.get("status"),
        "stepCount": count_steps(sequence, None), "immediateSteps": count_steps(sequence, Some(true)),
        "delayedSteps": count_steps(sequence, Some(false)), "agentEditableSteps": editable,
    });
    if let Value::Object(fields) = &mut record {
        let never = [
            "deliveryEnabled",
            "recipientPayloadsCreated",
            "personalizedBodiesCreated",
            "queueMessagesCreated",
            "providerSendEnabled",
        ];
        fields.extend(never.map(|name| (name.to_owned(), json!(false))));
    }
    record
}

/// What is not made, as counts.
const NEVER_SENT: &[&str] = &[
    "deliveryQueueRowsCreatedRecords",
    "recipientPayloadsCreatedRecords",
    "personalizedBodiesCreatedRecords",
    "emailSendEnabledRecords",
    "providerMessageIdsCreatedRecords",
    "unsubscribeUrlsCreatedRecords",
];

const INSPECTION: About = About {
    id: "audience-subscriber-inspection-contract",
    status: "owner-subscriber-inspection-ready",
    issue: 137,
    redaction: own::INSPECTION,
    excluded: &[
        "email",
        "emailHash",
        "firstName",
        "ipHash",
        "userAgentHash",
        "suppressionReason",
        "timelineNoteBody",
        "actorEmail",
        "metadataJson",
    ],
    boundary: "The owner sees who is on the list, on a page behind a sign-in. Here are only counts.",
};

const EXPORT: About = About {
    id: "audience-export-readiness-contract",
    status: "audience-export-readiness-ready",
    issue: 347,
    redaction: own::EXPORT,
    excluded: &["email", "firstName", "subscriberId", "exportFile", "exportUrl", "actorEmail", "suppressionHash"],
    boundary: "Who could be exported is counted. No file is made. A suppressed address is never among them.",
};

const SEQUENCES: About = About {
    id: "audience-sequence-delivery-readiness-contract",
    status: "audience-sequence-delivery-readiness-ready",
    issue: 351,
    redaction: own::SEQUENCES,
    excluded: &[
        "email",
        "subscriberId",
        "recipientPayload",
        "personalizedBody",
        "bodyTemplate",
        "unsubscribeUrl",
        "providerMessageId",
        "queuePayload",
        "actorEmail",
        "suppressionHash",
    ],
    boundary: "Whose letters could go on is counted. No letter is made or sent.",
};
