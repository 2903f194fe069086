use super::*;

fn texts(text: &str) -> Vec<&str> {
    words(text).into_iter().map(|word| word.text).collect()
}

#[test]
fn words_are_runs_of_letters_and_digits_and_characters_of_scripts_without_spaces() {
    assert_eq!(texts("The company’s v2.1 (re-)release"), ["The", "company", "s", "v2", "1", "re", "release"]);
    assert_eq!(texts("带薪leave假"), ["带", "薪", "leave", "假"]);
    assert_eq!(texts("Ku\u{308}ndigung"), ["Ku\u{308}ndigung"]);
    assert_eq!(texts("… ?!"), Vec::<&str>::new());
}

#[test]
fn a_text_in_ascii_has_the_same_words_as_within_another() {
    for ascii in ["", "a", " The v2.1 (re-)release: 24/7_x ", "...", "ends here", &"x".repeat(300)] {
        let within_another = format!("{ascii} –");
        assert_eq!(words(ascii), words(&within_another), "{ascii}");
    }
}

#[test]
fn codes_are_taken_whole_and_without_their_punctuation() {
    let whole = |text| codes(text).into_iter().map(|(at, code)| format!("{at} {code}")).collect::<Vec<_>>();
    assert_eq!(whole("(see HR-2024/17)."), ["5 hr-2024/17", "5 hr202417"]);
    assert_eq!(whole("the 401(k), really"), ["4 401(k)", "4 401k"]);
    assert_eq!(whole("C++ or C#"), ["0 c++", "0 c", "7 c#", "7 c"]);
    assert_eq!(whole("plain words only."), Vec::<String>::new());
    assert_eq!(whole("编号HR-7号"), ["6 hr-7", "6 hr7"]);
}

#[test]
fn exact_forms_have_neither_case_nor_diacritics() {
    for (word, form) in
        [("ÄRGER", "arger"), ("Straße", "strasse"), ("ｅｘａｍｐｌｅ", "example"), ("Łódź", "lodz")]
    {
        assert_eq!(exact_form(word), form);
    }
    assert_eq!(exact_form("が"), "が");
}

#[test]
fn pairs_are_of_neighbours_only() {
    let pairs = |text| pairs(&words(text)).into_iter().map(|pair| pair.text).collect::<Vec<_>>();
    assert_eq!(pairs("年假，天"), ["年假"]);
    assert_eq!(pairs("年a假"), Vec::<String>::new());
}

#[test]
fn the_mark_of_a_note_is_no_part_of_its_word_and_a_power_is_one_of_its_unit() {
    assert_eq!(texts("Überstunden¹² je km² und 10⁶"), ["Überstunden", "je", "km²", "und", "10⁶"]);
}
