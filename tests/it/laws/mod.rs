//! What is true of every route, every statement and every file.

mod artefacts;
mod bench_statements;
mod examples;
mod documents;
pub mod evidence;
mod http;
mod licences;
mod parsers;
mod schema;
mod sql;
mod tidy;
mod write_requests;
mod writes;
