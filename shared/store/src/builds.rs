//! Engine builds: which weights an engine id stands for. A build never changes once registered, so that a draft's
//! engine id says for ever what wrote it.

use prospector_domain::{engine::EngineId, time::UnixMs};
use serde::Serialize;

use crate::{
    Store,
    error::{Refusal, StoreError},
    row::RowName,
    session::{Session, execute, fetch_all, fetch_optional},
    statement::builds,
};

/// Longest served model name or digest, in bytes.
const NAME_MAX_BYTES: usize = 256;

/// The weights behind an engine id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EngineBuild {
    /// The engine.
    pub engine: EngineId,
    /// The name under which the inference server serves it.
    pub served_model_name: String,
    /// Digest of the weights, such as `sha256:…`.
    pub weights_digest: String,
    /// Who registered it.
    pub created_by: String,
    /// When.
    pub created_at_ms: UnixMs,
}

#[derive(sqlx::FromRow)]
struct BuildRow {
    engine: String,
    served_model_name: String,
    weights_digest: String,
    created_by: String,
    created_at_ms: i64,
}

impl Store {
    /// Registers a build. The same again changes nothing and returns what was registered first.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for `template`, which has no weights, or an empty or over-long field;
    /// [`Refusal::Reused`] when the id stands for other weights already.
    #[tracing::instrument(name = "db.builds.register", skip_all)]
    pub async fn register_engine_build(
        &self,
        now: UnixMs,
        by: &str,
        engine: &EngineId,
        served_model_name: &str,
        weights_digest: &str,
    ) -> Result<EngineBuild, StoreError> {
        if *engine == EngineId::Template {
            return Err(invalid("engine", "`template` needs no build: it has no weights"));
        }
        for (field, text) in [("served_model_name", served_model_name), ("weights_digest", weights_digest)] {
            if text.trim().is_empty() || text.len() > NAME_MAX_BYTES {
                return Err(invalid(field, &format!("it must be 1 to {NAME_MAX_BYTES} bytes long")));
            }
        }
        self.retrying("db.builds.register", || async {
            let mut tx = self.db.begin().await?;
            execute!(tx, builds::INSERT; engine.to_string(), served_model_name, weights_digest, by, now.0)?;
            let build = find(&mut tx, engine)
                .await?
                .ok_or_else(|| Refusal::NotFound { what: "engine build", id: engine.to_string() })?;
            if build.served_model_name != served_model_name || build.weights_digest != weights_digest {
                return Err(Refusal::Reused { what: "engine build", id: engine.to_string() }.into());
            }
            tx.commit().await?;
            Ok(build)
        })
        .await
    }

    /// The build of an engine.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.builds.get", skip_all)]
    pub async fn engine_build(&self, engine: &EngineId) -> Result<Option<EngineBuild>, StoreError> {
        find(&mut self.db.read().await?, engine).await
    }

    /// Every build, by engine id.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.builds.list", skip_all)]
    pub async fn engine_builds(&self) -> Result<Vec<EngineBuild>, StoreError> {
        let mut session = self.db.read().await?;
        fetch_all!(session, builds::LIST => BuildRow;)?.into_iter().map(BuildRow::into_build).collect()
    }
}

pub(crate) async fn find(
    session: &mut Session,
    engine: &EngineId,
) -> Result<Option<EngineBuild>, StoreError> {
    fetch_optional!(session, builds::GET => BuildRow; engine.to_string())?
        .map(BuildRow::into_build)
        .transpose()
}

impl BuildRow {
    fn into_build(self) -> Result<EngineBuild, StoreError> {
        let name = RowName { table: "engine_builds", id: &self.engine };
        Ok(EngineBuild {
            engine: name.parse("engine", &self.engine)?,
            served_model_name: self.served_model_name,
            weights_digest: self.weights_digest,
            created_by: self.created_by,
            created_at_ms: UnixMs(self.created_at_ms),
        })
    }
}

fn invalid(field: &str, why: &str) -> StoreError {
    Refusal::Invalid { field: field.to_owned(), why: why.to_owned() }.into()
}
