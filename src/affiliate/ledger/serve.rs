//! The handlers of the two writes: the engine's, with the commission added to what they refuse.

use serde_json::{json, Map, Value};

use super::model::{Ledger, FLAGS};
use super::{sql, writes};
use crate::confirm::{self, Actor};
use crate::contract::redaction::Flagged;
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::gate::Owner;
use crate::http::{Error, Reply, Req, Result};

/// `POST /api/affiliates/commission-ledger`. A payment event writes the commission down before anybody can call, so such
/// a commission is answered as a replay: nothing was left to do.
pub async fn create(cx: &Cx, req: &Req) -> Result<Reply> {
    let error = match confirm::run(cx, &writes::CREATE, Actor::Anyone, req).await {
        Err(Error::Refused(refused)) => refused,
        done => return done,
    };
    if error.refusal.code != writes::CHECKOUT_CONFLICT.code {
        return Err(Error::Refused(error));
    }
    let Some((ledger, true)) = ledger_of(cx, &error.extra).await? else {
        return Err(Error::Refused(error));
    };
    let answer = json!({
        "ok": true, "status": writes::CREATE.answers.replayed, "issue": writes::CREATE.issue, "duplicate": true,
        "commissionLedger": ledger,
    });
    Reply::redacted(200, &answer, FLAGS)
}

/// `POST /api/admin/affiliates/commission-ledger/actions`. A refusal shows the commission as it stands.
pub async fn act(cx: &Cx, owner: &Owner, req: &Req) -> Result<Reply> {
    match confirm::run(cx, &writes::ACT, Actor::Owner(owner), req).await {
        Err(Error::Refused(mut refused)) => {
            if let Some((ledger, _)) = ledger_of(cx, &refused.extra).await? {
                refused.extra.insert("commissionLedger".to_owned(), ledger);
            }
            Err(Error::Refused(refused))
        }
        done => done,
    }
}

/// The commission that a refusal is about, and whether a payment event made it.
async fn ledger_of(cx: &Cx, extra: &Map<String, Value>) -> Result<Option<(Value, bool)>> {
    let Some(id) = extra.get(writes::ABOUT).and_then(Value::as_str) else {
        return Ok(None);
    };
    let mut batch = Batch::new();
    let at = batch.add(sql::ledger(&cx.tenant, id));
    let ledger: Option<Ledger> = cx.commit(batch).await?.first(at)?;
    let Some(ledger) = ledger else { return Ok(None) };
    let by_payment = ledger.made_by_payment();
    Ok(Some((serde_json::to_value(Flagged::new(ledger, FLAGS))?, by_payment)))
}
