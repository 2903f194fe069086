//! A model behind an endpoint, with everything that can go wrong there.

mod accents;
pub(super) mod fake;
mod faults;
mod path;
mod poison;
