//! Where a question is to be answered from: what the asker chose, and what the question itself
//! names ("in the travel policy", "in the handbook collection", "in 2023").

use std::ops::Range;

use anyhow::Context;
use app::search::Passage;
use sqlx::PgPool;
use unicode_segmentation::UnicodeSegmentation;
use uuid::Uuid;

use crate::text::term::{self, TermKind};

/// Where a question is answered from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Scope {
    /// Empty for all that the asker may read.
    pub(super) collections: Vec<Uuid>,
    /// Empty for all documents.
    documents: Vec<Uuid>,
    /// What the question names, for the reader; empty where it names nothing.
    pub(super) named: Vec<String>,
}

impl Scope {
    /// All of the collections that the asker chose.
    pub(super) fn chosen(collections: Vec<Uuid>) -> Self {
        Self { collections, ..Self::default() }
    }

    /// Narrowed to the documents or the collection that `question` names, of those that `asker` may
    /// read. In doubt it isn't narrowed.
    pub(super) async fn named_in(
        db: &PgPool,
        asker: Uuid,
        question: &str,
        collections: Vec<Uuid>,
    ) -> anyhow::Result<Self> {
        let chosen = Self::chosen(collections);
        if !words(question).iter().any(|word| POINTING.contains(&word.as_str())) {
            return Ok(chosen);
        }
        let documents = named_documents(db, asker, question, &chosen.collections).await?;
        let documents: Vec<Named> = documents.into_iter().filter(|it| it.is_pointed_at(question)).collect();
        let found = longest(documents, question);
        if !found.is_empty() {
            let mut named: Vec<String> = found.iter().map(|it| it.name.clone()).collect();
            named.dedup();
            return Ok(Self { documents: found.into_iter().map(|it| it.id).collect(), named, ..chosen });
        }
        if chosen.collections.is_empty() {
            let named = named_collections(db, asker, question).await?;
            if let Some(found) = named.into_iter().find(|it| it.is_pointed_at(question)) {
                return Ok(Self { collections: vec![found.id], named: vec![found.name], ..chosen });
            }
        }
        Ok(chosen)
    }

    /// A question without what only says where it is to be answered from.
    pub(super) fn without_names(&self, question: &str) -> String {
        self.named.iter().fold(question.to_owned(), |question, name| without(&question, name))
    }

    /// The passages of the documents named, where some were found; all of them otherwise.
    pub(super) fn narrow(&self, passages: Vec<Passage>) -> Vec<Passage> {
        let is_named = |passage: &Passage| self.documents.contains(&passage.document_id);
        match passages.iter().any(is_named) {
            true => passages.into_iter().filter(is_named).collect(),
            false => passages,
        }
    }
}

/// A document or a collection that a question may name.
struct Named {
    id: Uuid,
    name: String,
    /// Its title and its file's name, which may say of which year it is.
    dated: String,
}

impl Named {
    /// Whether the question names it after a preposition: a name of at least two telling words, or
    /// of one before a word like "collection", so that no common word is taken for a name.
    fn is_pointed_at(&self, question: &str) -> bool {
        const LEAST: usize = 2;
        let name: Vec<String> = words(&self.name).into_iter().filter(|word| !is_year(word)).collect();
        if name.is_empty() {
            return false;
        }
        let question = words(question);
        let tells =
            term::content_terms(&self.name).iter().filter(|term| term.kind != TermKind::Number).count();
        let places = question.windows(name.len()).enumerate().filter(|(_, window)| *window == name);
        places.map(|(at, _)| (&question[..at], &question[at + name.len()..])).any(|(before, behind)| {
            let before =
                before.iter().rev().find(|word| !ARTICLES.contains(&word.as_str()) && !is_year(word));
            let is_called_so = behind.first().is_some_and(|word| KINDS.contains(&word.as_str()));
            before.is_some_and(|word| POINTING.contains(&word.as_str())) && (tells >= LEAST || is_called_so)
        })
    }
}

/// A question points at where it is to be answered from by one of these.
const POINTING: &[&str] = &["in", "to", "per", "from", "under", "im", "laut", "gemass", "aus", "nach"];
const ARTICLES: &[&str] =
    &["the", "a", "an", "our", "your", "company", "der", "die", "das", "dem", "den", "unserer", "unserem"];
/// What a collection or a document may be called behind its name.
const KINDS: &[&str] = &["collection", "document", "file", "folder", "sammlung", "dokument", "datei"];

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(term::fold).collect()
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse().is_ok_and(|year: u16| (1900..2100).contains(&year))
}

