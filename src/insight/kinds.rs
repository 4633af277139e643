//! The sixteen kinds of evidence about figures, for the public document.

use std::collections::BTreeMap;

use super::notification::current::{token, Standing};
use super::{decision, notification};
use crate::cx::Cx;
use crate::db::{At, Batch, Rows};
use crate::evidence::{self, Evidence, Places, Summary};
use crate::http::Result;

/// All of them, decisions first.
pub fn all() -> impl Iterator<Item = &'static Evidence> {
    std::iter::once(&decision::EVIDENCE).chain(notification::ALL)
}

/// Where in a batch the rows stand.
pub struct Asked {
    kept: Places,
    stages: Vec<At>,
    experiment: Vec<At>,
}

/// Asks for everything: five statements, however many kinds there are.
pub fn ask(cx: &Cx, batch: &mut Batch) -> Asked {
    let kinds: Vec<&'static Evidence> = all().collect();
    Asked {
        kept: evidence::ask(cx, &kinds, batch),
        stages: notification::current::ask(cx, batch),
        experiment: decision::current::ask(cx, batch),
    }
}

/// The sections of the document: a summary and an entry of writes for each kind.
pub struct Sections {
    /// By the name of the section.
    pub sections: BTreeMap<String, Summary>,
    /// Decisions that are shown.
    pub decisions: usize,
}

impl Asked {
    /// Reads what was asked for.
    ///
    /// # Errors
    /// A fault when a row does not decode.
    pub fn read(&self, rows: &Rows) -> Result<Sections> {
        let sight = self.kept.read(rows)?;
        let standing = Standing::read(rows, &self.stages)?;
        let mut sections = BTreeMap::new();
        for kind in all() {
            let part = match kind.record_kind {
                None => decision::current::more(kind, rows, &self.experiment)?,
                Some(_) => standing.part(kind)?,
            };
            let (name, writes) = names(kind);
            sections.insert(name, kind.summary(&sight, part)?);
            sections.insert(writes, kind.contract());
        }
        let own = |kept: &&evidence::Kept| kept.kind == decision::WRITE.kind;
        let decisions = sight.latest.iter().filter(own).count().min(decision::EVIDENCE.latest.1);
        Ok(Sections { sections, decisions })
    }
}

/// What the sections of a kind are called.
fn names(kind: &'static Evidence) -> (String, String) {
    let name = token(kind);
    let more = match (kind.record_kind, kind.below, kind.reviewed().next()) {
        (None, ..) => return ("experimentDecisions".to_owned(), "experimentDecisionWrites".to_owned()),
        (_, None, _) => "Records",
        (_, Some(below), None) if below.below.is_none() => "s",
        _ => "",
    };
    (format!("notification{name}{more}"), format!("notification{name}Writes"))
}
