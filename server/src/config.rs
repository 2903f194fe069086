//! The settings in force: read once from the environment, where a `.env` file may add to it.

mod settings;
mod values;

use std::{
    collections::BTreeMap,
    fmt,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use anyhow::Context;
use app::model::ModelRole;
use secrecy::SecretString;

pub use self::settings::{SETTINGS, Setting};
use self::values::Values;
use crate::{model::llm::Prices, store::RuntimeParts};

/// The settings, read once. Its secrets never show in `Debug`.
#[derive(Debug, Clone)]
pub struct Config {
    pub addr: SocketAddr,
    /// Where people reach the server, without a trailing slash; the listening address where unset.
    pub public_url: Option<String>,
    /// Whose word is taken on where a request came from.
    pub trusted_proxies: Vec<IpAddr>,
    /// Embedded database, originals, index.
    pub data_dir: PathBuf,
    /// `None` for the embedded Postgres.
    pub database_url: Option<SecretString>,
    pub first_admin: Option<FirstAdmin>,
    /// `None` for the extractive answerer alone.
    pub llm: Option<Endpoint>,
    /// What the model's tokens cost, where that is known.
    pub llm_prices: Option<Prices>,
    /// The model is outside of the organisation.
    pub llm_is_external: bool,
    /// How many tokens the model can read and write together, where that is known.
    pub llm_context_tokens: Option<u32>,
    /// How many answers the model writes at once; `None` for any number.
    pub llm_at_once: Option<usize>,
    /// What the model is asked for.
    pub llm_roles: Vec<ModelRole>,
    /// Admins may set up models on this machine and in private networks.
    pub local_models: bool,
    /// Seals secrets in place of the key in the data folder.
    pub secret_key: Option<SecretString>,
    /// `None` for the local model.
    pub embedding: Option<Endpoint>,
    /// Of the local model.
    pub embedding_precision: minilm::Precision,
    pub upload_limit_bytes: u64,
    /// What the originals of a collection may take together.
    pub collection_limit_bytes: Option<u64>,
    /// Folders below which collections may follow a folder on this machine.
    pub follow_dirs: Vec<PathBuf>,
    /// How many vectors are held in memory at most.
    pub vectors_in_memory: usize,
    /// How many answers of one person may be being written at once.
    pub answers_per_person: usize,
    /// How many documents are processed at once.
    pub workers: usize,
    /// Postgres, the embedding model and the PDF library.
    pub runtime: RuntimeParts,
    /// The built site.
    pub site_dir: PathBuf,
    pub log: Log,
    in_force: BTreeMap<&'static str, String>,
}

/// The admin to make at the first start.
#[derive(Debug, Clone)]
pub struct FirstAdmin {
    pub email: String,
    pub password: SecretString,
}

/// A model behind an OpenAI-compatible endpoint.
#[derive(Clone)]
pub struct Endpoint {
    /// May hold a name and a password before the host.
    pub base_url: String,
    pub api_key: Option<SecretString>,
    pub model: String,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("model", &self.model).finish_non_exhaustive()
    }
}

/// What is logged, and how.
#[derive(Debug, Clone)]
pub struct Log {
    /// A filter as `tracing_subscriber::EnvFilter` reads it, where one is set.
    pub filter: Option<String>,
    pub json: bool,
}

impl Config {
    /// Where the keyword index lies.
    pub fn index_dir(&self) -> PathBuf {
        self.data_dir.join("index")
    }

    /// The same settings for a library of its own in `data_dir`, with the embedded Postgres.
    #[must_use]
    pub fn with_own_library(self, data_dir: PathBuf) -> Self {
        Self { data_dir, database_url: None, ..self }
    }

    /// Reads `.env` in the current folder, then the environment, which wins.
    pub fn load() -> anyhow::Result<Self> {
        match dotenvy::dotenv() {
            Ok(_) => {}
            Err(error) if error.not_found() => {}
            Err(error) => return Err(error).context("could not read the .env file"),
        }
        Self::from_lookup(from_environment)
    }

