//! Where a search looks.

use anyhow::Context;
use app::search::Filter;
use sqlx::PgPool;
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use crate::model::EmbeddingModel;

/// What a reader may see, narrowed to what was asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// All the collections that may be read, in order.
    pub(super) readable: Vec<Uuid>,
    /// Of these, the ones that are searched.
    pub(super) collections: Vec<Uuid>,
    pub(super) filter: Filter,
}

impl Scope {
    /// A collection that doesn't exist and one that the reader may not know of are left out alike.
    pub(super) fn new(mut readable: Vec<Uuid>, filter: &Filter) -> Self {
        readable.sort_unstable();
        let is_asked = |id: &Uuid| filter.collections.is_empty() || filter.collections.contains(id);
        let collections = readable.iter().copied().filter(is_asked).collect();
        Self { readable, collections, filter: filter.clone() }
    }

    pub(super) fn is_readable(&self, collection: &Uuid) -> bool {
        self.readable.binary_search(collection).is_ok()
    }

    /// Whether the collection is searched.
    pub(super) fn has_collection(&self, collection: &Uuid) -> bool {
        self.collections.binary_search(collection).is_ok()
    }

    /// Whether it leaves out nothing of what lies in these collections.
    pub(super) fn is_all<'c>(&self, collections: impl IntoIterator<Item = &'c Uuid>) -> bool {
        let asks_nothing = Filter { collections: Vec::new(), ..self.filter.clone() } == Filter::default();
        asks_nothing && collections.into_iter().all(|id| self.has_collection(id))
    }

    /// Whether the filter wants what lies in this folder.
    pub(super) fn has_folder(&self, folder: &str) -> bool {
        self.filter.folder.as_deref().is_none_or(|wanted| lies_in(folder, wanted))
    }

    /// The first moment of the filter's days, and the first after them.
    pub(super) fn times(&self) -> (Option<OffsetDateTime>, Option<OffsetDateTime>) {
        let begin = |day: Date| day.midnight().assume_utc();
        let end = self.filter.to.map(|day| begin(day).saturating_add(Duration::DAY));
        (self.filter.from.map(begin), end)
    }
}

/// Whether a folder is `wanted` or lies below it.
pub(super) fn lies_in(folder: &str, wanted: &str) -> bool {
    folder.strip_prefix(wanted).is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

/// What a search is told before it begins.
pub(super) struct Ground {
    /// The collections that the reader may read.
    pub(super) readable: Vec<Uuid>,
    /// The active model's number where it is the embedder's: no other's vectors may be compared with
    /// what it makes. `None` while there is none, as when a new model's vectors are still being made.
    pub(super) model_id: Option<i16>,
}

/// Reads both at once, since everything else waits for it.
pub(super) async fn ground(
    db: &PgPool,
    reader: Uuid,
    embedder: Option<&EmbeddingModel>,
) -> anyhow::Result<Ground> {
    sqlx::query_as!(
        Ground,
        r#"
        select
            array(select readable_collection($1)) as "readable!",
            (
                select id from embedding_model
                where state = 'active' and name = $2 and mode = $3 and dimensions = $4
            ) as model_id
        "#,
        reader,
        embedder.map(|model| model.name.as_str()),
        embedder.map(|model| model.mode.as_str()),
        embedder.map(|model| i32::try_from(model.dimensions)).transpose()?,
    )
    .fetch_one(db)
    .await
    .context("could not read which collections may be read")
}
