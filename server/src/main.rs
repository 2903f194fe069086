//! The `footnote` command.

fn main() {}
