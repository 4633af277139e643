//! The engine: one request, one batch, one of four outcomes.

use serde_json::{json, Map, Value};

use super::model::{Actor, Expect, Guard, Write};
use super::parse::{self, Parsed};
use super::sql::{self, Receipt, ReceiptRow, TruthRow};
use crate::contract::redaction;
use crate::cx::Cx;
use crate::db::{At, Batch, Rows};
use crate::http::error::{Refusal, Refused};
use crate::http::{Error, Fields, Reply, Req, Result};
use crate::kit::hash;

/// The key stands for another request. The code of most writes; some have their own.
pub const CONFLICT: Refusal =
    Refusal::new(409, "idempotency_conflict", "This idempotency key was used for another request.");

/// The phrase is not there. The code of most writes; some have their own.
pub const UNCONFIRMED: Refusal =
    Refusal::new(400, "confirmation_required", "Type the confirming words exactly as they are shown.");

/// Everybody who needs no session shares one space of keys.
const ANYONE: &str = "anyone";

/// Does a confirmed write.
///
/// # Errors
/// The refusals of [`Write::refusals`]. Nothing is written then.
pub async fn run(cx: &Cx, write: &'static Write, actor: Actor<'_>, req: &Req) -> Result<Reply> {
    let fields = Fields::read(req)?;
    if !fields.is_form() {
        return Ok(done(cx, write, actor, &fields, req).await?.0);
    }
    match done(cx, write, actor, &fields, req).await {
        Ok((_, page, status)) => Ok(Reply::see_other(with_flash(&page, "done", status))),
        Err(Error::Refused(refused)) => {
            let page = (write.page)(&parse::as_sent(write, &fields));
            Ok(Reply::see_other(with_flash(&page, "problem", refused.refusal.code)))
        }
        Err(error) => Err(error),
    }
}

fn with_flash(page: &str, name: &str, code: &str) -> String {
    let joint = if page.contains('?') { '&' } else { '?' };
    format!("{page}{joint}{name}={code}")
}

/// The answer, the page to go back to, and the status.
async fn done(
    cx: &Cx,
    write: &'static Write,
    actor: Actor<'_>,
    fields: &Fields,
    req: &Req,
) -> Result<(Reply, String, &'static str)> {
    let parsed = parse::parse(cx, write, req, fields)?;
    let attempt = Attempt::new(cx, write, actor, &parsed)?;
    let (batch, places) = attempt.batch(write);
    let rows = cx.commit(batch).await?;
    let receipt = match rows.first::<ReceiptRow>(places.receipt)? {
        Some(receipt) if receipt.fingerprint == attempt.fingerprint => receipt,
        Some(_) => return Err(Error::from(write.conflict)),
        None => return Err(why_not(write, &parsed, rows.first(places.truth)?)?),
    };
    let duplicate = receipt.id != attempt.id;
    let records = match (&write.after, places.unfinished) {
        (Some(after), Some(at)) if rows.first::<Value>(at)?.is_some() => {
            let mut finish = Batch::new();
            for stmt in (after.run)(cx, &parsed, &receipt.id).await? {
                finish.add(stmt);
            }
            let places = attempt.records(write, &mut finish);
            read_records(write, &cx.commit(finish).await?, &places)?
        }
        _ => read_records(write, &rows, &places.records)?,
    };
    let status = if duplicate { write.answers.replayed } else { write.answers.recorded };
    let text = answer(write, status, duplicate, &receipt.audit_correlation_id, &records);
    let code = if duplicate { 200 } else { write.answers.created };
    Ok((Reply::json_text(code, text), (write.page)(&parsed), status))
}

/// One try at a write: everything that its statements are made from.
struct Attempt<'a> {
    cx: &'a Cx,
    kind: &'static str,
    id: String,
    actor: String,
    role: &'static str,
    email_hash: Option<String>,
    key: &'a str,
    fingerprint: String,
    phrase_hash: String,
    fields: String,
    expected: String,
    audit: crate::kit::id::AuditId,
    now: crate::kit::time::Moment,
}

/// Where the answers of a batch stand.
struct Places {
    receipt: At,
    truth: At,
    unfinished: Option<At>,
    records: Vec<At>,
}

impl<'a> Attempt<'a> {
    fn new(cx: &'a Cx, write: &'static Write, actor: Actor<'_>, parsed: &'a Parsed) -> Result<Self> {
        let (actor, role, email_hash) = match actor {
            Actor::Owner(owner) => {
                let hash = cx.keyed_hash("actorEmail", owner.email.open())?;
                (owner.user_id.as_str().to_owned(), "owner", Some(hash))
            }
            Actor::Anyone => (ANYONE.to_owned(), ANYONE, None),
        };
        let fields = Value::Object(parsed.fields.clone()).to_string();
        Ok(Self {
            cx,
            kind: write.kind,
            id: format!("{}{}", write.id_prefix, cx.uuid()),
            actor,
            role,
            email_hash,
            key: &parsed.key,
            fingerprint: hash::fingerprint(&[write.kind, &fields]),
            phrase_hash: hash::sha256_hex(write.phrase.as_bytes()),
            fields,
            expected: expected(write, parsed).to_string(),
            audit: cx.fresh_audit(),
            now: cx.now(),
        })
    }

