//! The private object port on R2. The body stays a JavaScript stream: no byte of a file passes through this code.

use std::collections::HashMap;

use worker::{Bucket, Env, HttpMetadata};

use crate::cx::{self, NewObject, ObjectError, OpenObject, Task};

/// The `PRODUCT_ASSETS` binding.
pub struct Objects(Bucket);

impl Objects {
    /// Takes the binding from the environment.
    pub fn new(env: &Env) -> Result<Self, String> {
        env.bucket("PRODUCT_ASSETS").map(Self).map_err(|_| "the R2 binding PRODUCT_ASSETS is missing".to_owned())
    }

    async fn get(&self, key: &str) -> worker::Result<Option<OpenObject>> {
        let Some(object) = self.0.get(key).execute().await? else {
            return Ok(None);
        };
        let Some(body) = object.body() else {
            return Ok(None);
        };
        Ok(Some(OpenObject {
            bytes: object.size(),
            content_type: object.http_metadata().content_type,
            stream: Box::new(body.response_body()?),
        }))
    }
}

impl cx::Objects for Objects {
    fn open<'a>(&'a self, key: &'a str) -> Task<'a, Result<Option<OpenObject>, ObjectError>> {
        // R2's message can repeat the key, so it is not kept.
        Box::pin(
            async move { self.get(key).await.map_err(|_| ObjectError("the object could not be opened".to_owned())) },
        )
    }

    fn put(&self, object: NewObject) -> Task<'_, Result<(), ObjectError>> {
        let NewObject { key, content, content_type, metadata } = object;
        let kind = HttpMetadata { content_type: Some(content_type), ..HttpMetadata::default() };
        let metadata: HashMap<String, String> =
            metadata.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Box::pin(async move {
            let put = self.0.put(key, content).http_metadata(kind).custom_metadata(metadata).execute();
            put.await.map(drop).map_err(|_| ObjectError("the object could not be stored".to_owned()))
        })
    }

    fn delete(&self, keys: Vec<String>) -> Task<'_, Result<(), ObjectError>> {
        Box::pin(async move {
            let delete = self.0.delete_multiple(keys);
            delete.await.map_err(|_| ObjectError("objects could not be deleted".to_owned()))
        })
    }
}
