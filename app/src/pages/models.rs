//! The language models, as an admin sets them up.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use uuid::Uuid;

use crate::{
    error::AppError,
    model::{LanguageModel, ModelRole, ModelSettings},
    notice::{Notice, tell},
    parts::{confirm::Confirm, post_form::PostForm, reading::show},
    ports::{current_user, ports},
};

async fn read_models() -> Result<Vec<LanguageModel>, AppError> {
    ports()?.answers.language_models(&current_user()?).await
}

/// A model as its form sends it. What is empty isn't known; an empty key keeps the one that is
/// stored.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ModelForm {
    name: String,
    base_url: String,
    model: String,
    answers: bool,
    reads: bool,
    checks: bool,
    api_key: String,
    without_key: bool,
    context_tokens: String,
    at_once: String,
    price_in: String,
    price_out: String,
    is_inside: bool,
    is_resting: bool,
}

impl ModelForm {
    fn settings(self) -> Result<ModelSettings, AppError> {
        let api_key = match self.without_key {
            true => Some(String::new()),
            false => Some(self.api_key).filter(|key| !key.trim().is_empty()),
        };
        let ticked = [
            (self.answers, ModelRole::Answer),
            (self.reads, ModelRole::Small),
            (self.checks, ModelRole::Check),
        ];
        Ok(ModelSettings {
            roles: ticked.into_iter().filter(|(ticked, _)| *ticked).map(|(_, role)| role).collect(),
            name: self.name,
            base_url: self.base_url,
            model: self.model,
            api_key,
            context_tokens: number("context_tokens", &self.context_tokens)?,
            at_once: number("at_once", &self.at_once)?,
            price_in: number("price_in", &self.price_in)?,
            price_out: number("price_out", &self.price_out)?,
            is_external: !self.is_inside,
            is_enabled: !self.is_resting,
        })
    }
}

/// Sets a model up, or anew where it has an id.
#[server(prefix = "/fn", endpoint = "save_model")]
pub async fn save_model(id: Option<Uuid>, settings: ModelForm) -> Result<(), AppError> {
    let actor = current_user()?;
    let settings = settings.settings()?;
    let answers = ports()?.answers;
    match id {
        Some(id) => answers.change_model(&actor, id, settings).await?,
        None => answers.add_model(&actor, settings).await?,
    };
    tell(Notice::Done("The model is set up."))
}

/// Removes a model with its key.
#[server(prefix = "/fn", endpoint = "remove_model")]
pub async fn remove_model(id: Uuid) -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.answers.remove_model(&actor, id).await?;
    tell(Notice::Done("The model is gone, and its key with it."))
}

fn number<T: std::str::FromStr>(field: &str, text: &str) -> Result<Option<T>, AppError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| AppError::invalid(field, "This is no number."))
}

/// Lists the models, and sets them up.
#[component]
pub fn ModelsPage() -> impl IntoView {
    view! {
        <Title text="Models"/>
        <div class="page">
            <header class="page-head">
                <h1>"Models"</h1>
            </header>
            <p class="lede">
                "Who writes answers: the model of the server's settings, those set up here, and always the extractive answerer, which quotes. A model may also read follow-up questions and check finished sentences; without one, or while it fails, Footnote does both by itself."
            </p>
            {show(read_models(), view)}
        </div>
    }
}

fn view(models: Vec<LanguageModel>) -> AnyView {
    let panels = models.into_iter().map(|model| view! { <ModelPanel model/> }).collect_view();
    view! {
        {panels}
        <section class="panel" aria-labelledby="new-model">
            <h2 id="new-model">"Another model"</h2>
            <ModelForm/>
        </section>
    }
    .into_any()
}

#[component]
fn ModelPanel(model: LanguageModel) -> impl IntoView {
    let about = about(&model);
    let name = model.name.clone();
    view! {
        <details class="panel">
            <summary>
                <strong>{name}</strong>
                <span class="hint">{about}</span>
            </summary>
            {match model.id {
                None => view! {
                    <p class="hint">{format!("{} at {}. It stands in the server's settings, and is changed there.", model.model, model.base_url)}</p>
                }
                .into_any(),
                Some(id) => view! {
                    <ModelForm model/>
                    <Confirm label="Remove this model" question="Its key is gone with it. Answers that it wrote stay.">
                        <PostForm to=RemoveModel::PATH>
                            <button class="button button-danger" name="id" value=id.to_string()>
                                "Remove this model"
                            </button>
                        </PostForm>
                    </Confirm>
                }
                .into_any(),
            }}
        </details>
    }
}

