//! What is read from settings, and what is refused.

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
    // Absolute, since the parsers run in another folder.
    assert_eq!(config.data_dir, std::env::current_dir().unwrap().join(".footnote"));
    assert!(config.database_url.is_none() && config.llm.is_none() && config.first_admin.is_none());
    assert!(!config.is_https());
}

#[test]
fn the_description_masks_secrets_and_debug_hides_them() {
    let config = read(&[
        ("FOOTNOTE_LLM_BASE_URL", "http://localhost:9/v1/"),
        ("FOOTNOTE_EMBEDDING_BASE_URL", "http://me:hush@localhost:9/v1/"),
        ("FOOTNOTE_EMBEDDING_MODEL", "small"),
        ("FOOTNOTE_LLM_API_KEY", "sk-hush"),
        ("FOOTNOTE_LLM_MODEL", "small"),
        ("DATABASE_URL", "postgres://me:hush@host/db"),
    ])
    .unwrap();
    let description = config.describe();
    assert!(description.contains("FOOTNOTE_LLM_BASE_URL=http://localhost:9/v1/"), "{description}");
    assert!(description.contains("FOOTNOTE_LLM_API_KEY=********"), "{description}");
    assert!(!description.contains("hush"), "{description}");
    assert!(
        description.contains("FOOTNOTE_EMBEDDING_BASE_URL=http://********@localhost:9/v1/"),
        "{description}"
    );
    assert!(!format!("{config:?}").contains("hush"));
    assert_eq!(config.llm.unwrap().api_key.unwrap().expose_secret(), "sk-hush");
}

#[test]
fn a_wrong_setting_is_named() {
    let error = read(&[("FOOTNOTE_ADDR", "everywhere")]).unwrap_err().to_string();
    assert!(error.contains("FOOTNOTE_ADDR") && error.contains("everywhere"), "{error}");
    assert!(read(&[("FOOTNOTE_ADMIN_EMAIL", "a@b.example")]).is_err());
    assert!(read(&[("FOOTNOTE_PUBLIC_URL", "kb.example/path")]).is_err());
    for price in ["cheap", "-1", "inf"] {
        let prices = [("FOOTNOTE_LLM_PRICE_IN", price), ("FOOTNOTE_LLM_PRICE_OUT", "1")];
        assert!(read(&prices).is_err(), "{price}");
    }
    assert!(read(&[("FOOTNOTE_LLM_PRICE_IN", "1")]).is_err());
}

#[test]
fn tls_is_known_by_the_public_url() {
    let config = read(&[("FOOTNOTE_PUBLIC_URL", "https://kb.example/")]).unwrap();
    assert!(config.is_https());
    assert_eq!(config.base_url(), "https://kb.example");
}
