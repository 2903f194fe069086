//! What pages and islands are put together from.

pub mod error_note;
pub mod icon;
pub mod marked_text;
pub mod place;
pub mod post_form;

// What only the server renders.
#[cfg(feature = "ssr")]
pub mod archive_files;
#[cfg(feature = "ssr")]
pub mod check;
#[cfg(feature = "ssr")]
pub mod confirm;
#[cfg(feature = "ssr")]
pub mod document_list;
#[cfg(feature = "ssr")]
pub mod document_row;
#[cfg(feature = "ssr")]
pub mod document_text;
#[cfg(feature = "ssr")]
pub mod editions;
#[cfg(feature = "ssr")]
pub mod error_page;
#[cfg(feature = "ssr")]
pub mod folder_form;
#[cfg(feature = "ssr")]
pub mod grants_form;
#[cfg(feature = "ssr")]
pub(crate) mod language;
#[cfg(feature = "ssr")]
pub mod layout;
#[cfg(feature = "ssr")]
pub mod media_type;
#[cfg(feature = "ssr")]
pub mod model_rule_form;
#[cfg(feature = "ssr")]
pub mod notice_bar;
#[cfg(feature = "ssr")]
pub mod question_form;
#[cfg(feature = "ssr")]
pub mod reading;
