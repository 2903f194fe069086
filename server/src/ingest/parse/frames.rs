//! How a child answers in pieces: frames, each a letter, a length and its content.

use std::io::{self, Write};

use serde::Serialize;

/// Before a message in JSON.
pub(super) const MESSAGE: u8 = b'm';
/// Before bytes of a file.
pub(super) const BYTES: u8 = b'b';
/// A letter, and the content's length as a big-endian `u32`.
pub(super) const HEAD: usize = 5;
/// How long a frame of bytes gets.
pub(super) const LONGEST: usize = 256 * 1024;

/// The child's side.
pub(super) struct Frames<W> {
    out: W,
}

impl<W: Write> Frames<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out }
    }

    pub(super) fn message(&mut self, message: &impl Serialize) -> io::Result<()> {
        let message = serde_json::to_vec(message).map_err(io::Error::other)?;
        self.frame(MESSAGE, &message)
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        bytes.chunks(LONGEST).try_for_each(|piece| self.frame(BYTES, piece))
    }

    fn frame(&mut self, letter: u8, content: &[u8]) -> io::Result<()> {
        let length = u32::try_from(content.len()).map_err(io::Error::other)?;
        self.out.write_all(&[letter])?;
        self.out.write_all(&length.to_be_bytes())?;
        self.out.write_all(content)?;
        self.out.flush()
    }
}
