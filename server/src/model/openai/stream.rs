//! The pieces of an answer out of an endpoint's response.

use std::{collections::VecDeque, pin::Pin};

use app::error::AppError;
use eventsource_stream::{Event, EventStreamError, Eventsource};
use futures::{Stream, StreamExt, stream};
use tokio::time::{Instant, timeout_at};

use super::{
    Patience,
    chunk::{Chunk, Finish},
    failure::Failure,
    request::Request,
};
use crate::model::llm::{Piece, Pieces, TokenCount};

/// Reads the answer that `response` brings. Dropping the pieces closes the connection, and so
/// ends the work behind it.
pub(super) fn pieces(
    response: reqwest::Response,
    request: &Request,
    begun: Instant,
    patience: Patience,
) -> Pieces {
    let reader = Reader {
        events: events(response),
        ready: VecDeque::new(),
        patience,
        first_until: begun + patience.first_token,
        total_until: begun + patience.total,
        prompt_length: request.prompt_length,
        text_length: 0,
        complete: false,
        tokens: None,
        failure: None,
        over: false,
    };
    stream::try_unfold(reader, |mut reader| async move {
        let piece = reader.next().await?;
        Ok(piece.map(|piece| (piece, reader)))
    })
    .boxed()
}

type Events = Pin<Box<dyn Stream<Item = Result<Event, EventStreamError<reqwest::Error>>> + Send>>;

/// The response's events. An endpoint that doesn't stream sends its whole answer as one.
fn events(response: reqwest::Response) -> Events {
    let kind = response.headers().get(http::header::CONTENT_TYPE);
    let whole = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !whole {
        return Box::pin(response.bytes_stream().eventsource());
    }
    Box::pin(stream::once(async {
        let data = response.text().await.map_err(EventStreamError::Transport)?;
        Ok(Event { data, ..Event::default() })
    }))
}

struct Reader {
    events: Events,
    ready: VecDeque<Piece>,
    patience: Patience,
    first_until: Instant,
    total_until: Instant,
    prompt_length: usize,
    /// In characters.
    text_length: usize,
    /// The endpoint said that the answer is complete.
    complete: bool,
    tokens: Option<TokenCount>,
    /// How the answer failed, told once what came before it was passed on.
    failure: Option<Failure>,
    over: bool,
}

impl Reader {
    async fn next(&mut self) -> Result<Option<Piece>, AppError> {
        loop {
            if let Some(piece) = self.ready.pop_front() {
                return Ok(Some(piece));
            }
            if let Some(failure) = self.failure {
                return Err(failure.into());
            }
            if self.over {
                return Ok(None);
            }
            match timeout_at(self.until(), self.events.next()).await {
                Err(_) => return Err(Failure::TimedOut.into()),
                Ok(Some(Ok(event))) if event.data.trim() == "[DONE]" => self.complete = true,
                Ok(Some(Ok(event))) => {
                    self.take_in(&event.data)?;
                    continue;
                }
                Ok(Some(Err(EventStreamError::Transport(_)))) => {
                    if !self.complete {
                        return Err(Failure::CutOff.into());
                    }
                }
                Ok(Some(Err(_))) => return Err(Failure::Garbled.into()),
                Ok(None) => {}
            }
            self.end()?;
        }
    }

    /// When the next event must be there.
    fn until(&self) -> Instant {
        let next = match self.text_length {
            0 => self.first_until,
            _ => Instant::now() + self.patience.between_tokens,
        };
        next.min(self.total_until)
    }

    fn take_in(&mut self, data: &str) -> Result<(), Failure> {
        let mut chunk = Chunk::parse(data).ok_or(Failure::Garbled)?;
        if chunk.is_error() {
            return Err(Failure::Failed);
        }
        if chunk.is_refusal() {
            return Err(Failure::Declined);
        }
        if let Some(text) = chunk.text() {
            self.text_length += text.chars().count();
            self.ready.push_back(Piece::Text(text));
        }
        self.tokens = chunk.tokens().or(self.tokens);
        match chunk.finish() {
            Some(Finish::Complete) => self.complete = true,
            Some(Finish::TooLong) => self.failure = Some(Failure::CutOff),
            Some(Finish::Filtered) => self.failure = Some(Failure::Declined),
            None => {}
        }
        Ok(())
    }

    /// The end of what the endpoint sends.
    fn end(&mut self) -> Result<(), Failure> {
        if !self.complete {
            return Err(Failure::CutOff);
        }
        if self.text_length == 0 {
            return Err(Failure::Garbled);
        }
        self.over = true;
        let tokens = self.tokens.unwrap_or_else(|| TokenCount {
            prompt: guessed_tokens(self.prompt_length),
            completion: guessed_tokens(self.text_length),
        });
        self.ready.push_back(Piece::Usage(tokens));
        Ok(())
    }
}

/// For endpoints that don't count: English text has about four characters a token.
fn guessed_tokens(characters: usize) -> u32 {
    u32::try_from(characters.div_ceil(4)).unwrap_or(u32::MAX)
}
