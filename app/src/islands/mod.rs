//! The parts of pages that live on in the browser: each is rendered on the server from its
//! properties, and taken over from the same properties once the browser's part has arrived.
//!
//! All that is compiled for the browser is here and in what this uses. The pages around the islands
//! stay what the server sent.

pub mod answer_text;
pub mod hand_over;
pub mod ingest_progress;
mod live_answer;
mod margin_notes;
pub mod message;
pub mod pdf;
pub mod queue_state;
pub mod rating;
pub mod read_as;
mod reload;
pub mod source_list;
pub mod upload_form;
mod uploading;
