//! A document's text with its structure.

use leptos::prelude::*;

use crate::document::{BlockKind, Run, ViewBlock};

/// The id of the place where the passage begins.
pub(crate) const PASSAGE: &str = "passage";

/// The blocks as headings, paragraphs, lists, tables and code, the passage's words marked.
#[component]
pub fn DocumentText(blocks: Vec<ViewBlock>) -> impl IntoView {
    let landing = blocks.iter().position(|block| block.runs.iter().any(|run| run.marked));
    let mut groups = Vec::new();
    let mut blocks = blocks.into_iter().enumerate().peekable();
    while let Some((at, block)) = blocks.next() {
        let kind = Group::of(block.kind);
        let mut group = vec![(block, landing == Some(at))];
        if kind.gathers() {
            while let Some((at, block)) = blocks.next_if(|(_, next)| Group::of(next.kind) == kind) {
                group.push((block, landing == Some(at)));
            }
        }
        groups.push(kind.view(group));
    }
    view! { <div class="prose">{groups.collect_view()}</div> }
}

/// Blocks that stand together in one element.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Alone,
    List,
    Table,
}

impl Group {
    fn of(kind: BlockKind) -> Self {
        match kind {
            BlockKind::ListItem { .. } => Self::List,
            BlockKind::TableRow => Self::Table,
            _ => Self::Alone,
        }
    }

    fn gathers(self) -> bool {
        self != Self::Alone
    }

    fn view(self, blocks: Vec<(ViewBlock, bool)>) -> AnyView {
        let blocks = blocks.into_iter().map(|(block, is_landing)| element(block, is_landing)).collect_view();
        match self {
            Self::Alone => blocks.into_any(),
            Self::List => view! { <ul>{blocks}</ul> }.into_any(),
            Self::Table => view! {
                <div class="table-frame" tabindex="0" role="region" aria-label="Table">
                    <table>
                        <tbody>{blocks}</tbody>
                    </table>
                </div>
            }
            .into_any(),
        }
    }
}

fn element(block: ViewBlock, is_landing: bool) -> AnyView {
    let ViewBlock { kind, anchor, page_start, runs } = block;
    let page = page_start.map(|page| view! { <span class="page-mark">{format!("page {page}")}</span> });
    let landing = is_landing.then(|| view! { <span id=PASSAGE class="landing"></span> });
    match kind {
        BlockKind::Heading { level } => {
            let text = runs_view(runs);
            // The document's title is the page's first heading, so its own begin a level below.
            match level {
                ..=1 => view! { <h2 id=anchor>{page}{landing}{text}</h2> }.into_any(),
                2 => view! { <h3 id=anchor>{page}{landing}{text}</h3> }.into_any(),
                3 => view! { <h4 id=anchor>{page}{landing}{text}</h4> }.into_any(),
                _ => view! { <h5 id=anchor>{page}{landing}{text}</h5> }.into_any(),
            }
        }
        BlockKind::Paragraph => view! { <p id=anchor>{page}{landing}{runs_view(runs)}</p> }.into_any(),
        BlockKind::Quote => {
            view! { <blockquote id=anchor>{page}{landing}{runs_view(runs)}</blockquote> }.into_any()
        }
        BlockKind::Code => {
            view! { <pre id=anchor tabindex="0">{page}{landing}<code>{runs_view(runs)}</code></pre> }
                .into_any()
        }
        BlockKind::ListItem { depth } => {
            let class = match depth {
                0 => "",
                1 => "depth-1",
                2 => "depth-2",
                _ => "depth-3",
            };
            view! { <li id=anchor class=class>{page}{landing}{runs_view(runs)}</li> }.into_any()
        }
        BlockKind::TableRow => {
            let cells = cells(runs);
            let first = view! { {page}{landing} };
            let mut first = Some(first);
            let cells = cells
                .into_iter()
                .map(|cell| view! { <td>{first.take()}{runs_view(cell)}</td> })
                .collect_view();
            view! { <tr id=anchor>{cells}</tr> }.into_any()
        }
    }
}

fn runs_view(runs: Vec<Run>) -> impl IntoView {
    runs.into_iter()
        .map(
            |run| {
                if run.marked { view! { <mark>{run.text}</mark> }.into_any() } else { run.text.into_any() }
            },
        )
        .collect_view()
}

/// Parts a table row's runs at the bars between its cells.
fn cells(runs: Vec<Run>) -> Vec<Vec<Run>> {
    let mut cells = vec![Vec::new()];
    for run in runs {
        for (at, text) in run.text.split(" | ").enumerate() {
            if at > 0 {
                cells.push(Vec::new());
            }
            if let (Some(cell), false) = (cells.last_mut(), text.is_empty()) {
                cell.push(Run { text: text.to_owned(), marked: run.marked });
            }
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_that_spans_cells_marks_each_of_them() {
        let run = |text: &str, marked| Run { text: text.to_owned(), marked };
        let row = cells(vec![run("Dental | ", false), run("yes | 20", true), run(" EUR", false)]);
        assert_eq!(
            row,
            [vec![run("Dental", false)], vec![run("yes", true)], vec![run("20", true), run(" EUR", false)]]
        );
    }
}
