//! Mail by the platform: TCP to a mail server, or the `send_email` binding.

use std::future::Future;
use std::time::Duration;

use futures_util::future::{select, Either};
use futures_util::pin_mut;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::js_sys::{Object, Reflect, Uint8Array};
use worker::web_sys::{ReadableStreamDefaultReader, WritableStreamDefaultWriter};
use worker::worker_sys::{self, Socket};
use worker::{Delay, EmailMessage, Env, SendEmail};

use crate::config::mail::{Security, Smtp};
use crate::cx::{self, PostError, Task};
use crate::kit::bounds::MAIL_TIMEOUT_MS;

/// The platform's post.
pub struct Post(pub Env);

impl cx::Post for Post {
    fn dial<'a>(&'a self, server: &'a Smtp) -> Task<'a, Result<Box<dyn cx::Line>, PostError>> {
        Box::pin(async move {
            let socket = open(server).map_err(|_| failed("the connection could not be opened"))?;
            Line::new(socket).map(|line| Box::new(line) as Box<dyn cx::Line>)
        })
    }

    fn hand_over<'a>(&'a self, from: &'a str, to: &'a str, message: &'a str) -> Task<'a, Result<(), PostError>> {
        Box::pin(async move {
            let binding: SendEmail = self.0.get_binding("EMAIL").map_err(|_| failed("the binding EMAIL is missing"))?;
            let message = EmailMessage::new(from, to, message).map_err(|_| failed("the message was not understood"))?;
            // The platform's words can repeat an address; its code cannot.
            in_time(binding.send(&message)).await?.map(drop).map_err(|error| failed(&code_of(&error)))
        })
    }
}

fn code_of(error: &JsValue) -> String {
    let code = Reflect::get(error, &"code".into()).ok().and_then(|code| code.as_string());
    let plain = code.filter(|code| code.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'));
    format!("the binding refused the mail: {}", plain.as_deref().unwrap_or("no code"))
}

fn open(server: &Smtp) -> Result<Socket, JsValue> {
    let (address, options) = (Object::new(), Object::new());
    Reflect::set(&address, &"hostname".into(), &server.host.as_str().into())?;
    Reflect::set(&address, &"port".into(), &server.port.into())?;
    let transport = match server.security {
        Security::Loopback => "off",
        Security::StartTls => "starttls",
        Security::Tls => "on",
    };
    Reflect::set(&options, &"secureTransport".into(), &transport.into())?;
    worker_sys::connect(address.into(), options.into())
}

/// A connection. Its streams stay locked to one reader and one writer for as long as it lasts.
struct Line {
    /// None once it goes on under TLS: then it belongs to the new line.
    socket: Option<Socket>,
    reader: ReadableStreamDefaultReader,
    writer: WritableStreamDefaultWriter,
}

impl Line {
    fn new(socket: Socket) -> Result<Self, PostError> {
        let broken = |_| failed("the connection has no streams");
        let reader = socket.readable().map_err(broken)?.get_reader().unchecked_into();
        let writer = socket.writable().map_err(broken)?.get_writer().map_err(broken)?;
        Ok(Self { socket: Some(socket), reader, writer })
    }
}

impl Drop for Line {
    /// Ends the connection, however the conversation went.
    fn drop(&mut self) {
        if let Some(socket) = self.socket.take() {
            self.reader.release_lock();
            self.writer.release_lock();
            // It may have ended already; then there is nothing to end.
            let _ = socket.close();
        }
    }
}

impl cx::Line for Line {
    fn read(&mut self) -> Task<'_, Result<Vec<u8>, PostError>> {
        Box::pin(async move {
            let chunk =
                in_time(JsFuture::from(self.reader.read())).await?.map_err(|_| failed("the connection broke"))?;
            let value = Reflect::get(&chunk, &"value".into()).unwrap_or(JsValue::UNDEFINED);
            Ok(if value.is_undefined() { Vec::new() } else { Uint8Array::new(&value).to_vec() })
        })
    }

    fn write<'a>(&'a mut self, bytes: &'a [u8]) -> Task<'a, Result<(), PostError>> {
        Box::pin(async move {
            let chunk = Uint8Array::from(bytes);
            let written = in_time(JsFuture::from(self.writer.write_with_chunk(&chunk))).await?;
            written.map(drop).map_err(|_| failed("the connection broke"))
        })
    }

    fn start_tls(mut self: Box<Self>) -> Result<Box<dyn cx::Line>, PostError> {
        self.reader.release_lock();
        self.writer.release_lock();
        let plain = self.socket.take().ok_or_else(|| failed("the connection has ended"))?;
        let encrypted = plain.start_tls().map_err(|_| failed("TLS could not begin"))?;
        Ok(Box::new(Line::new(encrypted)?))
    }
}

/// The result of a step, unless it takes too long.
async fn in_time<T>(step: impl Future<Output = T>) -> Result<T, PostError> {
    let deadline = Delay::from(Duration::from_millis(u64::from(MAIL_TIMEOUT_MS)));
    pin_mut!(step);
    match select(step, deadline).await {
        Either::Left((done, _)) => Ok(done),
        Either::Right(_) => Err(failed("timed out")),
    }
}

fn failed(cause: &str) -> PostError {
    PostError(cause.to_owned())
}
