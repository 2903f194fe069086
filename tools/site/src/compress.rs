//! Compression ahead: nothing is compressed while a reader waits, so it can be done as well as it goes.

use std::{
    ffi::OsString,
    io::Write,
    path::{Path, PathBuf},
    thread,
};

use anyhow::{Context, Result, anyhow};

use crate::content;

/// What compression makes smaller; pictures and fonts are compressed in themselves.
const COMPRESSIBLE: [&str; 11] =
    ["css", "html", "ico", "js", "json", "mjs", "svg", "txt", "wasm", "webmanifest", "xml"];

/// The best that brotli can do, in both: slow to write, as quick to read as any.
const QUALITY: i32 = 11;
const WINDOW: i32 = 24;

/// Lays `FILE.br` and `FILE.gz` beside each file of the site that gets smaller by it.
pub(crate) fn all(site: &Path) -> Result<()> {
    let files = content::files_below(site)?;
    thread::scope(|scope| {
        let threads: Vec<_> = files
            .iter()
            .filter(|file| is_compressible(file))
            .map(|file| scope.spawn(move || compress(file)))
            .collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().map_err(|_| anyhow!("the compression panicked"))?)
    })
}

fn is_compressible(file: &Path) -> bool {
    file.extension().is_some_and(|extension| COMPRESSIBLE.iter().any(|&one| extension == one))
}

fn compress(file: &Path) -> Result<()> {
    let bytes = content::read(file)?;
    for (ending, compressed) in [(".br", brotli(&bytes)?), (".gz", gzip(&bytes)?)] {
        if compressed.len() < bytes.len() {
            content::write(&with_ending(file, ending), &compressed)?;
        }
    }
    Ok(())
}

fn brotli(mut bytes: &[u8]) -> Result<Vec<u8>> {
    let parameters =
        brotli::enc::BrotliEncoderParams { quality: QUALITY, lgwin: WINDOW, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut compressed, &parameters)
        .context("could not compress with brotli")?;
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).context("could not compress with gzip")
}

/// `a.css` and `.br` make `a.css.br`.
pub(crate) fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut path = OsString::from(file);
    path.push(ending);
    path.into()
}