/// What a model is asked for, where that is, and how.
fn about(model: &LanguageModel) -> String {
    let place = if model.is_external { "outside" } else { "inside" };
    let key = if model.has_key { "with a key" } else { "without a key" };
    let resting = if model.is_enabled { "" } else { ", resting" };
    format!("{}: {place}, {key}{resting}", tasks(&model.roles))
}

fn tasks(roles: &[ModelRole]) -> String {
    let task = |role: &ModelRole| match role {
        ModelRole::Answer => "answers",
        ModelRole::Small => "reads follow-ups",
        ModelRole::Check => "checks sentences",
    };
    roles.iter().map(task).collect::<Vec<_>>().join(", ")
}

#[component]
fn ModelForm(#[prop(optional)] model: Option<LanguageModel>) -> impl IntoView {
    let is_new = model.is_none();
    let LanguageModel {
        id,
        name,
        base_url,
        model,
        roles,
        has_key,
        context_tokens,
        at_once,
        price_in,
        price_out,
        is_external,
        is_enabled,
    } = model.unwrap_or(LanguageModel {
        id: None,
        name: String::new(),
        base_url: String::new(),
        model: String::new(),
        roles: vec![ModelRole::Answer],
        has_key: false,
        context_tokens: None,
        at_once: None,
        price_in: None,
        price_out: None,
        is_external: true,
        is_enabled: true,
    });
    let key_hint = if has_key { "stored; enter it again for another address" } else { "none" };
    view! {
        <PostForm to=SaveModel::PATH class="form">
            {id.map(|id| view! { <input type="hidden" name="id" value=id.to_string()/> })}
            <label class="field">
                <span>"Name"</span>
                <input name="settings[name]" required maxlength="120" value=name/>
            </label>
            <label class="field">
                <span>"Address of the endpoint"</span>
                <input name="settings[base_url]" type="url" required placeholder="https://models.example.com/v1" value=base_url/>
            </label>
            <label class="field">
                <span>"Model, as the endpoint calls it"</span>
                <input name="settings[model]" required maxlength="120" value=model/>
            </label>
            <fieldset class="checks">
                <legend>"What it is asked for"</legend>
                <Tick name="settings[answers]" label="To write answers" ticked=roles.contains(&ModelRole::Answer)/>
                <Tick name="settings[reads]" label="To read follow-ups, so that they can be understood alone; a small, quick model does" ticked=roles.contains(&ModelRole::Small)/>
                <Tick name="settings[checks]" label="To check the sentences of finished answers against their sources" ticked=roles.contains(&ModelRole::Check)/>
            </fieldset>
            <label class="field">
                <span>"Key"</span>
                <input name="settings[api_key]" type="password" autocomplete="off" placeholder=key_hint/>
            </label>
            {has_key.then(|| view! { <Tick name="settings[without_key]" label="Forget the stored key" ticked=false/> })}
            <Number name="settings[context_tokens]" label="Tokens that it can read and write together" inputmode="numeric" without="unknown" number=context_tokens.map(|it| it.to_string())/>
            <Number name="settings[at_once]" label="Answers that it writes at once; further questions wait in turn" inputmode="numeric" without="any number" number=at_once.map(|it| it.to_string())/>
            <Number name="settings[price_in]" label="US dollars for a million tokens read" inputmode="decimal" without="unknown" number=price_in.map(|it| it.to_string())/>
            <Number name="settings[price_out]" label="US dollars for a million tokens written" inputmode="decimal" without="unknown" number=price_out.map(|it| it.to_string())/>
            <Tick name="settings[is_inside]" label="It is inside: on this machine or in the organisation's own network" ticked=!is_external/>
            <Tick name="settings[is_resting]" label="Nobody is to ask it for now" ticked=!is_enabled/>
            <button class="button button-primary">{if is_new { "Set it up" } else { "Save" }}</button>
        </PostForm>
    }
}

/// `without` tells what it means to enter none.
#[component]
fn Number(
    name: &'static str,
    label: &'static str,
    inputmode: &'static str,
    without: &'static str,
    number: Option<String>,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input name=name inputmode=inputmode placeholder=without value=number.unwrap_or_default()/>
        </label>
    }
}

#[component]
fn Tick(name: &'static str, label: &'static str, ticked: bool) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" name=name value="true" checked=ticked/>
            <span>{label}</span>
        </label>
    }
}
