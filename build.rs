//! Sees to it that the portal's folders exist, so that a plain `cargo build` works before `make` has bundled
//! the portal. Node is never called from here.

fn main() {
    for folder in ["browser/dist", "browser/compressed"] {
        println!("cargo::rerun-if-changed={folder}");
        if let Err(error) = std::fs::create_dir_all(folder) {
            println!("cargo::error={folder} can't be made: {error}");
        }
    }
}
