//! What a model thinks aloud between tags, which is no part of its answer.

/// The tags in use, each with its end.
const TAGS: [(&str, &str); 3] =
    [("<think>", "</think>"), ("<thinking>", "</thinking>"), ("<reasoning>", "</reasoning>")];

/// Takes thoughts out of a text that comes in pieces, wherever it was cut.
///
/// Some endpoints begin a thought in the prompt, so that its end alone is in the text: what stood
/// before that end was a thought, too.
#[derive(Debug, Default)]
pub(super) struct Thoughts {
    /// What may yet become a tag.
    held: String,
    /// The end that is waited for, inside a thought.
    end: Option<&'static str>,
    /// Something of the answer came already; blanks before it belong to the thoughts.
    begun: bool,
    /// A tag was seen; an end without a beginning is text from then on.
    tagged: bool,
    /// The end of a thought came of which the beginning was taken for the answer.
    was_thought: bool,
}

impl Thoughts {
    /// Takes in a piece and gives what is of the answer for certain.
    pub(super) fn push(&mut self, piece: &str) -> String {
        self.held.push_str(piece);
        let mut answer = String::new();
        loop {
            let wanted: Vec<&str> = match self.end {
                Some(end) => vec![end],
                None if self.tagged => TAGS.iter().map(|(begin, _)| *begin).collect(),
                None => TAGS.iter().flat_map(|(begin, end)| [*begin, *end]).collect(),
            };
            let tag = wanted.iter().filter_map(|tag| Some((self.held.find(tag)?, *tag))).min();
            let (upto, next) = match tag {
                Some((at, tag)) => (at, at + tag.len()),
                None => {
                    let safe = self.held.len() - longest_beginning(&self.held, &wanted);
                    (safe, safe)
                }
            };
            if self.end.is_none() {
                answer.push_str(&self.held[..upto]);
            }
            self.held.drain(..next);
            self.tagged |= tag.is_some();
            match tag {
                Some(_) if self.end.is_some() => self.end = None,
                Some((_, tag)) => match TAGS.iter().find(|(begin, _)| *begin == tag) {
                    Some((_, end)) => self.end = Some(end),
                    None => {
                        answer.clear();
                        self.begun = false;
                        self.was_thought = true;
                    }
                },
                None => return self.without_blanks_before(answer),
            }
        }
    }

    /// Whether all that was given so far has turned out to be a thought; told once.
    pub(super) fn was_thought(&mut self) -> bool {
        std::mem::take(&mut self.was_thought)
    }

    /// The end of the text: what was held was no tag. A thought without an end is no answer.
    pub(super) fn finish(&mut self) -> String {
        let rest = std::mem::take(&mut self.held);
        if self.end.is_some() { String::new() } else { self.without_blanks_before(rest) }
    }

    fn without_blanks_before(&mut self, answer: String) -> String {
        let answer = if self.begun { answer } else { answer.trim_start().to_owned() };
        self.begun |= !answer.is_empty();
        answer
    }
}

/// How many bytes at the end of `text` may be the beginning of one of `tags`.
fn longest_beginning(text: &str, tags: &[&str]) -> usize {
    let ends_with_part =
        |tag: &&str| (1..tag.len()).rev().find(|&length| text.ends_with(&tag[..length])).unwrap_or_default();
    tags.iter().map(ends_with_part).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answer in `text`, cut into pieces of every length.
    fn answer(text: &str) -> String {
        let characters: Vec<char> = text.chars().collect();
        let mut answers = (1..=characters.len()).map(|length| {
            let mut thoughts = Thoughts::default();
            let pieces = characters.chunks(length).map(|piece| piece.iter().collect::<String>());
            let mut answer = String::new();
            for piece in pieces {
                let text = thoughts.push(&piece);
                if thoughts.was_thought() {
                    answer.clear();
                }
                answer.push_str(&text);
            }
            answer.push_str(&thoughts.finish());
            answer
        });
        let first = answers.next().unwrap();
        assert!(answers.all(|answer| answer == first), "however it is cut");
        first
    }

    #[test]
    fn thoughts_are_taken_out_wherever_the_text_is_cut() {
        assert_eq!(answer("<think>Let me see: [1]?</think>\n\nTwenty days [1]."), "Twenty days [1].");
        assert_eq!(answer("Twenty <thinking>or</thinking>days."), "Twenty days.");
        assert_eq!(answer("<think></think>Yes.<reasoning>no</reasoning>"), "Yes.");
    }

    #[test]
    fn a_thought_that_the_prompt_began_is_known_by_its_end() {
        assert_eq!(answer("Let me see: [1]?</think>\n\nTwenty days [1]."), "Twenty days [1].");
        assert_eq!(answer("<think>a</think>Write </think> behind it."), "Write </think> behind it.");
    }

    #[test]
    fn a_thought_without_an_end_is_no_answer() {
        assert_eq!(answer("<think>Let me see"), "");
    }

    #[test]
    fn what_only_looks_like_a_tag_is_text() {
        assert_eq!(answer("a < b, and <thin ice"), "a < b, and <thin ice");
        assert_eq!(answer("1 <th"), "1 <th");
    }
}
