//! What is kept: the database, embedded or not, and the originals on disk.

pub mod blobs;
mod database;
mod instance;
mod lock;
mod postgres;
mod private;
mod runtime;
mod seal;

pub use database::{connect, pool};
pub use instance::instance;
pub use lock::{FolderLock, Locked};
pub use postgres::EmbeddedPostgres;
pub use private::make_private;
pub use runtime::RuntimeParts;
pub use seal::Seal;
