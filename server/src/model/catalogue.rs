//! The models that admins set up, kept in the database, their keys sealed.

mod checked;
mod rows;
mod rules;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context;
use app::{
    account::User,
    error::AppError,
    model::{LanguageModel, ModelSettings},
};
use sqlx::{PgPool, postgres::PgListener};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::rows::Row;
use super::{
    address::{Reach, parse_base_url},
    llm::Prices,
    openai::{About, OpenAi, Patience, Standing},
    registry::{Entry, Models},
};
use crate::{
    config::{Config, Endpoint},
    error::Result,
    store::Seal,
};

/// Sets models up and takes them into use. Cheap to clone.
#[derive(Clone)]
pub struct Catalogue {
    db: PgPool,
    seal: Arc<Seal>,
    models: Models,
    /// Models may be on this machine or in private networks.
    allows_local: bool,
    /// The model of the settings.
    own: Option<LanguageModel>,
    /// What is known of the models in use, by who and where they are.
    standings: Arc<Mutex<HashMap<String, Arc<Standing>>>>,
}

impl Catalogue {
    /// Takes the models that are set up into use.
    ///
    /// # Errors
    /// Where the key that seals secrets or the database can't be read.
    pub async fn open(config: &Config, db: PgPool, models: Models) -> anyhow::Result<Self> {
        let catalogue = Self {
            db,
            seal: Arc::new(Seal::load(&config.data_dir, config.secret_key.as_ref())?),
            models,
            allows_local: config.local_models,
            own: own(config),
            standings: Arc::default(),
        };
        catalogue.take_into_use().await?;
        Ok(catalogue)
    }

    /// Those that may be asked.
    pub fn models(&self) -> &Models {
        &self.models
    }

    /// Takes changes into use that another server made, until `stop`.
    pub async fn keep_current(self, stop: CancellationToken) {
        const AGAIN_AFTER: Duration = Duration::from_secs(5);
        let follow = async {
            loop {
                if let Err(error) = self.follow().await {
                    tracing::warn!(error = format!("{error:#}"), "Could not follow changes of the models");
                }
                tokio::time::sleep(AGAIN_AFTER).await;
            }
        };
        stop.run_until_cancelled(follow).await;
    }

    async fn follow(&self) -> anyhow::Result<()> {
        let mut changes = PgListener::connect_with(&self.db).await.context("could not listen")?;
        changes.listen("language_model").await.context("could not listen")?;
        loop {
            self.take_into_use().await?;
            changes.recv().await.context("could not hear of a change")?;
        }
    }

    /// All models, the one of the settings first.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for who is no admin.
    pub async fn list(&self, actor: &User) -> Result<Vec<LanguageModel>> {
        require_admin(actor)?;
        let rows = rows::all(&self.db).await?;
        Ok(self.own.iter().cloned().chain(rows.into_iter().map(Row::into_model)).collect())
    }

    /// Sets up a model.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for who is no admin; [`AppError::Invalid`], [`AppError::Conflict`].
    pub async fn add(&self, actor: &User, settings: ModelSettings) -> Result<LanguageModel> {
        require_admin(actor)?;
        let id = Uuid::now_v7();
        let row = self.checked(id, &settings)?;
        rows::store(&self.db, &row, true).await?;
        self.take_into_use().await?;
        Ok(row.into_model())
    }

    /// Sets up a model anew. What is stored of a key stays with the base URL that it was entered for.
    ///
    /// # Errors
    /// As for [`Self::add`], and [`AppError::NotFound`].
    pub async fn change(&self, actor: &User, id: Uuid, settings: ModelSettings) -> Result<LanguageModel> {
        require_admin(actor)?;
        let before = rows::one(&self.db, id).await?.ok_or(AppError::NotFound)?;
        let mut row = self.checked(id, &settings)?;
        if settings.api_key.is_none() {
            if before.api_key.is_some() && before.base_url != row.base_url {
                let message =
                    "A key is sent only where it was entered for: enter it again for the new address.";
                return Err(AppError::invalid("api_key", message).into());
            }
            row.api_key = before.api_key;
        }
        rows::store(&self.db, &row, false).await?;
        self.take_into_use().await?;
        Ok(row.into_model())
    }