/// `question` without `name`, the preposition before it and the year behind it.
fn without(question: &str, name: &str) -> String {
    let spans: Vec<(Range<usize>, String)> = question
        .unicode_word_indices()
        .map(|(start, word)| (start..start + word.len(), term::fold(word)))
        .collect();
    let name: Vec<String> = words(name).into_iter().filter(|word| !is_year(word)).collect();
    let is_here = |at: &usize| spans[*at..*at + name.len()].iter().map(|(_, word)| word).eq(&name);
    let last = spans.len().checked_sub(name.len());
    let Some(at) = last.and_then(|last| (0..=last).find(is_here)).filter(|_| !name.is_empty()) else {
        return question.to_owned();
    };
    let before = |from: usize, is: &dyn Fn(&str) -> bool| from > 0 && is(&spans[from - 1].1);
    let mut from = at;
    while before(from, &|word| ARTICLES.contains(&word) || is_year(word)) {
        from -= 1;
    }
    while before(from, &|word| POINTING.contains(&word) || word == "according") {
        from -= 1;
    }
    let behind = spans[at + name.len()..].iter().take_while(|(_, word)| {
        is_year(word) || KINDS.contains(&word.as_str()) || matches!(word.as_str(), "of" | "from" | "von")
    });
    let to = at + name.len() + behind.count();
    let (start, end) = (spans[from].0.start, spans[to - 1].0.end);
    let rest = format!("{} {}", question[..start].trim_end(), question[end..].trim_start_matches([' ', ',']));
    rest.replace(" ?", "?").trim().to_owned()
}

/// The documents with the longest of the names, and of several editions those of the year asked for.
fn longest(mut documents: Vec<Named>, question: &str) -> Vec<Named> {
    let length =
        |it: &Named| words(&it.name).iter().filter(|word| !is_year(word)).map(String::len).sum::<usize>();
    let most = documents.iter().map(length).max().unwrap_or_default();
    documents.retain(|it| length(it) == most);
    let asked: Vec<String> = words(question).into_iter().filter(|word| is_year(word)).collect();
    let is_of_year = |it: &Named| words(&it.dated).iter().any(|word| asked.contains(word));
    if documents.iter().any(is_of_year) {
        documents.retain(is_of_year);
    }
    documents
}

/// Titles without their years, as far as they stand in the question.
async fn named_documents(
    db: &PgPool,
    asker: Uuid,
    question: &str,
    collections: &[Uuid],
) -> anyhow::Result<Vec<Named>> {
    /// More are no name of anything.
    const MOST: i64 = 50;
    sqlx::query_as!(
        Named,
        r#"
        select id, title as name, title || ' ' || filename as "dated!"
        from document
        where position(
                lower(btrim(regexp_replace(title, '[[:space:](_-]*(19|20)[0-9][0-9][)]?', '', 'g'))) in lower($2)
            ) > 0
          and length(title) > 3
          and deleted_at is null and current_version_id is not null
          and collection_id in (select readable_collection($1))
          and ($3::uuid[] = '{}' or collection_id = any($3))
        order by length(title) desc, id
        limit $4
        "#,
        asker,
        question,
        collections,
        MOST,
    )
    .fetch_all(db)
    .await
    .context("could not look for the documents that a question names")
}

async fn named_collections(db: &PgPool, asker: Uuid, question: &str) -> anyhow::Result<Vec<Named>> {
    sqlx::query_as!(
        Named,
        r#"
        select id, name, name as "dated!"
        from collection
        where position(lower(name) in lower($2)) > 0 and id in (select readable_collection($1))
        order by length(name) desc, id
        "#,
        asker,
        question,
    )
    .fetch_all(db)
    .await
    .context("could not look for the collections that a question names")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, file: &str) -> Named {
        Named { id: Uuid::now_v7(), name: name.to_owned(), dated: format!("{name} {file}") }
    }

    #[test]
    fn a_name_counts_behind_a_preposition_and_as_a_whole() {
        let policy = named("Travel policy 2023", "");
        assert!(policy.is_pointed_at("What does a hotel cost in the travel policy?"));
        assert!(policy.is_pointed_at("According to our Travel Policy, who approves trips?"));
        assert!(policy.is_pointed_at("Was kostet ein Hotel laut Travel policy 2023?"));
        assert!(!policy.is_pointed_at("Who wrote the travel policy?"));
        assert!(!policy.is_pointed_at("Is there travel in the policy?"));
        let sales = named("Sales", "");
        assert!(!sales.is_pointed_at("Who works in sales?"));
        assert!(sales.is_pointed_at("Who is named in the Sales collection?"));
    }

    #[test]
    fn what_names_a_document_is_no_part_of_what_is_asked() {
        let rest = |question| without(question, "Travel policy 2023");
        assert_eq!(rest("What is paid in the travel policy of 2023?"), "What is paid?");
        assert_eq!(rest("According to our Travel Policy, who approves trips?"), "who approves trips?");
        assert_eq!(rest("Who approves trips?"), "Who approves trips?");
    }

    #[test]
    fn of_several_editions_the_year_asked_for_is_meant() {
        let editions =
            || vec![named("Travel policy", "travel-2023.md"), named("Travel policy", "travel-2024.md")];
        let files = |question| -> Vec<String> {
            longest(editions(), question).into_iter().map(|it| it.dated).collect()
        };
        assert_eq!(
            files("What did a hotel cost in 2023 in the travel policy?"),
            ["Travel policy travel-2023.md"]
        );
        assert_eq!(files("What does a hotel cost in the travel policy?").len(), 2);
        let longer = vec![named("Travel policy", ""), named("Travel policy for guests", "")];
        assert_eq!(longest(longer, "in the travel policy for guests").len(), 1);
    }
}
