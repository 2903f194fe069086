//! The forms of signing in, signing out and setting up, which work without JavaScript.

use app::{error::AppError, paths};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use tower_sessions::Session;

use super::{client_address::ClientAddress, input::Form, plain::PlainRoutes, problem::ApiError, session};
use crate::{
    account::{AccountService, Credentials, SetUp, SignedIn},
    error::Result,
};

pub(crate) fn routes() -> PlainRoutes {
    PlainRoutes::default()
        .post(paths::SIGN_IN, sign_in)
        .post(paths::SIGN_OUT, sign_out)
        .post(paths::SET_UP, set_up)
}

#[derive(Deserialize)]
struct SignInForm {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

async fn sign_in(
    State(accounts): State<AccountService>,
    session: Session,
    ClientAddress(address): ClientAddress,
    Form(form): Form<SignInForm>,
) -> Response {
    let next = local(&form.next);
    let result = async {
        let SignInForm { email, password, .. } = form;
        enter(&session, &accounts.sign_in(Credentials { email, password, address }).await?).await
    };
    match result.await.map_err(AppError::from) {
        Ok(()) => Redirect::to(&next).into_response(),
        Err(error) => {
            let code = paths::encode(error.code());
            Redirect::to(&format!("{}&error={code}", paths::sign_in(&next))).into_response()
        }
    }
}

async fn sign_out(session: Session) -> Response {
    match session::end(&session).await {
        Ok(()) => Redirect::to("/sign-in").into_response(),
        Err(error) => ApiError::from(error).into_response(),
    }
}

#[derive(Deserialize)]
struct SetUpForm {
    token: String,
    email: Option<String>,
    password: String,
}

async fn set_up(
    State(accounts): State<AccountService>,
    session: Session,
    Form(form): Form<SetUpForm>,
) -> Response {
    let token = paths::encode(&form.token);
    let result = async {
        let SetUpForm { token, email, password } = form;
        enter(&session, &accounts.set_up(SetUp { token, email, password }).await?).await
    };
    match result.await.map_err(AppError::from) {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => {
            let (code, detail) = (paths::encode(error.code()), paths::encode(&error.to_string()));
            let back = format!("{}?token={token}&error={code}&detail={detail}", paths::SET_UP);
            Redirect::to(&back).into_response()
        }
    }
}

async fn enter(session: &Session, signed_in: &SignedIn) -> Result<()> {
    session::start(session, signed_in).await
}

/// Where to go on, if that is a page of ours; else the first one. Browsers read `\` as `/`, and
/// leave out tabs and line breaks, so that neither may make another host of it.
fn local(next: &str) -> String {
    let is_local = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control);
    if is_local { encode_path(next) } else { "/".to_owned() }
}

/// The path as a header can carry it: what is not ASCII is encoded.
fn encode_path(path: &str) -> String {
    path.chars()
        .map(|c| if c.is_ascii_graphic() { c.to_string() } else { paths::encode(&c.to_string()) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn after_signing_in_nobody_is_led_to_another_site() {
        for next in ["/c/1?x=a&b=%20c#d", "/search?q=stra%C3%9Fe"] {
            assert_eq!(local(next), next);
        }
        assert_eq!(local("/suche ß"), "/suche%20%C3%9F");
        for next in
            ["", "evil.example", "//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil"]
        {
            assert_eq!(local(next), "/", "{next:?}");
        }
    }
}
