//! The golden snapshot files.

use std::path::{Path, PathBuf};

/// A file of `test/golden`.
pub fn golden(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test/golden");
    folder.join(name)
}
