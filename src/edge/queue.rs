//! The queue port. Messages go as text: as objects they would arrive empty.

use worker::{Env, MessageExt, QueueContentType, QueueRetryOptionsBuilder, RawMessageBuilder};

use crate::cx::{self, Cx, Message, QueueError, Task};
use crate::job;

/// The `QUEUE` binding, looked up when it is needed: a shop whose queue is missing still sells, and its sweep sends.
pub struct Queue(pub Env);

impl cx::Queue for Queue {
    fn send(&self, message: Message) -> Task<'_, Result<(), QueueError>> {
        Box::pin(async move {
            let queue = self.0.queue("QUEUE").map_err(|_| failed("the binding QUEUE is missing"))?;
            let text = job::written(&message).map_err(|_| failed("a message could not be written"))?;
            let raw = RawMessageBuilder::new(text.into()).build_with_content_type(QueueContentType::Text);
            queue.send_raw(raw).await.map_err(|_| failed("the queue took no message"))
        })
    }
}

fn failed(cause: &str) -> QueueError {
    QueueError(cause.to_owned())
}

/// Works on one message, and says whether it is to come again.
pub async fn work(cx: &Cx, message: &worker::RawMessage) -> Option<job::Line> {
    let body = message.body().as_string().unwrap_or_default();
    let taken = job::take(cx, &body).await;
    match taken.again_in_seconds {
        Some(seconds) => {
            message.retry_with_options(&QueueRetryOptionsBuilder::new().with_delay_seconds(seconds).build());
        }
        None => message.ack(),
    }
    taken.line
}
