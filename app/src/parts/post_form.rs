//! Forms that call server functions.

use leptos::prelude::*;

use crate::parts::icon::Icon;

/// A form that calls the server function at `to`; its fields are named as the function's arguments.
///
/// It is sent as any form is. Once the browser's part runs, that part sends it instead, so that a
/// refusal appears beside what was entered and nothing of it is lost: `data-sent` says so, and what
/// becomes of the page afterwards.
#[component]
pub fn PostForm(
    /// The server function's path.
    to: &'static str,
    #[prop(optional)] class: &'static str,
    /// The page follows by itself what the form does, so that it need not be loaded again.
    #[prop(optional)]
    stays: bool,
    children: Children,
) -> impl IntoView {
    let refused = refused_before(to);
    let is_taken = refused.is_none();
    view! {
        <form method="post" action=to class=class data-sent=if stays { "stay" } else { "load" }>
            {children()}
            <p class="note note-error form-refusal" role="alert" hidden=is_taken>
                <Icon name="alert"/>
                <span>{refused}</span>
            </p>
        </form>
    }
}

/// Why the server sent this form back, where it was sent without JavaScript.
#[cfg(feature = "ssr")]
fn refused_before(to: &str) -> Option<String> {
    use leptos::server_fn::error::ServerFnUrlError;

    let query = leptos_router::hooks::use_query_map();
    query.with_untracked(|query| {
        let error = query.get("__err").filter(|_| query.get("__path").as_deref() == Some(to))?;
        Some(ServerFnUrlError::<crate::error::AppError>::decode_err(&error).to_string())
    })
}

#[cfg(not(feature = "ssr"))]
fn refused_before(_: &str) -> Option<String> {
    None
}
