//! Answers to questions whose answers are known: how many are right, how many cite the right
//! document, how many that can't be answered are answered all the same; and how well the check of
//! sentences tells what passages carry from what they don't.

mod area;
mod judge;
mod labelled;
mod measured;
mod run;
mod set;

pub use self::{
    area::{area, curve},
    judge::{Given, Judgement},
    run::{Evaluation, Lines},
    set::{AnswerSet, Asked},
};
