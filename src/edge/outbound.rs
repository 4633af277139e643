//! HTTP to providers through `fetch`, with a deadline over the whole answer.

use std::time::Duration;

use futures_util::future::{select, Either};
use futures_util::{pin_mut, StreamExt};
use worker::{AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response};

use crate::cx::{Outbound, OutboundAnswer, OutboundError, OutboundRequest, Task};
use crate::kit::bounds::STRIPE_ANSWER_MAX_BYTES;

/// The platform's `fetch`.
pub struct Http;

impl Outbound for Http {
    fn send(&self, request: OutboundRequest) -> Task<'_, Result<OutboundAnswer, OutboundError>> {
        Box::pin(async move {
            let controller = AbortController::default();
            let signal = controller.signal();
            let deadline = Delay::from(Duration::from_millis(u64::from(request.timeout_ms)));
            let exchange = exchange(&request, &signal);
            pin_mut!(exchange);
            match select(exchange, deadline).await {
                Either::Left((answer, _)) => answer,
                Either::Right(_) => {
                    controller.abort();
                    Err(OutboundError::Timeout)
                }
            }
        })
    }

    fn pause(&self, milliseconds: u32) -> Task<'_, ()> {
        Box::pin(Delay::from(Duration::from_millis(u64::from(milliseconds))))
    }
}

async fn exchange(request: &OutboundRequest, signal: &worker::AbortSignal) -> Result<OutboundAnswer, OutboundError> {
    let built = build(request).map_err(|_| OutboundError::Connection)?;
    let mut response = Fetch::Request(built).send_with_signal(signal).await.map_err(|_| OutboundError::Connection)?;
    let should_retry = response.headers().get("stripe-should-retry").ok().flatten().map(|value| value == "true");
    let body = read(&mut response).await?;
    Ok(OutboundAnswer { status: response.status_code(), should_retry, body })
}

fn build(request: &OutboundRequest) -> worker::Result<Request> {
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::from(request.method.to_owned()))
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual);
    if let Some(body) = &request.body {
        init.with_body(Some(body.as_str().into()));
    }
    Request::new_with_init(&request.url, &init)
}

async fn read(response: &mut Response) -> Result<Vec<u8>, OutboundError> {
    let mut stream = response.stream().map_err(|_| OutboundError::Connection)?;
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        body.extend(chunk.map_err(|_| OutboundError::Connection)?);
        if body.len() > STRIPE_ANSWER_MAX_BYTES {
            return Err(OutboundError::TooLarge);
        }
    }
    Ok(body)
}
