//! The embedded Postgres and the originals on disk.
