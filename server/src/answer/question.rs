//! A question, as far as it can be answered.

use app::error::AppError;

/// A question's text: trimmed, not empty, not too long, without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question(String);

/// In characters. The longest question of the sets this was tried with has 300.
const LONGEST: usize = 4_000;

impl Question {
    /// # Errors
    /// [`AppError::Invalid`] in the field `question`.
    pub(crate) fn parse(text: &str) -> Result<Self, AppError> {
        let text: String =
            text.trim().chars().filter(|&c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        if !text.contains(char::is_alphanumeric) {
            return Err(AppError::invalid("question", "Write a question."));
        }
        if text.chars().count() > LONGEST {
            let message = format!("The question is too long: {LONGEST} characters are the most.");
            return Err(AppError::invalid("question", message));
        }
        Ok(Self(text))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// A name for the conversation that it begins.
    pub(crate) fn as_title(&self) -> String {
        const LONGEST: usize = 80;
        let line = self.0.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().count() <= LONGEST {
            return line;
        }
        let cut: String = line.chars().take(LONGEST).collect();
        let whole_words = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
        format!("{whole_words}…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_nothing_or_too_much_is_refused() {
        for text in ["", "  \n", "?!", &"long ".repeat(200_000)] {
            assert!(matches!(Question::parse(text), Err(AppError::Invalid { .. })));
        }
        assert_eq!(Question::parse(" Why\u{0}? ").unwrap().as_str(), "Why?");
    }

    #[test]
    fn a_long_question_gives_a_title_of_whole_words() {
        let title = Question::parse(&"vacation ".repeat(30)).unwrap().as_title();
        assert!(title.ends_with("vacation…") && title.chars().count() <= 81);
    }
}
