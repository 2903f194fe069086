//! Who may answer from a collection.

use leptos::{prelude::*, server_fn::ServerFn};
use uuid::Uuid;

use crate::{
    error::AppError,
    model::{LanguageModel, ModelRole, ModelRule},
    notice::{Notice, tell},
    parts::post_form::PostForm,
    ports::{current_user, ports},
};

/// Says who may answer from a collection.
#[server(prefix = "/fn", endpoint = "set_model_rule")]
pub async fn set_model_rule(
    id: Uuid,
    default_model: Option<String>,
    #[server(default)] stays_inside: bool,
) -> Result<(), AppError> {
    let actor = current_user()?;
    let named = default_model.filter(|model| !model.is_empty()).map(|model| model.parse()).transpose();
    let default_model = named.map_err(|_| AppError::invalid("default_model", "There is no such model."))?;
    let rule = ModelRule { default_model, stays_inside };
    ports()?.answers.set_model_rule(&actor, id, rule).await?;
    tell(Notice::Done("Saved."))
}

/// Chooses the collection's model, and whether its passages may leave.
#[component]
pub fn ModelRuleForm(id: Uuid, rule: ModelRule, models: Vec<LanguageModel>) -> impl IntoView {
    let options = models
        .into_iter()
        .filter(|model| model.roles.contains(&ModelRole::Answer))
        .filter_map(|model| {
            let model_id = model.id?;
            let is_chosen = rule.default_model == Some(model_id);
            Some(view! { <option value=model_id.to_string() selected=is_chosen>{model.name}</option> })
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="model-rule">
            <h2 id="model-rule">"Who may answer from it"</h2>
            <PostForm to=SetModelRule::PATH class="form">
                <input type="hidden" name="id" value=id.to_string()/>
                <label class="field">
                    <span>"Model"</span>
                    <select name="default_model">
                        <option value="">"The default"</option>
                        {options}
                    </select>
                </label>
                <label class="check">
                    <input type="checkbox" name="stays_inside" value="true" checked=rule.stays_inside/>
                    <span>"Its passages are never sent to a model outside"</span>
                </label>
                <button class="button">"Save"</button>
            </PostForm>
        </section>
    }
}
