//! What is printed of times.

/// What came of a question, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Until the model was asked.
    pub(crate) asking: f64,
    /// From the model's first sentence to the reader.
    pub(crate) showing: f64,
    /// From each later word of the model's to the reader.
    pub(crate) forwarding: Vec<f64>,
    pub(crate) failed: bool,
}

/// The times of many questions.
#[derive(Default)]
pub(crate) struct Times {
    asking: Vec<f64>,
    showing: Vec<f64>,
    both: Vec<f64>,
    forwarding: Vec<f64>,
    pub(crate) failed: usize,
}

impl Times {
    pub(crate) fn add(&mut self, outcome: Outcome) {
        if outcome.failed {
            self.failed += 1;
            return;
        }
        self.asking.push(outcome.asking);
        self.showing.push(outcome.showing);
        self.both.push(outcome.asking + outcome.showing);
        self.forwarding.extend(outcome.forwarding);
    }

    pub(crate) fn print(self) {
        println!("{:<46} {:>10} {:>10}", "milliseconds", "median", "95 of 100");
        for (what, mut times) in [
            ("from the question to the model", self.asking),
            ("from its first sentence to the reader", self.showing),
            ("both together", self.both),
            ("from a later word to the reader", self.forwarding),
        ] {
            if times.is_empty() {
                continue;
            }
            times.sort_by(f64::total_cmp);
            let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
            println!("{what:<46} {:>10.1} {:>10.1}", at(50), at(95));
        }
    }
}
