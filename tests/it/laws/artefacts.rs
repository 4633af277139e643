//! Files that tests write: `UPDATE=1 cargo test` refreshes them, and a stale one fails with that command.

use std::collections::{BTreeMap, BTreeSet};

use bumpgrade::confirm::{parse, Field, Step, Takes, Write};
use bumpgrade::http::error::{common, Refusal};
use bumpgrade::http::route::Media;
use bumpgrade::http::{Gate, Route, Shape, Verb};
use bumpgrade::kit::bounds::WRITE_NUMBER_MAX;
use bumpgrade::route;
use schemars::generate::SchemaSettings;
use schemars::SchemaGenerator;
use serde_json::{json, Map, Value};

use crate::shop::migrated;

/// Compares a file with what it must hold, or writes it.
pub fn compare(path: &str, text: &str) {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, text).unwrap();
        return;
    }
    let known = std::fs::read_to_string(path).unwrap_or_default();
    assert!(known == text, "{path} is stale; run UPDATE=1 cargo test and review the change");
}

#[test]
fn the_database_on_one_page_is_the_sum_of_all_migrations() {
    let connection = migrated();
    let mut statement = connection
        .prepare(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
             ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, name",
        )
        .unwrap();
    let parts: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let head = "-- Written by a test from migrations/. Read this, edit those.\n\n";
    compare("schema/database.sql", &format!("{head}{};\n", parts.join(";\n\n")));
}

#[test]
fn the_openapi_document_is_the_route_table() {
    let mut generator =
        SchemaSettings::draft2020_12().with(|it| it.definitions_path = "/components/schemas".into()).into_generator();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for route in route::all() {
        let operation = operation(route, &mut generator);
        paths.entry(route.path).or_default().insert(route.verb.as_str().to_lowercase(), operation);
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Bumpgrade", "version": env!("CARGO_PKG_VERSION"), "description": "Creator commerce at the edge." },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": { "stripeSignature": { "type": "apiKey", "in": "header", "name": "Stripe-Signature" } }
        }
    });
    compare("schema/openapi.json", &format!("{}\n", serde_json::to_string_pretty(&document).unwrap()));
}

#[test]
fn every_public_document_has_a_schema() {
    let mut written = BTreeSet::new();
    for (name, schema) in crate::documents::all() {
        let mut generator = SchemaSettings::draft2020_12().into_generator();
        let mut root = schema(&mut generator).to_value();
        if let Some(name) = root["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
            root = generator.definitions_mut().remove(name).unwrap();
        }
        root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        root["$defs"] = Value::Object(generator.take_definitions(true));
        let file = format!("{name}.schema.json");
        compare(&format!("schema/contract/{file}"), &format!("{}\n", serde_json::to_string_pretty(&root).unwrap()));
        written.insert(file);
    }
    let entries = std::fs::read_dir("schema/contract").unwrap();
    let known: BTreeSet<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(known, written, "schema/contract/ holds a schema per document and nothing else");
}

fn operation(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let about = &route.about;
    let mut responses: BTreeMap<String, Value> = BTreeMap::new();
    for (status, media) in about.answers {
        responses.insert(status.to_string(), answer(*media, generator));
    }
    let mut codes: BTreeMap<u16, Vec<&Refusal>> = BTreeMap::new();
    let no_answer = Refusal::new(503, "unavailable", "A part that the shop needs did not answer.");
    let internal = Refusal::new(500, "internal_error", "Something went wrong on our side.");
    let write = route::writes().find(|write| write.path == route.path);
    let posted = write.filter(|_| route.verb == Verb::Post);
    if let Some(write) = posted {
        responses.insert("200".to_owned(), recorded(write, generator));
        responses.insert(write.answers.created.to_string(), recorded(write, generator));
        responses.insert("303".to_owned(), answer(Media::Redirect, generator));
    } else if let Some(write) = write {
        responses.insert("200".to_owned(), described(write));
    }
    let of_write: Vec<&'static Refusal> = posted.map(Write::refusals).unwrap_or_default();
    let own = about.refusals.iter().copied().chain(of_write);
    let body =
        [&common::INVALID_REQUEST, &common::INVALID_JSON, &common::BODY_TOO_LARGE, &common::UNSUPPORTED_CONTENT_TYPE];
    let body = body.into_iter().filter(|_| route.verb == Verb::Post);
    for refusal in own.chain(body).chain([&common::UNKNOWN_HOST, &no_answer, &internal]) {
        codes.entry(refusal.status).or_default().push(refusal);
    }
    for (status, refusals) in codes {
        responses.entry(status.to_string()).or_insert_with(|| failure(route, &refusals));
    }
    let mut operation = json!({ "operationId": about.id, "summary": about.summary, "responses": responses });
    let path = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path =
        path.map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
    let in_query = about.query.iter().map(
        |(name, meaning)| json!({ "name": name, "in": "query", "description": meaning, "schema": { "type": "string" } }),
    );
    let parameters: Vec<Value> = in_path.chain(in_query).collect();
    if !parameters.is_empty() {
        operation["parameters"] = json!(parameters);
    }
    if let Some(schema) = about.takes.map(|schema| schema(generator)).map(Value::from).or(posted.map(body_of)) {
        operation["requestBody"] = json!({ "content": {
            "application/json": { "schema": schema },
            "application/x-www-form-urlencoded": { "schema": schema },
        } });
    }
    if matches!(route.gate, Gate::SignedWebhook(_)) {
        operation["security"] = json!([{ "stripeSignature": [] }]);
        let event = json!({ "type": "object", "description": "A Stripe event, byte for byte as Stripe signed it." });
        operation["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": event } } });
    }
    operation
}