    /// Reads the settings by `lookup`, which knows their values by name. An empty value is unset.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let values = Values::read(lookup);
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            addr: values.parse_or("FOOTNOTE_ADDR", "an address such as 127.0.0.1:3000", default_addr())?,
            public_url: values.public_url()?,
            trusted_proxies: values.trusted_proxies()?,
            data_dir: values.path_or("FOOTNOTE_DATA_DIR", "./.footnote")?,
            database_url: values.secret("DATABASE_URL"),
            first_admin: values.first_admin()?,
            llm: values.endpoint("FOOTNOTE_LLM")?,
            llm_prices: values.prices("FOOTNOTE_LLM")?,
            llm_is_external: values.is_external("FOOTNOTE_LLM")?,
            llm_context_tokens: values.parse("FOOTNOTE_LLM_CONTEXT_TOKENS", "a number of tokens")?,
            llm_at_once: values
                .parse("FOOTNOTE_LLM_AT_ONCE", "a number of answers")?
                .filter(|&at_once| at_once > 0),
            llm_roles: values.roles("FOOTNOTE_LLM_ROLES")?,
            local_models: values.yes_or("FOOTNOTE_LOCAL_MODELS", true)?,
            secret_key: values.secret("FOOTNOTE_SECRET_KEY"),
            embedding: values.endpoint("FOOTNOTE_EMBEDDING")?,
            embedding_precision: values.parse_or(
                "FOOTNOTE_EMBEDDING_PRECISION",
                "int8 or fp32",
                minilm::Precision::default(),
            )?,
            upload_limit_bytes: values
                .parse_or("FOOTNOTE_UPLOAD_LIMIT_MB", "a number of megabytes", 200_u32)
                .map(|megabytes| u64::from(megabytes) * 1_000_000)?,
            collection_limit_bytes: values
                .parse_or("FOOTNOTE_COLLECTION_LIMIT_MB", "a number of megabytes", 0_u32)
                .map(|megabytes| (megabytes > 0).then(|| u64::from(megabytes) * 1_000_000))?,
            follow_dirs: values.follow_dirs()?,
            vectors_in_memory: values.parse_or("FOOTNOTE_VECTORS_IN_MEMORY", "a number from 0", 1_000_000)?,
            answers_per_person: values.parse_or("FOOTNOTE_ANSWERS_PER_PERSON", "a number from 0", 128)?,
            workers: values.parse_or("FOOTNOTE_WORKERS", "a number from 1", workers)?.max(1),
            runtime: RuntimeParts::find(values.path("FOOTNOTE_RUNTIME_DIR")?),
            site_dir: values.path("FOOTNOTE_SITE_DIR")?.map_or_else(site_beside_the_program, Ok)?,
            log: values.log()?,
            in_force: values.masked(),
        })
    }

    /// Every setting with what is in force, secrets masked, as `NAME=value` lines.
    pub fn describe(&self) -> String {
        SETTINGS
            .iter()
            .map(|setting| {
                let value = self.in_force.get(setting.name).map_or(setting.default, String::as_str);
                format!("{}={value}\n    # {}\n", setting.name, setting.meaning)
            })
            .collect()
    }

    /// Whether people reach the server over TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// Where people reach the server, without a trailing slash.
    pub fn base_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.addr))
    }
}

/// cargo-leptos tells what it starts where it has built the site.
fn from_environment(name: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    if name == "FOOTNOTE_SITE_DIR" { value.or_else(|| std::env::var("LEPTOS_SITE_ROOT").ok()) } else { value }
}

fn default_addr() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 3000))
}

/// `site` beside the folder that the program lies in: beside `release` in a target folder.
fn site_beside_the_program() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe().context("could not find out where the program lies")?;
    let folder = program.parent().and_then(Path::parent).unwrap_or(Path::new("/"));
    Ok(folder.join("site"))
}

#[cfg(test)]
mod tests;
