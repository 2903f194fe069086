//! The client alone, against an endpoint that fails.

use std::time::Duration;

use app::error::AppError;
use futures::StreamExt;
use server::model::{
    llm::{AnswerRequest, Llm, OfferedSource, Piece, TokenCount},
    openai::{About, OpenAi, Patience},
};

use super::fake::{Act, Endpoint, KEY, Step, say};

/// Nobody waits long here.
pub(super) const IMPATIENT: Patience = Patience {
    connect: Duration::from_secs(5),
    first_token: Duration::from_secs(5),
    between_tokens: Duration::from_millis(200),
    after_end: Duration::from_millis(50),
    total: Duration::from_secs(20),
    back_off: Duration::from_millis(1),
};

/// The text that came, the tokens counted, and how it failed.
pub(super) struct Outcome {
    pub(super) text: String,
    pub(super) tokens: Option<TokenCount>,
    pub(super) failure: Option<(String, String)>,
}

pub(super) async fn ask(endpoint: &Endpoint, patience: Patience) -> Outcome {
    let model = OpenAi::new(&endpoint.config(), patience, About::default()).unwrap();
    let source = OfferedSource { text: "Twenty days.".into(), ..OfferedSource::default() };
    let request =
        AnswerRequest { question: "How many?".into(), sources: vec![source], ..AnswerRequest::default() };
    let mut outcome = Outcome { text: String::new(), tokens: None, failure: None };
    let failure = |error| match error {
        AppError::Model { code, message } => (code, message),
        other => panic!("not a failure of the model: {other:?}"),
    };
    let mut pieces = match model.answer(request).await {
        Ok(pieces) => pieces,
        Err(error) => return Outcome { failure: Some(failure(error)), ..outcome },
    };
    while let Some(piece) = pieces.next().await {
        match piece {
            Ok(Piece::Text(text)) => outcome.text.push_str(&text),
            Ok(Piece::Thought) => outcome.text.clear(),
            Ok(Piece::Usage(tokens)) => outcome.tokens = Some(tokens),
            Ok(Piece::Estimate(estimate)) => panic!("an endpoint estimates nothing: {estimate}"),
            Err(error) => outcome.failure = Some(failure(error)),
        }
    }
    outcome
}

pub(super) async fn code_of(script: Vec<Act>) -> String {
    let endpoint = Endpoint::start(script).await;
    let (code, message) = ask(&endpoint, IMPATIENT).await.failure.expect("it should have failed");
    assert!(
        !message.contains(KEY) && !message.contains(&endpoint.base_url) && message.ends_with('.'),
        "{message}"
    );
    code
}

#[tokio::test]
async fn an_answer_comes_in_pieces_with_what_it_took() {
    let endpoint = Endpoint::start(vec![say("Twenty days [1].")]).await;
    let outcome = ask(&endpoint, IMPATIENT).await;
    assert_eq!(outcome.text, "Twenty days [1].");
    assert_eq!(outcome.tokens, Some(TokenCount { prompt: 120, completion: 30 }));
    assert_eq!(outcome.failure, None);
    let request = &endpoint.requests()[0];
    assert_eq!(request["model"], "fake-1");
    assert_eq!(request["stream"], true);
    assert_eq!(request["stream_options"]["include_usage"], true);
}

#[tokio::test]
async fn an_endpoint_that_does_not_count_or_stream_answers_too() {
    let whole = ask(&Endpoint::start(vec![Act::Whole("Twenty days [1].")]).await, IMPATIENT).await;
    assert_eq!(whole.text, "Twenty days [1].");
    assert_eq!(whole.tokens, Some(TokenCount { prompt: 11, completion: 7 }));

    let steps = vec![Step::Say("Twenty days [1].".into()), Step::Send("data: [DONE]\n\n")];
    let uncounted = ask(&Endpoint::start(vec![Act::Stream(steps)]).await, IMPATIENT).await;
    assert_eq!(uncounted.failure, None);
    assert_eq!(uncounted.tokens.unwrap().completion, 4);
}

