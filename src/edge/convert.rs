//! The platform's request into ours, our reply into the platform's response.

use futures_util::StreamExt;
use worker::{Headers, Request, Response, ResponseBody};

use crate::cx::Task;
use crate::http::req::{BodyError, Source};
use crate::http::{Body, Incoming, Reply};

struct Platform(Request);

impl Source for Platform {
    fn header(&self, name: &str) -> Option<String> {
        self.0.headers().get(name).ok().flatten()
    }

    fn body(&mut self, cap: usize) -> Task<'_, Result<Vec<u8>, BodyError>> {
        Box::pin(async move {
            // With an announced length the runtime holds the sender to it, and dispatch has compared it with the cap.
            if self.header("content-length").is_some() {
                return self.0.bytes().await.map_err(|_| BodyError::Broken);
            }
            let Ok(mut stream) = self.0.stream() else {
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
    Ok(Incoming { method: request.inner().method(), url: request.url()?, source: Box::new(Platform(request)) })
}

/// The platform's view of our reply. A private object goes on as the stream that R2 gave us.
pub fn response(reply: Reply) -> worker::Result<Response> {
    let headers = Headers::new();
    for (name, value) in &reply.headers {
        // Only cookies come more than once, and they must not be joined.
        if *name == "set-cookie" {
            headers.append(name, value)?;
        } else {
            headers.set(name, value)?;
        }
    }
    let body = match reply.body {
        Body::Empty => ResponseBody::Empty,
        Body::Html(text) | Body::Json(text) => ResponseBody::Body(text.into_bytes()),
        Body::Object(object) => {
            headers.set("content-length", &object.bytes.to_string())?;
            let stream = object.stream.downcast::<ResponseBody>();
            *stream.map_err(|_| worker::Error::RustError("the object is not a stream of this platform".to_owned()))?
        }
    };
    Ok(Response::from_body(body)?.with_headers(headers).with_status(reply.status))
}
