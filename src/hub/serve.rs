//! From a configuration to a hub that answers, and back.

use std::io;
use std::path::Path;

/// Makes a folder that only the hub's own user can look into. One that is there keeps the rights that it has.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
