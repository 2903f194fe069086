//! One conversation, whose answers are of every kind.

use app::{
    account::User,
    answer::{AnswerState, Ask, Asked, Feedback, Message},
    conversation::{Conversation, ConversationName},
    cost::{Budget, BudgetScope, CostLine, CostPeriod, CostReport, NewBudget},
    error::AppError,
    list::{Page, PageRequest},
    model::{LanguageModel, ModelRole, ModelRule, ModelSettings},
    ports::{Answers, Result},
    review::{HandOver, Resolution, Review, ReviewState},
};
use async_trait::async_trait;
use uuid::Uuid;

use super::{
    ASKED, BUDGET, CONVERSATION, Company, GROUP, MESSAGE, MODEL, at, managers_only,
    messages::{abstained_message, failed_message, given_again_message, message, review, writing_message},
};

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
            roles: vec![ModelRole::Answer, ModelRole::Check],
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
        self.note(format!(
            "add_model {} {:?} with key {:?}",
            settings.name, settings.roles, settings.api_key
        ));
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
