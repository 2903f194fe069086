//! Collections that are kept in step with a folder on the server.

use serde::{Deserialize, Serialize};

use crate::timestamp::Timestamp;

/// Whether a collection follows a folder, and which folders it may.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Following {
    pub folder: Option<FollowedFolder>,
    /// The folders, set by who runs the server, at or below which a folder may be followed. None
    /// may be where there are none.
    pub allowed: Vec<String>,
}

/// A folder that a collection follows: new, changed, renamed and removed files are mirrored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FollowedFolder {
    /// Absolute, on the server.
    pub path: String,
    /// How many of its files have been taken in.
    pub files: i64,
    /// When its files were last compared; `None` before the first time.
    pub looked_at: Option<Timestamp>,
    /// What was wrong then, in words.
    pub problem: Option<String>,
}

/// The folder that a collection is to follow.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FolderChoice {
    /// Absolute, on the server.
    pub path: String,
}
