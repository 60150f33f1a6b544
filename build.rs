//! Sees to it that the portal's folder exists, so that a plain `cargo build` works before `make` has bundled
//! the portal. Node is never called from here.

fn main() {
    println!("cargo::rerun-if-changed=browser/dist");
    println!("cargo::rerun-if-changed=migrations");
    if let Err(error) = std::fs::create_dir_all("browser/dist") {
        println!("cargo::error=browser/dist can't be made: {error}");
    }
}
