//! What an asker does with questions and answers: the server functions behind their forms.

use leptos::prelude::*;
use uuid::Uuid;

use crate::{answer::Rating, error::AppError};

/// Stores the question and leads on to its conversation, where the answer is being written.
#[server(prefix = "/fn", endpoint = "ask")]
pub async fn ask_question(
    question: String,
    conversation: Option<Uuid>,
    /// Empty for all that the asker may read.
    #[server(default)]
    collections: Vec<Uuid>,
    model: Option<String>,
    /// Has it answered anew, also where an answer before could be given again.
    #[server(default)]
    fresh: bool,
    /// Answers from everything also where the question names a document or a collection.
    #[server(default)]
    everywhere: bool,
    /// Takes the question for one that stands alone, whatever was said before.
    #[server(default)]
    as_it_stands: bool,
) -> Result<(), AppError> {
    let asker = crate::ports::current_user()?;
    let model = model.filter(|model| !model.is_empty());
    let conversation_id = conversation;
    let ask =
        crate::answer::Ask { question, conversation_id, collections, model, fresh, everywhere, as_it_stands };
    let asked = crate::ports::ports()?.answers.ask(&asker, ask).await?;
    leptos_axum::redirect(&crate::paths::message(asked.conversation_id, asked.message_id));
    Ok(())
}

/// Ends the writing of an answer; what was written stays.
#[server(prefix = "/fn", endpoint = "stop")]
pub async fn stop_answer(message: Uuid) -> Result<(), AppError> {
    let asker = crate::ports::current_user()?;
    crate::ports::ports()?.answers.stop(&asker, message).await
}

/// Hands the asker's own question to a person.
#[server(prefix = "/fn", endpoint = "hand_over")]
pub async fn hand_over(message: Uuid, note: Option<String>) -> Result<(), AppError> {
    let asker = crate::ports::current_user()?;
    let words = crate::review::HandOver { note };
    crate::ports::ports()?.answers.hand_over(&asker, message, words).await?;
    crate::notice::tell(crate::notice::Notice::Done(
        "Handed over. The reply will stand here, below the answer.",
    ))
}

/// Keeps what the asker thinks of their answer.
#[server(prefix = "/fn", endpoint = "rate")]
pub async fn rate_answer(
    message: Uuid,
    rating: Rating,
    reason: Option<String>,
    comment: Option<String>,
) -> Result<(), AppError> {
    let asker = crate::ports::current_user()?;
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let feedback = crate::answer::Feedback { rating, reason: filled(reason), comment: filled(comment) };
    crate::ports::ports()?.answers.rate(&asker, message, feedback).await
}
