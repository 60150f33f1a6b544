//! Six plain words that stand for a key, to be read aloud over the telephone before the authority vouches for it.

use std::num::NonZeroU32;

use super::id::Digest;

/// How many words are read aloud: 48 bits.
pub const COUNT: usize = 6;

/// What makes each guess at a key with the same words slow: it adds some 17 bits to the 48.
const ITERATIONS: NonZeroU32 = NonZeroU32::new(100_000).unwrap();

const SALT: &[u8] = b"zegel/1 check words";

/// The digest that a key's words are made from: what the `key` statement says of the cert and the age recipient.
pub fn key_digest(cert: &Digest, recipient: &str) -> Digest {
    Digest::of(format!("zegel/1 key\ncert: {cert}\nrecipient: {recipient}\n").as_bytes())
}

/// The words for a digest, with a space between: the first six bytes of PBKDF2-HMAC-SHA256 over its 32 bytes
/// (RFC 8018; salt `zegel/1 check words`, 100 000 iterations), each a place in the list. Takes some 20 ms.
pub fn check_words(digest: &Digest) -> String {
    let mut bytes = [0; COUNT];
    ring::pbkdf2::derive(ring::pbkdf2::PBKDF2_HMAC_SHA256, ITERATIONS, SALT, &digest.0, &mut bytes);
    bytes.map(|byte| WORDS[usize::from(byte)]).join(" ")
}

/// Short Dutch words that differ in two letters at the least. Part of the protocol: order and spelling stand.
#[rustfmt::skip]
const WORDS: [&str; 256] = [
    "aap", "akker", "appel", "arend", "arm", "augurk", "auto", "avond", "banaan", "been", "beitel", "bel",
    "berg", "beuk", "bever", "bezem", "biet", "bij", "blad", "blauw", "bliksem", "bloem", "boom", "borstel",
    "boter", "brief", "bril", "broek", "brood", "brug", "buik", "bus", "circus", "cirkel", "citroen",
    "clown", "dak", "dans", "dauw", "deur", "dijk", "dinsdag", "distel", "dokter", "dolfijn", "domino",
    "donder", "draad", "druif", "duim", "eend", "eik", "eland", "emmer", "ezel", "fabriek", "fiets",
    "fluit", "gang", "geel", "geit", "giraf", "gitaar", "glas", "globe", "goud", "groen", "grot", "haan",
    "hagel", "hamer", "harp", "haven", "heide", "hemd", "herfst", "hert", "heuvel", "hond", "honing",
    "ijzer", "inkt", "inktvis", "jas", "kaas", "kameel", "kan", "kapper", "kast", "kasteel", "katoen",
    "kelder", "kers", "keuken", "klaver", "klei", "klok", "knie", "knoop", "koek", "koffer", "koffie",
    "kompas", "konijn", "kool", "kop", "koper", "krant", "kreeft", "kroon", "kruis", "kubus", "laars",
    "ladder", "lamp", "lelie", "lente", "lepel", "libel", "liedje", "lijm", "lood", "maandag", "markt",
    "meeuw", "melk", "meloen", "merel", "mes", "mier", "mist", "molen", "mossel", "motor", "muis", "museum",
    "muur", "naald", "nacht", "neus", "ochtend", "olie", "olifant", "oogst", "oor", "oranje", "orgel",
    "otter", "oven", "paard", "papier", "pasta", "peddel", "peer", "pen", "piano", "pijl", "piloot",
    "pinda", "piraat", "plein", "potlood", "prei", "prins", "pruim", "punt", "puzzel", "raam", "radijs",
    "regen", "ridder", "riem", "rijst", "ring", "rivier", "roos", "schaap", "schip", "schoen", "school",
    "schuur", "sjaal", "sla", "slager", "sluis", "sneeuw", "soep", "sok", "specht", "spin", "spons",
    "station", "steen", "ster", "stoel", "storm", "straat", "strand", "stuur", "suiker", "taart", "tafel",
    "tand", "tent", "theater", "thee", "tijger", "tomaat", "toren", "touw", "trap", "trein", "trui", "tuin",
    "tulp", "tunnel", "uil", "varken", "vinger", "viool", "visser", "vlaai", "vlag", "vlinder", "vloer",
    "voet", "vork", "vorst", "vos", "vulkaan", "walvis", "water", "weg", "wiel", "wilg", "wind", "winkel",
    "winter", "wit", "wolf", "worm", "wortel", "zaad", "zadel", "zalm", "zanger", "zebra", "zeep", "zijde",
    "zilver", "zolder", "zomer", "zon", "zout", "zwaan", "zwart"
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_short_plain_sorted_words() {
        assert!(WORDS.is_sorted_by(|a, b| a < b));
        assert!(WORDS.iter().all(|word| (3..=8).contains(&word.len())));
        assert!(WORDS.iter().all(|word| word.bytes().all(|c| c.is_ascii_lowercase())));
    }

    #[test]
    fn the_words_stand_for_both_keys() {
        let words = |cert: &[u8], recipient| check_words(&key_digest(&Digest::of(cert), recipient));
        assert_eq!(words(b"cert", "age1abc"), "koffer orgel mist zalm ladder touw");
        assert_ne!(words(b"cert", "age1abc"), words(b"cert", "age1abd"));
        assert_ne!(words(b"cert", "age1abc"), words(b"tree", "age1abc"));
    }
}
