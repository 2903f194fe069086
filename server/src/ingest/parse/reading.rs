//! A file that is being read, piece by piece.

use serde::{Deserialize, Serialize};

use super::child::{End, Heard, Outcome, Working, blameless};
use super::sandbox::Task;
use super::{Extracted, ParseError, ParseRequest, Scan, ocr};

/// The next stretch of a document: a text of its own, whose first heading is of the highest level.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Piece {
    pub(crate) extracted: Extracted,
    /// Which share of the file has been read with it, 0 to 1.
    pub(crate) read: f32,
}

/// What the child says of a file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Said {
    Piece(Piece),
    /// There is no more; with what only text recognition can read.
    End(Result<Vec<Scan>, ParseError>),
}

/// A file that is being read in a child process of its own, so that a file which kills its parser
/// fails alone. Dropping it kills the child.
pub(crate) struct Reading {
    request: ParseRequest,
    child: Working,
    /// A piece is held back until it is known not to be the last: that may want text recognition.
    held: Option<Piece>,
    is_over: bool,
}

impl Reading {
    pub(crate) async fn begin(request: ParseRequest) -> Result<Self, ParseError> {
        let task = Task::Read {
            path: request.path.clone(),
            filename: request.filename.clone(),
            pdfium: request.pdfium.clone(),
        };
        let child = blameless(Working::begin(&request, task, request.limits.output_bytes).await.map(Ok))?;
        Ok(Self { request, child, held: None, is_over: false })
    }

    /// The next piece; `None` after the last.
    pub(crate) async fn next(&mut self) -> Result<Option<Piece>, ParseError> {
        while !self.is_over {
            match blameless(self.hear().await)? {
                Said::Piece(piece) => {
                    if let Some(before) = self.held.replace(piece) {
                        return Ok(Some(before));
                    }
                }
                Said::End(scans) => {
                    self.is_over = true;
                    return self.last(scans?).await;
                }
            }
        }
        Ok(None)
    }

    async fn last(&mut self, scans: Vec<Scan>) -> Result<Option<Piece>, ParseError> {
        let Some(Piece { extracted, read }) = self.held.take() else { return Ok(None) };
        let extracted = ocr::complete(&self.request, extracted, scans).await?;
        Ok(Some(Piece { extracted, read }))
    }

    async fn hear(&mut self) -> Outcome<Said> {
        Ok(match self.child.hear().await? {
            Heard::Message(said) => serde_json::from_slice(&said).map_err(|_| ParseError::ParserCrashed),
            Heard::Ended(End::Failed(why)) => Err(why),
            Heard::Ended(End::GaveUp { complaint }) => anyhow::bail!("the parser gave up: {complaint}"),
            Heard::Bytes(_) | Heard::Ended(End::Well) => Err(ParseError::ParserCrashed),
        })
    }
}

/// Reads a file whole.
pub async fn parse_file(request: ParseRequest) -> Result<Extracted, ParseError> {
    let mut reading = Reading::begin(request).await?;
    let mut whole: Option<Extracted> = None;
    while let Some(piece) = reading.next().await? {
        match &mut whole {
            Some(whole) => whole.extend(piece.extracted),
            None => whole = Some(piece.extracted),
        }
    }
    whole.ok_or(ParseError::NoText)
}
