//! What a record would say now, in each time window, and whether it could be written down.

use serde::Deserialize;
use serde_json::{json, Map, Value};

use super::{sql, ALL};
use crate::cx::Cx;
use crate::db::{At, Batch, Rows};
use crate::evidence::{Evidence, For, Kept, Rung};
use crate::http::Result;

/// The contract's issue of the review of notifications.
const REVIEW_ISSUE: u32 = 269;

/// What few visitors can tell.
pub const SAMPLE_SIZE_CAVEAT: &str =
    "Only what was counted here: different visitors and conversions, no example figures. Few of them say little.";

/// What a record would say now in a window.
#[derive(Clone, Debug, Deserialize)]
pub struct Window {
    /// Its key.
    pub world: String,
    dashboard: Option<String>,
    revision: Option<String>,
    readiness: Option<String>,
    readiness_status: Option<String>,
    review_status: Option<String>,
    thresholds: Option<i64>,
    channel: Option<String>,
    sample: i64,
}

/// All windows, and the ladder in each.
pub struct Standing {
    windows: Vec<Window>,
    rungs: Vec<Rung>,
}

/// A window as the documents show it.
///
/// # Errors
/// None in practice: a window is plain data.
pub fn window(key: &str) -> Result<Value> {
    let known = crate::insight::report::model::Window::named(Some(key));
    Ok(serde_json::to_value(known)?)
}

/// Asks for all windows and the ladder in each: two statements.
pub fn ask(cx: &Cx, batch: &mut Batch) -> Vec<At> {
    vec![batch.add(sql::windows(&cx.tenant, cx.now())), batch.add(sql::ladders(&cx.tenant, cx.now()))]
}

/// The family's part of the summary of a stage.
///
/// # Errors
/// A fault when a row does not decode.
pub fn more(evidence: &'static Evidence, rows: &Rows, at: &[At], eyes: For) -> Result<Map<String, Value>> {
    Standing::read(rows, at)?.part(evidence, eyes)
}

/// `ProviderDomainReadiness`: what the names of a stage are made from.
fn token(evidence: &Evidence) -> &'static str {
    let name = evidence.counts.first().map_or("", |count| count.name);
    name.strip_prefix("notification").and_then(|name| name.strip_suffix("Records")).unwrap_or(name)
}

/// The same as names begin with it.
fn lower(token: &str) -> String {
    let mut letters = token.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

/// The stages whose form of records a request of this one names, with the field that does.
fn named(evidence: &'static Evidence) -> impl Iterator<Item = (&'static str, &'static Evidence)> {
    let of = |name: &'static str| {
        let token_of = name.strip_prefix("expectedNotification")?.strip_suffix("Status")?;
        Some((name, *ALL.iter().find(|kind| token(kind) == token_of)?))
    };
    evidence.fields().filter_map(move |field| of(field.name))
}

/// `expectedNotificationInboxStatus` as the public part says it.
fn told(name: &str) -> String {
    lower(name.strip_prefix("expected").unwrap_or(name))
}

impl Standing {
    /// Reads what [`ask`] asked for.
    ///
    /// # Errors
    /// A fault when a row does not decode.
    pub fn read(rows: &Rows, at: &[At]) -> Result<Self> {
        match at {
            [windows, rungs] => Ok(Self { windows: rows.all(*windows)?, rungs: rows.all(*rungs)? }),
            _ => Ok(Self { windows: Vec::new(), rungs: Vec::new() }),
        }
    }

    /// The ladder of a window.
    pub fn ladder(&self, window: &str) -> Vec<Rung> {
        self.rungs.iter().filter(|rung| rung.world == window).cloned().collect()
    }

    fn rung(&self, window: &Window, kind: &Evidence) -> Option<&Rung> {
        self.rungs.iter().find(|rung| rung.world == window.world && rung.kind == kind.write.kind)
    }

    /// The family's part of the summary of a stage.
    ///
    /// # Errors
    /// A fault when what is kept is not JSON.
    pub fn part(&self, evidence: &'static Evidence, eyes: For) -> Result<Map<String, Value>> {
        let mut part = Map::new();
        let mut add = |name: String, value: Value| drop(part.insert(name, value));
        add("readiness".to_owned(), self.readiness(evidence).into());
        if let Some(words) = words(evidence) {
            add(format!("supported{}Dispositions", token(evidence)), words.into());
            add(format!("default{}Disposition", token(evidence)), words.first().copied().into());
            add("sourceDataRoute".to_owned(), evidence.family.source_route.into());
        }
        let entries: Vec<Map<String, Value>> =
            self.windows.iter().map(|window| self.entry(evidence, window, eyes)).collect::<Result<_>>()?;
        add("currentEvidenceByWindow".to_owned(), entries.into());
        Ok(part)
    }

    fn readiness(&self, evidence: &'static Evidence) -> Map<String, Value> {
        let mut readiness = Map::new();
        let Some(now) = self.windows.first() else { return readiness };
        for (name, value) in [
            ("id", Value::from(now.readiness.clone())),
            ("status", now.readiness_status.clone().into()),
            ("issue", REVIEW_ISSUE.into()),
            ("channelId", now.channel.clone().into()),
            ("dashboardId", now.dashboard.clone().into()),
            ("dashboardRevisionId", now.revision.clone().into()),
            ("ownerReviewStatus", now.review_status.clone().into()),
            ("alertThresholdCount", now.thresholds.into()),
        ] {
            readiness.insert(name.to_owned(), value);
        }
        for (name, kind) in named(evidence) {
            let name = told(name);
            readiness.insert(name.replace("Status", "Issue"), kind.write.issue.into());
            readiness.insert(name, kind.write.contract_status.into());
        }
        readiness
    }

