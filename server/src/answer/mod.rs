//! Answers: search, prompt, stream, citations, verdict, and the log of it all.
