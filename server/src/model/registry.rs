//! The models that may be asked, by name.

use std::sync::{Arc, PoisonError, RwLock};

use app::{error::AppError, model::ModelRole};
use uuid::Uuid;

use super::llm::{Llm, Markup};

/// The answerers that may be asked. Cheap to clone: all clones see the same.
#[derive(Clone)]
pub struct Models {
    /// The settings' own, which is the default where there is one.
    own: Option<Entry>,
    added: Arc<RwLock<Vec<Entry>>>,
    extractive: Arc<dyn Llm>,
}

/// A model with what it is asked for.
#[derive(Clone)]
pub struct Entry {
    /// `None` for that of the settings.
    pub id: Option<Uuid>,
    pub roles: Vec<ModelRole>,
    pub llm: Arc<dyn Llm>,
}

impl Models {
    pub fn new(own: Option<Entry>, extractive: Arc<dyn Llm>) -> Self {
        Self { own, added: Arc::default(), extractive }
    }

    /// Those that answer: the default first, the extractive answerer last.
    pub fn names(&self) -> Vec<String> {
        self.all().iter().map(|model| model.name().to_owned()).collect()
    }

    /// The model called `name`, or the default.
    ///
    /// # Errors
    /// [`AppError::Invalid`] in the field `model` where there is none of that name.
    pub fn pick(&self, name: Option<&str>) -> Result<Arc<dyn Llm>, AppError> {
        let mut models = self.all();
        let found = match name {
            None => Some(0),
            Some(name) => models.iter().position(|model| model.name() == name),
        };
        match found {
            Some(at) => Ok(models.swap_remove(at)),
            None => {
                let names = self.names().join(", ");
                Err(AppError::invalid("model", format!("There is no model of that name; there is: {names}.")))
            }
        }
    }

    /// The model that an admin set up as `id`, while it may be asked.
    pub fn added(&self, id: Uuid) -> Option<Arc<dyn Llm>> {
        let added = self.added.read().unwrap_or_else(PoisonError::into_inner);
        let answers = |entry: &&Entry| entry.id == Some(id) && entry.roles.contains(&ModelRole::Answer);
        added.iter().find(answers).map(|entry| entry.llm.clone())
    }

    /// Who is asked for what isn't an answer: the first of this role that may be, one inside where
    /// `inside`.
    pub fn aid(&self, role: ModelRole, inside: bool) -> Option<Arc<dyn Llm>> {
        self.of_role(role)
            .into_iter()
            .find(|model| !(inside && model.is_external()) && model.may_be_given_tasks())
    }

    /// Whether there is a model of this role, whether or not it may be asked now.
    pub fn has(&self, role: ModelRole) -> bool {
        !self.of_role(role).is_empty()
    }

    /// What tells the models of this role from any others.
    pub fn identities(&self, role: ModelRole) -> Vec<String> {
        self.of_role(role).iter().map(|model| model.identity().to_owned()).collect()
    }

    /// Who answers from what must stay inside: a model of the organisation's own, or the
    /// extractive answerer.
    pub fn inside(&self) -> Arc<dyn Llm> {
        self.all().into_iter().find(|model| !model.is_external()).unwrap_or_else(|| self.extractive())
    }

    /// Who is asked where those in `tried` failed: the first of the other language models that may
    /// be, one inside where `inside`. The extractive answerer is not among them: that a model failed
    /// is to be told.
    pub fn next(&self, tried: &[String], inside: bool) -> Option<Arc<dyn Llm>> {
        let mut models = self.all();
        models.pop();
        let untried = |model: &Arc<dyn Llm>| !tried.iter().any(|identity| identity == model.identity());
        models
            .into_iter()
            .find(|model| untried(model) && !(inside && model.is_external()) && model.may_be_asked())
    }

    /// The built-in answerer, which stands in for the others.
    pub fn extractive(&self) -> Arc<dyn Llm> {
        self.extractive.clone()
    }

    /// How a text written by the model called `name` is to be read; that of a model no longer
    /// here is most likely Markdown.
    pub fn markup(&self, name: &str) -> Markup {
        let found = self.all().into_iter().find(|model| model.name() == name);
        found.map_or(Markup::Markdown, |model| model.markup())
    }

    /// Takes the place of what admins had set up before.
    pub(super) fn replace(&self, added: Vec<Entry>) {
        *self.added.write().unwrap_or_else(PoisonError::into_inner) = added;
    }

    /// All that answer.
    fn all(&self) -> Vec<Arc<dyn Llm>> {
        let mut models = self.of_role(ModelRole::Answer);
        models.push(self.extractive.clone());
        models
    }

    fn of_role(&self, role: ModelRole) -> Vec<Arc<dyn Llm>> {
        let added = self.added.read().unwrap_or_else(PoisonError::into_inner);
        let entries = self.own.iter().chain(added.iter());
        entries.filter(|entry| entry.roles.contains(&role)).map(|entry| entry.llm.clone()).collect()
    }
}
