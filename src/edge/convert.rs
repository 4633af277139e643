//! The platform's request into ours, our reply into the platform's response.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use futures_util::StreamExt;
use wasm_bindgen::prelude::*;
use worker::{Headers, Request, Response, ResponseBody};

use crate::cx::Task;
use crate::http::req::{BodyError, Source};
use crate::http::{Body, Incoming, Reply};

struct Platform {
    request: Request,
    headers: Headers,
}

impl Source for Platform {
    fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).ok().flatten()
    }

    fn body(&mut self, cap: usize) -> Task<'_, Result<Vec<u8>, BodyError>> {
        Box::pin(async move {
            // With an announced length the runtime holds the sender to it, and dispatch has compared it with the cap.
            if self.header("content-length").is_some() {
                return self.request.bytes().await.map_err(|_| BodyError::Broken);
            }
            let Ok(mut stream) = self.request.stream() else {
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

/// Our view of a request.
pub fn incoming(request: Request) -> worker::Result<Incoming> {
    let (method, url) = (request.inner().method(), request.url()?);
    let headers = Headers(request.inner().headers());
    Ok(Incoming { method, url, source: Box::new(Platform { request, headers }) })
}

#[wasm_bindgen]
extern "C" {
    type RawHeaders;
    #[wasm_bindgen(method, catch)]
    fn set(this: &RawHeaders, name: &JsValue, value: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn append(this: &RawHeaders, name: &JsValue, value: &JsValue) -> Result<(), JsValue>;
}

thread_local! {
    /// The words that this isolate has sent, as JavaScript strings, by their place in the program.
    static WORDS: RefCell<HashMap<(*const u8, usize), JsValue>> = RefCell::new(HashMap::new());
}

/// A text of the program never changes, so it is handed over to JavaScript once per isolate.
fn word(text: &'static str) -> JsValue {
    WORDS.with_borrow_mut(|words| {
        words.entry((text.as_ptr(), text.len())).or_insert_with(|| JsValue::from_str(text)).clone()
    })
}

/// The platform's view of our reply. A private object goes on as the stream that R2 gave us.
pub fn response(reply: Reply) -> worker::Result<Response> {
    let headers = Headers::new();
    for (name, value) in &reply.headers {
        let value = match value {
            Cow::Borrowed(text) => word(text),
            Cow::Owned(text) => JsValue::from_str(text),
        };
        let raw = headers.0.unchecked_ref::<RawHeaders>();
        // Only cookies come more than once, and they must not be joined.
        if *name == "set-cookie" {
            raw.append(&word(name), &value)?;
        } else {
            raw.set(&word(name), &value)?;
        }
    }
    let body = match reply.body {
        Body::Empty => ResponseBody::Empty,
        Body::Html(text) | Body::Json(text) => ResponseBody::Body(text.into_bytes()),
        Body::Image(text) => ResponseBody::Body(text.as_bytes().to_vec()),
        Body::Object(object) => {
            headers.set("content-length", &object.bytes.to_string())?;
            let stream = object.stream.downcast::<ResponseBody>();
            *stream.map_err(|_| worker::Error::RustError("the object is not a stream of this platform".to_owned()))?
        }
    };
    Ok(Response::from_body(body)?.with_headers(headers).with_status(reply.status))
}
