//! Documents sent as text, one JSON object a line.

use std::fmt::Display;

use app::error::AppError;
use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt};
use serde::Deserialize;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};
use tokio_util::io::StreamReader;

use super::{
    accept::Arrival,
    name::{FilePath, parse_external_id},
};
use crate::{error::Result, store::blobs::Blobs};

/// The longest line, in bytes.
const LONGEST_LINE: u64 = 32_000_000;
/// The most lines of a batch, which is accepted as one.
const MOST_LINES: usize = 100_000;
/// The longest title, in characters.
const LONGEST_TITLE: usize = 1_000;
/// The longest URL, in bytes.
const LONGEST_URL: usize = 2_000;
/// How many texts are written to disk at a time.
const WRITING: usize = 16;

/// What some programs begin a text in UTF-8 with.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A document in a line.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TextLine {
    /// The caller's own name for it. The same name again is a new version of the document.
    pub external_id: String,
    pub title: String,
    pub text: String,
    /// Where the document is kept, as a link for the reader.
    #[serde(default)]
    pub url: Option<String>,
}

/// Reads a batch, and writes nothing anywhere that stays. The first line that is wrong is named,
/// and the whole batch with it refused.
pub async fn read<E>(
    blobs: &Blobs,
    body: impl Stream<Item = Result<Bytes, E>> + Unpin,
) -> Result<Vec<Arrival>>
where
    E: Display,
{
    let body = StreamReader::new(body.map_err(|error| std::io::Error::other(error.to_string())));
    lines(body)
        .map(|line| async move {
            let (number, line) = line?;
            let line = parse(&line).map_err(|wrong| wrong_line(number, &wrong))?;
            arrival(blobs, line).await
        })
        .buffered(WRITING)
        .try_collect()
        .await
}

/// The lines that hold something, with their numbers from 1.
fn lines(body: impl AsyncBufRead + Unpin) -> impl Stream<Item = Result<(usize, Vec<u8>)>> {
    futures::stream::try_unfold((body, 0), |(mut body, mut number)| async move {
        loop {
            let mut line = Vec::new();
            let read = (&mut body).take(LONGEST_LINE + 1).read_until(b'\n', &mut line).await;
            let read = read.map_err(|error| AppError::Invalid {
                field: None,
                message: format!("The body could not be read to its end: {error}."),
            })?;
            number += 1;
            if read == 0 {
                return Ok(None);
            }
            if read as u64 > LONGEST_LINE {
                let message = format!("Line {number} is longer than {} megabytes.", LONGEST_LINE / 1_000_000);
                return Err(AppError::TooLarge { message }.into());
            }
            if number > MOST_LINES {
                let message = format!("Send at most {MOST_LINES} lines at a time.");
                return Err(AppError::TooLarge { message }.into());
            }
            if number == 1 && line.starts_with(BYTE_ORDER_MARK) {
                line.drain(..BYTE_ORDER_MARK.len());
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some(((number, line), (body, number))));
            }
        }
    })
}

/// Says what is wrong in words that go on from "Line 3: ".
fn parse(line: &[u8]) -> Result<TextLine, String> {
    let line: TextLine = serde_json::from_slice(line).map_err(|error| json_fault(&error))?;
    let external_id = parse_external_id(&line.external_id)?;
    let title: String = line.title.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if title.chars().count() > LONGEST_TITLE {
        return Err(format!("title is longer than {LONGEST_TITLE} characters"));
    }
    let url = line.url.filter(|url| !url.is_empty());
    if let Some(url) = &url {
        check_url(url)?;
    }
    Ok(TextLine { external_id, title: title.trim().to_owned(), text: line.text, url })
}

/// The fault without serde's place in the line, which is always in line 1.
fn json_fault(error: &serde_json::Error) -> String {
    let words = error.to_string();
    words.rsplit_once(" at line ").map_or(words.as_str(), |(fault, _)| fault).to_owned()
}

/// Pages show it as a link, so it must lead where a link may.
fn check_url(url: &str) -> Result<(), String> {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    if !matches!(scheme.as_deref(), Some("http" | "https")) {
        return Err("url must begin with http:// or https://".into());
    }
    if url.len() > LONGEST_URL || url.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(format!("url must have at most {LONGEST_URL} characters and no blanks"));
    }
    Ok(())
}

fn wrong_line(number: usize, wrong: &str) -> AppError {
    AppError::Invalid {
        field: None,
        message: format!("Line {number}: {wrong}. Nothing of this batch was accepted."),
    }
}

async fn arrival(blobs: &Blobs, line: TextLine) -> Result<Arrival> {
    let path = FilePath { folder: String::new(), filename: filename(&line) };
    let title = Some(line.title).filter(|title| !title.is_empty());
    let arrival = Arrival::text(blobs, line.external_id, path, line.text).await?;
    Ok(Arrival { title, url: line.url, ..arrival })
}

/// The name under which the text can be downloaded; its ending says how to read it.
fn filename(line: &TextLine) -> String {
    let name = FilePath::parse(&line.external_id).filename;
    let ending = if is_markdown(&line.text) { ".md" } else { ".txt" };
    let has_ending = [".md", ".markdown", ".txt"].iter().any(|known| name.ends_with(known));
    if has_ending { name } else { FilePath::parse(&format!("{name}{ending}")).filename }
}

/// Text with a heading in Markdown's form is read as Markdown.
fn is_markdown(text: &str) -> bool {
    text.lines().any(|line| {
        let heading = line.trim_start_matches('#');
        (1..=6).contains(&(line.len() - heading.len())) && heading.starts_with(' ')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(line: &str) -> String {
        parse(line.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_wrong_line_says_what_is_wrong_with_it() {
        assert_eq!(fault("{"), "EOF while parsing an object");
        assert_eq!(fault(r#"{"external_id":"a","title":"A"}"#), "missing field `text`");
        assert!(fault(r#"{"external_id":"a","title":"A","text":"","owner":1}"#).contains("`owner`"));
        assert_eq!(fault(r#"{"external_id":" ","title":"A","text":""}"#), "external_id is empty");
        let script = r#"{"external_id":"a","title":"A","text":"","url":"javascript:alert(1)"}"#;
        assert_eq!(fault(script), "url must begin with http:// or https://");
    }

    #[test]
    fn the_name_of_a_text_says_how_to_read_it() {
        let name = |id: &str, text: &str| {
            filename(&TextLine { external_id: id.into(), title: "T".into(), text: text.into(), url: None })
        };
        assert_eq!(name("4983", "Plain words, #1 of them."), "4983.txt");
        assert_eq!(name("wiki/page 7", "# Title\n\nWords."), "page 7.md");
        assert_eq!(name("team/index.md", "words"), "index.md");
    }

    #[tokio::test]
    async fn a_batch_with_a_wrong_line_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path()).await.unwrap();
        let body = "{\"external_id\":\"a\",\"title\":\"A\",\"text\":\"x\"}\n\n{\"external_id\":\"b\"}\n";
        // In pieces that end in the middle of a line.
        let pieces: Vec<Result<Bytes, std::convert::Infallible>> =
            body.as_bytes().chunks(7).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let error = read(&blobs, futures::stream::iter(pieces)).await.unwrap_err();
        assert_eq!(error.to_string(), "Line 3: missing field `title`. Nothing of this batch was accepted.");
        assert_eq!(std::fs::read_dir(dir.path().join("blobs/incoming")).unwrap().count(), 0);
    }
}
