//! The kinds of evidence in the document: how a record of each is made, and what is recorded.

use std::collections::BTreeMap;

use crate::cx::Cx;
use crate::db::{At, Batch, Rows};
use crate::evidence::{self, Evidence, For, Places, Summary};
use crate::http::Result;
use crate::insight::notification::current::Standing;
use crate::insight::{decision, notification};

/// Where in a batch the rows of all kinds stand.
pub struct Asked {
    records: Places,
    stages: Vec<At>,
    decision: Vec<At>,
}

/// Asks for all kinds: five statements, however many kinds there are.
pub fn ask(cx: &Cx, batch: &mut Batch) -> Asked {
    let kinds: Vec<&'static Evidence> = notification::ALL.iter().copied().chain([&decision::EVIDENCE]).collect();
    Asked {
        records: evidence::ask(cx, &kinds, batch),
        stages: notification::current::ask(cx, batch),
        decision: decision::current::ask(cx, batch),
    }
}

/// The document's entries of all kinds, and how many decisions it shows.
///
/// # Errors
/// A fault when a row does not decode.
pub fn read(rows: &Rows, at: &Asked) -> Result<(BTreeMap<String, Summary>, usize)> {
    let (sight, standing) = (at.records.read(rows)?, Standing::read(rows, &at.stages)?);
    let mut entries = BTreeMap::new();
    for kind in notification::ALL {
        let [writes, records] = names(kind);
        entries.insert(writes, kind.contract());
        entries.insert(records, kind.summary(&sight, standing.part(kind, For::Everybody)?, For::Everybody)?);
    }
    let kind = &decision::EVIDENCE;
    let [writes, records] = names(kind);
    let more = decision::current::more(kind, rows, &at.decision, For::Everybody)?;
    let summary = kind.summary(&sight, more, For::Everybody)?;
    let shown = summary.0.get(kind.latest.0).and_then(serde_json::Value::as_array).map_or(0, Vec::len);
    entries.insert(writes, kind.contract());
    entries.insert(records, summary);
    Ok((entries, shown))
}

/// What the entries of a kind are called: its writes, and its records. A kind is named after its first count.
fn names(kind: &Evidence) -> [String; 2] {
    let count = kind.counts.first().map_or("", |count| count.name);
    let stem = count.strip_suffix("Records").or_else(|| count.strip_suffix('s')).unwrap_or(count);
    let records = match stem {
        "notificationInbox" => count.to_owned(),
        stem if stem.ends_with("Readiness") => stem.to_owned(),
        stem => format!("{stem}s"),
    };
    [format!("{stem}Writes"), records]
}
