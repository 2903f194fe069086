//! Which of several servers this is.

use std::path::Path;

use anyhow::Context;
use uuid::Uuid;

/// The identifier of the server whose data folder this is: made once, the same after a restart.
///
/// # Errors
/// Where it can't be read or written.
pub async fn instance(data_dir: &Path) -> anyhow::Result<Uuid> {
    let path = data_dir.join("instance");
    match tokio::fs::read_to_string(&path).await {
        Ok(id) => id.trim().parse().with_context(|| format!("{} holds no identifier", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let id = Uuid::now_v7();
            tokio::fs::write(&path, id.to_string())
                .await
                .with_context(|| format!("could not write {}", path.display()))?;
            Ok(id)
        }
        Err(error) => Err(error).with_context(|| format!("could not read {}", path.display())),
    }
}
