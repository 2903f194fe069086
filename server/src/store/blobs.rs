//! The originals on disk, each kept under the hash of its bytes.
//!
//! A name on disk is made here and nowhere else: two hexadecimal digits, then the whole SHA-256.
//! Bytes are first written to `incoming`, on the same file system, and take their name by one
//! rename when the transaction that accepts them is about to commit.

mod disk;
mod name;

use std::{
    convert::Infallible,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use app::error::AppError;
use bytes::Bytes;
use futures::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

pub use self::name::hex;
use super::make_private;
use crate::error::{Error, Result, is_full};

/// The SHA-256 of an original, its name.
pub type Hash = [u8; 32];

/// The folder of originals.
#[derive(Debug, Clone)]
pub struct Blobs {
    folder: Arc<Path>,
    /// What a collection may keep in it, in bytes; as much as there is room for where `None`.
    pub most_of_a_collection: Option<u64>,
}

impl Blobs {
    /// Opens `<data_dir>/blobs`, made where it is missing.
    pub async fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let blobs = Self { folder: data_dir.join("blobs").into(), most_of_a_collection: None };
        let (folder, incoming) = (blobs.folder.clone(), blobs.incoming());
        tokio::task::spawn_blocking(move || make_private(&folder).and_then(|()| make_private(&incoming)))
            .await
            .context("could not wait for the disk")?
            .with_context(|| format!("could not make {}", blobs.folder.display()))?;
        Ok(blobs)
    }

    /// The same folder, of which a collection may take so many bytes.
    #[must_use]
    pub fn limited(self, most_of_a_collection: Option<u64>) -> Self {
        Self { most_of_a_collection, ..self }
    }

    /// The folder of originals of a backup, as it stands.
    pub fn of_backup(backup: &Path) -> Self {
        Self { folder: backup.join("blobs").into(), most_of_a_collection: None }
    }

    /// Throws away what an earlier run had begun to receive: nobody was told that it arrived. Only
    /// for who starts to be the one that receives in this folder.
    pub async fn forget_incoming(&self) -> anyhow::Result<()> {
        let incoming = self.incoming();
        let cleared = async {
            tokio::fs::remove_dir_all(&incoming).await?;
            tokio::fs::create_dir(&incoming).await
        };
        cleared.await.with_context(|| format!("could not clear {}", incoming.display()))
    }

    fn incoming(&self) -> PathBuf {
        self.folder.join("incoming")
    }

    /// Writes a stream to disk and hashes it on the way, at most `limit` bytes of it. What was
    /// received is safe there once it is kept.
    pub async fn receive<E>(
        &self,
        mut stream: impl Stream<Item = Result<Bytes, E>> + Unpin,
        limit: u64,
    ) -> Result<Received, Refused<E>> {
        let unsent = Unsent(self.incoming().join(Uuid::now_v7().to_string()));
        let mut file = tokio::fs::File::create(&unsent.0).await.map_err(writing)?;
        let mut hasher = Sha256::new();
        let mut size = 0;
        while let Some(bytes) = stream.next().await {
            let bytes = bytes.map_err(Refused::Interrupted)?;
            size += bytes.len() as u64;
            if size > limit {
                return Err(Refused::TooLarge);
            }
            hasher.update(&bytes);
            file.write_all(&bytes).await.map_err(writing)?;
        }
        file.flush().await.map_err(writing)?;
        Ok(Received { unsent, hash: hasher.finalize().into(), size })
    }

    /// Writes a text that is already in memory.
    pub async fn receive_text(&self, text: String) -> Result<Received> {
        let whole = futures::stream::iter([Ok::<_, Infallible>(Bytes::from(text))]);
        self.receive(whole, u64::MAX).await.map_err(|refused| match refused {
            Refused::NotStored(error) => error,
            Refused::Interrupted(never) => match never {},
            Refused::TooLarge => AppError::StorageFull.into(),
        })
    }

    /// Gives received bytes their names, safe on disk when it returns. The caller holds the lock
    /// that keeps [`Self::remove`] away.
    pub async fn keep(&self, received: &[&Received]) -> Result<()> {
        let moves: Vec<_> = received.iter().map(|one| (one.unsent.0.clone(), self.path(&one.hash))).collect();
        let kept = tokio::task::spawn_blocking(move || disk::move_all(&moves));
        kept.await.context("could not wait for the disk")?.map_err(storing)
    }

    /// Where an original lies.
    pub fn path(&self, hash: &Hash) -> PathBuf {
        let name = hex(hash);
        self.folder.join(&name[..2]).join(name)
    }

    /// Opens an original to be read.
    pub async fn read(&self, hash: &Hash) -> anyhow::Result<tokio::fs::File> {
        let path = self.path(hash);
        tokio::fs::File::open(&path)
            .await
            .with_context(|| format!("could not open the original {}", path.display()))
    }

    /// The originals that lie in the folder, known to Postgres or not.
    pub async fn list(&self) -> anyhow::Result<Vec<Hash>> {
        let folder = self.folder.clone();
        let listed = tokio::task::spawn_blocking(move || disk::list(&folder));
        listed.await.context("could not wait for the disk")?.context("could not list the originals")
    }

    /// Whether an original's bytes are still those that its name stands for.
    pub async fn is_intact(&self, hash: &Hash) -> anyhow::Result<bool> {
        let path = self.path(hash);
        let hashed = tokio::task::spawn_blocking(move || disk::hash_of(std::fs::File::open(path)?));
        let found = hashed.await.context("could not wait for the disk")?;
        Ok(found.context("could not read an original")? == *hash)
    }

    /// Removes an original; one that is gone already is fine.
    pub async fn remove(&self, hash: &Hash) -> anyhow::Result<()> {
        match tokio::fs::remove_file(self.path(hash)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).context("could not remove an original")
            }
            _ => Ok(()),
        }
    }
}

