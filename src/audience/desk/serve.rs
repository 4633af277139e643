//! The handlers of the owner's pages about people, one read batch each.

use serde_json::{Map, Value};

use super::model::{Happening, Person, Wanted, ABOUT};
use super::{page, sql, WRITES};
use crate::audience::broadcast::draft::Draft;
use crate::audience::broadcast::sql as broadcasts;
use crate::audience::document::figures::Figures;
use crate::audience::document::{self, serve::Workspace};
use crate::audience::evidence;
use crate::confirm::page as forms;
use crate::confirm::sql::look;
use crate::cx::Cx;
use crate::db::{At, Batch, Query, Rows, Stmt};
use crate::evidence::summary::expected;
use crate::evidence::{Evidence, Rung};
use crate::http::error::common;
use crate::http::gate::Owner;
use crate::http::{Error, Reply, Req, Result};
use crate::kit::bounds::AUDIENCE_PAGE_ROWS;
use crate::kit::id::TenantId;
use crate::kit::time::Moment;

/// The kinds of a ladder, and where in a batch its rungs and the truths of the kinds stand.
type Asked = (&'static [&'static Evidence], At, Vec<At>);

/// The rungs of a ladder, and what a request of each kind must say now.
pub type Recorded = (Vec<Rung>, Vec<Map<String, Value>>);

/// The two ladders of the desk.
struct Steps([Asked; 2]);

/// The two ladders with what is recorded.
pub struct Ladders {
    /// Towards an import.
    pub imports: Recorded,
    /// Towards a broadcast.
    pub broadcasts: Recorded,
}

impl Steps {
    /// Asks for the rungs, and for what a request of each kind must say now.
    fn ask(cx: &Cx, req: &Req, batch: &mut Batch) -> Self {
        let named = |name: &str| req.query(&[name]).map(|id| (name.to_owned(), Value::from(id)));
        let fields: Value = ABOUT.into_iter().filter_map(named).collect::<Map<_, _>>().into();
        let mut of = |kinds: &'static [&'static Evidence], ladder: Ask| {
            let rungs = batch.add(ladder(&cx.tenant, &fields, cx.now()));
            let mut asked: Vec<(&'static Query, At)> = Vec::new();
            let truths = kinds.iter().map(|kind| {
                let select = kind.write.truth.select;
                // Kinds that share a truth share its answer.
                let known = asked.iter().find(|(known, _)| std::ptr::eq(*known, select)).map(|(_, at)| *at);
                known.unwrap_or_else(|| {
                    let at = batch.add(look(select, &cx.tenant, &fields, cx.now()));
                    asked.push((select, at));
                    at
                })
            });
            (kinds, rungs, truths.collect())
        };
        Self([
            of(&evidence::IMPORTS, evidence::sql::import_ladder),
            of(&evidence::BROADCASTS, evidence::sql::broadcast_ladder),
        ])
    }

    fn read(&self, rows: &Rows) -> Result<Ladders> {
        let of = |(kinds, rungs, truths): &Asked| -> Result<Recorded> {
            let expected =
                kinds.iter().zip(truths).map(|(kind, at)| expected(kind, rows, *at)).collect::<Result<_>>()?;
            Ok((rows.all(*rungs)?, expected))
        };
        let [imports, broadcasts] = &self.0;
        Ok(Ladders { imports: of(imports)?, broadcasts: of(broadcasts)? })
    }
}

/// Binds the statement of a ladder.
type Ask = fn(&TenantId, &Value, Moment) -> Stmt;

/// `GET /admin/audience`.
pub async fn desk(cx: &Cx, _owner: &Owner, req: &Req) -> Result<Reply> {
    let wanted = Wanted::of(req);
    let mut batch = Batch::new();
    let people = batch.add(sql::people(&cx.tenant, &wanted));
    let figures = Figures::ask(cx, &mut batch);
    let workspaces = batch.add(document::sql::workspaces(&cx.tenant));
    let drafts = batch.add(broadcasts::drafts(&cx.tenant));
    let steps = Steps::ask(cx, req, &mut batch);
    let rows = cx.commit(batch).await?;
    let mut people: Vec<Person> = rows.all(people)?;
    let shown = usize::try_from(AUDIENCE_PAGE_ROWS).unwrap_or_default();
    let more = people.len() > shown;
    people.truncate(shown);
    let workspaces: Vec<Value> = Workspace::read(&rows, workspaces)?;
    let drafts: Vec<Draft> = rows.all(drafts)?;
    let named = req.query(&["draftId"]);
    let view = page::Desk {
        next: people.last().filter(|_| more).map(|last| wanted.next(last)),
        people: &people,
        wanted: &wanted,
        figures: &Figures::read(&rows, &figures)?,
        workspaces: &workspaces,
        draft: drafts.iter().find(|draft| named.as_ref().is_none_or(|named| draft.id == **named)),
        drafts: &drafts,
        steps: steps.read(&rows)?,
        flash: forms::flash(req, WRITES),
    };
    Ok(Reply::page(200, page::desk(cx, &view)))
}

/// `GET /admin/audience/{id}`.
pub async fn person(cx: &Cx, _owner: &Owner, req: &Req) -> Result<Reply> {
    let mut batch = Batch::new();
    let id = req.param("id");
    let (person, story) = (batch.add(sql::person(&cx.tenant, id)), batch.add(sql::story(&cx.tenant, id)));
    let rows = cx.commit(batch).await?;
    let person: Person = rows.first(person)?.ok_or_else(|| Error::from(&common::NOT_FOUND))?;
    let view =
        page::Profile { person: &person, story: &rows.all::<Happening>(story)?, flash: forms::flash(req, WRITES) };
    Ok(Reply::page(200, page::profile(cx, &view)))
}
