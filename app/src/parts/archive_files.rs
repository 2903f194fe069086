//! What is in an archive.

use std::collections::HashMap;

use leptos::prelude::*;

use crate::{
    document::{Member, Status, ViewBlock},
    paths,
};

/// The list of an archive's files: each leads to its document and says how that stands. What could
/// not be taken out of the archive says so in its line.
#[component]
pub fn ArchiveFiles(lines: Vec<ViewBlock>, members: Vec<Member>) -> impl IntoView {
    let members: HashMap<String, Member> =
        members.into_iter().map(|member| (member.path.clone(), member)).collect();
    let lines = lines
        .into_iter()
        .map(|line| {
            let text: String = line.runs.iter().map(|run| run.text.as_str()).collect();
            let entry = match members.get(&text) {
                Some(member) => file(member).into_any(),
                None => text.into_any(),
            };
            view! { <li id=line.anchor>{entry}</li> }
        })
        .collect_view();
    view! { <ul class="archive-files">{lines}</ul> }
}

fn file(member: &Member) -> impl IntoView {
    let state = match member.status {
        Status::Queued | Status::Processing => Some("still being read".to_owned()),
        Status::Failed => member.problem.clone(),
        Status::Ready => None,
    };
    view! {
        <a href=paths::document(member.id)>{member.path.clone()}</a>
        {state.map(|state| view! { <span class="hint">{state}</span> })}
    }
}
