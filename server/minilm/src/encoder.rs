//! One of the model's layers: each token looks at the others, then thinks about it alone.

use crate::attention::{AttentionScratch, attend};
use crate::checkpoint::Checkpoint;
use crate::linear::{Linear, PackedInput, Then};
use crate::matrix::Matrix;
use crate::norm::LayerNorm;
use crate::simd::Cpu;
use crate::{DIMENSIONS, LoadError, Precision};

/// Width of the feed-forward part.
const INNER: usize = 4 * DIMENSIONS;

pub(crate) struct Layer {
    query_key_value: Linear,
    attention_output: Linear,
    attention_norm: LayerNorm,
    widen: Linear,
    narrow: Linear,
    output_norm: LayerNorm,
}

/// The memory of one text on its way through the layers, used again from text to text. It grows with the
/// longest text seen, to about 6 MB (10 MB in fp32) for [`crate::MAX_TOKENS`]. One for each worker.
pub struct Scratch {
    /// A row for each token, as wide as the embedding: what goes from layer to layer.
    pub(crate) hidden: Matrix,
    /// Queries, keys and values side by side.
    projected: Matrix,
    attended: Matrix,
    inner: Matrix,
    packed: PackedInput,
    attention: AttentionScratch,
}

impl Default for Scratch {
    fn default() -> Self {
        Self {
            hidden: Matrix::with_columns(DIMENSIONS),
            projected: Matrix::with_columns(3 * DIMENSIONS),
            attended: Matrix::with_columns(DIMENSIONS),
            inner: Matrix::with_columns(INNER),
            packed: PackedInput::default(),
            attention: AttentionScratch::default(),
        }
    }
}

impl Scratch {
    /// Makes room for a text of so many tokens.
    pub(crate) fn set_tokens(&mut self, tokens: usize) {
        for matrix in [&mut self.hidden, &mut self.projected, &mut self.attended, &mut self.inner] {
            matrix.set_rows(tokens);
        }
    }
}

impl Layer {
    /// Reads layer number `layer` of the checkpoint.
    pub(crate) fn load(
        cpu: Cpu,
        precision: Precision,
        checkpoint: &Checkpoint,
        layer: usize,
    ) -> Result<Self, LoadError> {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        let linear = |part: &str, outputs, inputs| -> Result<Linear, LoadError> {
            let (weights, biases) = read_linear(checkpoint, &name(part), outputs, inputs)?;
            Ok(Linear::new(cpu, precision, &weights, &biases))
        };

        let mut projections = (Vec::new(), Vec::new());
        for part in ["attention.self.query", "attention.self.key", "attention.self.value"] {
            let (weights, biases) = read_linear(checkpoint, &name(part), DIMENSIONS, DIMENSIONS)?;
            projections.0.extend(weights);
            projections.1.extend(biases);
        }
        Ok(Self {
            query_key_value: Linear::new(cpu, precision, &projections.0, &projections.1),
            attention_output: linear("attention.output.dense", DIMENSIONS, DIMENSIONS)?,
            attention_norm: LayerNorm::load(checkpoint, &name("attention.output.LayerNorm"))?,
            widen: linear("intermediate.dense", INNER, DIMENSIONS)?,
            narrow: linear("output.dense", DIMENSIONS, INNER)?,
            output_norm: LayerNorm::load(checkpoint, &name("output.LayerNorm"))?,
        })
    }

    /// Takes the hidden state one layer further.
    pub(crate) fn forward(&self, cpu: Cpu, scratch: &mut Scratch) {
        let Scratch { hidden, projected, attended, inner, packed, attention } = scratch;

        self.query_key_value.apply(cpu, hidden, Then::Store, projected, packed);
        attend(cpu, projected, attended, attention);
        self.attention_output.apply(cpu, attended, Then::Add, hidden, packed);
        self.attention_norm.apply(cpu, hidden);

        self.widen.apply(cpu, hidden, Then::Gelu, inner, packed);
        self.narrow.apply(cpu, inner, Then::Add, hidden, packed);
        self.output_norm.apply(cpu, hidden);
    }
}

fn read_linear(
    checkpoint: &Checkpoint,
    name: &str,
    outputs: usize,
    inputs: usize,
) -> Result<(Vec<f32>, Vec<f32>), LoadError> {
    let weights = checkpoint.floats(&format!("{name}.weight"), &[outputs, inputs])?;
    let biases = checkpoint.floats(&format!("{name}.bias"), &[outputs])?;
    Ok((weights, biases))
}
