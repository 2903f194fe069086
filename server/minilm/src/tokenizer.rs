//! Text to word pieces.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Mutex;

use crate::{LoadError, MAX_TOKENS};

/// How many words' counts are kept, about 10 MB of them; then it begins anew.
const MOST_WORDS: usize = 100_000;
/// Longer words, in bytes, hardly come twice.
const LONGEST_WORD: usize = 48;

/// Cuts texts into the model's word pieces. Needs no weights, so a chunker can use it on its own.
///
/// What stands in a text is text: a literal `[SEP]` in it is four pieces, not the marker.
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    /// The marker before every text.
    cls: u32,
    /// The marker after every text.
    sep: u32,
    counts: Mutex<HashMap<Box<str>, usize>>,
}

impl Tokenizer {
    /// Reads `tokenizer.json` in the folder. The truncation and padding to 128 that it asks for are not wanted
    /// here, and switched off.
    ///
    /// # Errors
    ///
    /// Where the file can't be read, or doesn't describe a word-piece tokenizer with BERT's markers.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        let path = folder.join("tokenizer.json");
        let json = std::fs::read(&path).map_err(|source| LoadError::Read { path: path.clone(), source })?;
        Self::parse(&json).map_err(|reason| LoadError::Tokenizer { path, reason })
    }

    fn parse(json: &[u8]) -> Result<Self, String> {
        let mut inner = tokenizers::Tokenizer::from_bytes(json).map_err(|error| error.to_string())?;
        if !matches!(inner.get_model(), tokenizers::ModelWrapper::WordPiece(_)) {
            return Err("it does not cut into word pieces".into());
        }
        inner.with_padding(None);
        inner.with_truncation(None).map_err(|error| error.to_string())?;
        inner.set_encode_special_tokens(true);
        let id = |marker| inner.token_to_id(marker).ok_or_else(|| format!("it has no {marker}"));
        let (cls, sep, _unknown) = (id("[CLS]")?, id("[SEP]")?, id("[UNK]")?);
        Ok(Self { inner, cls, sep, counts: Mutex::default() })
    }

    /// The number of word pieces of a text, however long; the two markers not counted.
    ///
    /// No piece reaches over a blank, so that words can be counted one by one, and each is cut only once: the
    /// same words make up most of a text.
    pub fn count(&self, text: &str) -> usize {
        // Who would have to wait for another thread is faster without.
        let Ok(mut counts) = self.counts.try_lock() else { return self.pieces(text).len() };
        let words = text.split([' ', '\n']).filter(|word| !word.is_empty());
        words.map(|word| self.count_word(word, &mut counts)).sum()
    }

    fn count_word(&self, word: &str, counts: &mut HashMap<Box<str>, usize>) -> usize {
        if let Some(count) = counts.get(word) {
            return *count;
        }
        let count = self.pieces(word).len();
        if word.len() <= LONGEST_WORD {
            if counts.len() >= MOST_WORDS {
                counts.clear();
            }
            counts.insert(word.into(), count);
        }
        count
    }

    /// Where in the text each word piece stands, in bytes; however long the text.
    pub fn offsets(&self, text: &str) -> Vec<Range<usize>> {
        let encoding = self.inner.encode(text, false).expect(NEVER_FAILS);
        encoding.get_offsets().iter().map(|(start, end)| *start..*end).collect()
    }

    /// The ids the model reads: markers around the text's pieces, cut off at [`MAX_TOKENS`].
    pub fn ids(&self, text: &str) -> Vec<u32> {
        let pieces = self.pieces(text);
        let pieces = &pieces[..pieces.len().min(MAX_TOKENS - 2)];
        [&[self.cls], pieces, &[self.sep]].concat()
    }

    fn pieces(&self, text: &str) -> Vec<u32> {
        self.inner.encode_fast(text, false).expect(NEVER_FAILS).get_ids().to_vec()
    }
}

const NEVER_FAILS: &str =
    "a word-piece model fails only for want of [UNK], which was checked when it was read";
