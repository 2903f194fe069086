//! Requests from the browser to server functions.

use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response, UrlSearchParams};

use crate::error::AppError;

/// What a server function answered.
pub(crate) struct Answer {
    /// Where it leads on to.
    pub(crate) location: Option<String>,
    /// What it returned, as JSON.
    pub(crate) returned: String,
}

/// Calls a server function that takes a form's fields.
pub(crate) async fn post_form(path: &str, fields: &UrlSearchParams) -> Result<Answer, AppError> {
    post(path, fields, None).await
}

/// Calls a server function that takes its arguments as JSON.
#[cfg(not(feature = "ssr"))]
pub(crate) async fn post_json(path: &str, arguments: &str) -> Result<String, AppError> {
    let answer = post(path, &JsValue::from_str(arguments), Some("application/json")).await?;
    Ok(answer.returned)
}

async fn post(path: &str, body: &JsValue, media_type: Option<&str>) -> Result<Answer, AppError> {
    let unreachable =
        |_| AppError::Unavailable { message: "The server can't be reached. Check your connection.".into() };
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(body);
    if let Some(media_type) = media_type {
        let headers = Headers::new().map_err(unreachable)?;
        headers.set("Content-Type", media_type).map_err(unreachable)?;
        request.set_headers(&headers);
    }
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &request)).await;
    let response: Response = response.map_err(unreachable)?.unchecked_into();
    let body = JsFuture::from(response.text().map_err(unreachable)?).await.map_err(unreachable)?;
    let returned = body.as_string().unwrap_or_default();
    if !response.ok() {
        return Err(serde_json::from_str(&returned).unwrap_or(AppError::Internal));
    }
    let location = response.headers().get("Location").ok().flatten();
    Ok(Answer { location, returned })
}
