//! The only place that names Cloudflare: events come in, ports go out.
//!
//! Nothing is decided here. A request becomes an `Incoming`, the answer becomes a `Response`, and whatever should be
//! logged is printed once, as one JSON line.

mod convert;
mod d1;
mod kdf;
mod outbound;
mod post;
mod queue;
mod r2;
mod system;

use std::cell::RefCell;
use std::rc::Rc;

use worker::worker_sys::web_sys::{Request, Response};
use worker::{event, Context, Env, MessageBatch, ScheduleContext, ScheduledEvent};

use crate::config::Config;
use crate::cx::{Cx, Ports};
use crate::http::dispatch::{self, Table};
use crate::http::failure;
use crate::kit::id::{uuid, AuditId, TenantId};
use crate::{cx, job, route};

/// The tenant that answers on the apex host.
const PLATFORM_TENANT: &str = "tenant-platform";

/// What is built once per isolate.
#[derive(Clone)]
struct Built {
    table: Rc<Table>,
    ports: Ports,
    config: Rc<Config>,
    tenant: TenantId,
}

thread_local! {
    static BUILT: RefCell<Option<Built>> = const { RefCell::new(None) };
}

#[event(start)]
fn start() {
    console_error_panic_hook::set_once();
    system::wake_by_promises();
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    let (cx, built) = match prepare(&env) {
        Ok(ready) => ready,
        Err(cause) => return not_ready(&cause),
    };
    let incoming = match convert::incoming(request) {
        Ok(incoming) => incoming,
        Err(cause) => return not_ready(&format!("request: {cause}")),
    };
    let (reply, log) = dispatch::handle(&cx, &built.table, route::HOUSE, incoming).await;
    if let Some(line) = log {
        worker::console_error!("{}", line.0);
    }
    Ok(convert::response(reply)?)
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    match prepare(&env) {
        Ok((cx, _)) => job::tick(&cx).await.iter().for_each(print),
        Err(cause) => print(&job::bad("cron", &cause)),
    }
}

/// What a dead-letter queue's name ends with. Its messages are only noted.
const DEAD: &str = "-dead";

/// Always `Ok`: an error here would be a panic. Each message is taken or comes again by itself.
#[event(queue)]
async fn queue(batch: MessageBatch<()>, env: Env, _context: Context) -> worker::Result<()> {
    if batch.queue().ends_with(DEAD) {
        batch.raw_iter().for_each(|_| print(&job::give_up()));
        batch.ack_all();
        return Ok(());
    }
    match prepare(&env) {
        Ok((cx, _)) => {
            for message in batch.raw_iter() {
                queue::work(&cx, &message).await.iter().for_each(print);
            }
        }
        Err(cause) => {
            print(&job::bad("queue", &cause));
            batch.retry_all();
        }
    }
    Ok(())
}

/// Prints a line where it belongs.
fn print(line: &job::Line) {
    if line.bad {
        worker::console_error!("{}", line.text);
    } else {
        worker::console_log!("{}", line.text);
    }
}

/// The ports of this invocation around what is built once per isolate. The text of a failure is for the log.
fn prepare(env: &Env) -> Result<(Cx, Built), String> {
    let built = BUILT.with_borrow_mut(|slot| match slot {
        Some(built) => Ok(built.clone()),
        None => build(env).map(|built| slot.insert(built).clone()),
    })?;
    let cx = Cx { ports: built.ports.clone(), config: built.config.clone(), tenant: built.tenant.clone() };
    Ok((cx, built))
}

fn build(env: &Env) -> Result<Built, String> {
    let setting = |name: &str| env.var(name).ok().map(|value| value.to_string());
    let ports = Ports {
        db: Rc::new(d1::Database::new(env)?),
        objects: Rc::new(r2::Objects::new(env)?),
        outbound: Rc::new(outbound::Http),
        queue: Rc::new(queue::Queue(env.clone())),
        post: Rc::new(post::Post(env.clone())),
        kdf: Rc::new(kdf::Kdf),
        clock: Rc::new(system::Clock),
        ids: Rc::new(system::Ids),
    };
    Ok(Built {
        ports,
        table: Rc::new(route::table().map_err(|error| error.to_string())?),
        config: Rc::new(Config::read(setting).map_err(|error| error.to_string())?),
        tenant: TenantId::parse(PLATFORM_TENANT).ok_or("the platform tenant has a malformed id")?,
    })
}

/// The deployment is incomplete: a binding or a setting is missing.
fn not_ready(cause: &str) -> worker::Result<Response> {
    let mut bytes = [0_u8; 16];
    cx::Ids::random(&system::Ids, &mut bytes);
    let correlation = AuditId::from_uuid(&uuid(bytes));
    let (reply, line) = failure::not_set_up(cause, correlation.as_str());
    worker::console_error!("{}", line.0);
    Ok(convert::response(reply)?)
}
