//! What answers cost, and what may be spent on them.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use uuid::Uuid;

use crate::{
    account::{Group, User},
    cost::{Budget, BudgetScope, CostLine, CostPeriod, CostReport},
    error::AppError,
    notice::{Notice, tell},
    parts::{confirm::Confirm, post_form::PostForm, reading::show},
    paths,
    ports::{current_user, ports},
};

/// What was spent, what may be, and by whom.
struct Costs {
    report: CostReport,
    budgets: Vec<Budget>,
    users: Vec<User>,
    groups: Vec<Group>,
}

async fn read_costs(period: CostPeriod) -> Result<Costs, AppError> {
    let actor = current_user()?;
    let ports = ports()?;
    Ok(Costs {
        report: ports.answers.costs(&actor, period).await?,
        budgets: ports.answers.budgets(&actor).await?,
        users: ports.accounts.users(&actor).await?,
        groups: ports.accounts.groups(&actor).await?,
    })
}

/// Sets what may be spent in a day; an empty limit is none.
#[server(prefix = "/fn", endpoint = "set_budget")]
pub async fn set_budget(
    /// A scope, or the id of a person or a group behind `person:` or `group:`.
    scope: String,
    usd_per_day: Option<String>,
    tokens_per_day: Option<String>,
) -> Result<(), AppError> {
    let actor = current_user()?;
    let (scope, subject) = match scope.split_once(':') {
        Some((scope, id)) => (scope, Some(id.parse().map_err(|_| AppError::NotFound)?)),
        None => (scope.as_str(), None),
    };
    let new = crate::cost::NewBudget {
        scope: scope.parse()?,
        subject,
        usd_per_day: number("usd_per_day", usd_per_day)?,
        tokens_per_day: number("tokens_per_day", tokens_per_day)?,
    };
    ports()?.answers.set_budget(&actor, new).await?;
    tell(Notice::Done("The budget is set."))
}

fn number<T: std::str::FromStr>(field: &str, text: Option<String>) -> Result<Option<T>, AppError> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let parsed = text.map(|text| text.parse()).transpose();
    parsed.map_err(|_| AppError::invalid(field, "A limit is a number, such as 5."))
}

/// Lets go of a budget.
#[server(prefix = "/fn", endpoint = "remove_budget")]
pub async fn remove_budget(id: Uuid) -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.answers.remove_budget(&actor, id).await?;
    tell(Notice::Done("The budget is gone."))
}

/// Shows what answers cost, by day, model, person and collection, and the budgets.
#[component]
pub fn CostsPage() -> impl IntoView {
    let query = use_query_map();
    let period = query.with_untracked(|query| CostPeriod { from: query.get("from"), to: query.get("to") });
    view! {
        <Title text="Costs"/>
        <div class="page">
            <header class="page-head">
                <h1>"Costs"</h1>
            </header>
            {show(read_costs(period), view)}
        </div>
    }
}

fn view(costs: Costs) -> AnyView {
    let Costs { report, budgets, users, groups } = costs;
    let CostReport { from, to, total, by_day, by_model, by_user, by_collection } = report;
    let sheet = paths::cost_entries(&from, &to);
    view! {
        <form class="form form-row" method="get">
            <label class="field">
                <span>"From"</span>
                <input type="date" name="from" value=from/>
            </label>
            <label class="field">
                <span>"To"</span>
                <input type="date" name="to" value=to/>
            </label>
            <button class="button">"Show"</button>
            <a class="button button-quiet" href=sheet>
                "Download as CSV"
            </a>
        </form>
        <p class="lede costs-total">{in_words(&total)}</p>
        <Lines title="By model" lines=by_model/>
        <Lines title="By person" lines=by_user/>
        <Lines title="By collection" lines=by_collection/>
        <Lines title="By day" lines=by_day/>
        <Budgets budgets/>
        <NewBudgetForm users groups/>
    }
    .into_any()
}

fn in_words(total: &CostLine) -> String {
    let CostLine { answers, cached, cost_usd, saved_usd, .. } = total;
    let noun = if *answers == 1 { "answer" } else { "answers" };
    format!(
        "{answers} {noun} for {}. {cached} of them were given again, which saved {}.",
        money(*cost_usd),
        money(*saved_usd)
    )
}

fn money(usd: f64) -> String {
    format!("${usd:.4}")
}

