//! The table: each route, what is sent to it, and the status that each kind of person gets.

/// A route and who gets what from it.
pub(super) struct Row {
    /// The method and the path, as the server records them.
    pub(super) route: &'static str,
    /// Of the URL; `$name` stands for a thing's id.
    pub(super) query: &'static str,
    pub(super) form: Form,
    /// In the order of [`PEOPLE`].
    expected: [u16; 6],
}

/// What is sent along; `$name` stands for a thing's id.
pub(super) enum Form {
    None,
    Json(&'static str),
    Fields(&'static str),
    Lines(&'static str),
    Files(&'static str),
}

/// The insider was granted the restricted collection, asked the questions and made the tokens.
const PEOPLE: [&str; 6] = ["nobody", "suspended", "outsider", "support", "insider", "admin"];

impl Row {
    pub(super) fn expected(&self, who: &str) -> u16 {
        PEOPLE.iter().zip(self.expected).find(|(name, _)| **name == who).unwrap().1
    }
}

const fn row(route: &'static str, query: &'static str, form: Form, expected: [u16; 6]) -> Row {
    Row { route, query, form, expected }
}

/// One file, as a form sends it.
const FILE: Form = Form::Files(
    "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nText.\r\n--b--\r\n",
);

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    //                                               nobody suspended outsider support insider admin
    // The asking account. The sixth wrong password from one address must wait.
    row("POST /api/v1/session", "", Form::Json(r#"{"email":"nobody@example.org","password":"not a password"}"#), [401, 401, 401, 401, 401, 429]),
    row("DELETE /api/v1/session", "", Form::None, [204, 204, 204, 204, 204, 204]),
    row("GET /api/v1/me", "", Form::None, [401, 401, 200, 200, 200, 200]),
    row("PUT /api/v1/me/password", "", Form::Json(r#"{"current":"wrong","new":"a long enough sentence"}"#), [401, 401, 422, 422, 422, 422]),
    row("GET /api/v1/tokens", "", Form::None, [401, 401, 200, 200, 200, 200]),
    row("POST /api/v1/tokens", "", Form::Json(r#"{"name":"program"}"#), [401, 401, 201, 201, 201, 201]),
    row("DELETE /api/v1/tokens/{id}", "", Form::None, [401, 401, 404, 404, 204, 404]),
    // People and groups.
    row("GET /api/v1/users", "", Form::None, [401, 401, 403, 403, 403, 200]),
    row("POST /api/v1/users", "", Form::Json(r#"{"email":"new@example.org","role":"employee"}"#), [401, 401, 403, 403, 403, 201]),
    row("GET /api/v1/users/{id}", "", Form::None, [401, 401, 404, 404, 404, 200]),
    row("PATCH /api/v1/users/{id}", "", Form::Json(r#"{"role":"support"}"#), [401, 401, 404, 404, 404, 200]),
    row("POST /api/v1/users/{id}/password-link", "", Form::None, [401, 401, 404, 404, 404, 201]),
    row("GET /api/v1/groups", "", Form::None, [401, 401, 403, 403, 403, 200]),
    row("POST /api/v1/groups", "", Form::Json(r#"{"name":"new"}"#), [401, 401, 403, 403, 403, 201]),
    row("GET /api/v1/groups/{id}", "", Form::None, [401, 401, 404, 404, 404, 200]),
    row("PATCH /api/v1/groups/{id}", "", Form::Json(r#"{"name":"renamed"}"#), [401, 401, 404, 404, 404, 200]),
    row("PUT /api/v1/groups/{id}/members", "", Form::Json(r#"{"users":[]}"#), [401, 401, 404, 404, 404, 200]),
    // A restricted collection and a document in it.
    row("GET /api/v1/collections", "", Form::None, [401, 401, 200, 200, 200, 200]),
    row("POST /api/v1/collections", "", Form::Json(r#"{"name":"new","visibility":"everyone"}"#), [401, 401, 403, 403, 403, 201]),
    row("GET /api/v1/collections/{id}", "", Form::None, [401, 401, 404, 404, 200, 200]),
    row("PATCH /api/v1/collections/{id}", "", Form::Json(r#"{"description":"changed"}"#), [401, 401, 404, 404, 403, 200]),
    row("GET /api/v1/collections/{id}/grants", "", Form::None, [401, 401, 404, 404, 403, 200]),
    row("PUT /api/v1/collections/{id}/grants", "", Form::Json(r#"{"groups":[],"users":["$insider"]}"#), [401, 401, 404, 404, 403, 200]),
    row("GET /api/v1/collections/{id}/progress", "", Form::None, [401, 401, 404, 404, 200, 200]),
    // No folder may be followed here; whoever may not choose one is not told so.
    row("GET /api/v1/collections/{id}/folder", "", Form::None, [401, 401, 404, 404, 403, 200]),
    row("PUT /api/v1/collections/{id}/folder", "", Form::Json(r#"{"path":"/etc"}"#), [401, 401, 404, 404, 403, 422]),
    row("DELETE /api/v1/collections/{id}/folder", "", Form::None, [401, 401, 404, 404, 403, 204]),
    row("POST /api/v1/collections/{id}/documents", "", FILE, [401, 401, 404, 404, 403, 202]),
    row("POST /api/v1/collections/{id}/documents/text", "", Form::Lines(r#"{"external_id":"a","title":"A","text":"Text."}"#), [401, 401, 404, 404, 403, 202]),
    row("GET /api/v1/documents", "", Form::None, [401, 401, 200, 200, 200, 200]),
    row("GET /api/v1/documents/{id}", "", Form::None, [401, 401, 404, 404, 200, 200]),
    row("GET /api/v1/documents/{id}/original", "", Form::None, [401, 401, 404, 404, 200, 200]),
    row("GET /api/v1/documents/{id}/text", "", Form::None, [401, 401, 404, 404, 200, 200]),
    row("GET /api/v1/documents/{id}/chunks", "", Form::None, [401, 401, 404, 404, 200, 200]),
    row("POST /api/v1/documents/{id}/retry", "", Form::None, [401, 401, 404, 404, 403, 409]),
    // The queue of all collections.
    row("GET /api/v1/queue", "", Form::None, [401, 401, 403, 403, 403, 200]),
    row("POST /api/v1/queue/pause", "", Form::None, [401, 401, 403, 403, 403, 200]),
    row("POST /api/v1/queue/resume", "", Form::None, [401, 401, 403, 403, 403, 200]),
    row("POST /api/v1/queue/retry-failed", "", Form::None, [401, 401, 403, 403, 403, 202]),
    row("POST /api/v1/queue/cancel-waiting", "", Form::None, [401, 401, 403, 403, 403, 200]),
    row("GET /queue/events", "", Form::None, [401, 401, 403, 403, 403, 200]),
    row("GET /api/v1/search", "?q=Contoso&collection=$collection", Form::None, [401, 401, 200, 200, 200, 200]),
    // Questions, answers and what is thought of them; the asker's own, for nobody else.
    row("POST /api/v1/ask", "", Form::Json(r#"{"question":"When does Contoso close?","collections":["$collection"]}"#), [401, 401, 404, 404, 200, 200]),
    row("GET /api/v1/conversations", "", Form::None, [401, 401, 200, 200, 200, 200]),
    row("GET /api/v1/conversations/{id}", "", Form::None, [401, 401, 404, 404, 200, 404]),
    row("PATCH /api/v1/conversations/{id}", "", Form::Json(r#"{"title":"Contoso"}"#), [401, 401, 404, 404, 204, 404]),
    row("POST /api/v1/messages/{id}/feedback", "", Form::Json(r#"{"rating":"down"}"#), [401, 401, 404, 404, 204, 404]),
    row("POST /api/v1/messages/{id}/stop", "", Form::None, [401, 401, 404, 404, 204, 404]),
    row("POST /api/v1/messages/{id}/hand-over", "", Form::Json(r#"{"note":"Please."}"#), [401, 401, 404, 404, 204, 404]),
    row("GET /answers/{id}/events", "?after=9999", Form::None, [401, 401, 404, 404, 204, 404]),
    row("GET /api/v1/reviews", "?state=open", Form::None, [401, 401, 403, 200, 403, 200]),
    row("POST /api/v1/reviews/{id}/resolve", "", Form::Json(r#"{"outcome":"approved"}"#), [401, 401, 403, 200, 403, 409]),
    // What answers cost, and may.
    row("GET /api/v1/costs", "", Form::None, [401, 401, 403, 403, 403, 200]),
    row("GET /api/v1/costs/entries.csv", "", Form::None, [401, 401, 403, 403, 403, 200]),
    row("GET /api/v1/budgets", "", Form::None, [401, 401, 403, 403, 403, 200]),
    row("PUT /api/v1/budgets", "", Form::Json(r#"{"scope":"each_person","usd_per_day":5}"#), [401, 401, 403, 403, 403, 200]),
    row("DELETE /api/v1/budgets/{id}", "", Form::None, [401, 401, 403, 403, 403, 204]),
    // Models, and who may answer from what.
    row("GET /api/v1/models", "", Form::None, [401, 401, 403, 403, 403, 200]),
    row("POST /api/v1/models", "", Form::Json(r#"{"name":"new","base_url":"https://models.example/v1","model":"m","is_enabled":false}"#), [401, 401, 403, 403, 403, 201]),
    row("PUT /api/v1/models/{id}", "", Form::Json(r#"{"name":"changed","base_url":"https://models.example/v1","model":"m","is_enabled":false}"#), [401, 401, 403, 403, 403, 200]),
    row("DELETE /api/v1/models/{id}", "", Form::None, [401, 401, 403, 403, 403, 204]),
    row("GET /api/v1/collections/{id}/model-rule", "", Form::None, [401, 401, 404, 404, 403, 200]),
    row("PUT /api/v1/collections/{id}/model-rule", "", Form::Json(r#"{"stays_inside":true}"#), [401, 401, 404, 404, 403, 200]),
    // The same for everybody.
    row("GET /healthz", "", Form::None, [200, 200, 200, 200, 200, 200]),
    row("GET /readyz", "", Form::None, [200, 200, 200, 200, 200, 200]),
    row("GET /metrics", "", Form::None, [200, 200, 200, 200, 200, 200]),
    row("GET /api/openapi.json", "", Form::None, [200, 200, 200, 200, 200, 200]),
    row("POST /session", "", Form::Fields("email=nobody@example.org&password=none&next=/"), [303, 303, 303, 303, 303, 303]),
    row("POST /session/end", "", Form::Fields(""), [303, 303, 303, 303, 303, 303]),
    row("POST /set-up", "", Form::Fields("token=none&password=none"), [303, 303, 303, 303, 303, 303]),
    // Forms and streams of the pages.
    row("POST /library/{id}/upload", "", FILE, [401, 401, 404, 404, 403, 303]),
    row("GET /library/{id}/progress", "", Form::None, [401, 401, 404, 404, 200, 200]),
    // Pages.
    row("GET /sign-in", "", Form::None, [200, 200, 200, 200, 200, 200]),
    row("GET /set-up", "?token=none", Form::None, [404, 404, 404, 404, 404, 404]),
    row("GET /", "", Form::None, [302, 302, 200, 200, 200, 200]),
    row("GET /conversations", "", Form::None, [302, 302, 200, 200, 200, 200]),
    row("GET /search", "", Form::None, [302, 302, 200, 200, 200, 200]),
    row("GET /library", "", Form::None, [302, 302, 200, 200, 200, 200]),
    row("GET /settings", "", Form::None, [302, 302, 200, 200, 200, 200]),
    row("GET /c/{id}", "", Form::None, [302, 302, 404, 404, 200, 404]),
    row("GET /library/{id}", "", Form::None, [302, 302, 404, 404, 200, 200]),
    row("GET /documents/{id}", "", Form::None, [302, 302, 404, 404, 200, 200]),
    row("GET /reviews", "", Form::None, [302, 302, 403, 200, 403, 200]),
    row("GET /admin/users", "", Form::None, [302, 302, 403, 403, 403, 200]),
    row("GET /admin/groups", "", Form::None, [302, 302, 403, 403, 403, 200]),
    row("GET /admin/queue", "", Form::None, [302, 302, 403, 403, 403, 200]),
    row("GET /admin/models", "", Form::None, [302, 302, 403, 403, 403, 200]),
    row("GET /admin/costs", "", Form::None, [302, 302, 403, 403, 403, 200]),
    // Server functions: a failure's status stands in its body. A link that is over is no failure.
    row("POST /fn/pause_queue", "", Form::Fields(""), [401, 401, 403, 403, 403, 200]),
    row("POST /fn/resume_queue", "", Form::Fields(""), [401, 401, 403, 403, 403, 200]),
    row("POST /fn/cancel_waiting", "", Form::Fields(""), [401, 401, 403, 403, 403, 200]),
    row("POST /fn/follow_folder", "", Form::Fields("id=$collection&path=/nowhere"), [401, 401, 404, 404, 403, 422]),
    row("POST /fn/unfollow_folder", "", Form::Fields("id=$collection"), [401, 401, 404, 404, 403, 200]),
    row("POST /fn/retry_failed", "", Form::Fields(""), [401, 401, 403, 403, 403, 200]),
    row("POST /fn/create_user", "", Form::Fields("email=newer@example.org&role=employee"), [401, 401, 403, 403, 403, 200]),
    row("POST /fn/password_link", "", Form::Fields("id=$user"), [401, 401, 404, 404, 404, 200]),
    row("POST /fn/change_user", "", Form::Fields("id=$user&role=employee"), [401, 401, 404, 404, 404, 200]),
    row("POST /fn/create_group", "", Form::Fields("name=newer"), [401, 401, 403, 403, 403, 200]),
    row("POST /fn/rename_group", "", Form::Fields("id=$group&name=again"), [401, 401, 404, 404, 404, 200]),
    row("POST /fn/set_members", "", Form::Fields("id=$group"), [401, 401, 404, 404, 404, 200]),
    row("POST /fn/change_password", "", Form::Fields("current=wrong&new=a+long+enough+sentence"), [401, 401, 422, 422, 422, 422]),
    row("POST /fn/create_token", "", Form::Fields("name=program"), [401, 401, 200, 200, 200, 200]),
    row("POST /fn/revoke_token", "", Form::Fields("id=$second_token"), [401, 401, 404, 404, 200, 404]),
    row("POST /fn/create_collection", "", Form::Fields("name=newer&visibility=everyone"), [401, 401, 403, 403, 403, 200]),
    row("POST /fn/change_collection", "", Form::Fields("id=$collection&name=changed&visibility=restricted"), [401, 401, 404, 404, 403, 200]),
    row("POST /fn/set_grants", "", Form::Fields("id=$collection&users[0]=$insider"), [401, 401, 404, 404, 403, 200]),
    row("POST /fn/retry_document", "", Form::Fields("id=$document"), [401, 401, 404, 404, 403, 409]),
    row("POST /fn/ask", "", Form::Fields("question=When+does+Contoso+close%3F&collections[0]=$collection"), [401, 401, 404, 404, 200, 200]),
    row("POST /fn/rename_conversation", "", Form::Fields("id=$conversation&title=Contoso"), [401, 401, 404, 404, 200, 404]),
    row("POST /fn/rate", "", Form::Fields("message=$message&rating=up"), [401, 401, 404, 404, 200, 404]),
    row("POST /fn/save_model", "", Form::Fields("settings[name]=newer&settings[base_url]=https%3A%2F%2Fmodels.example%2Fv1&settings[model]=m&settings[answers]=true&settings[is_resting]=true"), [401, 401, 403, 403, 403, 200]),
    row("POST /fn/remove_model", "", Form::Fields("id=$second_model"), [401, 401, 403, 403, 403, 200]),
    row("POST /fn/set_model_rule", "", Form::Fields("id=$collection"), [401, 401, 404, 404, 403, 200]),
    row("POST /fn/set_budget", "", Form::Fields("scope=everybody&usd_per_day=5"), [401, 401, 403, 403, 403, 200]),
    row("POST /fn/remove_budget", "", Form::Fields("id=$second_budget"), [401, 401, 403, 403, 403, 200]),
    row("POST /fn/hand_over", "", Form::Fields("message=$message&note=Please"), [401, 401, 404, 404, 200, 404]),
    row("POST /fn/resolve_review", "", Form::Fields("id=$review&outcome=approved"), [401, 401, 403, 200, 403, 409]),
    row("POST /fn/stop", "", Form::Fields("message=$message"), [401, 401, 404, 404, 200, 404]),
    // Deleting comes last.
    row("POST /fn/delete_conversation", "", Form::Fields("id=$second_conversation"), [401, 401, 404, 404, 200, 404]),
    row("DELETE /api/v1/conversations/{id}", "", Form::None, [401, 401, 404, 404, 204, 404]),
    row("POST /fn/delete_document", "", Form::Fields("id=$second_document"), [401, 401, 404, 404, 403, 200]),
    row("DELETE /api/v1/documents/{id}", "", Form::None, [401, 401, 404, 404, 403, 200]),
    row("POST /fn/delete_collection", "", Form::Fields("id=$second_collection"), [401, 401, 404, 404, 403, 200]),
    row("DELETE /api/v1/collections/{id}", "", Form::None, [401, 401, 404, 404, 403, 204]),
    row("POST /fn/delete_group", "", Form::Fields("id=$second_group"), [401, 401, 404, 404, 404, 200]),
    row("DELETE /api/v1/groups/{id}", "", Form::None, [401, 401, 404, 404, 404, 204]),
];
