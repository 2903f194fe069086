//! `footnote serve`: from the settings to a server that answers, and back to nothing.

use std::{
    future::IntoFuture,
    io::{self, Write},
    net::SocketAddr,
    pin::pin,
    sync::Arc,
};

use anyhow::Context;
use axum::Router;
use tokio::{net::TcpListener, time::timeout_at};
use tokio_util::sync::CancellationToken;

use super::{database::Database, stop::stop_on_signal};
use crate::{
    account::FirstStart,
    config::Config,
    deadline::Deadline,
    http::{self, metrics},
    model::{self, Embedder},
    state::AppState,
};

pub(super) async fn serve(config: Config) -> anyhow::Result<()> {
    metrics::install()?;
    let listener = TcpListener::bind(config.addr)
        .await
        .with_context(|| format!("could not listen on {}", config.addr))?;
    // Each takes a while, and neither waits for the other.
    let (database, embedder) = tokio::join!(Database::start(&config), model::embedder(&config));
    let database = database?;
    let served = match embedder {
        Ok(embedder) => serve_on(listener, config, &database, embedder).await,
        Err(error) => Err(error),
    };
    let (served, deadline) = match served {
        Ok(Served { result, deadline }) => (result, deadline),
        Err(error) => (Err(error), Deadline::from_now()),
    };
    database.stop(deadline).await;
    served
}

/// How serving ended, and by when the rest has to.
struct Served {
    result: anyhow::Result<()>,
    deadline: Deadline,
}

async fn serve_on(
    listener: TcpListener,
    config: Config,
    database: &Database,
    embedder: Arc<dyn Embedder>,
) -> anyhow::Result<Served> {
    let stop = CancellationToken::new();
    let state = AppState::new(config, database.pool.clone(), embedder, stop.clone()).await?;
    let first_start = state.accounts.first_start(state.config.first_admin.as_ref()).await?;
    state.answers.recover().await?;
    let router = http::router(state.clone())?;
    let work = state.start_work();
    stop_on_signal(stop.clone())?;

    announce(&state.config, listener.local_addr()?, &first_start);
    let served = answer_until_stopped(listener, router, &state).await;
    stop.cancel();
    work.wait(served.deadline).await;
    Ok(served)
}

/// Answers until the server is told to stop; then nobody new is let in, and who is in has a moment
/// to finish.
async fn answer_until_stopped(listener: TcpListener, router: Router, state: &AppState) -> Served {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(state.stop.clone().cancelled_owned());
    let mut serving = pin!(serving.into_future());
    tokio::select! {
        biased;
        () = state.stop.cancelled() => {}
        served = &mut serving => {
            let result = served.context("could not go on answering");
            return Served { result, deadline: Deadline::from_now() };
        }
    }
    let deadline = Deadline::from_now();
    let result = match timeout_at(deadline.requests(), serving).await {
        Ok(served) => served.context("could not go on answering"),
        Err(_) => {
            tracing::warn!("Some requests were cut off");
            Ok(())
        }
    };
    Served { result, deadline }
}

fn announce(config: &Config, addr: SocketAddr, first_start: &FirstStart) {
    let url = config.public_url.clone().unwrap_or_else(|| format!("http://{addr}"));
    let next = match first_start {
        FirstStart::Over => String::new(),
        FirstStart::AdminAdded { email } => {
            format!("Sign in as {email} with the password of FOOTNOTE_ADMIN_PASSWORD.\n")
        }
        FirstStart::Link { path } => format!(
            "The first time, make your account at {url}{path}\n\
             This link can be used once, within three days; a new start prints a new one.\n"
        ),
    };
    // Not with `println!`, which panics where nobody reads any more.
    let _ = write!(io::stdout(), "Footnote is ready on {url}\n{next}");
}
