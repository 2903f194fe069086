//! The server's tests against a real Postgres, in one binary: it links once.

mod embedded_postgres;
