//! The values of settings, read as what they should be.

use std::{collections::BTreeMap, net::IpAddr, path::PathBuf, str::FromStr};

use anyhow::{Context, bail};
use app::model::ModelRole;
use secrecy::SecretString;

use super::{Endpoint, FirstAdmin, Log, SETTINGS};
use crate::model::{address, llm::Prices};

/// Stands for what is secret.
const MASK: &str = "********";

/// A setting where what a URL has before the host, a name and a password, is masked.
fn without_password(value: &str) -> String {
    let masked = || {
        let (scheme, rest) = value.split_once("://")?;
        let authority = rest.split('/').next()?;
        let (who, _) = authority.rsplit_once('@')?;
        Some(format!("{scheme}://{MASK}{}", &rest[who.len()..]))
    };
    masked().unwrap_or_else(|| value.to_owned())
}

/// What is set, by the settings' names.
pub(super) struct Values(BTreeMap<&'static str, String>);

impl Values {
    /// What `lookup` knows. An empty value is unset.
    pub(super) fn read(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let set = SETTINGS.iter().filter_map(|setting| Some((setting.name, lookup(setting.name)?)));
        Self(set.filter(|(_, value)| !value.trim().is_empty()).collect())
    }

    pub(super) fn masked(self) -> BTreeMap<&'static str, String> {
        let mut values = self.0;
        for setting in SETTINGS.iter().filter(|setting| setting.secret) {
            values.entry(setting.name).and_modify(|value| *value = MASK.to_owned());
        }
        values.values_mut().for_each(|value| *value = without_password(value));
        values
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|value| value.trim().to_owned())
    }

    pub(super) fn secret(&self, name: &str) -> Option<SecretString> {
        self.0.get(name).map(|value| value.as_str().into())
    }

    /// A path, which means the same in whatever folder a child process runs.
    pub(super) fn path(&self, name: &str) -> anyhow::Result<Option<PathBuf>> {
        self.text(name).map(|path| absolute(name, &path)).transpose()
    }

    /// A path as by [`Self::path`], or this one where none is set.
    pub(super) fn path_or(&self, name: &str, default: &str) -> anyhow::Result<PathBuf> {
        absolute(name, self.text(name).as_deref().unwrap_or(default))
    }

    pub(super) fn parse<T: FromStr>(&self, name: &str, expected: &str) -> anyhow::Result<Option<T>> {
        let Some(value) = self.text(name) else { return Ok(None) };
        match value.parse() {
            Ok(parsed) => Ok(Some(parsed)),
            Err(_) => bail!("{name} must be {expected}, not “{value}”"),
        }
    }

    pub(super) fn parse_or<T: FromStr>(&self, name: &str, expected: &str, default: T) -> anyhow::Result<T> {
        Ok(self.parse(name, expected)?.unwrap_or(default))
    }

    pub(super) fn public_url(&self) -> anyhow::Result<Option<String>> {
        let Some(url) = self.text("FOOTNOTE_PUBLIC_URL") else { return Ok(None) };
        let url = url.trim_end_matches('/');
        let uri: http::Uri =
            url.parse().with_context(|| format!("FOOTNOTE_PUBLIC_URL is not a URL: “{url}”"))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.path() != "/" {
            bail!("FOOTNOTE_PUBLIC_URL must be http:// or https:// with a host and no path, not “{url}”");
        }
        Ok(Some(url.to_owned()))
    }

    pub(super) fn trusted_proxies(&self) -> anyhow::Result<Vec<IpAddr>> {
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

    pub(super) fn follow_dirs(&self) -> anyhow::Result<Vec<PathBuf>> {
        let list = self.text("FOOTNOTE_FOLLOW_DIRS").unwrap_or_default();
        list.split(',')
            .map(|folder| PathBuf::from(folder.trim()))
            .filter(|folder| !folder.as_os_str().is_empty())
            .map(|folder| match folder.is_absolute() {
                true => Ok(folder),
                false => {
                    bail!("FOOTNOTE_FOLLOW_DIRS names “{}”, which is no absolute path", folder.display())
                }
            })
            .collect()
    }

    pub(super) fn first_admin(&self) -> anyhow::Result<Option<FirstAdmin>> {
        match (self.text("FOOTNOTE_ADMIN_EMAIL"), self.secret("FOOTNOTE_ADMIN_PASSWORD")) {
            (None, None) => Ok(None),
            (Some(email), Some(password)) => Ok(Some(FirstAdmin { email, password })),
            _ => bail!("FOOTNOTE_ADMIN_EMAIL and FOOTNOTE_ADMIN_PASSWORD must be set together"),
        }
    }

    pub(super) fn endpoint(&self, prefix: &str) -> anyhow::Result<Option<Endpoint>> {
        let Some(base_url) = self.text(&format!("{prefix}_BASE_URL")) else { return Ok(None) };
        let Some(model) = self.text(&format!("{prefix}_MODEL")) else {
            bail!("{prefix}_BASE_URL is set, so {prefix}_MODEL must say which model to ask there");
        };
        let base_url = base_url.trim_end_matches('/').to_owned();
        Ok(Some(Endpoint { base_url, api_key: self.secret(&format!("{prefix}_API_KEY")), model }))
    }

    /// What the model of the settings is asked for: to write answers where nothing is set.
    pub(super) fn roles(&self, name: &str) -> anyhow::Result<Vec<ModelRole>> {
        let list = self.text(name).unwrap_or_else(|| ModelRole::Answer.as_str().to_owned());
        list.split(',')
            .map(str::trim)
            .map(|word| {
                ModelRole::parse(word)
                    .with_context(|| format!("{name} must be of answer, small and check, not “{word}”"))
            })
            .collect()
    }

    pub(super) fn prices(&self, prefix: &str) -> anyhow::Result<Option<Prices>> {
        let (price_in, price_out) = (format!("{prefix}_PRICE_IN"), format!("{prefix}_PRICE_OUT"));
        let (prompt, completion) = (self.price(&price_in)?, self.price(&price_out)?);
        match (prompt, completion) {
            (None, None) => Ok(None),
            (Some(prompt), Some(completion)) => Ok(Some(Prices { prompt, completion })),
            _ => bail!("{price_in} and {price_out} must be set together"),
        }
    }

    /// Whether the endpoint of `prefix` is outside; where that isn't set, its address tells.
    pub(super) fn is_external(&self, prefix: &str) -> anyhow::Result<bool> {
        let by_address = self.text(&format!("{prefix}_BASE_URL")).is_some_and(|url| !address::is_local(&url));
        self.yes_or(&format!("{prefix}_EXTERNAL"), by_address)
    }

    pub(super) fn yes_or(&self, name: &str, default: bool) -> anyhow::Result<bool> {
        match self.text(name).as_deref() {
            None => Ok(default),
            Some("yes" | "true" | "1") => Ok(true),
            Some("no" | "false" | "0") => Ok(false),
            Some(other) => bail!("{name} must be yes or no, not “{other}”"),
        }
    }

    fn price(&self, name: &str) -> anyhow::Result<Option<f64>> {
        let Some(value) = self.text(name) else { return Ok(None) };
        match value.parse::<f64>() {
            Ok(price) if price.is_finite() && price >= 0.0 => Ok(Some(price)),
            _ => bail!("{name} must be a number of US dollars, not “{value}”"),
        }
    }

    pub(super) fn log(&self) -> anyhow::Result<Log> {
        let json = match self.text("FOOTNOTE_LOG_FORMAT").as_deref() {
            None | Some("text") => false,
            Some("json") => true,
            Some(other) => bail!("FOOTNOTE_LOG_FORMAT must be text or json, not “{other}”"),
        };
        Ok(Log { filter: self.text("FOOTNOTE_LOG"), json })
    }
}

fn absolute(name: &str, path: &str) -> anyhow::Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("{name} must be a path, not “{path}”"))
}
