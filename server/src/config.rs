//! The settings in force: read once from the environment, where a `.env` file may add to it.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::{Context, bail};
use secrecy::SecretString;

use crate::store::RuntimeParts;

/// A setting as people know it. [`SETTINGS`] is the one list of them.
pub struct Setting {
    pub name: &'static str,
    /// What is in force where it is unset, in words where that is not a value.
    pub default: &'static str,
    pub meaning: &'static str,
    secret: bool,
}

const fn setting(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default, meaning, secret: false }
}

const fn secret(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default, meaning, secret: true }
}

/// Every setting that Footnote reads, as `footnote config` prints them.
pub const SETTINGS: &[Setting] = &[
    setting("FOOTNOTE_ADDR", "127.0.0.1:3000", "where it listens"),
    setting(
        "FOOTNOTE_PUBLIC_URL",
        "(the listening address)",
        "where people reach it; with https:// cookies become Secure",
    ),
    setting(
        "FOOTNOTE_TRUSTED_PROXIES",
        "(none)",
        "addresses, separated by commas, whose X-Forwarded-For is believed",
    ),
    setting("FOOTNOTE_DATA_DIR", "./.footnote", "embedded database, originals, index"),
    secret("DATABASE_URL", "(embedded Postgres)", "a Postgres 15 or later with pgvector 0.8 or later"),
    setting("FOOTNOTE_ADMIN_EMAIL", "(a one-time set-up link)", "the first admin, made at the first start"),
    secret("FOOTNOTE_ADMIN_PASSWORD", "(a one-time set-up link)", "the first admin's password"),
    setting("FOOTNOTE_LLM_BASE_URL", "(the built-in extractive answerer)", "an OpenAI-compatible endpoint"),
    secret("FOOTNOTE_LLM_API_KEY", "(none)", "its key"),
    setting("FOOTNOTE_LLM_MODEL", "(none)", "the model asked there"),
    setting(
        "FOOTNOTE_EMBEDDING_BASE_URL",
        "(the local model, in process)",
        "an OpenAI-compatible embeddings endpoint",
    ),
    secret("FOOTNOTE_EMBEDDING_API_KEY", "(none)", "its key"),
    setting("FOOTNOTE_EMBEDDING_MODEL", "(none)", "the model asked there"),
    setting(
        "FOOTNOTE_EMBEDDING_PRECISION",
        "int8",
        "of the local model: int8, or fp32, which is exact and takes three times as long",
    ),
    setting("FOOTNOTE_UPLOAD_LIMIT_MB", "200", "the largest file that may be uploaded"),
    setting("FOOTNOTE_WORKERS", "(the number of cores)", "how many documents are processed at once"),
    setting(
        "FOOTNOTE_RUNTIME_DIR",
        "(beside the program, or the cache)",
        "Postgres, the embedding model and the PDF library",
    ),
    setting("FOOTNOTE_SITE_DIR", "(beside the program)", "the built site"),
    setting("FOOTNOTE_LOG", "info", "a tracing filter"),
    setting("FOOTNOTE_LOG_FORMAT", "text", "text, or json for machines"),
];

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
    /// `None` for the local model.
    pub embedding: Option<Endpoint>,
    /// Of the local model.
    pub embedding_precision: minilm::Precision,
    pub upload_limit_bytes: u64,
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
#[derive(Debug, Clone)]
pub struct Endpoint {
    pub base_url: String,
    pub api_key: Option<SecretString>,
    pub model: String,
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

    /// Reads `.env` in the current folder, then the environment, which wins.
    pub fn load() -> anyhow::Result<Self> {
        match dotenvy::dotenv() {
            Ok(_) => {}
            Err(error) if error.not_found() => {}
            Err(error) => return Err(error).context("could not read the .env file"),
        }
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads the settings by `lookup`, which knows their values by name. An empty value is unset.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let values = Values(
            SETTINGS
                .iter()
                .filter_map(|setting| Some((setting.name, lookup(setting.name)?)))
                .filter(|(_, value)| !value.trim().is_empty())
                .collect(),
        );
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            addr: values.parse_or("FOOTNOTE_ADDR", "an address such as 127.0.0.1:3000", default_addr())?,
            public_url: values.public_url()?,
            trusted_proxies: values.trusted_proxies()?,
            data_dir: values.path("FOOTNOTE_DATA_DIR").unwrap_or_else(|| "./.footnote".into()),
            database_url: values.secret("DATABASE_URL"),
            first_admin: values.first_admin()?,
            llm: values.endpoint("FOOTNOTE_LLM")?,
            embedding: values.endpoint("FOOTNOTE_EMBEDDING")?,
            embedding_precision: values.parse_or(
                "FOOTNOTE_EMBEDDING_PRECISION",
                "int8 or fp32",
                minilm::Precision::default(),
            )?,
            upload_limit_bytes: values
                .parse_or("FOOTNOTE_UPLOAD_LIMIT_MB", "a number of megabytes", 200_u32)
                .map(|megabytes| u64::from(megabytes) * 1_000_000)?,
            workers: values.parse_or("FOOTNOTE_WORKERS", "a number from 1", workers)?.max(1),
            runtime: RuntimeParts::find(values.path("FOOTNOTE_RUNTIME_DIR")),
            site_dir: values.path("FOOTNOTE_SITE_DIR").map_or_else(site_beside_the_program, Ok)?,
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

struct Values(BTreeMap<&'static str, String>);

impl Values {
    fn masked(self) -> BTreeMap<&'static str, String> {
        let mut values = self.0;
        for setting in SETTINGS.iter().filter(|setting| setting.secret) {
            values.entry(setting.name).and_modify(|value| *value = "********".to_owned());
        }
        values
    }

    fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|value| value.trim().to_owned())
    }

