//! A second opinion on the sentences of an answer, from a model that checks.

use std::time::Duration;

use app::{answer::CheckedSentence, model::ModelRole};
use tokio_util::sync::CancellationToken;

use super::{
    Draft, Halt,
    aid::{Done, Errand},
};
use crate::{
    answer::{prompt, verdict::Finding},
    model::llm::OfferedSource,
};

/// So long is an answer, which its reader has seen already, not yet final.
const PATIENCE: Duration = Duration::from_secs(10);
/// Further sentences are left to our own check.
const MOST: usize = 12;
/// In tokens: a line for each sentence, and some words around them.
const LONGEST: u32 = 300;
/// A prompt that is too long is sent again with half of the sentences.
const ATTEMPTS: usize = 3;

impl Draft<'_> {
    /// Has a model that checks look at the sentences whose passages carry them more or less by our
    /// own check. What that found unsupported or contradicted stays so.
    pub(super) async fn look_again(
        &mut self,
        mut findings: Vec<Finding>,
        sources: &[OfferedSource],
        stop: &CancellationToken,
    ) -> Result<Vec<CheckedSentence>, Halt> {
        let mut open: Vec<&mut Finding> = findings.iter_mut().filter(|finding| finding.is_open()).collect();
        open.truncate(MOST);
        if self.service.models.has(ModelRole::Check) {
            for _ in 0..ATTEMPTS {
                if open.is_empty() {
                    break;
                }
                let asked: Vec<_> = open.iter().map(|finding| finding.asked()).collect();
                let errand = Errand {
                    role: ModelRole::Check,
                    messages: prompt::check(&asked, sources),
                    prompt_version: prompt::CHECK_VERSION,
                    stays_inside: self.stays_inside,
                    patience: PATIENCE,
                    longest: LONGEST,
                };
                // Who stops an answer that is written doesn't want to wait for this.
                let done = match self.run(errand, stop).await {
                    Err(Halt::Stopped) => Done::Nothing,
                    done => done?,
                };
                match done {
                    Done::TooLong => open.truncate(open.len() / 2),
                    Done::Nothing => break,
                    Done::Text(text, aid) => {
                        let opinions = prompt::read_opinions(&text, open.len());
                        if opinions.iter().any(Option::is_some) {
                            self.aided_by.push(aid);
                        }
                        for (finding, carried) in open.into_iter().zip(opinions) {
                            finding.hear(carried);
                        }
                        break;
                    }
                }
            }
        }
        Ok(findings.into_iter().map(Finding::into_sentence).collect())
    }
}
