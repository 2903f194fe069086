//! A company with something restricted in it, and people of each kind.

use app::{
    account::{Role, UserChange},
    ports::Accounts,
};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::common::{Shelf, Visitor, Work, create_collection};

/// The names of the things, as the table's `$name` refer to them, with their ids.
type Things = Vec<(&'static str, String)>;

pub(super) struct World {
    shelf: Shelf,
    /// In the order in which they try: who may do the most comes last.
    people: Vec<(&'static str, Visitor)>,
    things: Things,
    _work: Work,
}

impl World {
    pub(super) async fn new(db: PgPool) -> Self {
        let shelf = Shelf::new(db).await;
        let app = &shelf.app;
        let (outsider, insider) = (app.visitor(Role::Employee).await, app.visitor(Role::Employee).await);
        let (support, suspended) = (app.visitor(Role::Support).await, app.visitor(Role::Employee).await);
        let suspend = UserChange { suspended: Some(true), role: None };
        app.state.accounts.change_user(shelf.admin.user(), suspended.id(), suspend).await.unwrap();

        let work = app.start_work();
        let things = make_things(&shelf, &insider).await;
        let people = vec![
            ("nobody", app.nobody()),
            ("suspended", suspended),
            ("outsider", outsider),
            ("support", support),
            ("insider", insider),
            ("admin", shelf.admin.clone()),
        ];
        Self { shelf, people, things, _work: work }
    }

    pub(super) fn admin(&self) -> &Visitor {
        &self.shelf.admin
    }

    pub(super) fn people(&self) -> &[(&'static str, Visitor)] {
        &self.people
    }

    /// Puts the ids of things in the place of their names.
    pub(super) fn fill(&self, text: &str) -> String {
        self.things.iter().fold(text.to_owned(), |text, (name, id)| text.replace(&format!("${name}"), id))
    }

    /// Puts ids in the place of a path's variable parts: what stands before says of what.
    pub(super) fn fill_path(&self, path: &str) -> String {
        let thing = match path.trim_start_matches("/api/v1").split('/').nth(1) {
            Some("collections" | "library") => "$collection",
            Some("documents") => "$document",
            Some("conversations" | "c") => "$conversation",
            Some("messages" | "answers") => "$message",
            Some("groups") => "$group",
            Some("users") => "$user",
            Some("tokens") => "$token",
            Some("reviews") => "$review",
            Some("budgets") => "$budget",
            Some("models") => "$model",
            _ => "",
        };
        self.fill(&path.replace("{id}", thing))
    }
}

async fn make_things(shelf: &Shelf, insider: &Visitor) -> Things {
    let (app, admin) = (&shelf.app, &shelf.admin);
    let id = |value: &Value| value.as_str().unwrap().to_owned();
    let mut things = Things::new();
    // Two of whatever can be deleted: one for the API, one for the pages' functions.
    for (collection, document, group) in
        [("collection", "document", "group"), ("second_collection", "second_document", "second_group")]
    {
        let group_id = id(&admin.post("/api/v1/groups", json!({ "name": group })).await.expect(201)["id"]);
        let members = json!({ "users": [insider.id()] });
        admin.put(&format!("/api/v1/groups/{group_id}/members"), members).await.expect(200);

        let collection_id = create_collection(admin, collection, "restricted").await;
        let path = format!("/api/v1/collections/{collection_id}");
        let grants = json!({ "groups": [group_id], "users": [insider.id()] });
        admin.put(&format!("{path}/grants"), grants).await.expect(200);
        let text = format!("Offer of the {collection}\n\nThe acquisition of Contoso closes on 12 June.");
        let uploaded = admin.upload(&format!("{path}/documents"), &[("offer.txt", text.as_bytes())]).await;
        let document_id = id(&uploaded.expect(202)["documents"][0]["id"]);
        admin.get(&format!("/library/{collection_id}/progress")).await;
        assert_eq!(
            admin.get(&format!("/api/v1/documents/{document_id}")).await.expect(200)["status"],
            "ready"
        );
        things.extend([(collection, collection_id), (document, document_id), (group, group_id)]);
    }
    for (conversation, message) in [("conversation", "message"), ("second_conversation", "second_message")] {
        let asked = insider.post("/api/v1/ask", json!({ "question": "When does Contoso close?" })).await;
        let asked = asked.expect(200);
        things.push((conversation, id(&asked["conversation_id"])));
        things.push((message, id(&asked["message_id"])));
        let path = format!("/api/v1/messages/{}/feedback", id(&asked["message_id"]));
        insider.post(&path, json!({ "rating": "down" })).await.expect(204);
    }
    let reviews = admin.get("/api/v1/reviews?state=open").await.expect(200);
    things.push(("review", id(&reviews["items"][0]["id"])));
    for token in ["token", "second_token"] {
        let made = insider.post("/api/v1/tokens", json!({ "name": token })).await.expect(201);
        things.push((token, id(&made["token"]["id"])));
    }
    for model in ["model", "second_model"] {
        let new = json!({ "name": model, "base_url": "https://models.example/v1", "model": "m", "is_enabled": false });
        things.push((model, id(&admin.post("/api/v1/models", new).await.expect(201)["id"])));
    }
    for (budget, subject) in [("budget", insider.id()), ("second_budget", admin.id())] {
        let new = json!({ "scope": "person", "subject": subject, "usd_per_day": 5 });
        things.push((budget, id(&admin.put("/api/v1/budgets", new).await.expect(200)["id"])));
    }
    let user = app.user(Role::Employee, None).await;
    things.push(("insider", insider.id().to_string()));
    things.push(("user", user.id.to_string()));
    things
}