/// The body of a confirmed write, from its steps.
fn body_of(write: &'static Write) -> Value {
    let mut required = vec![parse::PHRASE];
    let mut properties = Map::new();
    properties.insert(parse::PHRASE.to_owned(), json!({ "const": write.phrase }));
    let key = json!({ "type": "string", "minLength": 8, "maxLength": 180,
        "description": "May be sent as the header Idempotency-Key instead." });
    properties.insert(bumpgrade::http::key::FIELD.to_owned(), key);
    for step in write.steps {
        match step {
            Step::Field(field) => {
                required.extend(field.missing.map(|_| field.name));
                properties.insert(field.name.to_owned(), field_of(write, field));
            }
            Step::Act(act) => {
                let of = |(name, meaning): &(&str, &str)| ((*name).to_owned(), json!({ "description": meaning }));
                properties.extend(act.names.iter().map(of));
            }
            Step::Phrase(_) | Step::Key(_) | Step::Known { .. } | Step::Within { .. } => {}
        }
    }
    json!({ "type": "object", "required": required, "properties": properties })
}

fn field_of(write: &'static Write, field: &Field) -> Value {
    let words = write.words(field.name);
    let mut schema = match field.takes {
        Takes::Text(max) | Takes::Private(max) | Takes::Prose(max) => json!({ "type": "string", "maxLength": max }),
        Takes::Choice(_) => json!({ "type": "string" }),
        Takes::Count => json!({ "type": "integer", "minimum": 0, "maximum": WRITE_NUMBER_MAX, "default": 0 }),
        Takes::Integer(min) => json!({ "type": "integer", "minimum": min, "maximum": WRITE_NUMBER_MAX }),
        Takes::Acknowledged => json!({ "const": true }),
        Takes::Counts(max) => {
            json!({ "type": "object", "maxProperties": max, "additionalProperties": { "type": "integer", "minimum": 0 } })
        }
        Takes::Moment => json!({ "type": "string", "format": "date-time" }),
    };
    schema["description"] = json!(field.label);
    if !words.is_empty() {
        schema["enum"] = json!(words);
    }
    schema
}

fn recorded(write: &'static Write, generator: &mut SchemaGenerator) -> Value {
    let mut properties = json!({
        "ok": { "const": true },
        "status": { "enum": [write.answers.recorded, write.answers.replayed] },
        "issue": { "const": write.issue },
        "duplicate": { "type": "boolean" },
        "auditCorrelationId": { "type": "string" },
        "redaction": { "type": "object", "additionalProperties": { "type": "boolean" } },
    });
    for record in write.answers.records {
        properties[record.key] = Value::from((record.schema)(generator));
    }
    let schema = json!({ "type": "object", "properties": properties });
    json!({ "description": write.audit.summary, "content": { "application/json": { "schema": schema } } })
}

fn described(write: &'static Write) -> Value {
    let schema = json!({ "type": "object", "properties": {
        "ok": { "const": true },
        "id": { "const": write.contract_id },
        "status": { "const": write.contract_status },
        "issue": { "const": write.issue },
        "route": { "const": write.path },
        "confirmation": { "type": "object", "properties": { "required": { "const": true }, "text": { "const": write.phrase } } },
        "contract": { "type": "object" },
    } });
    json!({ "description": write.summary, "content": { "application/json": { "schema": schema } } })
}

fn answer(media: Media, generator: &mut SchemaGenerator) -> Value {
    match media {
        Media::Html => json!({ "description": "A page.", "content": { "text/html": {} } }),
        Media::Json(schema) => {
            json!({ "description": "Done.", "content": { "application/json": { "schema": schema(generator) } } })
        }
        Media::Unchanged => json!({ "description": "Nothing changed since the answer that `If-None-Match` names." }),
        Media::File => json!({ "description": "The file.", "content": { "application/octet-stream": {} } }),
        Media::Redirect => {
            json!({ "description": "Go on there.", "headers": { "Location": { "schema": { "type": "string" } } } })
        }
    }
}

fn failure(route: &Route, refusals: &[&Refusal]) -> Value {
    let codes: BTreeSet<&str> = refusals.iter().map(|refusal| refusal.code).collect();
    let says: Vec<&str> = refusals.iter().map(|refusal| refusal.says).collect();
    let content = match route.shape {
        Shape::Page => json!({ "text/html": {} }),
        Shape::Auth => json!({ "application/json": { "schema": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": { "enum": codes.iter().map(|code| code.to_ascii_uppercase()).collect::<Vec<_>>() },
                "message": { "type": "string" }
            }
        } } }),
        Shape::Code | Shape::State { .. } | Shape::Bare { .. } => json!({ "application/json": { "schema": {
            "type": "object",
            "required": ["ok", "code", "message"],
            "properties": { "ok": { "const": false }, "code": { "enum": codes }, "message": { "type": "string" } }
        } } }),
    };
    json!({ "description": says.join(" "), "content": content })
}