#[component]
fn Lines(title: &'static str, lines: Vec<CostLine>) -> impl IntoView {
    if lines.is_empty() {
        return ().into_any();
    }
    let rows = lines
        .into_iter()
        .map(|line| {
            let name = if line.name.is_empty() { "(gone)".to_owned() } else { line.name };
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td>{line.answers}</td>
                    <td>{line.cached}</td>
                    <td>{line.prompt_tokens}</td>
                    <td>{line.completion_tokens}</td>
                    <td>{money(line.cost_usd)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>{title}</h2>
            <div class="table-frame" tabindex="0" role="region" aria-label=title>
                <table class="figures">
                    <thead>
                        <tr>
                            <th scope="col"></th>
                            <th scope="col">"Answers"</th>
                            <th scope="col">"Given again"</th>
                            <th scope="col">"Tokens read"</th>
                            <th scope="col">"Tokens written"</th>
                            <th scope="col">"Cost"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Budgets(budgets: Vec<Budget>) -> impl IntoView {
    let rows = budgets
        .into_iter()
        .map(|budget| {
            let id = budget.id.to_string();
            view! {
                <li>
                    <span>
                        <strong>{whose(&budget)}</strong>
                        <span class="hint">{spent(&budget)}</span>
                    </span>
                    <Confirm label="Remove" question="What it bounded is bounded no more.">
                        <PostForm to=RemoveBudget::PATH>
                            <button class="button button-danger" name="id" value=id>
                                "Remove this budget"
                            </button>
                        </PostForm>
                    </Confirm>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="budgets">
            <h2 id="budgets">"Budgets for a day"</h2>
            <p class="hint">
                "Where one is spent, answers are put together from quotations, which cost nothing, until midnight UTC."
            </p>
            <ul class="rows">{rows}</ul>
        </section>
    }
}

fn whose(budget: &Budget) -> String {
    let name = budget.subject_name.clone().unwrap_or_default();
    match budget.scope {
        BudgetScope::Everybody => "Everybody together".to_owned(),
        BudgetScope::EachPerson => "Each person".to_owned(),
        BudgetScope::Person | BudgetScope::Group => name,
    }
}

/// "$4.2000 of $5.0000 (84 %)", and the same of tokens; of who has spent most, where it is each person's.
fn spent(budget: &Budget) -> String {
    let part = |spent: f64, limit: f64| {
        if limit > 0.0 { format!("{:.0} %", spent / limit * 100.0) } else { "all".to_owned() }
    };
    let usd = budget.usd_per_day.map(|limit| {
        format!("{} of {} ({})", money(budget.spent_usd), money(limit), part(budget.spent_usd, limit))
    });
    let tokens = budget.tokens_per_day.map(|limit| {
        let part = part(budget.spent_tokens as f64, limit as f64);
        format!("{} of {limit} tokens ({part})", budget.spent_tokens)
    });
    let spent = [usd, tokens].into_iter().flatten().collect::<Vec<_>>().join(", ");
    if budget.scope == BudgetScope::EachPerson { format!("{spent} by who has spent most") } else { spent }
}

#[component]
fn NewBudgetForm(users: Vec<User>, groups: Vec<Group>) -> impl IntoView {
    let groups = groups
        .into_iter()
        .map(|group| view! { <option value=format!("group:{}", group.id)>{format!("The group {}", group.name)}</option> })
        .collect_view();
    let people = users
        .into_iter()
        .map(|user| view! { <option value=format!("person:{}", user.id)>{user.email}</option> })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="new-budget">
            <h2 id="new-budget">"Set a budget"</h2>
            <PostForm to=SetBudget::PATH class="form form-row">
                <label class="field">
                    <span>"For"</span>
                    <select name="scope">
                        <option value="each_person">"Each person"</option>
                        <option value="everybody">"Everybody together"</option>
                        {groups}
                        {people}
                    </select>
                </label>
                <label class="field">
                    <span>"US dollars a day"</span>
                    <input name="usd_per_day" inputmode="decimal" placeholder="no limit"/>
                </label>
                <label class="field">
                    <span>"Tokens a day"</span>
                    <input name="tokens_per_day" inputmode="numeric" placeholder="no limit"/>
                </label>
                <button class="button button-primary">"Set it"</button>
            </PostForm>
        </section>
    }
}
