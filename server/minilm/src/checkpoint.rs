//! The weights as they lie in the file.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use safetensors::tensor::Metadata;
use safetensors::{Dtype, SafeTensors};

use crate::LoadError;

/// A `model.safetensors`, mapped into memory: only what is read of it is loaded.
pub(crate) struct Checkpoint {
    path: PathBuf,
    file: Mmap,
    contents: Metadata,
    /// Where the tensors begin; the offsets in `contents` count from here.
    start: usize,
}

impl Checkpoint {
    /// Maps the file in the folder and checks its table of contents.
    pub(crate) fn open(folder: &Path) -> Result<Self, LoadError> {
        let path = folder.join("model.safetensors");
        let file = map(&path).map_err(|source| LoadError::Read { path: path.clone(), source })?;
        match SafeTensors::read_metadata(&file) {
            Ok((header, contents)) => Ok(Self { path, contents, start: size_of::<u64>() + header, file }),
            Err(error) => Err(LoadError::Weights { path, reason: error.to_string() }),
        }
    }

    /// The floats of a tensor, row by row.
    ///
    /// # Errors
    ///
    /// Where there is no tensor of 32-bit floats with that name and shape.
    pub(crate) fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, LoadError> {
        let place = self.place(name, shape)?;
        Ok(self.read(place).collect())
    }

    /// Where a tensor lies in the file, for [`Checkpoint::read`].
    pub(crate) fn place(&self, name: &str, shape: &[usize]) -> Result<Range<usize>, LoadError> {
        let error = |reason| LoadError::Weights { path: self.path.clone(), reason };
        let tensor = self.contents.info(name).ok_or_else(|| error(format!("{name} is missing")))?;
        if tensor.dtype != Dtype::F32 || tensor.shape != shape {
            let (kind, found) = (tensor.dtype, &tensor.shape);
            return Err(error(format!("{name} is {kind:?} {found:?}, not F32 {shape:?}")));
        }
        let (start, end) = tensor.data_offsets;
        Ok(self.start + start..self.start + end)
    }

    /// The floats that lie there.
    pub(crate) fn read(&self, place: Range<usize>) -> impl Iterator<Item = f32> {
        self.file[place].as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes))
    }
}

fn map(path: &Path) -> std::io::Result<Mmap> {
    let file = File::open(path)?;
    // SAFETY: a mapped file must not change underneath. The model's file is written once, under another name,
    // checked, and moved into place; nothing of ours writes to it after that.
    unsafe { Mmap::map(&file) }
}
