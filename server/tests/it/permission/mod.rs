//! Who may do what: every route that the server has, for every kind of person.

mod table;
mod world;

use std::collections::BTreeSet;

use axum::body::Body;
use http::{
    Method,
    header::{ACCEPT, CONTENT_TYPE},
};
use sqlx::PgPool;

use self::{
    table::{Form, Row, TABLE},
    world::World,
};
use crate::common::{Reply, Visitor};

#[test]
fn every_route_has_a_row_and_every_row_has_a_route() {
    let routes: BTreeSet<String> = server::http::recorded_routes()
        .into_iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let rows: BTreeSet<String> = TABLE.iter().map(|row| row.route.to_owned()).collect();
    let without_row: Vec<_> = routes.difference(&rows).collect();
    let without_route: Vec<_> = rows.difference(&routes).collect();
    assert!(
        without_row.is_empty() && without_route.is_empty(),
        "routes without a row: {without_row:#?}\nrows without a route: {without_route:#?}"
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn everybody_gets_what_the_table_says(db: PgPool) {
    let world = World::new(db).await;
    let missing = world.admin().get("/api/v1/documents/01890000-0000-7000-8000-000000000000").await;
    let missing = missing.text().to_owned();
    let mut wrong = Vec::new();
    for row in TABLE {
        for (who, visitor) in world.people() {
            let (expected, reply) = (row.expected(who), send(&world, visitor, row).await);
            let status = reply.status.as_u16();
            if status != expected {
                wrong.push(format!("{} as {who}: {status}, not {expected}", row.route));
            }
            if status == 404 && row.route.contains("/api/") && reply.text() != missing {
                wrong.push(format!("{} as {who}: told from what is missing: {}", row.route, reply.text()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

async fn send(world: &World, visitor: &Visitor, row: &Row) -> Reply {
    let (method, path) = row.route.split_once(' ').unwrap();
    let path = format!("{}{}", world.fill_path(path), world.fill(row.query));
    let mut request = visitor.request(Method::from_bytes(method.as_bytes()).unwrap(), &path);
    if method == "GET" {
        // As a browser asks for pages: only then is it led on to sign in.
        request = request.header(ACCEPT, "text/html");
    }
    let (content_type, body) = match row.form {
        Form::None => return head(visitor.respond(request, Body::empty()).await).await,
        Form::Json(body) => ("application/json", body),
        Form::Fields(body) => ("application/x-www-form-urlencoded", body),
        Form::Lines(body) => ("application/x-ndjson", body),
        Form::Files(body) => ("multipart/form-data; boundary=b", body),
    };
    visitor.send(request.header(CONTENT_TYPE, content_type), Body::from(world.fill(body))).await
}

/// The answer; of a stream, only how it begins: it may never end.
async fn head(response: axum::response::Response) -> Reply {
    match response.headers().get(CONTENT_TYPE) {
        Some(kind) if kind == "text/event-stream" => Reply::without_body(&response),
        _ => Reply::read(response).await,
    }
}
