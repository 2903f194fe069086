//! The JSON API under `/api/v1`: each file gives `routes()`, handlers that call a service.
