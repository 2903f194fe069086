//! From the ids of a text's word pieces to the first layer's input.

use std::ops::Range;

use crate::checkpoint::Checkpoint;
use crate::matrix::Matrix;
use crate::norm::LayerNorm;
use crate::simd::{Cpu, LANES};
use crate::{DIMENSIONS, LoadError, MAX_TOKENS};

/// Word pieces the model knows.
const VOCABULARY: usize = 30_522;
/// Positions it was made for; it was trained as a sentence model on the first [`MAX_TOKENS`].
const POSITIONS: usize = 512;

/// What each word piece and each position adds up to.
pub(crate) struct Embeddings {
    /// The table of word pieces stays in the file: it is half of the model, and a text reads little of it.
    checkpoint: Checkpoint,
    words: Range<usize>,
    /// For each position, its embedding and that of the one kind of sentence there is.
    positions: Vec<[f32; DIMENSIONS]>,
    norm: LayerNorm,
}

impl Embeddings {
    pub(crate) fn load(checkpoint: Checkpoint) -> Result<Self, LoadError> {
        let words = checkpoint.place("embeddings.word_embeddings.weight", &[VOCABULARY, DIMENSIONS])?;
        let positions =
            checkpoint.floats("embeddings.position_embeddings.weight", &[POSITIONS, DIMENSIONS])?;
        let kinds = checkpoint.floats("embeddings.token_type_embeddings.weight", &[2, DIMENSIONS])?;
        let norm = LayerNorm::load(&checkpoint, "embeddings.LayerNorm")?;

        let mut positions = positions.as_chunks().0[..MAX_TOKENS].to_vec();
        for position in &mut positions {
            for (value, kind) in position.iter_mut().zip(&kinds) {
                *value += kind;
            }
        }
        Ok(Self { checkpoint, words, positions, norm })
    }

    /// Sets the rows of `hidden` to the embeddings of the ids, at most [`MAX_TOKENS`].
    pub(crate) fn look_up(&self, cpu: Cpu, ids: &[u32], hidden: &mut Matrix) {
        for (row, (id, position)) in ids.iter().zip(&self.positions).enumerate() {
            let word = self.checkpoint.read(self.word(*id));
            let mut values = word.zip(position).map(|(word, position)| word + position);
            for piece in hidden.row_mut(row) {
                *piece = std::array::from_fn(|_| values.next().unwrap_or_default());
            }
        }
        self.norm.apply(cpu, hidden);
    }

    fn word(&self, id: u32) -> Range<usize> {
        const SIZE: usize = DIMENSIONS * size_of::<f32>();
        let start = self.words.start + id as usize * SIZE;
        start..start + SIZE
    }
}

const _: () = assert!(DIMENSIONS.is_multiple_of(LANES));
