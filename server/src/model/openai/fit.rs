//! As much of a request as a model can read.

use crate::{
    answer::prompt::{self, PromptMessage},
    model::llm::{self, AnswerRequest, OfferedSource, quarters},
};

/// How long the prompt of an answer will be, in guessed tokens.
pub(super) fn guessed_tokens(request: &AnswerRequest) -> u32 {
    tokens_of(&prompt::messages(request))
}

/// How many tokens these messages have, as guessed.
pub(super) fn tokens_of(messages: &[PromptMessage]) -> u32 {
    /// What templates put around a message.
    const AROUND: u32 = 6;
    messages.iter().map(|message| AROUND + llm::guessed_tokens(quarters(&message.content))).sum()
}

/// The request with as much in it as has room in so many guessed tokens, what is missed least left
/// out first. The question, the rules and the beginning of the best source always stay.
pub(super) fn fitted(mut request: AnswerRequest, room: Option<u32>) -> AnswerRequest {
    let Some(room) = room else { return request };
    while guessed_tokens(&request) > room && leave_out_the_least(&mut request) {}
    request
}

/// Whether there was something left to leave out.
fn leave_out_the_least(request: &mut AnswerRequest) -> bool {
    /// The answer is rarely in a later one.
    const GOOD: usize = 4;
    let (turns, sources) = (request.history.len(), request.sources.len());
    if turns > 1 {
        request.history.remove(0);
    } else if sources > GOOD {
        request.sources.pop();
    } else if let Some(source) = request.sources.iter_mut().rfind(|source| has_surroundings(source)) {
        source.before.clear();
        source.after.clear();
    } else if sources > GOOD / 2 {
        request.sources.pop();
    } else if turns > 0 {
        request.history.clear();
    } else if sources > 1 {
        request.sources.pop();
    } else {
        return request.sources.first_mut().is_some_and(|best| shorten(&mut best.text));
    }
    true
}

fn has_surroundings(source: &OfferedSource) -> bool {
    !source.before.is_empty() || !source.after.is_empty()
}

/// Cuts off an eighth, at a word's end; `false` where that would leave next to nothing.
fn shorten(text: &mut String) -> bool {
    /// In bytes.
    const SHORTEST: usize = 200;
    let end = text.floor_char_boundary(text.len() - text.len() / 8);
    let end = text[..end].rfind(char::is_whitespace).filter(|&at| at > end / 2).unwrap_or(end);
    if end < SHORTEST || end == text.len() {
        return false;
    }
    text.truncate(end);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::llm::Turn;

    fn request() -> AnswerRequest {
        let source = OfferedSource {
            text: "word ".repeat(200),
            before: "before ".repeat(50),
            ..OfferedSource::default()
        };
        let turn = Turn { question: "Before?".into(), answer: "it was so ".repeat(40) };
        AnswerRequest {
            question: "How many?".into(),
            history: vec![turn; 4],
            sources: vec![source; 8],
            ..AnswerRequest::default()
        }
    }

    #[test]
    fn a_small_window_is_given_the_best_that_it_has_room_for() {
        assert_eq!(fitted(request(), None), request());
        let mut left = Vec::new();
        for room in [3_600, 2_000, 1_400, 900, 600] {
            let fitted = fitted(request(), Some(room));
            assert!(guessed_tokens(&fitted) <= room, "{room}");
            assert_eq!(fitted.question, "How many?");
            left.push((fitted.history.len(), fitted.sources.len()));
        }
        assert_eq!(left, [(4, 8), (1, 4), (1, 3), (0, 2), (0, 1)]);
    }

    #[test]
    fn of_the_best_source_the_beginning_stays() {
        let fitted = fitted(request(), Some(10));
        assert_eq!(fitted.sources.len(), 1);
        assert!(fitted.sources[0].text.starts_with("word ") && fitted.sources[0].text.len() >= 200);
    }
}
