//! The platform's request into ours, our reply into the platform's response.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use futures_util::StreamExt;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use worker::js_sys::Uint8Array;
use worker::worker_sys::web_sys::{Request, Response, ResponseInit};
use worker::ResponseBody;

use crate::cx::Task;
use crate::http::reply::Header;
use crate::http::req::{BodyError, Source};
use crate::http::{Body, Incoming, Reply};

struct Platform {
    request: Request,
    headers: RawHeaders,
}

impl Source for Platform {
    fn header(&self, name: &'static str) -> Option<String> {
        self.headers.get(&word(name)).ok().flatten()
    }

    fn body(&mut self, cap: usize) -> Task<'_, Result<Vec<u8>, BodyError>> {
        Box::pin(async move {
            // With an announced length the runtime holds the sender to it, and dispatch has compared it with the cap.
            if self.header("content-length").is_some() {
                let buffer = JsFuture::from(self.request.array_buffer().map_err(broken)?).await.map_err(broken)?;
                return Ok(Uint8Array::new(&buffer).to_vec());
            }
            let Ok(mut stream) = worker::Request::from(Clone::clone(&self.request)).stream() else {
                return Ok(Vec::new());
            };
            let mut body = Vec::new();
            while let Some(chunk) = stream.next().await {
                body.extend(chunk.map_err(|_| BodyError::Broken)?);
                if body.len() > cap {
                    return Err(BodyError::TooLarge);
                }
            }
            Ok(body)
        })
    }
}

fn broken(_: JsValue) -> BodyError {
    BodyError::Broken
}

/// Our view of a request. The platform's own type is used as it comes: the wrapper of `worker` copies every part of it.
pub fn incoming(request: Request) -> Result<Incoming, url::ParseError> {
    let (method, url) = (request.method(), request.url().parse()?);
    let headers = request.headers().unchecked_into();
    Ok(Incoming { method, url, source: Box::new(Platform { request, headers }) })
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Headers)]
    type RawHeaders;
    #[wasm_bindgen(constructor, js_class = "Headers")]
    fn copy(headers: &JsValue) -> RawHeaders;
    #[wasm_bindgen(method, catch)]
    fn get(this: &RawHeaders, name: &JsValue) -> Result<Option<String>, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn set(this: &RawHeaders, name: &JsValue, value: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn append(this: &RawHeaders, name: &JsValue, value: &str) -> Result<(), JsValue>;
}

/// Headers that are texts of the program, by their places in it.
type Fixed = Vec<(*const str, *const str)>;

thread_local! {
    /// Every set of fixed headers that this isolate has sent. There are as many as the program has kinds of answers.
    static FIXED: RefCell<HashMap<Fixed, JsValue>> = RefCell::new(HashMap::new());
    /// The names of headers as JavaScript strings, by their places in the program.
    static WORDS: RefCell<HashMap<*const str, JsValue>> = RefCell::new(HashMap::new());
}

/// A text of the program never changes, so it is handed over to JavaScript once per isolate.
fn word(text: &'static str) -> JsValue {
    WORDS.with_borrow_mut(|words| words.entry(text).or_insert_with(|| JsValue::from_str(text)).clone())
}

/// The headers of a reply. Those that never change are handed over to JavaScript once per isolate: a response copies
/// the headers that it is made with. Only where others join them is a copy made here.
fn headers(reply: &Reply) -> Result<JsValue, JsValue> {
    let fixed = |(name, value): &Header| match value {
        Cow::Borrowed(value) => Some((std::ptr::from_ref::<str>(name), std::ptr::from_ref::<str>(value))),
        Cow::Owned(_) => None,
    };
    let key: Fixed = reply.headers.iter().filter_map(fixed).collect();
    let shared = FIXED.with_borrow_mut(|known| match known.get(&key) {
        Some(headers) => Ok(headers.clone()),
        None => {
            let headers = joined(&JsValue::UNDEFINED, reply, |value| matches!(value, Cow::Borrowed(_)))?;
            known.insert(key, headers.clone());
            Ok::<_, JsValue>(headers)
        }
    })?;
    if reply.headers.iter().all(|(_, value)| matches!(value, Cow::Borrowed(_))) {
        return Ok(shared);
    }
    joined(&shared, reply, |value| matches!(value, Cow::Owned(_)))
}

/// A copy of some headers, with those of a reply that are `wanted`.
fn joined(others: &JsValue, reply: &Reply, wanted: fn(&Cow<'static, str>) -> bool) -> Result<JsValue, JsValue> {
    let headers = RawHeaders::copy(others);
    for (name, value) in reply.headers.iter().filter(|(_, value)| wanted(value)) {
        // Only cookies come more than once, and they must not be joined.
        if *name == "set-cookie" {
            headers.append(&word(name), value)?;
        } else {
            headers.set(&word(name), value)?;
        }
    }
    Ok(headers.into())
}

/// The platform's view of our reply. A private object goes on as the stream that R2 gave us.
pub fn response(mut reply: Reply) -> Result<Response, JsValue> {
    if let Body::Object(object) = &reply.body {
        reply.headers.push(("content-length", object.bytes.to_string().into()));
    }
    let init = ResponseInit::new();
    init.set_status(reply.status);
    init.set_headers(&headers(&reply)?);
    match reply.body {
        Body::Empty => Response::new_with_opt_str_and_init(None, &init),
        Body::Html(text) | Body::Json(text) => written(text.as_bytes(), &init),
        Body::Image(text) => written(text.as_bytes(), &init),
        Body::Object(object) => match object.stream.downcast::<ResponseBody>().map(|body| *body) {
            Ok(ResponseBody::Stream(stream)) => Response::new_with_opt_readable_stream_and_init(Some(&stream), &init),
            _ => Err(JsValue::from_str("the object is not a stream of this platform")),
        },
    }
}

fn written(bytes: &[u8], init: &ResponseInit) -> Result<Response, JsValue> {
    Response::new_with_opt_buffer_source_and_init(Some(&Uint8Array::from(bytes)), init)
}