    /// Removes a model with its key.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for who is no admin; [`AppError::NotFound`].
    pub async fn remove(&self, actor: &User, id: Uuid) -> Result<()> {
        require_admin(actor)?;
        if !rows::delete(&self.db, id).await? {
            return Err(AppError::NotFound.into());
        }
        Ok(self.take_into_use().await?)
    }

    /// A model outside has an address of the internet; one inside may have any but the clouds' own.
    fn reach(&self, is_external: bool) -> Reach {
        if is_external || !self.allows_local { Reach::Public } else { Reach::Inside }
    }

    async fn take_into_use(&self) -> anyhow::Result<()> {
        let rows = rows::all(&self.db).await?;
        let mut added = Vec::new();
        for row in rows.into_iter().filter(|row| row.is_enabled) {
            let (id, roles) = (row.id, row.roles());
            match self.endpoint(row) {
                Ok(llm) => added.push(Entry { id: Some(id), roles, llm: Arc::new(llm) }),
                Err(error) => {
                    tracing::warn!(model = %id, error = format!("{error:#}"), "A model can't be used as it is set up");
                }
            }
        }
        self.models.replace(added);
        // Of models that are set up no more nobody else knows.
        self.standings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|_, standing| Arc::strong_count(standing) > 1);
        Ok(())
    }

    /// What is known of a model from before it was set up anew, as long as it is the same one.
    fn standing(&self, id: Uuid, endpoint: &Endpoint) -> Arc<Standing> {
        let place = format!("{id} {} {}", endpoint.model, endpoint.base_url);
        let mut standings = self.standings.lock().unwrap_or_else(PoisonError::into_inner);
        standings.entry(place).or_default().clone()
    }

    fn endpoint(&self, row: Row) -> anyhow::Result<OpenAi> {
        let reach = self.reach(row.is_external);
        let base_url = parse_base_url(&row.base_url, reach)?;
        let api_key = match &row.api_key {
            Some(sealed) => {
                let key = self.seal.open(sealed, &purpose(row.id, &row.base_url));
                Some(key.context("its key was sealed with another one, and must be entered again")?)
            }
            None => None,
        };
        let endpoint = Endpoint { base_url, api_key, model: row.model };
        let about = About {
            name: Some(row.name),
            prices: row.price_in.zip(row.price_out).map(|(prompt, completion)| Prices { prompt, completion }),
            is_external: row.is_external,
            context_tokens: row.context_tokens.and_then(|tokens| u32::try_from(tokens).ok()),
            at_once: row.at_once.and_then(|at_once| usize::try_from(at_once).ok()),
            reach: Some(reach),
            standing: self.standing(row.id, &endpoint),
        };
        OpenAi::new(&endpoint, Patience::default(), about)
    }
}

/// What a sealed key is for: one model at one address. Put anywhere else, it doesn't open.
fn purpose(id: Uuid, base_url: &str) -> String {
    format!("{id} {base_url}")
}

/// The model of the settings, as the list shows it.
fn own(config: &Config) -> Option<LanguageModel> {
    let endpoint = config.llm.as_ref()?;
    Some(LanguageModel {
        id: None,
        name: endpoint.model.clone(),
        base_url: endpoint.base_url.clone(),
        model: endpoint.model.clone(),
        roles: config.llm_roles.clone(),
        has_key: endpoint.api_key.is_some(),
        context_tokens: config.llm_context_tokens.and_then(|tokens| tokens.try_into().ok()),
        at_once: config.llm_at_once.and_then(|at_once| at_once.try_into().ok()),
        price_in: config.llm_prices.map(|prices| prices.prompt),
        price_out: config.llm_prices.map(|prices| prices.completion),
        is_external: config.llm_is_external,
        is_enabled: true,
    })
}

/// That models can be set up is no secret.
fn require_admin(actor: &User) -> Result<(), AppError> {
    if actor.is_admin() { Ok(()) } else { Err(AppError::Forbidden) }
}
