//! A search, as its address says it.

use leptos_router::params::ParamsMap;
use uuid::Uuid;

use crate::{
    error::AppError,
    parts::media_type::Group,
    paths,
    search::{Filter, SearchMode},
};

/// A search, as its address says it; what is empty was not asked for.
#[derive(Clone, Default)]
pub struct Asked {
    pub q: String,
    pub collection: Option<Uuid>,
    pub kind: Option<&'static Group>,
    /// An ISO 639-1 code.
    pub language: String,
    pub from: String,
    pub to: String,
    pub folder: String,
    pub mode: SearchMode,
}

impl Asked {
    pub fn from_query(query: &ParamsMap) -> Self {
        let text = |name| query.get(name).unwrap_or_default().trim().to_owned();
        Self {
            q: text("q"),
            collection: text("collection").parse().ok(),
            kind: Group::named(&text("type")),
            language: text("language"),
            from: text("from"),
            to: text("to"),
            folder: Filter::folder(&text("folder")).unwrap_or_default(),
            mode: match text("mode").as_str() {
                "lexical" => SearchMode::Lexical,
                "semantic" => SearchMode::Semantic,
                _ => SearchMode::Hybrid,
            },
        }
    }

    /// # Errors
    /// [`AppError::Invalid`] where what should be a day is none.
    pub fn filter(&self) -> Result<Filter, AppError> {
        Ok(Filter {
            collections: self.collection.into_iter().collect(),
            media_types: self.kind.into_iter().flat_map(Group::media_types).collect(),
            languages: Some(self.language.clone()).filter(|code| !code.is_empty()).into_iter().collect(),
            from: Filter::day("from", &self.from)?,
            to: Filter::day("to", &self.to)?,
            folder: Filter::folder(&self.folder),
        })
    }

    /// The address of this search.
    pub fn href(&self) -> String {
        let mode = match self.mode {
            SearchMode::Hybrid => "",
            SearchMode::Lexical => "lexical",
            SearchMode::Semantic => "semantic",
        };
        let collection = self.collection.map(|id| id.to_string()).unwrap_or_default();
        let pairs = [
            ("collection", collection.as_str()),
            ("type", self.kind.map_or("", |kind| kind.word)),
            ("language", &self.language),
            ("from", &self.from),
            ("to", &self.to),
            ("folder", &self.folder),
            ("mode", mode),
        ];
        let filled = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        let pairs: String = filled.map(|(name, value)| format!("&{name}={}", paths::encode(value))).collect();
        format!("/search?q={}{pairs}", paths::encode(&self.q))
    }

    pub fn is_narrowed(&self) -> bool {
        self.collection.is_some()
            || self.kind.is_some()
            || self.mode != SearchMode::Hybrid
            || self.uses_more_filters()
    }

    /// Whether it uses one of the filters that are out of sight at first.
    pub fn uses_more_filters(&self) -> bool {
        [&self.language, &self.from, &self.to, &self.folder].iter().any(|value| !value.is_empty())
    }
}
