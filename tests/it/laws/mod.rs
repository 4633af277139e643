//! What is true of every route, every statement and every file.

mod artefacts;
<<<<<<< HEAD
mod examples;
=======
mod documents;
>>>>>>> access
mod http;
mod licences;
mod parsers;
mod schema;
mod sql;
mod tidy;
mod writes;
