//! What holds for every answer, whatever it is about.

mod cross_site;
mod description;
mod headers;
mod malformed;
mod site;

use server::http::plain::Route;

/// Every route, its variable parts filled with an id that names nothing.
fn routes() -> Vec<(Route, String)> {
    let routes: Vec<_> = server::http::recorded_routes()
        .into_iter()
        .map(|route| {
            let path = route.path.split('/').map(|part| {
                if part.starts_with(['{', ':']) { "01890000-0000-7000-8000-000000000000" } else { part }
            });
            let path = path.collect::<Vec<_>>().join("/");
            (route, path)
        })
        .collect();
    assert!(routes.len() > 20, "{routes:?}");
    routes
}
