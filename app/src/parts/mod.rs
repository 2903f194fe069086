//! What pages are put together from.

pub mod answer_text;
pub mod confirm;
pub mod document_row;
pub mod document_text;
pub mod error_note;
pub mod icon;
pub mod ingest_progress;
pub mod layout;
pub mod live_answer;
mod margin_notes;
pub mod marked_text;
pub mod message;
pub mod post_form;
pub mod query_form;
pub mod question_form;
pub mod rating;
pub mod reading;
mod sending;
pub mod source_list;
pub mod upload_form;
mod uploading;
