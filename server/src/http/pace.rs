//! How slowly a body may come: who holds a connection open without sending anything is let go.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use app::error::AppError;
use axum::{
    body::{Body, Bytes},
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use http_body::{Body as _, Frame, SizeHint};
use tokio::{
    sync::oneshot,
    time::{Instant, Sleep, sleep},
};

use super::problem::ApiError;

/// How long nothing at all may come.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many bytes a second keep the patience up: less than the slowest telephone line, more than
/// somebody sends who only wants to hold the connection.
const PACE: f64 = 500.0;

/// Answers 408 as soon as a body comes too slowly, whatever is done with it.
pub(super) async fn require_pace(request: Request, next: Next) -> Response {
    within(PATIENCE, request, next).await
}

async fn within(patience: Duration, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (stalled, halt) = oneshot::channel();
    let request = request.map(|body| Body::new(Paced::new(body, patience, stalled)));
    tokio::select! {
        response = next.run(request) => response,
        Ok(()) = halt => {
            let mut response = ApiError(AppError::TooSlow).into_response();
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            response
        }
    }
}

/// A body that tells when it comes too slowly. Only time counts in which somebody waits for it.
struct Paced {
    body: Body,
    credit: Credit,
    /// Since when nothing came, and until when that is borne.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
    stalled: Option<oneshot::Sender<()>>,
}

impl Paced {
    fn new(body: Body, patience: Duration, stalled: oneshot::Sender<()>) -> Self {
        Self { body, credit: Credit(patience), waiting: None, stalled: Some(stalled) }
    }
}

impl http_body::Body for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            if let Some((since, _)) = self.waiting.take() {
                self.credit.spend(since.elapsed());
            }
            if let Some(Ok(frame)) = &frame {
                self.credit.earn(frame.data_ref().map_or(0, Bytes::len));
            }
            return Poll::Ready(frame);
        }
        let left = self.credit.0;
        let (_, patience) = self.waiting.get_or_insert_with(|| (Instant::now(), Box::pin(sleep(left))));
        ready!(patience.as_mut().poll(context));
        if let Some(stalled) = self.stalled.take() {
            // Whoever answers the request is gone where nobody hears it.
            let _ = stalled.send(());
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// How much longer may be waited: waiting spends it, bytes earn it back, up to [`PATIENCE`].
struct Credit(Duration);

impl Credit {
    fn spend(&mut self, waited: Duration) {
        self.0 = self.0.saturating_sub(waited);
    }

    fn earn(&mut self, bytes: usize) {
        self.0 = (self.0 + Duration::from_secs_f64(bytes as f64 / PACE)).min(PATIENCE);
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, middleware::from_fn, routing::post};
    use futures::{StreamExt, stream};
    use http::StatusCode;
    use tower::ServiceExt;

    use super::*;

    async fn answer(body: Body) -> StatusCode {
        let patience = Duration::from_millis(50);
        let router = Router::new()
            .route("/", post(|body: Bytes| async move { body.len().to_string() }))
            .layer(from_fn(move |request, next| within(patience, request, next)));
        router.oneshot(Request::post("/").body(body).unwrap()).await.unwrap().status()
    }

    #[tokio::test]
    async fn a_body_that_stops_coming_is_ended() {
        let begun = stream::iter([Ok::<_, std::io::Error>("begun")]);
        let stalled = Body::from_stream(begun.chain(stream::pending()));
        assert_eq!(answer(stalled).await, StatusCode::REQUEST_TIMEOUT);
        assert_eq!(answer(Body::from("whole")).await, StatusCode::OK);
    }

    /// Whether the patience lasts over so many pauses of a second with so many bytes behind each.
    fn is_borne(bytes: usize, pauses: usize) -> bool {
        let mut credit = Credit(PATIENCE);
        (0..pauses).all(|_| {
            let second = Duration::from_secs(1);
            let lasts = credit.0 > second;
            credit.spend(second);
            credit.earn(bytes);
            lasts
        })
    }

    #[test]
    fn a_slow_line_is_borne_however_long_it_takes_and_one_that_drips_is_not() {
        assert!(is_borne(1_000, 100_000));
        assert!(!is_borne(1, 30));
        assert!(!is_borne(400, 600));
    }
}
