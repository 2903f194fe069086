//! Somebody who asks the server things.

use app::account::User;
use axum::{Router, body::Body, extract::Request, response::Response};
use http::{Method, header, request};
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use super::Reply;

/// A program with a token, a browser with a cookie, or nobody.
#[derive(Clone)]
pub(crate) struct Visitor {
    router: Router,
    token: Option<String>,
    /// `name=value`, as the last answer set it.
    pub(crate) cookie: Option<String>,
    user: Option<User>,
}

impl Visitor {
    pub(super) fn new(router: Router) -> Self {
        Self { router, token: None, cookie: None, user: None }
    }

    pub(crate) fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    pub(super) fn with_user(mut self, user: User) -> Self {
        self.user = Some(user);
        self
    }

    pub(crate) fn user(&self) -> &User {
        self.user.as_ref().unwrap()
    }

    pub(crate) fn id(&self) -> Uuid {
        self.user().id
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path), Body::empty()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send(self.request(Method::DELETE, path), Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send_json(Method::POST, path, body).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.send_json(Method::PUT, path, body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send_json(Method::PATCH, path, body).await
    }

    /// Posts a form, as a browser without JavaScript does.
    pub(crate) async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let form = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "text/html");
        let body: Vec<_> =
            fields.iter().map(|(name, value)| format!("{name}={}", percent_encode(value))).collect();
        self.send(form, Body::from(body.join("&"))).await
    }

    /// Uploads files, each a name and its bytes, as multipart parts named `file`.
    pub(crate) async fn upload(&self, path: &str, files: &[(&str, &[u8])]) -> Reply {
        let mut body = Vec::new();
        for (name, bytes) in files {
            let disposition = format!("form-data; name=\"file\"; filename=\"{name}\"");
            body.extend(format!("--boundary\r\nContent-Disposition: {disposition}\r\n\r\n").bytes());
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--boundary--\r\n");
        let upload = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=boundary");
        self.send(upload, Body::from(body)).await
    }

    /// Signs in as a browser does, and keeps the cookie.
    pub(crate) async fn sign_in(&mut self, email: &str, password: &str) -> Reply {
        let reply = self.post("/api/v1/session", json!({ "email": email, "password": password })).await;
        self.keep_cookie(&reply);
        reply
    }

    /// Takes over the cookie that an answer set, as a browser does.
    pub(crate) fn keep_cookie(&mut self, reply: &Reply) {
        if let Some(cookie) = reply.set_cookie() {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
    }

    /// A request with who is asking in it, to be completed and sent.
    pub(crate) fn request(&self, method: Method, path: &str) -> request::Builder {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        request
    }

    pub(crate) async fn send(&self, request: request::Builder, body: Body) -> Reply {
        Reply::read(self.respond(request, body).await).await
    }

    /// What the server answers, its body still to be read.
    pub(crate) async fn respond(&self, request: request::Builder, body: Body) -> Response {
        self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap()
    }

    async fn send_json(&self, method: Method, path: &str, body: Value) -> Reply {
        let request = self.request(method, path).header(header::CONTENT_TYPE, "application/json");
        self.send(request, Body::from(body.to_string())).await
    }
}

fn percent_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
