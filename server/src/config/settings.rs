//! The settings by name, each with what it means.

/// A setting as people know it. [`SETTINGS`] is the one list of them.
pub struct Setting {
    pub name: &'static str,
    /// What is in force where it is unset, in words where that is not a value.
    pub default: &'static str,
    pub meaning: &'static str,
    pub(super) secret: bool,
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
    setting("FOOTNOTE_LLM_PRICE_IN", "(unknown)", "US dollars for a million tokens that it reads"),
    setting("FOOTNOTE_LLM_PRICE_OUT", "(unknown)", "US dollars for a million tokens that it writes"),
    setting(
        "FOOTNOTE_LLM_EXTERNAL",
        "(by its address)",
        "yes where it is outside of the organisation, no where it is inside",
    ),
    setting(
        "FOOTNOTE_LLM_CONTEXT_TOKENS",
        "(unknown)",
        "how many tokens it can read and write together; fewer passages are sent where they don't fit",
    ),
    setting("FOOTNOTE_LLM_ROLES", "answer", "what it is asked for: answer, small and check, by commas"),
    setting("FOOTNOTE_LLM_AT_ONCE", "0", "how many answers it writes at once, others wait; 0 for no limit"),
    setting(
        "FOOTNOTE_LOCAL_MODELS",
        "yes",
        "no where admins may not set up models on this machine and in private networks",
    ),
    secret(
        "FOOTNOTE_SECRET_KEY",
        "(in the data folder)",
        "seals the keys of models: 32 bytes in base64, the same for all servers on a database",
    ),
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
    setting(
        "FOOTNOTE_COLLECTION_LIMIT_MB",
        "0",
        "what a collection's files may take together; 0 for no limit",
    ),
    setting(
        "FOOTNOTE_FOLLOW_DIRS",
        "(none)",
        "folders, separated by commas, below which admins may let a collection follow a folder",
    ),
    setting(
        "FOOTNOTE_VECTORS_IN_MEMORY",
        "1000000",
        "how many vectors are held in memory at most, 600 bytes each; where there are more, Postgres searches them",
    ),
    setting(
        "FOOTNOTE_ANSWERS_PER_PERSON",
        "128",
        "how many answers of one person may be being written at once; further questions are refused",
    ),
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
