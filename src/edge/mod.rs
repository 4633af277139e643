//! The only place that names Cloudflare: events come in, ports go out.
//!
//! Nothing is decided here. A request becomes an `Incoming`, the answer becomes a `Response`, and whatever should be
//! logged is printed once, as one JSON line.

mod convert;
mod d1;
mod outbound;
mod r2;
mod system;

use std::cell::RefCell;
use std::rc::Rc;

use worker::{event, Context, Env, Request, Response, ScheduleContext, ScheduledEvent};

use crate::config::Config;
use crate::cx::{Cx, Ports};
use crate::http::dispatch::{self, Table};
use crate::http::{failure, Error};
use crate::kit::id::{uuid, AuditId, TenantId};
use crate::{cx, payment, route};

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
    convert::response(reply)
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    let result = match prepare(&env) {
        Ok((cx, _)) => payment::sweep::run(&cx).await.map_err(|error| cause(&error)),
        Err(cause) => Err(cause),
    };
    match result {
        Ok(swept) => worker::console_log!(
            "{}",
            serde_json::json!({ "level": "info", "job": "stripe_event_sweep", "seen": swept.seen,
                "recovered": swept.recovered, "unreadable": swept.unreadable })
        ),
        Err(cause) => worker::console_error!(
            "{}",
            serde_json::json!({ "level": "error", "job": "stripe_event_sweep", "cause": cause })
        ),
    }
}

/// The cause of a job's failure, for the log.
fn cause(error: &Error) -> String {
    match error {
        Error::Refused(refused) => refused.refusal.code.to_owned(),
        Error::Upstream(upstream) => upstream.cause.clone(),
        Error::Fault(fault) => format!("{} at {}:{}", fault.cause, fault.at.file(), fault.at.line()),
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
    convert::response(reply)
}
