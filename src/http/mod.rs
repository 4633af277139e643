//! What a request is, what an answer is, and what may go wrong; nothing of the product and nothing of the platform.

pub mod dispatch;
pub mod error;
pub mod etag;
pub mod failure;
pub mod fields;
pub mod gate;
pub mod key;
pub mod origin;
pub mod reply;
pub mod req;
pub mod route;

pub use error::{Error, Fault, Refusal, Result, Upstream};
pub use fields::Fields;
pub use reply::{Body, Reply};
pub use req::{Incoming, Req, Verb};
pub use route::{Answer, Gate, Route, Shape};
