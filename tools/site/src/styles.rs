//! The styles: compiled to one minified stylesheet.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};

use crate::frontend::run;

const SASS: &str = "tools/site/node_modules/.bin/sass";

/// Compiles `style/main.scss`.
pub(crate) fn compile(work: &Path) -> Result<String> {
    let css = work.join("main.css");
    run(Command::new(SASS)
        .args(["--style=compressed", "--no-source-map", "--no-charset", "style/main.scss"])
        .arg(&css))?;
    fs::read_to_string(&css).with_context(|| format!("could not read {}", css.display()))
}

/// What a stylesheet refers to with `url(…)`, other than data written into it.
pub(crate) fn urls(css: &str) -> impl Iterator<Item = &str> {
    css.split("url(")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .map(|url| url.trim().trim_matches(['"', '\'']))
        .filter(|url| !url.starts_with("data:") && !url.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_quoted_or_not_and_data_is_none() {
        let css =
            r#"@font-face{src:url("/fonts/a.woff2")}a{mask:url(data:image/svg+xml;x)}b{c:url( /b.svg )}"#;
        assert_eq!(urls(css).collect::<Vec<_>>(), ["/fonts/a.woff2", "/b.svg"]);
    }
}
