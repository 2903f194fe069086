//! The many ways in which endpoints write the protocol.

use std::{sync::Arc, time::Duration};

use server::model::{llm::TokenCount, openai::Patience};
use tokio::sync::Semaphore;

use super::{
    fake::{Act, Endpoint, Step, say},
    faults::{IMPATIENT, Outcome, ask, code_of},
};

/// What comes of these bytes, sent one event after the other.
async fn outcome(events: &[&'static str]) -> Outcome {
    let steps = events.iter().map(|event| Step::Send(event)).collect();
    ask(&Endpoint::start(vec![Act::Stream(steps)]).await, IMPATIENT).await
}

const ROLE: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\n";
const EMPTY: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"}}]}\n\n";
const NULL: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":null}}],\"usage\":null}\n\n";
const TWENTY: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Twenty.\"}}]}\n\n";
const STOP: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const USAGE: &str = "data: {\"choices\":null,\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":null}}\n\n";

#[tokio::test]
async fn chunks_that_say_nothing_change_nothing() {
    let outcome = outcome(&[": hello\n\n", ROLE, EMPTY, NULL, TWENTY, EMPTY, STOP, USAGE]).await;
    assert_eq!((outcome.text.as_str(), outcome.failure), ("Twenty.", None));
    assert_eq!(outcome.tokens, Some(TokenCount { prompt: 9, completion: 0 }));
}

/// As llama.cpp's server sent it, in November 2026.
#[tokio::test]
async fn llama_cpp_is_understood_from_loading_to_its_timings() {
    let events = [
        r#"{"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant","content":null}}],"created":1796095387,"id":"chatcmpl-W","model":"smol.gguf","system_fingerprint":"b0-unknown","object":"chat.completion.chunk"}"#,
        r#"{"choices":[{"finish_reason":null,"index":0,"delta":{"reasoning_content":"Thirty?"}}],"created":1796095387,"id":"chatcmpl-W","object":"chat.completion.chunk"}"#,
        r#"{"choices":[{"finish_reason":null,"index":0,"delta":{"content":"Twenty"}}],"created":1796095387,"id":"chatcmpl-W","object":"chat.completion.chunk"}"#,
        r#"{"choices":[{"finish_reason":null,"index":0,"delta":{"content":"."}}],"created":1796095387,"id":"chatcmpl-W","object":"chat.completion.chunk"}"#,
        r#"{"choices":[{"finish_reason":"stop","index":0,"delta":{}}],"created":1796095387,"id":"chatcmpl-W","object":"chat.completion.chunk"}"#,
        r#"{"choices":[],"created":1796095387,"id":"chatcmpl-W","object":"chat.completion.chunk","usage":{"completion_tokens":4,"prompt_tokens":32,"total_tokens":36,"prompt_tokens_details":{"cached_tokens":0}},"timings":{"cache_n":0,"prompt_n":32,"prompt_ms":433.474,"predicted_n":4,"predicted_ms":48.956}}"#,
        "[DONE]",
    ];
    let stream =
        Act::Stream(events.iter().map(|event| Step::SendAll(format!("data: {event}\n\n"))).collect());
    let loading = || {
        let said = r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#;
        Act::Refuse(503, None, said)
    };
    let outcome = ask(&Endpoint::start(vec![loading(), loading(), stream]).await, IMPATIENT).await;
    assert_eq!((outcome.text.as_str(), outcome.failure), ("Twenty.", None));
    assert_eq!(outcome.tokens, Some(TokenCount { prompt: 32, completion: 4 }));
    assert_eq!(code_of(vec![loading()]).await, "model_loading");
}

#[tokio::test]
async fn an_answer_is_over_when_it_says_so_whatever_mark_is_missing() {
    let done = "data: [DONE]\n\n";
    for events in [vec![TWENTY, STOP], vec![TWENTY, done], vec![TWENTY, STOP, done]] {
        let outcome = outcome(&events).await;
        assert_eq!((outcome.text.as_str(), outcome.failure), ("Twenty.", None), "{events:?}");
    }
    let held_open = vec![Step::Send(TWENTY), Step::Send(STOP), Step::Hang];
    let outcome = ask(&Endpoint::start(vec![Act::Stream(held_open)]).await, IMPATIENT).await;
    assert_eq!((outcome.text.as_str(), outcome.failure), ("Twenty.", None), "a connection held open");
}

#[tokio::test]
async fn what_a_model_thinks_never_reaches_the_answer() {
    let fields = outcome(&[
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"Hm, thirty?\"}}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":null,\"reasoning\":\"or forty\"}}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":[{\"type\":\"thinking\",\"text\":\"50\"}]}}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"So: \"}]}}]}\n\n",
        TWENTY,
        STOP,
    ])
    .await;
    assert_eq!((fields.text.as_str(), fields.failure), ("So: Twenty.", None));

    let tagged = "<think>Thirty [1]? No.</think>\n\nTwenty days [1].";
    let in_pieces = ask(&Endpoint::start(vec![say(tagged)]).await, IMPATIENT).await;
    assert_eq!(in_pieces.text, "Twenty days [1].");
    let whole = ask(&Endpoint::start(vec![Act::Whole(tagged)]).await, IMPATIENT).await;
    assert_eq!(whole.text, "Twenty days [1].");
    assert_eq!(code_of(vec![say("<think>Thirty? Forty?")]).await, "model_failed");
}

#[tokio::test]
async fn a_model_may_think_for_longer_than_it_may_be_silent() {
    let hasty = Patience {
        first_token: Duration::from_millis(100),
        between_tokens: Duration::from_secs(5),
        ..IMPATIENT
    };
    let thought = "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n";
    let gate = Arc::new(Semaphore::new(0));
    let steps = vec![Step::Send(thought), Step::Wait(gate.clone()), Step::Send(TWENTY), Step::Send(STOP)];
    let endpoint = Endpoint::start(vec![Act::Stream(steps)]).await;
    let late = async {
        tokio::time::sleep(hasty.first_token * 2).await;
        gate.add_permits(1);
    };
    let (outcome, ()) = tokio::join!(ask(&endpoint, hasty), late);
    assert_eq!((outcome.text.as_str(), outcome.failure), ("Twenty.", None));
}

#[tokio::test]
async fn a_refusal_in_the_stream_is_told_as_one() {
    let refusal = "data: {\"choices\":[{\"index\":0,\"delta\":{\"refusal\":\"I can't.\"}}]}\n\n";
    assert_eq!(code_of(vec![Act::Stream(vec![Step::Send(refusal)])]).await, "model_refused");
}

#[tokio::test]
async fn other_ways_to_write_the_protocol_are_read() {
    let accents = outcome(&[
        "\u{feff}data:{\"choices\":[{\"delta\":{\"content\":\"Zwanzig für \"}}]}\r\n\r\n",
        "event: message\nid: 7\ndata: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"other\"}},\ndata: ",
        "{\"index\":0,\"delta\":{\"content\":\"alle.\"},\"finish_reason\":\"stop\"}]}\n\n",
    ])
    .await;
    assert_eq!((accents.text.as_str(), accents.failure), ("Zwanzig für alle.", None));
}
