//! The pieces of an answer out of an endpoint's response.

use std::{collections::VecDeque, pin::Pin, sync::Arc};

use app::error::AppError;
use bytes::{Buf, Bytes};
use eventsource_stream::{Event, EventStreamError, Eventsource};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use tokio::time::{Instant, timeout_at};

use super::{
    Patience,
    chunk::{Chunk, Finish},
    failure::Failure,
    request::Request,
    standing::{Standing, Work},
    thoughts::Thoughts,
};
use crate::model::llm::{Piece, Pieces, TokenCount, guessed_tokens, quarters};

/// Reads the answer that `response` brings. Dropping the pieces closes the connection, and so
/// ends the work behind it.
pub(super) fn pieces(
    response: reqwest::Response,
    request: &Request,
    begun: Instant,
    patience: Patience,
    standing: Arc<Standing>,
) -> Pieces {
    let reader = Reader {
        events: events(response),
        ready: VecDeque::new(),
        patience,
        first_until: begun + patience.first_token,
        total_until: begun + patience.total,
        prompt_tokens: request.prompt_tokens,
        work: request.work,
        text_length: 0,
        thoughts: Thoughts::default(),
        alive: false,
        complete: false,
        tokens: None,
        failure: None,
        over: false,
        standing,
    };
    stream::try_unfold(reader, |mut reader| async move {
        let piece = reader.next().await.inspect_err(|failure| reader.note(*failure))?;
        Ok::<_, AppError>(piece.map(|piece| (piece, reader)))
    })
    .boxed()
}

/// In quarters of a token. Whoever writes more goes round in circles, as small models do.
const LONGEST: usize = 4 * 4_000;

type Events = Pin<Box<dyn Stream<Item = Result<Event, EventStreamError<reqwest::Error>>> + Send>>;

/// The response's events. An endpoint that doesn't stream sends its whole answer as one.
fn events(response: reqwest::Response) -> Events {
    let kind = response.headers().get(http::header::CONTENT_TYPE);
    let whole = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !whole {
        return Box::pin(without_mark(response.bytes_stream()).eventsource());
    }
    Box::pin(stream::once(async {
        let data = response.text().await.map_err(EventStreamError::Transport)?;
        Ok(Event { data, ..Event::default() })
    }))
}

/// Without a byte order mark at the beginning, on which the reader of events panics.
fn without_mark<E>(bytes: impl Stream<Item = Result<Bytes, E>>) -> impl Stream<Item = Result<Bytes, E>> {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    let mut awaited = MARK;
    bytes.map_ok(move |mut piece| {
        while let ([next, rest @ ..], Some(first)) = (awaited, piece.first()) {
            if first != next {
                awaited = &[];
                break;
            }
            piece.advance(1);
            awaited = rest;
        }
        piece
    })
}

struct Reader {
    events: Events,
    ready: VecDeque<Piece>,
    patience: Patience,
    first_until: Instant,
    total_until: Instant,
    /// As guessed.
    prompt_tokens: u32,
    work: Work,
    /// In quarters of a token.
    text_length: usize,
    thoughts: Thoughts,
    /// The model has begun to say or to think something.
    alive: bool,
    /// The endpoint said that the answer is complete.
    complete: bool,
    tokens: Option<TokenCount>,
    /// How the answer failed, told once what came before it was passed on.
    failure: Option<Failure>,
    over: bool,
    standing: Arc<Standing>,
}

impl Reader {
    /// What a failure before the first word says of the endpoint.
    fn note(&self, failure: Failure) {
        if self.text_length == 0 && failure.is_absence() {
            self.standing.health(self.work).failed(std::time::Instant::now());
        }
    }

    async fn next(&mut self) -> Result<Option<Piece>, Failure> {
        loop {
            if let Some(piece) = self.ready.pop_front() {
                return Ok(Some(piece));
            }
            if let Some(failure) = self.failure {
                return Err(failure);
            }
            if self.over {
                return Ok(None);
            }
            match timeout_at(self.until(), self.events.next()).await {
                // It holds the connection open after its end.
                Err(_) if self.complete => {}
                Err(_) => return Err(Failure::TimedOut),
                Ok(Some(Ok(event))) if event.data.trim() == "[DONE]" => self.complete = true,
                Ok(Some(Ok(event))) => {
                    self.take_in(&event.data)?;
                    continue;
                }
                Ok(Some(Err(EventStreamError::Transport(_)))) => {
                    if !self.complete {
                        return Err(Failure::CutOff);
                    }
                }
                Ok(Some(Err(_))) => return Err(Failure::Garbled),
                Ok(None) => {}
            }
            self.end()?;
        }
    }

    /// When the next event must be there.
    fn until(&self) -> Instant {
        let next = match (self.complete, self.alive) {
            (true, _) => Instant::now() + self.patience.after_end,
            (false, true) => Instant::now() + self.patience.between_tokens,
            (false, false) => self.first_until,
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
        self.alive |= chunk.is_thought();
        if let Some(text) = chunk.text() {
            self.alive = true;
            let answer = self.thoughts.push(&text);
            if self.thoughts.was_thought() {
                self.text_length = 0;
                self.ready.push_back(Piece::Thought);
            }
            self.pass_on(answer);
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

    fn pass_on(&mut self, answer: String) {
        if !answer.is_empty() {
            self.standing.health(self.work).worked();
            self.text_length += quarters(&answer);
            self.ready.push_back(Piece::Text(answer));
            if self.text_length > LONGEST {
                self.failure = Some(Failure::CutOff);
            }
        }
    }

    /// The end of what the endpoint sends.
    fn end(&mut self) -> Result<(), Failure> {
        if !self.complete {
            return Err(Failure::CutOff);
        }
        let rest = self.thoughts.finish();
        self.pass_on(rest);
        if self.text_length == 0 {
            return Err(Failure::Garbled);
        }
        self.over = true;
        if let Some(tokens) = self.tokens {
            self.standing.window.counted(self.prompt_tokens, tokens);
        }
        let tokens = self.tokens.unwrap_or_else(|| TokenCount {
            prompt: self.prompt_tokens,
            completion: guessed_tokens(self.text_length),
        });
        self.ready.push_back(Piece::Usage(tokens));
        Ok(())
    }
}
