//! The clock and the source of randomness.

use wasm_bindgen::JsValue;
use worker::js_sys;

use crate::cx;
use crate::kit::time::Moment;

/// The platform's clock. It stands still while code runs and moves with every wait.
pub struct Clock;

impl cx::Clock for Clock {
    fn now(&self) -> Moment {
        let milliseconds = i64::try_from(worker::Date::now().as_millis()).unwrap_or(i64::MAX);
        Moment::from_unix_seconds(milliseconds / 1_000)
    }
}

/// The platform's cryptographic random source.
pub struct Ids;

impl cx::Ids for Ids {
    /// `crypto.getRandomValues` cannot fail for the few bytes that an id needs; if it ever did, a blank id would be
    /// worse than no answer, so the isolate stops this request.
    #[allow(clippy::panic)]
    fn random(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            panic!("no randomness");
        }
    }
}

/// Makes tasks wake each other through `Promise.then`, which costs a fraction of what the platform's `queueMicrotask`
/// costs: in a profile of a look-up that was the dearest call beside D1's own. The queue of tasks looks once, when it is made, whether there is a
/// `queueMicrotask`; so it is made here, while there is none.
pub fn wake_by_promises() {
    let (global, name) = (js_sys::global(), JsValue::from_str("queueMicrotask"));
    let Ok(original) = js_sys::Reflect::get(&global, &name) else { return };
    if js_sys::Reflect::set(&global, &name, &JsValue::UNDEFINED).is_ok() {
        wasm_bindgen_futures::spawn_local(async {});
        drop(js_sys::Reflect::set(&global, &name, &original));
    }
}
