//! An answer as its page follows it: the log's events, turned into what changes on the page.

use std::pin::Pin;

use app::answer::{AnswerEvent, LiveEvent};
use futures::{
    Stream, StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use uuid::Uuid;

use super::{
    AnswerService,
    log::{self, Numbered},
    message, render,
};
use crate::{error::Result, model::llm::Markup};

impl AnswerService {
    /// What happens to the page of `message` after the event `after`: what was written already,
    /// then each change as it comes, to the last. Of an answer that is over, the last alone: it
    /// holds everything. `None` where there is nothing to come.
    ///
    /// # Errors
    /// [`NotFound`](app::error::AppError::NotFound) where the message isn't the asker's own.
    pub(crate) async fn follow_live(
        &self,
        asker: Uuid,
        message: Uuid,
        after: i32,
    ) -> Result<Option<BoxStream<'static, Result<(i32, LiveEvent)>>>> {
        let current = message::own(&self.db, &self.models, asker, message).await?;
        if !current.is_open() {
            let missed = current.seq > after;
            let finished = (current.seq, LiveEvent::Finished { message: Box::new(current) });
            return Ok(missed.then(|| stream::iter([Ok(finished)]).boxed()));
        }
        // From the beginning, since what changes depends on all of the text before.
        let events = Box::pin(log::follow(self.db.clone(), &self.running, asker, message, 0));
        let markup = self.models.markup(&current.model);
        let page = Page {
            service: self.clone(),
            asker,
            message,
            markup,
            events,
            text: String::new(),
            blocks: Vec::new(),
        };
        let changes = stream::try_unfold(page, move |mut page| async move {
            let change = page.next_after(after).await?;
            Ok(change.map(|change| (change, page)))
        });
        Ok(Some(changes.boxed()))
    }
}

/// What a page shows of an answer, and where it hears of more.
struct Page {
    service: AnswerService,
    asker: Uuid,
    message: Uuid,
    markup: Markup,
    events: Pin<Box<dyn Stream<Item = Result<Numbered>> + Send>>,
    text: String,
    blocks: Vec<String>,
}

impl Page {
    async fn next_after(&mut self, after: i32) -> Result<Option<(i32, LiveEvent)>> {
        while let Some((seq, event)) = self.events.try_next().await? {
            let change = self.take_in(event).await?;
            if let Some(change) = change.filter(|_| seq > after) {
                return Ok(Some((seq, change)));
            }
        }
        Ok(None)
    }

    /// What an event of the log changes on the page.
    async fn take_in(&mut self, event: AnswerEvent) -> Result<Option<LiveEvent>> {
        Ok(match event {
            AnswerEvent::Sources { sources } => Some(LiveEvent::Sources { sources }),
            AnswerEvent::Waiting { place } => Some(LiveEvent::Waiting { place }),
            AnswerEvent::Delta { text } => {
                self.text.push_str(&text);
                Some(self.changed_blocks())
            }
            AnswerEvent::Done { .. } | AnswerEvent::Error(_) => {
                let message =
                    message::own(&self.service.db, &self.service.models, self.asker, self.message).await?;
                Some(LiveEvent::Finished { message: Box::new(message) })
            }
            // What was known without a model, the page has shown from the beginning.
            AnswerEvent::Meta { read_as, aided_by, .. } if !aided_by.is_empty() => {
                Some(LiveEvent::Read { read_as })
            }
            AnswerEvent::Meta { .. } | AnswerEvent::Verdict { .. } => None,
        })
    }

    /// The blocks from the first that changed.
    fn changed_blocks(&mut self) -> LiveEvent {
        let blocks = render::blocks(&self.text, self.markup, &[]);
        let from = self.blocks.iter().zip(&blocks).take_while(|(before, now)| before == now).count();
        self.blocks = blocks;
        LiveEvent::Text { from, blocks: self.blocks[from..].to_vec() }
    }
}
