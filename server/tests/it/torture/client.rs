//! A client that tries again until it has been answered.

use std::{net::SocketAddr, time::Duration};

use reqwest::{Method, RequestBuilder, StatusCode, header};
use serde_json::{Value, json};

use tokio::sync::Mutex;

use super::{documents::Sent, victim};

/// Between a failure and the next try.
const PAUSE: Duration = Duration::from_millis(100);
/// What isn't answered by then will not be: the server was killed.
const PATIENCE: Duration = Duration::from_secs(20);

/// The admin, from outside.
pub(super) struct Client {
    http: reqwest::Client,
    base: String,
    /// Of the session, while there is one.
    cookie: Mutex<Option<String>>,
}

impl Client {
    pub(super) fn new(address: SocketAddr) -> Self {
        // The test process has no other use of TLS.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().timeout(PATIENCE).build().unwrap();
        Self { http, base: format!("http://{address}"), cookie: Mutex::new(None) }
    }

    pub(super) async fn create_collection(&self) -> String {
        let new = json!({ "name": "Torture", "visibility": "everyone" });
        let made = self.insist(|| self.request(Method::POST, "/api/v1/collections").json(&new)).await;
        made["id"].as_str().unwrap().to_owned()
    }

    /// Uploads a file until it is acknowledged. Returns its document's id.
    pub(super) async fn upload(&self, collection: &str, sent: &Sent) -> String {
        let path = format!("/api/v1/collections/{collection}/documents");
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\r\n{}\r\n--b--\r\n",
            sent.filename, sent.text
        );
        let form = "multipart/form-data; boundary=b";
        let accepted = self
            .insist(|| {
                self.request(Method::POST, &path).header(header::CONTENT_TYPE, form).body(body.clone())
            })
            .await;
        accepted["documents"][0]["id"].as_str().unwrap().to_owned()
    }

    pub(super) async fn await_processed(&self, collection: &str) {
        loop {
            let progress = self.get(&format!("/api/v1/collections/{collection}/progress")).await;
            if progress["queued"] == 0 && progress["processing"] == 0 {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The ids of a collection's documents, in order.
    pub(super) async fn list(&self, collection: &str) -> Vec<String> {
        let listed = self.get(&format!("/api/v1/documents?collection={collection}&limit=500")).await;
        let mut ids: Vec<String> =
            items(&listed).map(|item| item["id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    }

    pub(super) async fn document(&self, id: &str) -> Value {
        self.get(&format!("/api/v1/documents/{id}")).await
    }

    pub(super) async fn passages(&self, id: &str) -> Vec<String> {
        let chunks = self.get(&format!("/api/v1/documents/{id}/chunks")).await;
        items(&chunks).map(|chunk| chunk["text"].as_str().unwrap().to_owned()).collect()
    }

    /// The documents with a passage that holds the word, by the keyword index alone.
    pub(super) async fn find(&self, word: &str) -> Vec<String> {
        let found = self.get(&format!("/api/v1/search?q={word}&mode=lexical&limit=100")).await;
        let mut ids: Vec<String> = found["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|result| result["document_id"].as_str().unwrap().to_owned())
            .collect();
        ids.dedup();
        ids
    }

    async fn get(&self, path: &str) -> Value {
        self.insist(|| self.request(Method::GET, path)).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    /// Sends a request until it is answered as it should be. Signs in where that was lost.
    async fn insist(&self, request: impl Fn() -> RequestBuilder) -> Value {
        loop {
            match self.attempt(request()).await {
                Some(answer) => return answer,
                None => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    async fn attempt(&self, request: RequestBuilder) -> Option<Value> {
        let cookie = self.sign_in().await?;
        let response = request.header(header::COOKIE, cookie).send().await.ok()?;
        match response.status() {
            status if status.is_success() => response.json().await.ok(),
            // The answer to the first try was lost, and it had been done.
            StatusCode::CONFLICT => self.existing_collection().await,
            StatusCode::UNAUTHORIZED => {
                *self.cookie.lock().await = None;
                None
            }
            status if status.is_server_error() => None,
            status => panic!("{status}: {}", response.text().await.unwrap_or_default()),
        }
    }

    async fn existing_collection(&self) -> Option<Value> {
        let cookie = self.sign_in().await?;
        let listed = self.request(Method::GET, "/api/v1/collections").header(header::COOKIE, cookie);
        let listed: Value = listed.send().await.ok()?.json().await.ok()?;
        items(&listed).find(|collection| collection["name"] == "Torture").cloned()
    }

    async fn sign_in(&self) -> Option<String> {
        let mut cookie = self.cookie.lock().await;
        if cookie.is_none() {
            *cookie = self.begin_session().await;
        }
        cookie.clone()
    }

    async fn begin_session(&self) -> Option<String> {
        let credentials = json!({ "email": victim::EMAIL, "password": victim::PASSWORD });
        let response = self.request(Method::POST, "/api/v1/session").json(&credentials).send().await.ok()?;
        let cookie = response.headers().get(header::SET_COOKIE)?.to_str().ok()?;
        cookie.split(';').next().map(str::to_owned)
    }
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list["items"].as_array().unwrap().iter()
}
