//! The database port on D1: every batch is one call.
//!
//! Talks to the binding directly rather than through `worker::d1`, for two reasons: rows come over as one JSON text per
//! statement (one crossing instead of one per field), and D1's errors are read as their message alone, which the
//! wrapper's `Display` cannot do without throwing.

use std::cell::RefCell;
use std::collections::HashMap;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use worker::js_sys::{Array, Reflect, JSON};
use worker::{D1Database, Env};

use crate::cx::{self, Task};
use crate::db::{Batch, DbError, Query, Rows, Stmt, Value};

#[wasm_bindgen]
extern "C" {
    type Binding;
    #[wasm_bindgen(method, catch)]
    fn prepare(this: &Binding, sql: &JsValue) -> Result<Prepared, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn batch(this: &Binding, statements: &Array) -> Result<js_sys::Promise, JsValue>;

    type Prepared;
    #[wasm_bindgen(method, catch, variadic)]
    fn bind(this: &Prepared, values: &Array) -> Result<JsValue, JsValue>;
}

/// The `DB` binding.
pub struct Database(Binding);

impl Database {
    /// Takes the binding from the environment.
    pub fn new(env: &Env) -> Result<Self, String> {
        let database: D1Database = env.d1("DB").map_err(|_| "the D1 binding DB is missing")?;
        Ok(Self(JsValue::from(database).unchecked_into()))
    }

    fn bound(&self, stmt: &Stmt) -> Result<JsValue, JsValue> {
        let prepared = self.0.prepare(&text_of(stmt.query))?;
        let values: Array = stmt.values.iter().map(js_value).collect();
        prepared.bind(&values)
    }

    async fn run(&self, batch: &Batch) -> Result<Rows, DbError> {
        let statements = Array::new();
        for stmt in batch.statements() {
            statements.push(&self.bound(stmt).map_err(|error| failed(&error))?);
        }
        let promise = self.0.batch(&statements).map_err(|error| failed(&error))?;
        let answer = JsFuture::from(promise).await.map_err(|error| failed(&error))?;
        let answer: Array = answer.unchecked_into();
        let rows = answer.iter().map(|result| {
            let rows = Reflect::get(&result, &"results".into())?;
            JSON::stringify(&rows).map(String::from)
        });
        rows.collect::<Result<_, JsValue>>().map(Rows::new).map_err(|error| failed(&error))
    }
}

impl cx::Database for Database {
    fn commit(&self, batch: Batch) -> Task<'_, Result<Rows, DbError>> {
        Box::pin(async move { self.run(&batch).await })
    }
}

thread_local! {
    /// The statements that this isolate has used, as JavaScript strings, by the address of their `Query`.
    static TEXTS: RefCell<HashMap<*const Query, JsValue>> = RefCell::new(HashMap::new());
}

/// A statement's text. It never changes, so it is handed over to JavaScript once per isolate.
fn text_of(query: &'static Query) -> JsValue {
    TEXTS.with_borrow_mut(|texts| {
        texts.entry(std::ptr::from_ref(query)).or_insert_with(|| JsValue::from_str(query.sql)).clone()
    })
}

/// A JavaScript number is exact up to 2^53, and `Value` holds nothing larger.
#[allow(clippy::cast_precision_loss)]
fn js_value(value: &Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        Value::Integer(value) => JsValue::from_f64(*value as f64),
        Value::Text(text) => JsValue::from_str(text),
    }
}

/// The message of a D1 error. It names tables and columns, never values.
fn failed(error: &JsValue) -> DbError {
    let message = Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string());
    DbError::Failed(message.unwrap_or_else(|| "unknown error".to_owned()))
}
