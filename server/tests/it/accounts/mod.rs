//! Signing in, and what administrators do with people and groups.

mod people;
mod session;
mod set_up;
mod throttle;
mod token;
