//! Lists that are read page by page.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::AppError;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "ssr", into_params(parameter_in = Query))]
pub struct PageRequest {
    /// How many items at most; a service caps it.
    pub limit: Option<u32>,
    /// Where the last page ended, as that page said.
    pub cursor: Option<String>,
}

impl PageRequest {
    /// How many items the page has at most: `usual` where nobody says, never more than `most`.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a page of nothing.
    pub fn limit(&self, usual: u32, most: u32) -> Result<u32, AppError> {
        match self.limit.unwrap_or(usual) {
            0 => Err(AppError::invalid("limit", "A page has 1 item or more.")),
            limit => Ok(limit.min(most)),
        }
    }

    /// Where the last page ended; an empty word means the beginning.
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref().filter(|cursor| !cursor.is_empty())
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Page<T> {
    pub items: Vec<T>,
    /// What to ask with for the next part; `None` at the end.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// The page of a list that is at hand as a whole and whose items keep their order. The cursor is
    /// the id of the last item.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a limit of nothing, or a cursor that this list didn't give out.
    pub fn of(mut whole: Vec<T>, request: &PageRequest, id: impl Fn(&T) -> Uuid) -> Result<Self, AppError> {
        /// Lists at hand as a whole are short, so a page of one is large.
        const MOST: u32 = 500;
        let limit = request.limit(MOST, MOST)? as usize;
        if let Some(cursor) = request.cursor() {
            let last = whole.iter().position(|item| id(item).to_string() == cursor);
            whole.drain(..=last.ok_or_else(foreign_cursor)?);
        }
        let more = whole.len() > limit;
        whole.truncate(limit);
        let next_cursor = whole.last().filter(|_| more).map(|item| id(item).to_string());
        Ok(Self { items: whole, next_cursor })
    }
}

/// What a cursor is answered with that the list it is sent to didn't give out.
pub fn foreign_cursor() -> AppError {
    AppError::invalid("cursor", "This cursor was not given out by this list.")
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { items: Vec::new(), next_cursor: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(limit: u32, cursor: Option<String>) -> PageRequest {
        PageRequest { limit: Some(limit), cursor }
    }

    #[test]
    fn pages_of_a_whole_list_hold_each_item_once() {
        let whole: Vec<Uuid> = (1..=5).map(Uuid::from_u128).collect();
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let page = Page::of(whole.clone(), &request(2, cursor), |id| *id).unwrap();
            seen.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, whole);
    }

    #[test]
    fn a_foreign_cursor_and_a_page_of_nothing_are_refused() {
        let page = |request: &PageRequest| Page::of(vec![Uuid::from_u128(1)], request, |id| *id);
        assert!(page(&request(0, None)).is_err());
        assert!(page(&request(1, Some("junk".into()))).is_err());
        assert!(page(&request(1, Some(String::new()))).is_ok());
    }
}
