//! One picture, out of its document and through text recognition.

use tokio::io::AsyncRead;

use crate::ingest::parse::child::{End, Outcome, run};
use crate::ingest::parse::ocr::Ocr;
use crate::ingest::parse::sandbox::{Inner, Task};
use crate::ingest::parse::scan::{Scan, Shown};
use crate::ingest::parse::{ParseError, ParseRequest};

/// What Tesseract makes of a picture: its table of words.
pub(super) async fn recognise(request: &ParseRequest, ocr: &Ocr, scan: &Scan) -> Outcome<String> {
    let path = request.path.clone();
    let pdfium = request.pdfium.clone();
    let inner = scan.inner.map(|number| Inner { number, filename: request.filename.clone() });
    let task = match &scan.shown {
        Shown::File if inner.is_none() => {
            let Ok(picture) = tokio::fs::File::open(&path).await else {
                return Ok(Err(ParseError::ParserUnavailable));
            };
            return words_of(request, ocr, picture).await;
        }
        Shown::File | Shown::Illustration => Task::Show { path, inner, name: None, pdfium },
        Shown::Page(page) => Task::Draw { path, inner, page: *page, area: None, pdfium },
        Shown::Area(page, area) => Task::Draw { path, inner, page: *page, area: Some(*area), pdfium },
        Shown::Member { name, .. } => Task::Show { path, inner, name: Some(name.clone()), pdfium },
    };
    match answer_to(request, task).await? {
        Ok(picture) => words_of(request, ocr, picture.as_slice()).await,
        Err(why) => Ok(Err(why)),
    }
}

/// A picture that a child draws or takes out.
async fn answer_to(request: &ParseRequest, task: Task) -> Outcome<Vec<u8>> {
    let ended = run(request, task, tokio::io::empty()).await?;
    Ok(match ended.how {
        End::Well => Ok(ended.said),
        End::Failed(why) => Err(why),
        End::GaveUp { .. } => Err(ParseError::damaged("one of its pages can't be drawn")),
    })
}

async fn words_of(request: &ParseRequest, ocr: &Ocr, picture: impl AsyncRead + Unpin) -> Outcome<String> {
    let task =
        Task::Recognise { program: ocr.program.clone(), arguments: ocr.arguments(), data: ocr.data.clone() };
    let ended = run(request, task, picture).await?;
    Ok(match ended.how {
        End::Well => Ok(String::from_utf8_lossy(&ended.said).into_owned()),
        End::Failed(why) => Err(why),
        End::GaveUp { .. } => Err(ParseError::damaged("text recognition can't open the picture")),
    })
}
