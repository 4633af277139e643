//! The handlers of the owner's pages about people, one read batch each.

use serde_json::Value;

use super::model::{Happening, Person, Wanted};
use super::{page, sql};
use crate::audience::broadcast::draft::Draft;
use crate::audience::broadcast::sql as broadcasts;
use crate::audience::document::figures::Figures;
use crate::audience::document::{self, serve::Workspace};
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::error::common;
use crate::http::gate::Owner;
use crate::http::{Error, Reply, Req, Result};
use crate::kit::bounds::AUDIENCE_PAGE_ROWS;

/// `GET /admin/audience`.
pub async fn desk(cx: &Cx, _owner: &Owner, req: &Req) -> Result<Reply> {
    let wanted = Wanted::of(req);
    let mut batch = Batch::new();
    let people = batch.add(sql::people(&cx.tenant, &wanted));
    let figures = Figures::ask(cx, &mut batch);
    let workspaces = batch.add(document::sql::workspaces(&cx.tenant));
    let drafts = batch.add(broadcasts::drafts(&cx.tenant));
    let rows = cx.commit(batch).await?;
    let mut people: Vec<Person> = rows.all(people)?;
    let shown = usize::try_from(AUDIENCE_PAGE_ROWS).unwrap_or_default();
    let more = people.len() > shown;
    people.truncate(shown);
    let workspaces: Vec<Value> = Workspace::read(&rows, workspaces)?;
    let view = page::Desk {
        next: people.last().filter(|_| more).map(|last| wanted.next(last)),
        people: &people,
        wanted: &wanted,
        figures: &Figures::read(&rows, &figures)?,
        workspaces: &workspaces,
        drafts: &rows.all::<Draft>(drafts)?,
        steps: maud::Markup::default(),
        flash: maud::Markup::default(),
    };
    Ok(Reply::page(200, page::desk(&view)))
}

/// `GET /admin/audience/{id}`.
pub async fn person(cx: &Cx, _owner: &Owner, req: &Req) -> Result<Reply> {
    let mut batch = Batch::new();
    let id = req.param("id");
    let (person, story) = (batch.add(sql::person(&cx.tenant, id)), batch.add(sql::story(&cx.tenant, id)));
    let rows = cx.commit(batch).await?;
    let person: Person = rows.first(person)?.ok_or_else(|| Error::from(&common::NOT_FOUND))?;
    let view = page::Profile {
        person: &person,
        story: &rows.all::<Happening>(story)?,
        form: maud::Markup::default(),
        flash: maud::Markup::default(),
    };
    Ok(Reply::page(200, page::profile(&view)))
}