/// Bytes on disk that have no name yet; removed when dropped without one.
#[derive(Debug)]
pub struct Received {
    unsent: Unsent,
    pub hash: Hash,
    pub size: u64,
}

impl Received {
    /// Where the bytes lie until they are kept.
    pub fn path(&self) -> &Path {
        &self.unsent.0
    }
}

#[derive(Debug)]
struct Unsent(PathBuf);

impl Drop for Unsent {
    fn drop(&mut self) {
        // Gone already where it was kept; where it can't be removed, the next start does it.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Why a stream was not received.
#[derive(Debug)]
pub enum Refused<E> {
    TooLarge,
    /// The sender's side failed.
    Interrupted(E),
    /// Our side failed.
    NotStored(Error),
}

fn writing<E>(error: io::Error) -> Refused<E> {
    Refused::NotStored(storing(error))
}

fn storing(error: io::Error) -> Error {
    if is_full(error.kind()) {
        return AppError::StorageFull.into();
    }
    Error::Internal(anyhow::Error::new(error).context("could not store an original"))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Sent = Result<Bytes, Infallible>;

    fn stream(parts: &[&'static str]) -> impl Stream<Item = Sent> + Unpin + use<> {
        let parts: Vec<Sent> = parts.iter().map(|part| Ok(Bytes::from_static(part.as_bytes()))).collect();
        futures::stream::iter(parts)
    }

    #[tokio::test]
    async fn bytes_are_kept_under_their_hash() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path()).await.unwrap();
        let received = blobs.receive(stream(&["a", "bc"]), 3).await.unwrap();
        blobs.keep(&[&received]).await.unwrap();
        let name = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(std::fs::read(dir.path().join("blobs/ba").join(name)).unwrap(), b"abc");
        assert_eq!(received.size, 3);
    }

    #[tokio::test]
    async fn what_is_too_large_or_never_kept_leaves_nothing_on_disk() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path()).await.unwrap();
        let refused = blobs.receive(stream(&["abc", "d"]), 3).await;
        assert!(matches!(refused, Err(Refused::TooLarge)));
        drop(blobs.receive(stream(&["abc"]), 3).await.unwrap());
        drop(blobs.receive_text("abc".into()).await.unwrap());
        assert_eq!(std::fs::read_dir(dir.path().join("blobs/incoming")).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn removing_twice_is_fine() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path()).await.unwrap();
        let received = blobs.receive_text("abc".into()).await.unwrap();
        blobs.keep(&[&received]).await.unwrap();
        blobs.remove(&received.hash).await.unwrap();
        blobs.remove(&received.hash).await.unwrap();
        assert!(blobs.read(&received.hash).await.is_err());
    }
}
