//! One conversation, whose answers are of every kind.

use app::{
    account::User,
    answer::{
        AnswerState, Ask, Asked, CacheUse, CheckedSentence, Contradiction, Feedback, Message, Problem,
        Rating, Source, Support,
    },
    conversation::{Conversation, ConversationName},
    cost::{Budget, BudgetScope, CostLine, CostPeriod, CostReport, NewBudget},
    error::AppError,
    list::{Page, PageRequest},
    model::{LanguageModel, ModelRule, ModelSettings},
    ports::{Answers, Result},
    review::{HandOver, HandedOver, Resolution, Review, ReviewState},
};
use async_trait::async_trait;
use uuid::Uuid;

use super::{
    ASKED, BUDGET, CONVERSATION, Company, GROUP, LEAVE, MESSAGE, MODEL, PASSAGE, WRITING, at, managers_only,
};

pub(super) fn quote() -> &'static str {
    "Full-time employees accrue 25 days of paid leave in a calendar year. Leave is agreed with your \
     manager two weeks ahead, and up to five days may be carried over until the end of March."
}

/// Where the words stand in the quote.
pub(super) fn stretch(words: &str) -> [u32; 2] {
    let start = u32::try_from(quote().find(words).unwrap()).unwrap();
    [start, start + u32::try_from(words.len()).unwrap()]
}

fn source(reference: u32, title: &str, heading: &str) -> Source {
    Source {
        reference,
        document_id: LEAVE,
        external_id: None,
        chunk_id: PASSAGE,
        title: title.into(),
        heading_path: vec!["Time off".into(), heading.into()],
        page: Some(7 + i32::try_from(reference).unwrap()),
        quote: quote().into(),
        char_start: 120,
        char_end: 290,
        highlights: vec![stretch("25 days of paid leave")],
        updated_at: at("2026-11-20T08:00:00Z"),
    }
}

