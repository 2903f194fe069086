//! Which words find which.

use sqlx::PgPool;

use super::fixture::{Library, NewDocument, marked, titles};

/// A library in one collection.
async fn of(db: PgPool, documents: &[NewDocument<'_>]) -> Library {
    let library = Library::new(db).await;
    let open = library.add_collection("everyone").await;
    for document in documents {
        library.add(open, document.clone()).await;
    }
    library.settle().await;
    library
}

#[sqlx::test(migrations = "../migrations")]
async fn codes_are_found_as_a_whole_before_their_parts(db: PgPool) {
    let library = of(
        db,
        &[
            NewDocument::english(
                "Other order",
                "Order HR-2024/18 replaces 17 orders of 2024 on HR matters, HR says.",
            ),
            NewDocument::english("The order", "This is ruled by order HR-2024/17."),
            NewDocument::english("Plan", "The 401(k) plan is open to all."),
            NewDocument::english("Release", "Since v2.1 the export is faster than in 2.0."),
        ],
    )
    .await;

    assert_eq!(titles(&library.find("HR-2024/17").await)[0], "The order");
    assert_eq!(titles(&library.find("what does hr-2024/17 rule?").await)[0], "The order");
    assert_eq!(titles(&library.find("401k").await), ["Plan"]);
    assert_eq!(titles(&library.find("401(k)").await)[0], "Plan");
    assert_eq!(titles(&library.find("v2.1").await)[0], "Release");
    assert_eq!(marked(&library.find("HR-2024/17").await[0]), ["HR-2024/17"]);
}

#[sqlx::test(migrations = "../migrations")]
async fn german_words_find_their_other_forms_with_and_without_umlauts(db: PgPool) {
    let library = of(
        db,
        &[
            NewDocument::in_language("de", "Fristen", "Die Kündigungen müssen schriftlich erfolgen."),
            NewDocument::english("Notice", "Notice is given in writing."),
        ],
    )
    .await;

    for q in ["Kündigung", "kündigungen", "Kuendigung", "kundigung", "KÜNDIGUNG", "Ku\u{308}ndigung"] {
        let found = library.find(q).await;
        assert_eq!(titles(&found), ["Fristen"], "{q}");
        assert_eq!(marked(&found[0]), ["Kündigungen"], "{q}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn each_language_has_its_own_stems(db: PgPool) {
    let library = of(
        db,
        &[
            NewDocument::english("en", "Employees are paid monthly."),
            NewDocument::in_language("fr", "fr", "Les salariés sont payés chaque mois."),
            NewDocument::in_language("es", "es", "Los empleados cobran cada mes."),
            NewDocument::in_language("ru", "ru", "Сотрудники получают зарплату каждый месяц."),
        ],
    )
    .await;

    assert_eq!(titles(&library.find("employee").await), ["en"]);
    assert_eq!(titles(&library.find("salarié").await), ["fr"]);
    assert_eq!(titles(&library.find("salaries").await), ["fr"]);
    assert_eq!(titles(&library.find("empleado").await), ["es"]);
    assert_eq!(titles(&library.find("сотрудник").await), ["ru"]);
}

#[sqlx::test(migrations = "../migrations")]
async fn chinese_is_found_without_spaces(db: PgPool) {
    let library = of(
        db,
        &[
            NewDocument::in_language("zh", "年假", "员工每年享有二十五天带薪年假。"),
            NewDocument::in_language("zh", "报销", "差旅费用应在一年内报销。"),
        ],
    )
    .await;

    let found = library.find("带薪年假有几天").await;
    assert_eq!(titles(&found)[0], "年假");
    assert_eq!(marked(&found[0]), ["带薪年假"]);
    assert_eq!(titles(&library.find("\"差旅费用\"").await), ["报销"]);
}

#[sqlx::test(migrations = "../migrations")]
async fn quoted_words_must_follow_one_another(db: PgPool) {
    let library = of(
        db,
        &[
            NewDocument::english("Apart", "The policy is on leave, and parental it is not."),
            NewDocument::english("Together", "Our parental leave policy is new."),
        ],
    )
    .await;

    assert_eq!(library.find("parental leave policy").await.len(), 2);
    for q in ["\"parental leave\"", "“Parental  Leave” policy", "new \"parental leave\" „policy“"] {
        assert_eq!(titles(&library.find(q).await), ["Together"], "{q}");
    }
    assert!(library.find("\"leave parental\"").await.is_empty());
    // No phrase runs over the seam between a title and a passage.
    assert!(library.find("\"together our\"").await.is_empty());
}

#[sqlx::test(migrations = "../migrations")]
async fn highlights_count_characters_not_bytes(db: PgPool) {
    let library = of(db, &[NewDocument::english("Leave", "Añó 🎉: leave, parental leave’s end.")]).await;

    let found = library.find("leaves of the parents: parental").await;
    assert_eq!(found[0].highlights, [[7, 12], [14, 22], [23, 28]]);
    assert_eq!(marked(&found[0]), ["leave", "parental", "leave"]);
}

#[sqlx::test(migrations = "../migrations")]
async fn words_that_say_nothing_are_sought_only_where_there_are_no_others(db: PgPool) {
    let library = of(
        db,
        &[
            NewDocument::english("To be", "To be or not to be."),
            NewDocument::english("Leave", "The days of leave are to be taken."),
        ],
    )
    .await;

    assert_eq!(titles(&library.find("what is the leave").await), ["Leave"]);
    assert_eq!(titles(&library.find("to be or not to be").await)[0], "To be");
}

#[sqlx::test(migrations = "../migrations")]
async fn titles_and_headings_are_searched_with_each_passage(db: PgPool) {
    let library = of(
        db,
        &[NewDocument {
            passages: vec![(vec!["Sabbaticals".into(), "Approval".into()], "Ask your manager.".into())],
            ..NewDocument::english("Time off", "")
        }],
    )
    .await;

    for q in ["sabbatical", "time off", "approvals"] {
        assert_eq!(titles(&library.find(q).await), ["Time off"], "{q}");
    }
}
