//! Drafts, and whom each could reach.

use serde::Deserialize;
use serde_json::{json, Value};

use crate::audience::document::figures::{Figures, Reach};
use crate::audience::document::summary::{About, Summary};
use crate::audience::flags as own;
use crate::contract::document::Checked;
use crate::kit::time::{Iso, Moment};

/// A draft.
#[derive(Deserialize)]
pub struct Draft {
    /// The draft.
    pub id: String,
    /// Its workspace.
    pub workspace_id: String,
    /// Its title.
    pub title: String,
    /// How far it is.
    pub status: String,
    /// What its subject is meant to say.
    pub subject_intent: String,
    /// The line after the subject.
    pub preview_text: String,
    /// Who it is for, in words.
    pub audience_scope: String,
    /// Who it is for.
    pub segment_id: String,
    /// Who says yes to it.
    pub approval_boundary: String,
    /// Who is held back.
    pub suppression_policy: String,
    /// When it last changed.
    pub updated_at: Moment,
}

/// Whom a draft, or several, could reach.
pub struct Scope {
    /// Everybody in the segments.
    pub scoped: i64,
    /// Those with a consent.
    pub consented: i64,
    /// Those who could be written to.
    pub ready: i64,
    /// Subscribed and suppressed.
    pub suppressed: i64,
    /// Those who left.
    pub unsubscribed: i64,
    /// Subscribed without a consent.
    pub missing_consent: i64,
}

impl Scope {
    fn of(figures: &Figures, reached: impl Fn(&Reach) -> bool) -> Self {
        let of = |so: fn(&Reach) -> bool| figures.people(|one| reached(one) && so(one));
        Self {
            scoped: of(|_| true),
            consented: of(|one| one.has_consent),
            ready: of(Reach::ready),
            suppressed: of(|one| one.subscribed() && one.is_suppressed),
            unsubscribed: of(Reach::unsubscribed),
            missing_consent: of(|one| one.subscribed() && !one.has_consent && !one.is_suppressed),
        }
    }
}

impl Draft {
    /// Whom it could reach, by these figures.
    pub fn scope(&self, figures: &Figures) -> Scope {
        Scope::of(figures, |one| one.segment_id == self.segment_id)
    }

    fn record(&self, figures: &Figures) -> Value {
        let scope = self.scope(figures);
        json!({
            "id": self.id, "workspaceId": self.workspace_id, "title": self.title, "status": self.status,
            "subjectIntent": self.subject_intent, "previewText": self.preview_text,
            "audienceScope": self.audience_scope, "segmentId": self.segment_id,
            "approvalBoundary": self.approval_boundary, "suppressionPolicy": self.suppression_policy,
            "readyRecipientCount": scope.ready, "excludedBySuppressionCount": scope.suppressed,
            "excludedByUnsubscribeCount": scope.unsubscribed, "excludedByMissingConsentCount": scope.missing_consent,
            "sendQueueRowsCreated": false, "providerMessageIdsIncluded": false, "updatedAt": Iso(self.updated_at),
        })
    }
}

/// The drafts. Each is counted for its own segment, and a segment of two drafts counts once in the totals.
pub fn summary(drafts: &[Draft], figures: &Figures) -> Checked<Summary> {
    let scope = Scope::of(figures, |one| drafts.iter().any(|draft| draft.segment_id == one.segment_id));
    let counts = [
        ("broadcastDrafts", i64::try_from(drafts.len()).unwrap_or_default()),
        ("scopedSubscribers", scope.scoped),
        ("consentedSubscribers", scope.consented),
        ("readyRecipients", scope.ready),
        ("suppressedRecipients", scope.suppressed),
        ("unsubscribedRecipients", scope.unsubscribed),
        ("missingConsentRecipients", scope.missing_consent),
        ("activeSuppressionEntries", figures.active_suppressions()),
    ];
    let last = drafts.iter().map(|draft| draft.updated_at).max();
    let more = [
        ("drafts", drafts.iter().map(|draft| draft.record(figures)).collect()),
        ("lastReadinessAt", last.map_or(Value::Null, |at| at.iso().into())),
    ];
    DRAFTS.with(counts, more)
}

const DRAFTS: About = About {
    id: "audience-broadcast-readiness-contract",
    status: "broadcast-readiness-ready",
    issue: 171,
    redaction: own::DRAFTS,
    excluded: &[
        "recipientEmail",
        "recipientName",
        "subscriberEmailHash",
        "suppressionHash",
        "providerMessageId",
        "sendQueuePayload",
        "metadataJson",
    ],
    boundary:
        "Each draft says how many of its own segment could be written to and how many are held back. Nothing is sent.",
};
