//! What an endpoint says that refuses a prompt: that it is too long, or that the model is still being loaded.

use serde_json::Value;

/// What is told of a prompt that was too long.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Overflow {
    /// How many tokens the model can read and write together.
    pub(super) window: Option<u32>,
    /// How many it was sent.
    pub(super) prompt: Option<u32>,
}

/// Why a prompt was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    TooLong(Overflow),
    /// llama.cpp says so in the first seconds or minutes after its start.
    Loading,
}

/// Reads a refusal; `None` where it is one for another reason.
pub(super) async fn read(mut response: reqwest::Response) -> Option<Refusal> {
    /// In bytes. Longer ones are no sentence.
    const LONGEST: usize = 16_384;
    let mut body = Vec::new();
    while let Ok(Some(piece)) = response.chunk().await {
        body.extend_from_slice(&piece);
        if body.len() > LONGEST {
            return None;
        }
    }
    in_body(&body)
}

fn in_body(body: &[u8]) -> Option<Refusal> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let error = body.get("error").unwrap_or(&body);
    let word = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let number =
        |name: &str| error.get(name).and_then(Value::as_u64).and_then(|number| number.try_into().ok());
    let message = error.as_str().unwrap_or_else(|| word("message")).to_lowercase();
    if message == "loading model" {
        return Some(Refusal::Loading);
    }
    // llama.cpp's word and OpenAI's; others say it in a sentence.
    let is_overflow = word("type") == "exceed_context_size_error"
        || word("code") == "context_length_exceeded"
        || says_so(&message);
    let overflow = || Overflow {
        window: number("n_ctx").or_else(|| number_behind(&message, &["maximum context length is "])),
        prompt: number("n_prompt_tokens").or_else(|| {
            number_behind(&message, &["messages resulted in ", "you requested ", "your request has "])
        }),
    };
    is_overflow.then(|| Refusal::TooLong(overflow()))
}

fn says_so(message: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| message.contains(word));
    has(&["context length", "context size", "context window"])
        && has(&["exceed", "maximum", "too long", "larger than", "longer than"])
}

fn number_behind(message: &str, beginnings: &[&str]) -> Option<u32> {
    let rest = beginnings.iter().find_map(|beginning| Some(message.split_once(beginning)?.1))?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_tell_in_their_own_ways_why_they_refuse() {
        let told = |window, prompt| Some(Refusal::TooLong(Overflow { window, prompt }));
        for (body, expected) in [
            (
                r#"{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it",
                   "type":"exceed_context_size_error","n_prompt_tokens":3000,"n_ctx":2048}}"#,
                told(Some(2_048), Some(3_000)),
            ),
            (
                r#"{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages
                   resulted in 9000 tokens.","type":"invalid_request_error","code":"context_length_exceeded"}}"#,
                told(Some(8_192), Some(9_000)),
            ),
            (
                r#"{"object":"error","message":"This model's maximum context length is 2048 tokens. However, your
                   request has 2500 input tokens.","code":400}"#,
                told(Some(2_048), Some(2_500)),
            ),
            (r#"{"error":"input exceeds the context window"}"#, told(None, None)),
            (
                r#"{"error":{"code":400,"message":"request (3031 tokens) exceeds the available context size
                   (2048 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":3031,
                   "n_ctx":2048}}"#,
                told(Some(2_048), Some(3_031)),
            ),
            (
                r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
                Some(Refusal::Loading),
            ),
            (r#"{"error":{"message":"invalid api key"}}"#, None),
            ("<html>context size exceeded</html>", None),
        ] {
            // Lines are broken here alone.
            let body = body.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(in_body(body.as_bytes()), expected, "{body}");
        }
    }
}
