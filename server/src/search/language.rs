//! The languages whose words are brought to their stems.

use tantivy::tokenizer::Language as Stemming;
use whatlang::{Detector, Lang};

/// A language with a stemmer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Language {
    /// ISO 639-1.
    pub(super) code: &'static str,
    pub(super) stemming: Stemming,
    detected_as: Lang,
}

const fn language(code: &'static str, stemming: Stemming, detected_as: Lang) -> Language {
    Language { code, stemming, detected_as }
}

const LANGUAGES: [Language; 18] = [
    language("ar", Stemming::Arabic, Lang::Ara),
    language("da", Stemming::Danish, Lang::Dan),
    language("de", Stemming::German, Lang::Deu),
    language("el", Stemming::Greek, Lang::Ell),
    Language::ENGLISH,
    language("es", Stemming::Spanish, Lang::Spa),
    language("fi", Stemming::Finnish, Lang::Fin),
    language("fr", Stemming::French, Lang::Fra),
    language("hu", Stemming::Hungarian, Lang::Hun),
    language("it", Stemming::Italian, Lang::Ita),
    language("nl", Stemming::Dutch, Lang::Nld),
    language("no", Stemming::Norwegian, Lang::Nob),
    language("pt", Stemming::Portuguese, Lang::Por),
    language("ro", Stemming::Romanian, Lang::Ron),
    language("ru", Stemming::Russian, Lang::Rus),
    language("sv", Stemming::Swedish, Lang::Swe),
    language("ta", Stemming::Tamil, Lang::Tam),
    language("tr", Stemming::Turkish, Lang::Tur),
];

impl Language {
    pub(super) const ENGLISH: Self = language("en", Stemming::English, Lang::Eng);

    /// The language of an ISO 639-1 code, as documents carry it.
    pub(super) fn of_code(code: &str) -> Option<Self> {
        // Norwegian as such, and its two written forms.
        let code = if matches!(code, "nb" | "nn") { "no" } else { code };
        LANGUAGES.into_iter().find(|language| language.code == code)
    }

    /// The language to take a text for. One of an unknown language is taken for English: most are,
    /// and what English stemming takes off other words it takes off queries too.
    pub(super) fn of_text(code: Option<&str>) -> Self {
        code.and_then(Self::of_code).unwrap_or(Self::ENGLISH)
    }

    /// Which of some languages a query is most likely in. It is too short for all to come into
    /// question.
    pub(super) fn of_query(text: &str, possible: &[Self]) -> Option<Self> {
        let possible = possible.iter().map(|language| language.detected_as).collect();
        let detected = Detector::with_allowlist(possible).detect_lang(text)?;
        LANGUAGES.into_iter().find(|language| language.detected_as == detected)
    }

    pub(super) fn is_english(self) -> bool {
        self == Self::ENGLISH
    }
}
