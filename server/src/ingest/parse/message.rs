//! What a message is made of, whichever program saved it.

use std::borrow::Cow;

use super::draft::Draft;
use super::member::Allowance;
use super::{DocumentKind, ParseError, calendar, html, kind, plain, rtf};

#[derive(Default)]
pub(super) struct Letter<'m> {
    pub(super) subject: Option<String>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) cc: Option<String>,
    pub(super) date: Option<String>,
    pub(super) bodies: Vec<Body<'m>>,
    /// The pictures that its text shows.
    pub(super) pictures: Vec<Cow<'m, [u8]>>,
    pub(super) attachments: Vec<Attachment<'m>>,
}

/// A part of a message's own text.
pub(super) enum Body<'m> {
    Plain(Cow<'m, [u8]>),
    Html(Cow<'m, [u8]>),
    Rtf(Vec<u8>),
    /// An invitation without a word beside it.
    Calendar(Cow<'m, [u8]>),
}

impl Body<'_> {
    fn is_blank(&self) -> bool {
        match self {
            Self::Plain(text) | Self::Html(text) | Self::Calendar(text) => text.trim_ascii().is_empty(),
            Self::Rtf(text) => text.is_empty(),
        }
    }
}

pub(super) struct Attachment<'m> {
    pub(super) name: Option<String>,
    /// The ending that a file of its kind has, for one without a name; empty where unknown.
    pub(super) media_ending: &'static str,
    pub(super) bytes: Cow<'m, [u8]>,
}

impl<'m> Letter<'m> {
    /// Adds a part that Outlook wrote. A picture with a name inside the message is one that the text shows.
    pub(super) fn add(&mut self, name: Option<String>, bytes: Cow<'m, [u8]>, has_id: bool) {
        if has_id && matches!(kind::detect(&bytes, ""), Ok(DocumentKind::Picture(_))) {
            self.pictures.push(bytes);
        } else {
            self.attachments.push(Attachment { name, media_ending: "", bytes });
        }
    }

    /// Takes in a message that this one brings wrapped: what it lacks itself.
    pub(super) fn take_in(&mut self, wrapped: Self) {
        if self.bodies.iter().all(Body::is_blank) {
            self.bodies = wrapped.bodies;
        }
        self.pictures.extend(wrapped.pictures);
        self.attachments.extend(wrapped.attachments);
    }

    /// Subject, people and date first, then the text and what its pictures show, then each
    /// attachment under its name.
    pub(super) fn write(&self, draft: &mut Draft, allowance: &mut Allowance) -> Result<(), ParseError> {
        if let Some(subject) = &self.subject {
            draft.heading(1, subject)?;
        }
        let fields = [("From", &self.from), ("To", &self.to), ("Cc", &self.cc), ("Date", &self.date)];
        let lines = fields.iter().filter_map(|(name, value)| {
            value.as_deref().filter(|value| !value.is_empty()).map(|value| format!("{name}: {value}"))
        });
        draft.paragraph(&lines.collect::<Vec<_>>().join("\n"))?;
        for body in &self.bodies {
            let inner = match body {
                Body::Plain(text) => plain::parse(text)?,
                Body::Html(page) => html::parse(page)?,
                Body::Rtf(text) => rtf::parse(text)?,
                Body::Calendar(text) => calendar::parse(text)?,
            };
            draft.append(&inner, 1)?;
        }
        for picture in &self.pictures {
            allowance.illustrate(draft, picture)?;
        }
        for attachment in &self.attachments {
            let name = attachment.name.clone().unwrap_or_else(|| match attachment.media_ending {
                "" => "unnamed".to_owned(),
                ending => format!("unnamed.{ending}"),
            });
            allowance.write(draft, &format!("Attachment {name}"), &name, &attachment.bytes)?;
        }
        Ok(())
    }
}
