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
/// Longest source of weights, in bytes: an address or a path.
const SOURCE_MAX_BYTES: usize = 1_024;

/// A build to be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEngineBuild {
    /// The engine, which is not `template`.
    pub engine: EngineId,
    /// The name under which the inference server serves it, 1 to 256 bytes.
    pub served_model_name: String,
    /// Digest of the weights, such as `sha256:…`, 1 to 256 bytes.
    pub weights_digest: String,
    /// Where the weights come from, in the words of the provider that fetches them, 1 to 1,024 bytes; none where the
    /// machine has them.
    pub weights_source: Option<String>,
}

/// The weights behind an engine id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EngineBuild {
    /// The engine.
    pub engine: EngineId,
    /// The name under which the inference server serves it.
    pub served_model_name: String,
    /// Digest of the weights, such as `sha256:…`.
    pub weights_digest: String,
    /// Where the weights come from; none where the machine has them.
    pub weights_source: Option<String>,
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
    weights_source: Option<String>,
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
        new: &NewEngineBuild,
    ) -> Result<EngineBuild, StoreError> {
        new.check()?;
        self.retrying("db.builds.register", || async {
            let mut tx = self.db.begin().await?;
            let engine = new.engine.to_string();
            execute!(tx, builds::INSERT;
                engine.as_str(),
                new.served_model_name.as_str(),
                new.weights_digest.as_str(),
                new.weights_source.as_deref(),
                by,
                now.0)?;
            let build = find(&mut tx, &new.engine)
                .await?
                .ok_or_else(|| Refusal::NotFound { what: "engine build", id: engine.clone() })?;
            if !new.is_same_as(&build) {
                return Err(Refusal::Reused { what: "engine build", id: engine }.into());
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

impl NewEngineBuild {
    fn check(&self) -> Result<(), Refusal> {
        if self.engine == EngineId::Template {
            return Err(invalid("engine", "`template` needs no build: it has no weights"));
        }
        let texts = [
            ("served_model_name", Some(&self.served_model_name), NAME_MAX_BYTES),
            ("weights_digest", Some(&self.weights_digest), NAME_MAX_BYTES),
            ("weights_source", self.weights_source.as_ref(), SOURCE_MAX_BYTES),
        ];
        for (field, text, max_bytes) in texts {
            if text.is_some_and(|text| text.trim().is_empty() || text.len() > max_bytes) {
                return Err(invalid(field, &format!("it must be 1 to {max_bytes} bytes long")));
            }
        }
        Ok(())
    }

    fn is_same_as(&self, build: &EngineBuild) -> bool {
        self.served_model_name == build.served_model_name
            && self.weights_digest == build.weights_digest
            && self.weights_source == build.weights_source
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
            weights_source: self.weights_source,
            created_by: self.created_by,
            created_at_ms: UnixMs(self.created_at_ms),
        })
    }
}

fn invalid(field: &str, why: &str) -> Refusal {
    Refusal::Invalid { field: field.to_owned(), why: why.to_owned() }
}
