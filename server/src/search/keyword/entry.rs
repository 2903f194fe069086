//! What the keyword index holds of a chunk.

use futures::Stream;
use sqlx::PgExecutor;
use tantivy::{
    TantivyDocument,
    schema::{
        BytesOptions, FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions,
    },
    tokenizer::{PreTokenizedString, Token},
};
use time::{OffsetDateTime, UtcOffset};
use uuid::Uuid;

use crate::search::{language::Language, words};

/// Raised when entries are made differently; an index of another form is rebuilt.
pub(super) const FORM: u32 = 2;

/// Between title, headings and passage, so that no phrase runs over the seam.
const GAP_WORDS: usize = 16;

/// The fields of an entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    /// The two halves of the chunk's id: columns, since a hundred of them are read in each search.
    pub(super) chunk: [Field; 2],
    pub(super) document: Field,
    pub(super) version: Field,
    pub(super) collection: Field,
    pub(super) media_type: Field,
    /// ISO 639-1.
    pub(super) language: Field,
    /// The document's folder and each that it lies in.
    pub(super) folders: Field,
    /// The document's folder alone.
    pub(super) folder: Field,
    /// Julian, of the document's last change.
    pub(super) day: Field,
    /// Stems of the title; of the headings; of the passage.
    pub(super) title: Field,
    pub(super) headings: Field,
    pub(super) body: Field,
    /// Exact forms of all three, and codes as a whole, with their positions.
    pub(super) exact: Field,
}

impl Fields {
    pub(super) fn schema() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let id = || BytesOptions::from(INDEXED);
        let words = |record: IndexRecordOption| {
            // The words come ready made; the named tokenizer is never run.
            let indexing = TextFieldIndexing::default().set_tokenizer("raw").set_index_option(record);
            TextOptions::default().set_indexing_options(indexing)
        };
        let fields = Self {
            chunk: ["chunk_high", "chunk_low"].map(|half| schema.add_u64_field(half, FAST)),
            document: schema.add_bytes_field("document", id().set_fast()),
            version: schema.add_bytes_field("version", id()),
            collection: schema.add_bytes_field("collection", id().set_fast()),
            media_type: schema.add_text_field("media_type", STRING | FAST),
            language: schema.add_text_field("language", STRING | FAST),
            folders: schema.add_text_field("folders", STRING),
            folder: schema.add_text_field("folder", FAST),
            day: schema.add_i64_field("day", FAST),
            title: schema.add_text_field("title", words(IndexRecordOption::WithFreqs)),
            headings: schema.add_text_field("headings", words(IndexRecordOption::WithFreqs)),
            body: schema.add_text_field("body", words(IndexRecordOption::WithFreqs)),
            exact: schema.add_text_field("exact", words(IndexRecordOption::WithFreqsAndPositions)),
        };
        (schema.build(), fields)
    }
}

/// A chunk as it is indexed.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) chunk_id: Uuid,
    pub(super) document_id: Uuid,
    pub(super) version_id: Uuid,
    pub(super) collection_id: Uuid,
    pub(super) media_type: String,
    pub(super) language: Option<String>,
    pub(super) folder: String,
    pub(super) updated_at: OffsetDateTime,
    pub(super) title: String,
    pub(super) heading_path: Vec<String>,
    pub(super) text: String,
}

impl Entry {
    pub(super) fn to_document(&self, fields: Fields) -> TantivyDocument {
        let language = Language::of_text(self.language.as_deref());
        let headings = self.heading_path.join("\n");

        let mut document = TantivyDocument::new();
        let (high, low) = self.chunk_id.as_u64_pair();
        document.add_u64(fields.chunk[0], high);
        document.add_u64(fields.chunk[1], low);
        document.add_bytes(fields.document, self.document_id.as_bytes());
        document.add_bytes(fields.version, self.version_id.as_bytes());
        document.add_bytes(fields.collection, self.collection_id.as_bytes());
        document.add_text(fields.media_type, &self.media_type);
        if let Some(language) = &self.language {
            document.add_text(fields.language, language);
        }
        for folder in with_those_around(&self.folder) {
            document.add_text(fields.folders, folder);
        }
        document.add_text(fields.folder, &self.folder);
        let day = self.updated_at.to_offset(UtcOffset::UTC).date().to_julian_day();
        document.add_i64(fields.day, i64::from(day));
        document.add_pre_tokenized_text(fields.title, stemmed(&self.title, language));
        document.add_pre_tokenized_text(fields.headings, stemmed(&headings, language));
        document.add_pre_tokenized_text(fields.body, stemmed(&self.text, language));
        document.add_pre_tokenized_text(fields.exact, exact([&self.title, &headings, &self.text]));
        document
    }
}

/// A folder, and each that it lies in: none for what lies in no folder.
fn with_those_around(folder: &str) -> impl Iterator<Item = &str> {
    let whole = (!folder.is_empty()).then_some(folder);
    whole.into_iter().chain(folder.match_indices('/').map(|(at, _)| &folder[..at]))
}

/// Stems, characters of scripts without spaces, and pairs of these.
fn stemmed(text: &str, language: Language) -> PreTokenizedString {
    let words = words::words(text);
    let singles =
        words.iter().enumerate().map(|(position, word)| token(position, words::stem(language, word.text)));
    let mut tokens: Vec<_> = singles.collect();
    tokens.extend(words::pairs(&words).into_iter().map(|pair| token(pair.first, pair.text)));
    pre_tokenized(tokens)
}

/// Exact forms, and codes as a whole at the position of their first word.
fn exact(texts: [&str; 3]) -> PreTokenizedString {
    let mut tokens = Vec::new();
    let mut first_position = 0;
    for text in texts {
        let words = words::words(text);
        for (position, word) in words.iter().enumerate() {
            tokens.push(token(first_position + position, words::exact_form(word.text)));
        }
        for (at, code) in words::codes(text) {
            let position = words.partition_point(|word| word.at.start < at);
            tokens.push(token(first_position + position, code));
        }
        first_position += words.len() + GAP_WORDS;
    }
    pre_tokenized(tokens)
}

fn token(position: usize, text: String) -> Token {
    Token { position, text, ..Token::default() }
}

fn pre_tokenized(mut tokens: Vec<Token>) -> PreTokenizedString {
    tokens.sort_by_key(|token| token.position);
    PreTokenizedString { text: String::new(), tokens }
}

/// What Postgres holds now: of the documents `only`, or of all.
pub(super) fn current_entries<'a>(
    db: impl PgExecutor<'a> + 'a,
    only: Option<&'a [Uuid]>,
) -> impl Stream<Item = sqlx::Result<Entry>> + Unpin + 'a {
    sqlx::query_as!(
        Entry,
        r#"
        select
            chunk.id as chunk_id,
            chunk.document_id,
            chunk.version_id,
            chunk.collection_id,
            indexed_version.media_type as "media_type!",
            chunk.language,
            indexed_version.folder as "folder!",
            indexed_version.updated_at as "updated_at!",
            indexed_version.title as "title!",
            chunk.heading_path,
            chunk.text
        from indexed_version
        join chunk on chunk.version_id = indexed_version.id
        where $1::uuid[] is null or indexed_version.document_id = any($1)
        "#,
        only as Option<&[Uuid]>,
    )
    .fetch(db)
}
