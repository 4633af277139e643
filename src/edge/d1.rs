//! The database port on D1: every batch is one call.
//!
//! Talks to the binding directly rather than through `worker::d1`, for two reasons: the rows of a whole batch come over
//! as one text of JSON lines (one crossing instead of one per field), and D1's errors are read as their message alone,
//! which the wrapper's `Display` cannot do without throwing.

use std::cell::RefCell;
use std::collections::HashMap;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use worker::js_sys::{Array, Reflect, Uint8Array, JSON};
use worker::{D1Database, Env};

use crate::cx::{self, Task};
use crate::db::{Batch, DbError, Query, Rows, Value};

#[wasm_bindgen]
extern "C" {
    type Binding;
    #[wasm_bindgen(method, catch)]
    fn prepare(this: &Binding, sql: &JsValue) -> Result<Prepared, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn batch(this: &Binding, statements: &Array) -> Result<js_sys::Promise, JsValue>;

    type Prepared;
    #[wasm_bindgen(method, catch, variadic)]
    fn bind(this: &Prepared, values: &JsValue) -> Result<JsValue, JsValue>;

    type Answer;
    #[wasm_bindgen(method, getter)]
    fn results(this: &Answer) -> JsValue;

    type TextEncoder;
    #[wasm_bindgen(constructor)]
    fn new() -> TextEncoder;
    #[wasm_bindgen(method)]
    fn encode(this: &TextEncoder, text: &JsValue) -> Uint8Array;

    #[wasm_bindgen(extends = Array)]
    type Lines;
    #[wasm_bindgen(method)]
    fn join(this: &Lines, between: &JsValue) -> JsValue;
}

/// The `DB` binding.
pub struct Database(Binding);

impl Database {
    /// Takes the binding from the environment.
    pub fn new(env: &Env) -> Result<Self, String> {
        let database: D1Database = env.d1("DB").map_err(|_| "the D1 binding DB is missing")?;
        Ok(Self(JsValue::from(database).unchecked_into()))
    }

    /// Binds every statement. All values go over as one text, too: each string by itself is a call of the decoder.
    fn bound(&self, batch: &Batch) -> Result<Array, JsValue> {
        let values: Vec<&[Value]> = batch.statements().iter().map(|stmt| stmt.values.as_slice()).collect();
        let text = serde_json::to_string(&values).map_err(|_| JsValue::from_str("values are not JSON"))?;
        let values: Array = JSON::parse(&text)?.unchecked_into();
        let statements = Array::new();
        for (stmt, values) in batch.statements().iter().zip(values.iter()) {
            let prepared = self.0.prepare(&text_of(stmt.query))?;
            statements.push(&prepared.bind(&values)?);
        }
        Ok(statements)
    }

    async fn run(&self, batch: &Batch) -> Result<Rows, DbError> {
        let statements = self.bound(batch).map_err(|error| failed(&error))?;
        let promise = self.0.batch(&statements).map_err(|error| failed(&error))?;
        let answer = JsFuture::from(promise).await.map_err(|error| failed(&error))?;
        lines(&answer.unchecked_into()).map_err(|error| failed(&error))
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
    static ENCODER: TextEncoder = TextEncoder::new();
    static LINE_BREAK: JsValue = JsValue::from_str("\n");
}

/// The rows of each statement as a line of JSON. The platform's encoder makes the bytes: wasm-bindgen's own way of taking
/// a string over looks at one character after the other, which is as dear as parsing the rows.
fn lines(answer: &Array) -> Result<Rows, JsValue> {
    let lines: Lines = Array::new().unchecked_into();
    for result in answer.iter() {
        let rows = result.unchecked_into::<Answer>().results();
        lines.push(&JSON::stringify(&rows)?.into());
    }
    let text = LINE_BREAK.with(|between| lines.join(between));
    let bytes = ENCODER.with(|encoder| encoder.encode(&text).to_vec());
    String::from_utf8(bytes).map(Rows::new).map_err(|_| JsValue::from_str("the rows are not UTF-8"))
}

/// A statement's text. It never changes, so it is handed over to JavaScript once per isolate.
fn text_of(query: &'static Query) -> JsValue {
    TEXTS.with_borrow_mut(|texts| {
        texts.entry(std::ptr::from_ref(query)).or_insert_with(|| JsValue::from_str(query.sql)).clone()
    })
}

/// The message of a D1 error. It names tables and columns, never values.
fn failed(error: &JsValue) -> DbError {
    let message = Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string());
    DbError::Failed(message.unwrap_or_else(|| "unknown error".to_owned()))
}
