//! How much a model can read, and how it counts: learnt from what it reports and why it refuses.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::refusal::Overflow;
use crate::model::llm::TokenCount;

/// What is known of a model's window and of its tokens.
#[derive(Debug, Default)]
pub(super) struct Window(Mutex<State>);

#[derive(Debug)]
struct State {
    /// Its tokens for each that is guessed.
    factor: f64,
    /// The most tokens that it reads and writes together, as far as it has told by refusing.
    told: Option<u32>,
}

/// Guesses are a little short for most tokenizers until the model has counted once.
const FIRST_FACTOR: f64 = 1.25;
/// Beyond these a report is a mistake: no tokenizer is so far from the guess.
const FACTORS: std::ops::RangeInclusive<f64> = 0.4..=4.0;

impl Default for State {
    fn default() -> Self {
        Self { factor: FIRST_FACTOR, told: None }
    }
}

impl Window {
    /// How many guessed tokens a prompt may have, so that an answer fits in beside it; `None` where
    /// nobody has said how many it can read. `set` is what an admin says.
    pub(super) fn room(&self, set: Option<u32>) -> Option<u32> {
        /// Most answers are shorter; of a small window it is a quarter.
        const ANSWER: u32 = 1_000;
        let state = self.state();
        let window = set.into_iter().chain(state.told).min()?;
        let prompt = window - ANSWER.min(window / 4);
        Some((f64::from(prompt) / state.factor) as u32)
    }

    /// Takes in what the model counted of a prompt. A report that is higher than expected counts at
    /// once, lower ones little by little: one prompt too long costs more than many too short.
    pub(super) fn counted(&self, guessed: u32, counted: TokenCount) {
        if counted.prompt == 0 || guessed == 0 {
            return;
        }
        let seen = f64::from(counted.prompt) / f64::from(guessed);
        let mut state = self.state();
        if FACTORS.contains(&seen) {
            state.factor = if seen > state.factor { seen } else { 0.8 * state.factor + 0.2 * seen };
        }
    }

    /// Takes in that a prompt was too long.
    pub(super) fn overflowed(&self, guessed: u32, overflow: Overflow) {
        /// Of the prompt that was too long, where the model doesn't say what would fit.
        const LESS: f64 = 0.7;
        if let Some(prompt) = overflow.prompt {
            self.counted(guessed, TokenCount { prompt, completion: 0 });
        }
        let mut state = self.state();
        let guessed_window = || (f64::from(guessed) * state.factor * LESS) as u32;
        let window = overflow.window.unwrap_or_else(guessed_window);
        state.told = Some(state.told.map_or(window, |told| told.min(window)));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_model_counts_is_learnt_quickly_upwards_and_slowly_downwards() {
        let window = Window::default();
        assert_eq!(window.room(None), None);
        let before = window.room(Some(8_000)).unwrap();
        window.counted(1_000, TokenCount { prompt: 2_000, completion: 5 });
        assert_eq!(window.room(Some(8_000)).unwrap(), 3_500);
        window.counted(1_000, TokenCount { prompt: 1_000, completion: 5 });
        let after = window.room(Some(8_000)).unwrap();
        assert!(3_500 < after && after < before, "{after}");
        window.counted(1_000, TokenCount { prompt: 90_000, completion: 5 });
        assert_eq!(window.room(Some(8_000)).unwrap(), after, "nobody counts so");
    }

    #[test]
    fn a_refusal_tells_the_window() {
        let window = Window::default();
        window.overflowed(3_000, Overflow { window: Some(2_048), prompt: Some(3_000) });
        assert_eq!(window.room(None), window.room(Some(2_048)));
        assert_eq!(window.room(Some(100_000)), window.room(None), "the smaller one holds");
        let silent = Window::default();
        silent.overflowed(4_000, Overflow::default());
        assert!(silent.room(None).unwrap() < 4_000);
    }
}
