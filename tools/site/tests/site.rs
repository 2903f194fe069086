//! The program as it is run, over a small site. Needs what `tools/setup build` installs from npm.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::{
    fs,
    os::unix::fs::symlink,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

/// The shortest module there is.
const WASM: &[u8] = b"\0asm\x01\0\0\0";

/// A repository with one style, one font and one icon.
fn repository(style: &str) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let at = |path: &str| root.path().join(path);
    fs::create_dir_all(at("style")).unwrap();
    fs::create_dir_all(at("public/fonts")).unwrap();
    fs::create_dir_all(at("tools")).unwrap();
    symlink(env!("CARGO_MANIFEST_DIR"), at("tools/site")).unwrap();
    fs::write(at("style/main.scss"), style).unwrap();
    fs::write(at("public/fonts/serif.woff2"), "a font").unwrap();
    fs::write(at("public/favicon.svg"), "<svg></svg>").unwrap();
    fs::write(at("footnote.wasm"), WASM).unwrap();
    root
}

fn build(root: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_site"))
        .args(["--wasm", "footnote.wasm"])
        .current_dir(root)
        .env("CARGO_TARGET_DIR", "target")
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The path in the site of what is known as `name`.
fn path_of(root: &Path, name: &str) -> String {
    let assets = fs::read(root.join("target/site/assets.json")).unwrap();
    let assets: serde_json::Value = serde_json::from_slice(&assets).unwrap();
    assets[name].as_str().unwrap().to_owned()
}

fn read(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join("target/site").join(path)).unwrap()
}

const STYLE: &str = "@font-face { font-family: Serif; src: url('/fonts/serif.woff2') }\n\
                     body { color: #112233; background: #fafafa; font-family: Serif, serif; margin: 0 }";

#[test]
fn files_that_load_one_another_do_so_by_their_hashed_names() {
    let root = repository(STYLE);
    let output = build(root.path());
    assert!(output.status.success(), "{}", said(&output));

    let font = path_of(root.path(), "fonts/serif.woff2");
    assert!(read(root.path(), &path_of(root.path(), "footnote.css")).contains(&format!("/{font}")));
    let wasm = path_of(root.path(), "footnote.wasm");
    let js = read(root.path(), &path_of(root.path(), "footnote.js"));
    assert!(js.contains(wasm.strip_prefix("pkg/").unwrap()), "the bindings load another file");
    assert_eq!(read(root.path(), "favicon.svg"), "<svg></svg>");
    assert!(root.path().join("target/site").join(path_of(root.path(), "footnote.js") + ".br").exists());
}

#[test]
fn a_changed_style_changes_its_name_and_no_other() {
    let root = repository(STYLE);
    assert!(build(root.path()).status.success());
    let (css, js) = (path_of(root.path(), "footnote.css"), path_of(root.path(), "footnote.js"));

    fs::write(root.path().join("style/main.scss"), STYLE.replace("#112233", "#332211")).unwrap();
    assert!(build(root.path()).status.success());
    assert_ne!(path_of(root.path(), "footnote.css"), css);
    assert_eq!(path_of(root.path(), "footnote.js"), js);
    assert!(!root.path().join("target/site").join(css).exists(), "the old style is still there");
}

#[test]
fn a_style_that_refers_to_a_missing_file_is_an_error() {
    let root = repository("body { background: url('/paper.png') }");
    let output = build(root.path());
    assert!(!output.status.success());
    assert!(said(&output).contains("/paper.png"), "{}", said(&output));
}

#[test]
fn a_style_that_outgrows_its_budget_is_an_error() {
    // Names that don't repeat, so that they don't compress.
    let style = (0..12_000_u32).map(|n| format!(".a{:x} {{ color: red }}\n", n.wrapping_mul(2_654_435_761)));
    let root = repository(&style.collect::<String>());
    let output = build(root.path());
    assert!(!output.status.success());
    assert!(said(&output).contains("the css weighs"), "{}", said(&output));
}
