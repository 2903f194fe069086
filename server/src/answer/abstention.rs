//! The sentence that stands where no answer is given.

/// Why no answer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Abstention {
    /// Nothing that the asker may read has to do with the question.
    NothingFound,
    /// What was found doesn't answer it.
    NotAnswered,
}

/// The sentence for the reader, in the language of the question where we have it.
pub(crate) fn sentence(why: Abstention, question: &str) -> &'static str {
    use whatlang::Lang;
    let language = whatlang::detect(question).filter(whatlang::Info::is_reliable).map(|info| info.lang());
    match (language, why) {
        (Some(Lang::Deu), Abstention::NothingFound) => {
            "Dazu habe ich in den Dokumenten, die Sie lesen dürfen, nichts gefunden."
        }
        (Some(Lang::Deu), Abstention::NotAnswered) => {
            "Die Dokumente, die Sie lesen dürfen, beantworten diese Frage nicht; die nächstliegenden Stellen stehen bei den Quellen."
        }
        (Some(Lang::Cmn), Abstention::NothingFound) => "在您可以阅读的文档中没有找到相关内容。",
        (Some(Lang::Cmn), Abstention::NotAnswered) => {
            "您可以阅读的文档没有回答这个问题；最接近的段落列在来源中。"
        }
        (_, Abstention::NothingFound) => "I found nothing about this in the documents you may read.",
        (_, Abstention::NotAnswered) => {
            "The documents you may read don't answer this question; the nearest passages are listed with the sources."
        }
    }
}