    /// What a record of the stage would say was counted: of the first what is counted now, of the others what the first said.
    fn counted(&self, evidence: &'static Evidence, now: &Window) -> Result<i64> {
        let first = evidence.below.and(ALL.first()).and_then(|first| self.rung(now, first));
        let Some(fields) = first.and_then(|rung| rung.fields_json.as_deref()) else { return Ok(now.sample) };
        let fields: Map<String, Value> = serde_json::from_str(fields)?;
        Ok(fields.get("expectedConversionSampleSize").and_then(Value::as_i64).unwrap_or(now.sample))
    }

    fn entry(&self, evidence: &'static Evidence, now: &Window, eyes: For) -> Result<Map<String, Value>> {
        let mut entry = Map::new();
        for (name, value) in [
            ("timeWindow", window(&now.world)?),
            ("dashboardId", now.dashboard.clone().into()),
            ("dashboardRevisionId", now.revision.clone().into()),
            ("readinessId", now.readiness.clone().into()),
            ("readinessStatus", now.readiness_status.clone().into()),
            ("channelId", now.channel.clone().into()),
            ("ownerReviewStatus", now.review_status.clone().into()),
            ("alertThresholdCount", now.thresholds.into()),
            ("conversionSampleSize", self.counted(evidence, now)?.into()),
            ("sampleSizeCaveat", SAMPLE_SIZE_CAVEAT.into()),
        ] {
            entry.insert(name.to_owned(), value);
        }
        entry.extend(named(evidence).map(|(name, kind)| (told(name), kind.write.contract_status.into())));
        let own = self.rung(now, evidence).filter(|rung| rung.id.is_some() && rung.fresh && rung.linked);
        entry.insert("sampleSizeCaveatAcknowledged".to_owned(), own.is_some().into());
        entry.extend(evidence.reviewed().map(|name| (name.to_owned(), own.is_some().into())));
        match evidence.below {
            None => drop(entry.insert("adminInboxRecordAllowed".to_owned(), now.channel.is_some().into())),
            Some(below) => entry.extend(self.stands_on(evidence, below, now, eyes)?),
        }
        for effect in evidence.effects.iter().filter(|effect| **effect != "rawAnalyticsRowsExposed") {
            entry.insert((*effect).to_owned(), evidence.acts().into());
        }
        entry.extend(["rawRowsIncluded", "privateDataIncluded"].map(|name| (name.to_owned(), evidence.acts().into())));
        Ok(entry)
    }

    /// What the stage stands on in this window.
    fn stands_on(
        &self,
        evidence: &'static Evidence,
        below: &'static Evidence,
        now: &Window,
        eyes: For,
    ) -> Result<Map<String, Value>> {
        let rung = self.rung(now, below);
        let (stage, under) = (token(evidence), token(below));
        let latest = match rung.and_then(Rung::kept) {
            Some(kept) => reference(below, &kept, eyes)?,
            None => Value::Null,
        };
        let holds = rung.is_some_and(|rung| rung.holds);
        let exists = !latest.is_null();
        let checks: Vec<Value> = evidence.checks.iter().map(|check| checked(below, *check, exists)).collect();
        let words = words(evidence).unwrap_or_default();
        let parts = [
            (format!("latest{under}Record"), latest),
            (format!("{}RecordRequired", lower(under)), true.into()),
            (format!("{}RecordCurrent", lower(under)), holds.into()),
            (format!("supported{stage}Dispositions"), words.into()),
            (format!("default{stage}Disposition"), words.first().copied().into()),
            (format!("{}Checklist", lower(stage)), checks.into()),
            ("ownerRecordAllowed".to_owned(), holds.into()),
        ];
        Ok(parts.into_iter().collect())
    }
}

/// What a stage can say.
fn words(evidence: &Evidence) -> Option<&'static [&'static str]> {
    let (field, _) = evidence.opens?;
    Some(evidence.write.words(field))
}

/// A record as the stage above shows it.
fn reference(kind: &Evidence, kept: &Kept, eyes: For) -> Result<Value> {
    let mut record = kind.record(kept, eyes)?;
    for name in ["dashboardId", "recordKind", "privateNoteRecorded", "duplicate"] {
        record.remove(name);
    }
    if let Some((field, _)) = kind.opens {
        record.remove(field);
    }
    record.insert(format!("expectedNotification{}Status", token(kind)), kind.write.contract_status.into());
    Ok(record.into())
}

fn checked(below: &Evidence, (id, state): (&str, &str), exists: bool) -> Value {
    let state = match (state, exists) {
        ("?", true) => "passed",
        ("?", false) => "blocked",
        (state, _) => state,
    };
    let (title, evidence) = match state {
        "passed" => ("This can be looked at", "What is known about it is published here."),
        "blocked" => ("Nothing can go on from here", "Nothing is set up that could send."),
        _ => ("Somebody outside decides this", "It is not part of this program."),
    };
    let title = if id.ends_with("-readiness") && state != "passed" { below.title } else { title };
    json!({ "id": id, "title": title, "status": state, "evidence": evidence })
}