fn mark(reference: u32) -> String {
    format!(r##"<a class="mark" href="#source-{reference}" data-ref="{reference}">{reference}</a>"##)
}

pub(crate) fn message(id: Uuid, state: AnswerState) -> Message {
    let sentence = |start, support| CheckedSentence {
        start,
        end: start + 40,
        refs: vec![1],
        support,
        score: 0.8,
        contradicted_by: None,
    };
    Message {
        id,
        question: "How many days of leave do I get, and can I carry them over?".into(),
        state,
        answer: "You get 25 days of paid leave a year [1]. Up to five may be carried over until March [2]."
            .into(),
        blocks: vec![
            format!(
                "<p><span class=\"sentence supported\">You get 25 days of paid leave in a calendar year.{}</span> \
                 <span class=\"sentence supported\">Leave is agreed with your manager two weeks ahead.{}{}</span></p>",
                mark(1),
                mark(1),
                mark(3)
            ),
            format!(
                "<ul><li><span class=\"sentence weak\">Up to five days may be carried over until the end of \
                 March.{}</span></li><li><span class=\"sentence unsupported\">Unused days beyond that are paid \
                 out.{}</span></li></ul>",
                mark(2),
                mark(2)
            ),
            format!(
                "<p><span class=\"sentence unsupported contradicted\"><del>Leave is agreed one week \
                 ahead.{}</del></span><span class=\"instead\"> The source says: “Leave is agreed with your manager \
                 two weeks ahead.”{}</span></p>",
                mark(1),
                mark(1)
            ),
        ],
        abstained: false,
        withheld: false,
        sources: vec![
            source(1, "Employee Handbook", "Paid leave"),
            source(2, "Benefit Options", "Carrying leave over"),
            source(3, "Employee Handbook", "Asking for leave"),
            source(4, "PerksPlus", "What is covered"),
        ],
        sentences: vec![
            sentence(0, Support::Supported),
            sentence(41, Support::Supported),
            sentence(82, Support::Weak),
            sentence(123, Support::Unsupported),
            CheckedSentence {
                contradicted_by: Some(Contradiction {
                    reference: 1,
                    quote: "Leave is agreed with your manager two weeks ahead.".into(),
                }),
                ..sentence(164, Support::Unsupported)
            },
        ],
        place: None,
        model: "extractive".into(),
        cache: CacheUse::Miss,
        answered_at: None,
        notice: None,
        read_as: vec![],
        narrowed_to: vec![],
        confidence: Some(0.9),
        error: None,
        feedback: None,
        handed_over: None,
        seq: 4,
        created_at: at("2026-11-24T08:00:00Z"),
    }
}

fn given_again_message() -> Message {
    Message {
        cache: CacheUse::Exact,
        answered_at: Some(at("2026-11-20T08:00:00Z")),
        ..message(MESSAGE, AnswerState::Done)
    }
}

fn failed_message() -> Message {
    Message {
        handed_over: Some(HandedOver {
            at: at("2026-11-24T08:20:00Z"),
            state: ReviewState::Corrected,
            note: Some("It stands in your contract.".into()),
            correction: Some("Part-time staff get leave pro rata.".into()),
            resolved_at: Some(at("2026-11-24T09:20:00Z")),
        }),
        question: "And for part-time staff?".into(),
        blocks: vec![],
        sources: vec![],
        sentences: vec![],
        answer: String::new(),
        error: Some(Problem {
            kind: "about:blank".into(),
            title: "The model failed".into(),
            status: 502,
            detail: "The model didn't answer in time. Ask again in a moment.".into(),
            code: "model_timeout".into(),
        }),
        ..message(Uuid::from_u128(0x53), AnswerState::Failed)
    }
}

fn abstained_message() -> Message {
    Message {
        question: "What is the speed of light in the canteen?".into(),
        blocks: vec!["<p>The documents you may read don't say.</p>".into()],
        abstained: true,
        sentences: vec![],
        narrowed_to: vec!["Canteen rules".into()],
        read_as: vec!["What is the speed of light in the canteen? (leave carry days)".into()],
        confidence: Some(0.2),
        feedback: Some(Feedback { rating: Rating::Up, reason: None, comment: None }),
        ..message(Uuid::from_u128(0x54), AnswerState::Done)
    }
}

fn review() -> Review {
    Review {
        id: Uuid::from_u128(0x80),
        cause: "handed_over".into(),
        asked: Some("It is for a visitor's badge.".into()),
        state: ReviewState::Open,
        message: abstained_message(),
        note: None,
        correction: None,
        created_at: at("2026-11-24T08:30:00Z"),
        resolved_at: None,
    }
}

pub(crate) fn writing_message() -> Message {
    Message {
        blocks: vec!["<p>You get 25 days of paid leave in</p>".into()],
        sentences: vec![],
        seq: 2,
        ..message(WRITING, AnswerState::Writing)
    }
}

#[async_trait]
impl Answers for Company {
    async fn ask(&self, _asker: &User, ask: Ask) -> Result<Asked> {
        if ask.question.trim().is_empty() {
            return Err(AppError::invalid("question", "Ask something first."));
        }
        let anew = if ask.fresh { " anew" } else { "" };
        self.note(format!("ask {} of {} collections{anew}", ask.question, ask.collections.len()));
        Ok(Asked { conversation_id: CONVERSATION, message_id: ASKED })
    }

    async fn stop(&self, _asker: &User, message: Uuid) -> Result<()> {
        self.note(format!("stop {message}"));
        Ok(())
    }

    async fn message(&self, _asker: &User, id: Uuid) -> Result<Message> {
        Ok(message(id, AnswerState::Done))
    }

    async fn conversations(&self, _asker: &User, _page: PageRequest) -> Result<Page<ConversationName>> {
        let name = |number: u128, title: &str| ConversationName {
            id: Uuid::from_u128(number),
            title: title.into(),
            created_at: at("2026-11-24T08:00:00Z"),
            updated_at: at("2026-11-24T08:00:00Z"),
        };
        if self.is_new {
            return Ok(Page::default());
        }
        let items = vec![
            name(0x40, "How many days of leave do I get, and can I carry them over?"),
            name(0x41, "Who approves travel?"),
            name(0x42, "What does the health plan cover abroad?"),
        ];
        Ok(Page { items, next_cursor: Some("older".into()) })
    }

    async fn conversation(&self, _asker: &User, id: Uuid) -> Result<Conversation> {
        if id != CONVERSATION {
            return Err(AppError::NotFound);
        }
        let messages = if self.is_writing {
            vec![message(MESSAGE, AnswerState::Done), writing_message()]
        } else {
            vec![given_again_message(), failed_message(), abstained_message()]
        };
        Ok(Conversation {
            id,
            title: "How many days of leave do I get?".into(),
            messages,
            created_at: at("2026-11-24T08:00:00Z"),
            updated_at: at("2026-11-24T08:00:00Z"),
        })
    }

    async fn rename_conversation(&self, _asker: &User, _id: Uuid, title: String) -> Result<()> {
        self.note(format!("rename_conversation {title}"));
        Ok(())
    }

    async fn delete_conversation(&self, _asker: &User, id: Uuid) -> Result<()> {
        self.note(format!("delete_conversation {id}"));
        Ok(())
    }

    async fn hand_over(&self, _asker: &User, message: Uuid, words: HandOver) -> Result<()> {
        self.note(format!("hand_over {message} {:?}", words.note));
        Ok(())
    }

    async fn reviews(
        &self,
        reviewer: &User,
        _state: Option<ReviewState>,
        _page: PageRequest,
    ) -> Result<Page<Review>> {
        if !reviewer.is_reviewer() {
            return Err(AppError::Forbidden);
        }
        let items = if self.is_new { vec![] } else { vec![review()] };
        Ok(Page { items, next_cursor: None })
    }

    async fn resolve_review(&self, _reviewer: &User, id: Uuid, resolution: Resolution) -> Result<Review> {
        self.note(format!("resolve_review {:?} {:?}", resolution.outcome, resolution.note));
        Ok(Review { id, ..review() })
    }

    async fn rate(&self, _asker: &User, _message: Uuid, feedback: Feedback) -> Result<()> {
        self.note(format!("rate {:?} {:?} {:?}", feedback.rating, feedback.reason, feedback.comment));
        Ok(())
    }

    async fn language_models(&self, actor: &User) -> Result<Vec<LanguageModel>> {
        managers_only(actor)?;
        Ok(vec![LanguageModel {
            id: Some(MODEL),
            name: "Large".into(),
            base_url: "https://models.example/v1".into(),
            model: "large-2".into(),
            has_key: true,
            context_tokens: Some(32_000),
            at_once: Some(4),
            price_in: Some(2.5),
            price_out: Some(10.0),
            is_external: true,
            is_enabled: true,
        }])
    }

    async fn add_model(&self, actor: &User, settings: ModelSettings) -> Result<LanguageModel> {
        managers_only(actor)?;
        self.note(format!("add_model {} with key {:?}", settings.name, settings.api_key));
        Ok(self.language_models(actor).await?.remove(0))
    }

    async fn change_model(&self, actor: &User, id: Uuid, settings: ModelSettings) -> Result<LanguageModel> {
        managers_only(actor)?;
        self.note(format!("change_model {id} external {} key {:?}", settings.is_external, settings.api_key));
        Ok(self.language_models(actor).await?.remove(0))
    }

    async fn remove_model(&self, actor: &User, id: Uuid) -> Result<()> {
        managers_only(actor)?;
        self.note(format!("remove_model {id}"));
        Ok(())
    }

    async fn model_rule(&self, actor: &User, _collection: Uuid) -> Result<ModelRule> {
        managers_only(actor)?;
        Ok(ModelRule { default_model: Some(MODEL), stays_inside: false })
    }

    async fn set_model_rule(&self, actor: &User, _collection: Uuid, rule: ModelRule) -> Result<ModelRule> {
        managers_only(actor)?;
        self.note(format!("set_model_rule {:?} {}", rule.default_model, rule.stays_inside));
        Ok(rule)
    }

    async fn costs(&self, actor: &User, period: CostPeriod) -> Result<CostReport> {
        managers_only(actor)?;
        let line = |name: &str| CostLine {
            name: name.into(),
            answers: 41,
            cached: 12,
            prompt_tokens: 52_310,
            completion_tokens: 4_120,
            cost_usd: 0.4175,
            saved_usd: 0.12,
        };
        Ok(CostReport {
            from: period.from.unwrap_or_else(|| "2026-10-25".into()),
            to: period.to.unwrap_or_else(|| "2026-11-24".into()),
            total: line(""),
            by_day: vec![line("2026-11-24"), line("2026-11-23")],
            by_model: vec![line("large"), line("extractive")],
            by_user: vec![line("ben@northwind.example"), line("")],
            by_collection: vec![line("Employee handbook")],
        })
    }

    async fn budgets(&self, actor: &User) -> Result<Vec<Budget>> {
        managers_only(actor)?;
        Ok(vec![Budget {
            id: BUDGET,
            scope: BudgetScope::Group,
            subject: Some(GROUP),
            subject_name: Some("Human resources".into()),
            usd_per_day: Some(5.0),
            tokens_per_day: None,
            spent_usd: 4.2,
            spent_tokens: 56_430,
        }])
    }

    async fn set_budget(&self, actor: &User, new: NewBudget) -> Result<Budget> {
        managers_only(actor)?;
        self.note(format!(
            "set_budget {} {:?} {:?}",
            new.scope.as_str(),
            new.usd_per_day,
            new.tokens_per_day
        ));
        Ok(self.budgets(actor).await?.remove(0))
    }

    async fn remove_budget(&self, actor: &User, id: Uuid) -> Result<()> {
        managers_only(actor)?;
        self.note(format!("remove_budget {id}"));
        Ok(())
    }

    fn models(&self) -> Vec<String> {
        vec!["gpt-4o-mini".into(), "extractive".into()]
    }
}
