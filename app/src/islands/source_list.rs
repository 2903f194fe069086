//! The passages that an answer stands on.

use leptos::prelude::*;

use super::{answer_text::source_anchor, margin_notes::align};
use crate::{
    answer::{AnswerState, Message, Source},
    parts::{marked_text::MarkedText, place::place},
    paths,
};

/// An answer's sources: those it cites in the order in which it does, then the rest, folded away.
#[component]
pub fn SourceList(
    message: RwSignal<Message>,
    /// The number of the mark that is pointed at.
    pointed_at: RwSignal<Option<u32>>,
) -> impl IntoView {
    let notes = NodeRef::new();
    align(notes, message);
    view! {
        <aside class="sources" aria-label="Sources" node_ref=notes>
            {move || {
                let (cited, rest) = message.with(|message| by_use(&message.blocks, message.sources.clone()));
                let (id, abstained, is_over) = message
                    .with(|message| (message.id, message.abstained, message.state != AnswerState::Writing));
                let item = move |source: Source| {
                    let reference = source.reference;
                    view! {
                        <li
                            class="source"
                            class:is-pointed-at=move || pointed_at.get() == Some(reference)
                            id=source_anchor(id, reference)
                            data-ref=reference.to_string()
                        >
                            <span class="source-number">{reference}</span>
                            <SourceBody source/>
                        </li>
                    }
                };
                let rest_label = if abstained {
                    format!("Nearest passages ({})", rest.len())
                } else {
                    format!("Also found ({})", rest.len())
                };
                let has_rest = is_over && !rest.is_empty();
                view! {
                    {(!cited.is_empty())
                        .then(|| {
                            view! {
                                <h3 class="overline">"Sources"</h3>
                                <ol class="source-list">{cited.into_iter().map(item).collect_view()}</ol>
                            }
                        })}
                    {has_rest
                        .then(|| {
                            view! {
                                <details class="sources-rest" open=abstained>
                                    <summary>{rest_label}</summary>
                                    <ol class="source-list">{rest.into_iter().map(item).collect_view()}</ol>
                                </details>
                            }
                        })}
                }
            }}
        </aside>
    }
}

/// A passage and where it stands.
#[component]
pub fn SourceBody(source: Source) -> impl IntoView {
    let passage = paths::passage(source.document_id, source.chunk_id);
    view! {
        <div class="source-body">
            <p class="source-title">
                <a href=passage>{source.title}</a>
            </p>
            <p class="source-place">
                {place(&source.heading_path, source.page)}
                <time datetime=source.updated_at.as_str().to_owned()>{source.updated_at.day()}</time>
            </p>
            <blockquote class="source-quote">
                <MarkedText text=source.quote marks=source.highlights/>
            </blockquote>
        </div>
    }
}

/// Parts the sources into those that the text cites, in its order, and the rest.
pub(crate) fn by_use(blocks: &[String], mut sources: Vec<Source>) -> (Vec<Source>, Vec<Source>) {
    let mut cited = Vec::new();
    for reference in references(blocks) {
        if let Some(at) = sources.iter().position(|source| source.reference == reference) {
            cited.push(sources.remove(at));
        }
    }
    (cited, sources)
}

/// The numbers of the marks in the text, in its order.
fn references(blocks: &[String]) -> impl Iterator<Item = u32> {
    blocks.iter().flat_map(|block| block.split("data-ref=\"").skip(1)).filter_map(|rest| {
        let (number, _) = rest.split_once('"')?;
        number.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::references;

    #[test]
    fn marks_are_read_in_the_order_of_the_text() {
        let blocks = [
            r#"<p>One <a class="mark" data-ref="3">3</a><a class="mark" data-ref="1">1</a></p>"#.to_owned(),
            r#"<p>Two <a data-ref="12" class="mark">12</a></p>"#.to_owned(),
        ];
        assert_eq!(references(&blocks).collect::<Vec<_>>(), [3, 1, 12]);
    }
}