#[tokio::test]
async fn a_thought_that_the_prompt_began_is_no_answer() {
    let endpoint = Endpoint::start(vec![say("They may mean leave [1].</think>Twenty days [1].")]).await;
    let outcome = ask(&endpoint, IMPATIENT).await;
    assert_eq!((outcome.text.as_str(), outcome.failure), ("Twenty days [1].", None));
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    for refusal in [
        Act::Refuse(429, Some(("retry-after", "0")), "slow down"),
        Act::Refuse(429, None, r#"{"error":{"message":"slow down"}}"#),
        Act::Refuse(500, None, "oops"),
        Act::Refuse(503, None, ""),
    ] {
        let endpoint = Endpoint::start(vec![refusal.clone(), refusal, say("Twenty days [1].")]).await;
        assert_eq!(ask(&endpoint, IMPATIENT).await.text, "Twenty days [1].");
        assert_eq!(endpoint.requests().len(), 3);
    }
}

#[tokio::test]
async fn what_does_not_pass_is_told_in_words() {
    assert_eq!(
        code_of(vec![Act::Refuse(429, Some(("retry-after", "3600")), "")]).await,
        "model_rate_limited"
    );
    assert_eq!(code_of(vec![Act::Refuse(500, None, "")]).await, "model_failed");
    assert_eq!(
        code_of(vec![Act::Refuse(401, None, r#"{"error":{"message":"bad key sk-very-secret"}}"#)]).await,
        "model_refused"
    );
    assert_eq!(
        code_of(vec![Act::Refuse(307, Some(("location", "http://127.0.0.1:1/")), "")]).await,
        "model_refused"
    );
    let error = "data: {\"error\":{\"message\":\"sk-very-secret\"}}\n\n";
    assert_eq!(code_of(vec![Act::Stream(vec![Step::Send(error)])]).await, "model_failed");
}

#[tokio::test]
async fn a_refusal_is_asked_once() {
    let endpoint = Endpoint::start(vec![Act::Refuse(400, None, "")]).await;
    ask(&endpoint, IMPATIENT).await;
    assert_eq!(endpoint.requests().len(), 1);
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_fails() {
    let mut endpoint = Endpoint::start(vec![Act::Ignore]).await;
    endpoint.base_url = "http://127.0.0.1:9/v1".into();
    assert_eq!(ask(&endpoint, IMPATIENT).await.failure.unwrap().0, "model_failed");
}

#[tokio::test]
async fn a_hanging_endpoint_is_given_up_and_let_go() {
    let hasty = Patience { first_token: Duration::from_millis(100), ..IMPATIENT };
    for act in
        [Act::Ignore, Act::Stream(vec![Step::Hang]), Act::Stream(vec![Step::Send(": awake\n\n"), Step::Hang])]
    {
        let endpoint = Endpoint::start(vec![act]).await;
        let outcome = ask(&endpoint, hasty).await;
        assert_eq!(outcome.failure.unwrap().0, "model_timeout");
        endpoint.wait_for_dropped(1).await;
    }
}

#[tokio::test]
async fn what_came_before_the_end_is_kept() {
    let twenty = || Step::Say("Twenty".into());
    for (steps, code) in [
        (vec![twenty(), Step::Hang], "model_timeout"),
        (vec![twenty(), Step::Break], "model_cut_off"),
        (vec![twenty()], "model_cut_off"),
        (vec![twenty(), Step::Send("data: <html>bad gateway</html>\n\n")], "model_failed"),
        (vec![twenty(), Step::Send("data: {\"error\":\"out of memory\"}\n\n")], "model_failed"),
        (
            vec![
                twenty(),
                Step::Send("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\n\n"),
            ],
            "model_cut_off",
        ),
        (
            vec![
                twenty(),
                Step::Send("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"content_filter\"}]}\n\n"),
            ],
            "model_refused",
        ),
    ] {
        let endpoint = Endpoint::start(vec![Act::Stream(steps)]).await;
        let outcome = ask(&endpoint, IMPATIENT).await;
        assert_eq!(outcome.text, "Twenty");
        assert_eq!(outcome.failure.unwrap().0, code);
        assert_eq!(endpoint.requests().len(), 1, "after the first piece nothing is tried again");
    }
}

#[tokio::test]
async fn a_model_that_finds_no_end_is_cut_off() {
    let circles = std::iter::repeat_n(Step::Say("and so on and on, ".repeat(50)), 40);
    let steps = circles.chain([Step::Hang]).collect();
    let endpoint = Endpoint::start(vec![Act::Stream(steps)]).await;
    let outcome = ask(&endpoint, IMPATIENT).await;
    assert_eq!(outcome.failure.unwrap().0, "model_cut_off");
    assert!(outcome.text.len() < 20_000, "{}", outcome.text.len());
    endpoint.wait_for_dropped(1).await;
}

#[tokio::test]
async fn an_endpoint_that_drips_is_given_up_in_the_end() {
    let impatient = Patience { total: Duration::from_millis(300), ..IMPATIENT };
    let drip = std::iter::repeat_n([Step::Say("a".into()), Step::Pause(Duration::from_millis(20))], 200);
    let endpoint = Endpoint::start(vec![Act::Stream(drip.flatten().collect())]).await;
    let outcome = ask(&endpoint, impatient).await;
    assert!(outcome.text.starts_with('a'));
    assert_eq!(outcome.failure.unwrap().0, "model_timeout");
    endpoint.wait_for_dropped(1).await;
}

#[tokio::test]
async fn a_date_until_which_to_wait_is_understood() {
    let past = Act::Refuse(429, Some(("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")), "");
    let endpoint = Endpoint::start(vec![past, say("Twenty.")]).await;
    assert_eq!(ask(&endpoint, IMPATIENT).await.text, "Twenty.");
    let far = Act::Refuse(429, Some(("retry-after", "Wed, 21 Oct 2099 07:28:00 GMT")), "");
    assert_eq!(code_of(vec![far]).await, "model_rate_limited");
}