    fn receipt(&self) -> Receipt<'_> {
        Receipt {
            tenant: &self.cx.tenant,
            id: &self.id,
            kind: self.kind,
            actor: &self.actor,
            role: self.role,
            email_hash: self.email_hash.as_deref(),
            key: self.key,
            fingerprint: &self.fingerprint,
            phrase_hash: &self.phrase_hash,
            fields: &self.fields,
            expected: &self.expected,
            audit: &self.audit,
            now: self.now,
        }
    }

    fn batch(&self, write: &Write) -> (Batch, Places) {
        let receipt = self.receipt();
        let mut batch = Batch::new();
        batch.add(sql::record(write.truth.record, &receipt));
        for effect in write.effects {
            batch.add(sql::effect(effect, &receipt));
        }
        batch.add(sql::audit(&receipt, &write.audit));
        let at = batch.add(sql::receipt(&receipt));
        let truth = batch.add(sql::truth(write.truth.select, &receipt));
        let unfinished = write.after.as_ref().map(|after| batch.add(sql::keyed(after.unfinished, &receipt)));
        let records = self.records(write, &mut batch);
        (batch, Places { receipt: at, truth, unfinished, records })
    }

    fn records(&self, write: &Write, batch: &mut Batch) -> Vec<At> {
        let receipt = self.receipt();
        write.answers.records.iter().map(|record| batch.add(sql::keyed(record.query, &receipt))).collect()
    }
}

/// What the truth must be for this request.
fn expected(write: &Write, parsed: &Parsed) -> Value {
    let of = |expect: Expect| match expect {
        Expect::Field(name) => Some(parsed.fields.get(name).cloned().unwrap_or(Value::Null)),
        Expect::Given(name) => parsed.fields.get(name).cloned(),
        Expect::Number(number) => Some(Value::from(number)),
        Expect::Word(word) => Some(Value::from(word)),
    };
    let guards = write.guards.iter().filter_map(|guard| Some((guard.truth.to_owned(), of(guard.expect)?)));
    guards.collect::<Map<_, _>>().into()
}

/// The first guard that the truth does not meet.
fn why_not(write: &Write, parsed: &Parsed, row: Option<TruthRow>) -> Result<Error> {
    let Some(row) = row else {
        return Ok(Error::from(write.truth.missing));
    };
    let truth: Map<String, Value> = serde_json::from_str(&row.truth)?;
    let expected = expected(write, parsed);
    let at = |name: &str| truth.get(name).cloned().unwrap_or(Value::Null);
    let fails = |guard: &&Guard| expected.get(guard.truth).is_some_and(|wanted| *wanted != at(guard.truth));
    let unmet = write.guards.iter().find(fails);
    let Some(guard) = unmet else {
        return Ok(Error::internal(format!("{} was not recorded although nothing forbids it", write.kind)));
    };
    let extra = guard.shows.iter().map(|(name, key)| ((*name).to_owned(), at(key))).collect();
    Ok(Error::Refused(Box::new(Refused { refusal: guard.refusal, extra, headers: Vec::new(), remark: None })))
}

fn read_records(write: &Write, rows: &Rows, places: &[At]) -> Result<Vec<(&'static str, String)>> {
    let of = |record: &super::Record, at: &At| {
        let flagged = |mut text: String| {
            redaction::append_inside(&mut text, record.flags);
            (record.key, text)
        };
        Ok((record.read)(rows, *at)?.map(flagged))
    };
    let read: Result<Vec<_>> = write.answers.records.iter().zip(places).map(|(record, at)| of(record, at)).collect();
    let read: Option<Vec<_>> = read?.into_iter().collect();
    read.ok_or_else(|| Error::internal(format!("{} left no record", write.kind)))
}

fn answer(write: &Write, status: &str, duplicate: bool, audit: &str, records: &[(&'static str, String)]) -> String {
    let issue = write.issue;
    let mut text = format!(
        r#"{{"ok":true,"status":"{status}","issue":{issue},"duplicate":{duplicate},"auditCorrelationId":"{audit}""#
    );
    for (key, record) in records {
        text.push_str(&format!(r#","{key}":{record}"#));
    }
    text.push('}');
    redaction::append(&mut text, write.answers.flags);
    text
}

/// Says what a write takes.
///
/// # Errors
/// Whatever the write's own part of the description says.
pub async fn describe(cx: &Cx, write: &'static Write, req: &Req) -> Result<Reply> {
    let own = (write.describe)(cx, req).await?;
    let confirmation = json!({ "required": true, "text": write.phrase });
    let mut text = format!(
        r#"{{"ok":true,"id":"{}","status":"{}","issue":{},"route":"{}","confirmation":{confirmation}"#,
        write.contract_id, write.contract_status, write.issue, write.path
    );
    for (key, value) in own {
        text.push_str(&format!(r#","{key}":{value}"#));
    }
    text.push('}');
    redaction::append(&mut text, write.answers.flags);
    Ok(Reply::json_text(200, text))
}
