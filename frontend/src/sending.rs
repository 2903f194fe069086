//! Requests to server functions.

use app::error::AppError;
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response, UrlSearchParams};

/// What a server function answered.
pub(crate) struct Answer {
    /// Where it leads on to.
    pub(crate) location: Option<String>,
}

/// Calls the server function at `path` with a form's fields.
pub(crate) async fn post_form(path: &str, fields: &UrlSearchParams) -> Result<Answer, AppError> {
    let unreachable =
        |_| AppError::Unavailable { message: "The server can't be reached. Check your connection.".into() };
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(fields);
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &request)).await;
    let response: Response = response.map_err(unreachable)?.unchecked_into();
    if !response.ok() {
        let refusal = JsFuture::from(response.text().map_err(unreachable)?).await.map_err(unreachable)?;
        let refusal = refusal.as_string().unwrap_or_default();
        return Err(serde_json::from_str(&refusal).unwrap_or(AppError::Internal));
    }
    Ok(Answer { location: response.headers().get("Location").ok().flatten() })
}
