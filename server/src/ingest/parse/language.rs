//! Which language a text is in.

use whatlang::Lang;

/// How much of a text is looked at, in bytes: enough to be sure, little enough to be instant.
const SAMPLE: usize = 20_000;

/// The ISO 639-1 code of the text's language; `None` when unsure, or when the language has none.
pub(super) fn of(text: &str) -> Option<String> {
    let sample = &text[..text.floor_char_boundary(SAMPLE)];
    let info = whatlang::detect(sample)?;
    if !info.is_reliable() {
        return None;
    }
    two_letters(info.lang()).map(String::from)
}

/// whatlang speaks ISO 639-3; everything else speaks ISO 639-1.
fn two_letters(lang: Lang) -> Option<&'static str> {
    Some(match lang.code() {
        "afr" => "af",
        "aka" => "ak",
        "amh" => "am",
        "ara" => "ar",
        "aze" => "az",
        "bel" => "be",
        "ben" => "bn",
        "bul" => "bg",
        "cat" => "ca",
        "ces" => "cs",
        "cmn" => "zh",
        "cym" => "cy",
        "dan" => "da",
        "deu" => "de",
        "ell" => "el",
        "eng" => "en",
        "epo" => "eo",
        "est" => "et",
        "fin" => "fi",
        "fra" => "fr",
        "guj" => "gu",
        "heb" => "he",
        "hin" => "hi",
        "hrv" => "hr",
        "hun" => "hu",
        "hye" => "hy",
        "ind" => "id",
        "ita" => "it",
        "jav" => "jv",
        "jpn" => "ja",
        "kan" => "kn",
        "kat" => "ka",
        "khm" => "km",
        "kor" => "ko",
        "lat" => "la",
        "lav" => "lv",
        "lit" => "lt",
        "mal" => "ml",
        "mar" => "mr",
        "mkd" => "mk",
        "mya" => "my",
        "nep" => "ne",
        "nld" => "nl",
        "nob" => "nb",
        "ori" => "or",
        "pan" => "pa",
        "pes" => "fa",
        "pol" => "pl",
        "por" => "pt",
        "ron" => "ro",
        "rus" => "ru",
        "sin" => "si",
        "slk" => "sk",
        "slv" => "sl",
        "sna" => "sn",
        "spa" => "es",
        "srp" => "sr",
        "swe" => "sv",
        "tam" => "ta",
        "tel" => "te",
        "tgl" => "tl",
        "tha" => "th",
        "tuk" => "tk",
        "tur" => "tr",
        "ukr" => "uk",
        "urd" => "ur",
        "uzb" => "uz",
        "vie" => "vi",
        "yid" => "yi",
        "zul" => "zu",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_sentences_are_enough_to_tell_the_language() {
        let english = "Employees may carry over up to five days of unused holiday into the next \
                       year, provided that their manager agrees before the end of December.";
        let german = "Beschäftigte können bis zu fünf Tage ihres Urlaubs in das nächste Jahr \
                      übertragen, wenn die Führungskraft vor Ende Dezember zustimmt.";
        let chinese = "员工可以将最多五天未使用的假期转入下一年，但须在十二月底之前获得经理同意。";
        assert_eq!(of(english).as_deref(), Some("en"));
        assert_eq!(of(german).as_deref(), Some("de"));
        assert_eq!(of(chinese).as_deref(), Some("zh"));
    }

    #[test]
    fn a_few_numbers_are_no_language() {
        assert_eq!(of("42 1999 3.14"), None);
    }
}
