//! Sessions: what a browser that signed in comes back with.

use anyhow::Context;
use time::Duration;
use tower_sessions::{Expiry, Session, SessionManagerLayer, cookie::SameSite};
use tower_sessions_sqlx_store::PostgresStore;

use crate::{account::SignedIn, config::Config, error::Result};

/// A session ends when it was not used for this long.
const IDLE: Duration = Duration::days(14);

/// The key under which a session keeps who signed in.
const SIGNED_IN: &str = "signed_in";

/// Gives each request its session, which is read from the database only when it is asked for.
pub(crate) fn layer(config: &Config, db: sqlx::PgPool) -> SessionManagerLayer<PostgresStore> {
    SessionManagerLayer::new(PostgresStore::new(db))
        .with_name(cookie_name(config))
        .with_secure(config.is_https())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(IDLE))
}

/// Over TLS the name binds the cookie to this host, to `/` and to TLS.
pub(crate) fn cookie_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-footnote_session" } else { "footnote_session" }
}

/// Signs the browser in, under a new id: an id planted before is worth nothing after.
pub(crate) async fn start(session: &Session, signed_in: &SignedIn) -> Result<()> {
    session.cycle_id().await.context("could not renew the session")?;
    session.insert(SIGNED_IN, signed_in).await.context("could not store the session")?;
    Ok(())
}

/// Signs the browser out and forgets the session.
pub(crate) async fn end(session: &Session) -> Result<()> {
    session.flush().await.context("could not end the session")?;
    Ok(())
}

/// Who signed in with this session. At most once a day it is stored anew, which moves its end.
pub(crate) async fn signed_in(session: &Session) -> Result<Option<SignedIn>> {
    let Some(mut signed_in) =
        session.get::<SignedIn>(SIGNED_IN).await.context("could not read the session")?
    else {
        return Ok(None);
    };
    if signed_in.see_today() {
        session.insert(SIGNED_IN, &signed_in).await.context("could not store the session")?;
    }
    Ok(Some(signed_in))
}
