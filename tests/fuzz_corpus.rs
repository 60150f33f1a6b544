//! What fuzzing began with and found, once more, without a fuzzer: no panic, and whatever is taken is written again as
//! it was.

#[path = "../fuzz/targets.rs"]
mod targets;

use std::fs;
use std::path::Path;

#[test]
fn every_corpus_is_read_without_a_panic() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    for (name, target) in targets::ALL {
        assert!(fuzz.join("fuzz_targets").join(format!("{name}.rs")).exists(), "{name} has a program");
        let corpus =
            fs::read_dir(fuzz.join("corpus").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut inputs = 0;
        for entry in corpus {
            target(&fs::read(entry.unwrap().path()).unwrap());
            inputs += 1;
        }
        assert!(inputs >= 2, "{name} has a corpus");
    }
    let programs = fs::read_dir(fuzz.join("fuzz_targets")).unwrap().count();
    assert_eq!(programs, targets::ALL.len(), "each program is replayed here");
}