    fn secret(&self, name: &str) -> Option<SecretString> {
        self.0.get(name).map(|value| value.as_str().into())
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }

    fn parse_or<T: FromStr>(&self, name: &str, expected: &str, default: T) -> anyhow::Result<T> {
        match self.text(name) {
            None => Ok(default),
            Some(value) => match value.parse() {
                Ok(parsed) => Ok(parsed),
                Err(_) => bail!("{name} must be {expected}, not “{value}”"),
            },
        }
    }

    fn public_url(&self) -> anyhow::Result<Option<String>> {
        let Some(url) = self.text("FOOTNOTE_PUBLIC_URL") else { return Ok(None) };
        let url = url.trim_end_matches('/');
        let uri: http::Uri =
            url.parse().with_context(|| format!("FOOTNOTE_PUBLIC_URL is not a URL: “{url}”"))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.path() != "/" {
            bail!("FOOTNOTE_PUBLIC_URL must be http:// or https:// with a host and no path, not “{url}”");
        }
        Ok(Some(url.to_owned()))
    }

    fn trusted_proxies(&self) -> anyhow::Result<Vec<IpAddr>> {
        let list = self.text("FOOTNOTE_TRUSTED_PROXIES").unwrap_or_default();
        list.split(',')
            .map(str::trim)
            .filter(|address| !address.is_empty())
            .map(|address| {
                address.parse().with_context(|| {
                    format!("FOOTNOTE_TRUSTED_PROXIES names “{address}”, which is no IP address")
                })
            })
            .collect()
    }

    fn first_admin(&self) -> anyhow::Result<Option<FirstAdmin>> {
        match (self.text("FOOTNOTE_ADMIN_EMAIL"), self.secret("FOOTNOTE_ADMIN_PASSWORD")) {
            (None, None) => Ok(None),
            (Some(email), Some(password)) => Ok(Some(FirstAdmin { email, password })),
            _ => bail!("FOOTNOTE_ADMIN_EMAIL and FOOTNOTE_ADMIN_PASSWORD must be set together"),
        }
    }

    fn endpoint(&self, prefix: &str) -> anyhow::Result<Option<Endpoint>> {
        let Some(base_url) = self.text(&format!("{prefix}_BASE_URL")) else { return Ok(None) };
        let Some(model) = self.text(&format!("{prefix}_MODEL")) else {
            bail!("{prefix}_BASE_URL is set, so {prefix}_MODEL must say which model to ask there");
        };
        let base_url = base_url.trim_end_matches('/').to_owned();
        Ok(Some(Endpoint { base_url, api_key: self.secret(&format!("{prefix}_API_KEY")), model }))
    }

    fn log(&self) -> anyhow::Result<Log> {
        let json = match self.text("FOOTNOTE_LOG_FORMAT").as_deref() {
            None | Some("text") => false,
            Some("json") => true,
            Some(other) => bail!("FOOTNOTE_LOG_FORMAT must be text or json, not “{other}”"),
        };
        Ok(Log { filter: self.text("FOOTNOTE_LOG"), json })
    }
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
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn read(settings: &[(&str, &str)]) -> anyhow::Result<Config> {
        Config::from_lookup(|name| {
            settings.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_set_gives_the_defaults() {
        let config = read(&[]).unwrap();
        assert_eq!(config.addr.to_string(), "127.0.0.1:3000");
        assert_eq!(config.data_dir, Path::new("./.footnote"));
        assert!(config.database_url.is_none() && config.llm.is_none() && config.first_admin.is_none());
        assert!(!config.is_https());
    }

    #[test]
    fn the_description_masks_secrets_and_debug_hides_them() {
        let config = read(&[
            ("FOOTNOTE_LLM_BASE_URL", "http://localhost:9/v1/"),
            ("FOOTNOTE_LLM_API_KEY", "sk-hush"),
            ("FOOTNOTE_LLM_MODEL", "small"),
            ("DATABASE_URL", "postgres://me:hush@host/db"),
        ])
        .unwrap();
        let description = config.describe();
        assert!(description.contains("FOOTNOTE_LLM_BASE_URL=http://localhost:9/v1/"), "{description}");
        assert!(description.contains("FOOTNOTE_LLM_API_KEY=********"), "{description}");
        assert!(!description.contains("hush"), "{description}");
        assert!(!format!("{config:?}").contains("hush"));
        assert_eq!(config.llm.unwrap().api_key.unwrap().expose_secret(), "sk-hush");
    }

    #[test]
    fn a_wrong_setting_is_named() {
        let error = read(&[("FOOTNOTE_ADDR", "everywhere")]).unwrap_err().to_string();
        assert!(error.contains("FOOTNOTE_ADDR") && error.contains("everywhere"), "{error}");
        assert!(read(&[("FOOTNOTE_ADMIN_EMAIL", "a@b.example")]).is_err());
        assert!(read(&[("FOOTNOTE_PUBLIC_URL", "kb.example/path")]).is_err());
    }

    #[test]
    fn tls_is_known_by_the_public_url() {
        let config = read(&[("FOOTNOTE_PUBLIC_URL", "https://kb.example/")]).unwrap();
        assert!(config.is_https());
        assert_eq!(config.base_url(), "https://kb.example");
    }
}
