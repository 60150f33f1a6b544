//! Statements at the edge of what is one, and texts that are none, each for one reason.

use super::samples::{Choose, sample};

type Spoilt = (&'static str, &'static str, &'static str, Vec<u8>);

fn full(kind: &str) -> String {
    sample(kind, &mut Choose::Full)
}

fn bare(kind: &str) -> String {
    sample(kind, &mut Choose::Bare)
}

/// The text with another value on the first line of this name.
fn with(text: &str, name: &str, value: &str) -> String {
    line(text, name, &format!("{name}: {value}"))
}

/// The text with another line in the place of the first of this name.
fn line(text: &str, name: &str, new: &str) -> String {
    let old = old_line(text, name);
    text.replacen(&format!("{old}\n"), &format!("{new}\n"), 1)
}

fn old_line<'a>(text: &'a str, name: &str) -> &'a str {
    let named = |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(": "));
    text.lines().find(named).unwrap_or_else(|| panic!("no {name} in\n{text}"))
}

fn without(text: &str, name: &str) -> String {
    text.replacen(&format!("{}\n", old_line(text, name)), "", 1)
}

fn twice(text: &str, name: &str) -> String {
    let old = old_line(text, name);
    text.replacen(&format!("{old}\n"), &format!("{old}\n{old}\n"), 1)
}

/// Statements that are good, though one might not think so.
pub fn valid() -> Vec<(&'static str, &'static str, String)> {
    let approval = full("approval");
    let membership = full("membership");
    vec![
        ("edge-nothing-seen", "no checkpoint was seen", with(&approval, "journal", NOTHING_SEEN)),
        ("edge-by-hub", "the grammar lets the hub sign", with(&approval, "by", "hub")),
        ("edge-leap-day", "29 February of a leap year", with(&approval, "from", "2024-02-29T00:00:00Z")),
        ("edge-first-moment", "the first moment", with(&approval, "from", "2000-01-01T00:00:00Z")),
        ("edge-last-moment", "the last moment", with(&approval, "until", "9999-12-31T23:59:59Z")),
        ("edge-name-of-100", "100 characters of 4 bytes", with(&membership, "name", &"𝕏".repeat(100))),
        ("edge-name-combining", "a mark that has no composed form", with(&membership, "name", "J\u{30c}an")),
        ("edge-name-unassigned", "a code point not assigned yet", with(&membership, "name", "Noor \u{378}")),
        ("edge-case-999999", "the last case of a year", with(&approval, "case", "ZVH-9999-999999")),
        ("edge-payload-of-32", "the shortest payload", with(&approval, "grants", &payload("32"))),
        ("edge-generation-1", "a first generation", with(&bare("vault"), "generation", "1")),
        ("edge-largest-number", "the largest number", with(&full("bundle"), "number", "9007199254740991")),
        (
            "edge-journal-key-of-400",
            "the longest key of a journal, whose inside is judged elsewhere",
            with(&full("directory"), "journal-key", &"k".repeat(400)),
        ),
        ("edge-hub-localhost", "a host name of one label", with(&approval, "hub", "localhost")),
        (
            "edge-host-punycode",
            "a host name that is written in Punycode",
            with(&approval, "hub", "xn--zee-8oa.example"),
        ),
    ]
}

const NOTHING_SEEN: &str = "0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn payload(length: &str) -> String {
    let digits = "5".repeat(64);
    format!("sha256:{digits} {length} hmac-sha256:{digits}")
}

/// Name, code, what is wrong, and the bytes.
pub fn refused() -> Vec<Spoilt> {
    let mut all = Vec::new();
    bytes(&mut all);
    structure(&mut all);
    first_line(&mut all);
    moments(&mut all);
    ids(&mut all);
    numbers(&mut all);
    journal_keys(&mut all);
    names(&mut all);
    words(&mut all);
    several_words(&mut all);
    repeated(&mut all);
    contradictions(&mut all);
    all
}

fn bytes(all: &mut Vec<Spoilt>) {
    let good = full("approval");
    let mut add = |name, code, what, bytes: Vec<u8>| all.push((name, code, what, bytes));
    let inside = |from: &str, to: &str| good.replacen(from, to, 1).into_bytes();
    add("empty", "no-final-line-feed", "nothing at all", Vec::new());
    add("no-final-lf", "no-final-line-feed", "the last line has no line feed", good.trim_end().into());
    add("cut-off", "no-final-line-feed", "cut off in the middle of a line", good.as_bytes()[..200].to_vec());
    add("crlf", "bad-character", "every line ends in CR LF", good.replace('\n', "\r\n").into());
    add("crlf-once", "bad-character", "one line ends in CR LF", inside("example\n", "example\r\n"));
    add("cr", "no-final-line-feed", "lines end in CR", good.replace('\n', "\r").into());
    add("cr-inside", "bad-character", "a CR inside a value", inside("mem_", "mem_\r"));
    add("tab", "bad-character", "a tab after the colon", inside("hub: ", "hub:\t"));
    add("nul", "bad-character", "a NUL inside a value", inside("zvh-ml", "zvh\0ml"));
    add("nul-behind", "no-final-line-feed", "a NUL after the last line feed", (good.clone() + "\0").into());
    add("del", "bad-character", "a DEL inside a value", inside("zvh-ml", "zvh\u{7f}ml"));
    add("escape", "bad-character", "an escape sequence", inside("zvh-ml", "\u{1b}[31mzvh"));
    add("vertical-tab", "bad-character", "a vertical tab", inside("hub: ", "hub: \u{b}"));
    add("bom", "bad-character", "a byte order mark in front", format!("\u{feff}{good}").into());
    add("utf-16", "not-text", "UTF-16 with a byte order mark", utf_16(&good));
    add("latin-1", "not-text", "a byte that is not UTF-8", bytes_inside(&good, b"zvh-ml", b"zvh\xeb"));
    add(
        "overlong",
        "not-text",
        "a slash in two bytes of UTF-8",
        bytes_inside(&good, b"zvh-ml", b"zvh\xc0\xaf"),
    );
    add("surrogate", "not-text", "half a surrogate pair", bytes_inside(&good, b"zvh-ml", b"zvh\xed\xa0\x80"));
    add("not-ascii", "bad-character", "a letter outside ASCII in a host name", inside("zvh-ml", "zvh-mĺ"));
    add("look-alike", "bad-character", "a Cyrillic letter in a line's name", inside("case: ", "cаse: "));
    add("nbsp", "bad-character", "a no-break space after the colon", inside("hub: ", "hub:\u{a0}"));
    add(
        "zero-width",
        "bad-character",
        "a zero-width space in a host name",
        inside("zvh-ml", "zvh\u{200b}ml"),
    );
    add(
        "bidi",
        "bad-character",
        "a right-to-left override in a host name",
        inside("zvh-ml", "zvh\u{202e}ml"),
    );
    add(
        "line-separator",
        "bad-character",
        "U+2028 in the place of a line feed",
        inside("example\n", "example\u{2028}"),
    );
    add(
        "next-line",
        "bad-character",
        "U+0085 in the place of a line feed",
        inside("example\n", "example\u{85}"),
    );
    add(
        "name-elsewhere",
        "expected",
        "a name line in a kind that has none",
        inside("case: ", "name: Noor Şahin\ncase: "),
    );
    let long = "a".repeat(512 - "hub: ".len() + 1);
    add("line-too-long", "line-too-long", "a line of 513 bytes", with(&good, "hub", &long).into());
    let too_long = format!("zegel/1 directory\n{}", "x".repeat(500) + "\n").repeat(600);
    add("too-long", "too-long", "more than 262144 bytes", too_long.into());
}

fn utf_16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

fn bytes_inside(text: &str, from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = text.as_bytes().windows(from.len()).position(|window| window == from).unwrap();
    [&text.as_bytes()[..at], to, &text.as_bytes()[at + from.len()..]].concat()
}

fn structure(all: &mut Vec<Spoilt>) {
    let good = full("approval");
    let mut add = |name, code, what, text: String| all.push((name, code, what, text.into_bytes()));
    add("double-final-lf", "after-the-end", "an empty line at the end", format!("{good}\n"));
    add("text-after", "after-the-end", "a line after the last", format!("{good}note: hello\n"));
    add("comment-after", "after-the-end", "a comment after the last line", format!("{good}# hello\n"));
    add("signed-at-twice", "after-the-end", "the last line twice", twice(&good, "signed-at"));
    add("two-statements", "after-the-end", "a second statement behind the first", format!("{good}{good}"));
    add("text-before", "first-line", "a line before the first", format!("note: hello\n{good}"));
    add("empty-line-before", "first-line", "an empty line in front", format!("\n{good}"));
    add("empty-line-inside", "expected", "an empty line inside", good.replacen("\ncase", "\n\ncase", 1));
    add(
        "armored",
        "first-line",
        "the text of a clear-signed message",
        format!("-----BEGIN PGP SIGNED MESSAGE-----\n{good}"),
    );
    add("hub-missing", "expected", "without hub", without(&good, "hub"));
    add("journal-missing", "expected", "without journal", without(&good, "journal"));
    add("by-missing", "expected", "without by", without(&good, "by"));
    add("signed-at-missing", "expected", "without signed-at", without(&good, "signed-at"));
    add("field-missing", "expected", "without a line that the kind needs", without(&good, "reader"));
    add(
        "field-unknown",
        "expected",
        "with a line that the kind has not",
        good.replacen("\nfrom: ", "\nnote: x\nfrom: ", 1),
    );
    add(
        "field-of-another-kind",
        "expected",
        "with a line of another kind",
        good.replacen("\nfrom: ", "\nmeeting: mtg_0123456789abcdef\nfrom: ", 1),
    );
    add("field-twice", "expected", "a line twice that may be there once", twice(&good, "reader"));
    add("optional-twice", "expected", "an optional line twice", twice(&full("item"), "from"));
    add("order", "expected", "two lines of the kind in each other's place", swap(&good, "roster", "item"));
    add("order-hub-journal", "expected", "journal before hub", swap(&good, "hub", "journal"));
    add("order-by-signed-at", "expected", "signed-at before by", swap(&good, "by", "signed-at"));
    add("order-optional", "expected", "until before from", swap(&full("item"), "from", "until"));
    add("order-many", "expected", "a repeated line away from the others", {
        let text = full("directory");
        let moved = old_line(&text, "admission").to_owned();
        without(&text, "admission").replacen("\nby: ", &format!("\n{moved}\nby: "), 1)
    });
    add(
        "name-upper-case",
        "expected",
        "a line's name in upper case",
        good.replacen("\ncase: ", "\nCase: ", 1),
    );
    add(
        "name-cut",
        "expected",
        "a line's name without its end",
        good.replacen("\nsigned-at: ", "\nsigned: ", 1),
    );
    add(
        "name-longer",
        "expected",
        "a line's name with something behind it",
        good.replacen("\nby: ", "\nby2: ", 1),
    );
    add(
        "name-underscore",
        "expected",
        "an underscore for a hyphen",
        good.replacen("\nsigned-at: ", "\nsigned_at: ", 1),
    );
    add("no-space", "expected", "no space after the colon", good.replacen("\ncase: ", "\ncase:", 1));
    add("no-colon", "expected", "no colon", good.replacen("\ncase: ", "\ncase ", 1));
    add(
        "space-before-colon",
        "expected",
        "a space before the colon",
        good.replacen("\ncase: ", "\ncase : ", 1),
    );
    add(
        "space-in-front",
        "expected",
        "a space in front of a line",
        good.replacen("\ncase: ", "\n case: ", 1),
    );
    add("two-spaces", "bad-value", "two spaces after the colon", good.replacen("\ncase: ", "\ncase:  ", 1));
    add(
        "space-behind",
        "bad-value",
        "a space at the end of a line",
        good.replacen("example\n", "example \n", 1),
    );
    add("empty-value", "bad-value", "a line without a value", with(&good, "case", ""));
    add(
        "folded",
        "bad-value",
        "a line that goes on in the next",
        good.replacen("case: ZVH-", "case: ZVH-\n ", 1),
    );
    add("quoted", "bad-value", "a value in quotation marks", with(&good, "case", "\"ZVH-2026-0014\""));
}

fn swap(text: &str, a: &str, b: &str) -> String {
    let (one, other) = (old_line(text, a).to_owned(), old_line(text, b).to_owned());
    let marked = text.replacen(&format!("{one}\n"), "<1>\n", 1).replacen(&format!("{other}\n"), "<2>\n", 1);
    marked.replacen("<1>", &other, 1).replacen("<2>", &one, 1)
}

fn first_line(all: &mut Vec<Spoilt>) {
    let good = full("approval");
    let mut add = |name, code, what, first: &str| {
        all.push((name, code, what, good.replacen("zegel/1 approval", first, 1).into_bytes()));
    };
    add("version-0", "first-line", "another version", "zegel/0 approval");
    add("version-2", "first-line", "a version that is not there yet", "zegel/2 approval");
    add("version-1.0", "first-line", "the version written otherwise", "zegel/1.0 approval");
    add("version-upper-case", "first-line", "the first word in upper case", "ZEGEL/1 approval");
    add("version-missing", "first-line", "the kind alone", "approval");
    add("kind-missing", "first-line", "no kind", "zegel/1");
    add("kind-empty", "unknown-kind", "an empty kind", "zegel/1 ");
    add("kind-unknown", "unknown-kind", "a kind that is not there", "zegel/1 permission");
    add("kind-upper-case", "unknown-kind", "the kind in upper case", "zegel/1 Approval");
    add("kind-two-spaces", "unknown-kind", "two spaces before the kind", "zegel/1  approval");
    add("kind-space-behind", "unknown-kind", "a space after the kind", "zegel/1 approval ");
    add("kind-two", "unknown-kind", "two kinds", "zegel/1 approval release");
    add("kind-other", "expected", "another kind than the lines are of", "zegel/1 release");
}

fn moments(all: &mut Vec<Spoilt>) {
    let good = full("approval");
    let mut add = |name, what, value: &str| {
        all.push((name, "bad-value", what, with(&good, "from", value).into_bytes()));
    };
    add("moment-30-february", "30 February", "2026-02-30T08:00:00Z");
    add("moment-29-february", "29 February of a common year", "2026-02-29T08:00:00Z");
    add("moment-29-february-2100", "29 February 2100, which is no leap year", "2100-02-29T08:00:00Z");
    add("moment-31-november", "31 November", "2026-11-31T08:00:00Z");
    add("moment-month-0", "month 0", "2026-00-10T08:00:00Z");
    add("moment-month-13", "month 13", "2026-13-10T08:00:00Z");
    add("moment-day-0", "day 0", "2026-12-00T08:00:00Z");
    add("moment-hour-24", "hour 24", "2026-12-01T24:00:00Z");
    add("moment-minute-60", "minute 60", "2026-12-01T08:60:00Z");
    add("moment-leap-second", "a leap second that was", "2016-12-31T23:59:60Z");
    add("moment-second-60", "second 60", "2026-12-01T08:00:60Z");
    add("moment-fraction", "a fraction of a second", "2026-12-01T08:00:00.5Z");
    add("moment-fraction-0", "a fraction of nothing", "2026-12-01T08:00:00.0Z");
    add("moment-no-seconds", "no seconds", "2026-12-01T08:00Z");
    add("moment-offset", "UTC written as an offset", "2026-12-01T08:00:00+00:00");
    add("moment-amsterdam", "another zone", "2026-12-01T09:00:00+01:00");
    add("moment-zone-name", "a zone's name behind it", "2026-12-01T08:00:00Z[UTC]");
    add("moment-no-zone", "no zone", "2026-12-01T08:00:00");
    add("moment-lower-case", "t and z in lower case", "2026-12-01t08:00:00z");
    add("moment-space", "a space for the T", "2026-12-01 08:00:00Z");
    add("moment-basic", "without hyphens and colons", "20261201T080000Z");
    add("moment-two-digits", "a year of two digits", "26-12-01T08:00:00Z");
    add("moment-five-digits", "a year of five digits", "+12026-12-01T08:00:00Z");
    add("moment-1999", "before 2000", "1999-12-31T23:59:59Z");
    add("moment-unix", "seconds since 1970", "1796112000");
    add("moment-day-only", "a day", "2026-12-01");
    let item = full("item");
    let mut day = |name, what, value: &str| {
        all.push((name, "bad-value", what, with(&item, "retention", value).into_bytes()));
    };
    day("day-30-february", "a day that is 30 February", "2027-02-30");
    day("day-no-zeros", "a day without zeros in front", "2027-2-3");
    day("day-moment", "a moment for a day", "2027-02-03T00:00:00Z");
    day("day-week", "a day of a week", "2027-W05-3");
    day("day-1999", "a day before 2000", "1999-12-31");
}

fn ids(all: &mut Vec<Spoilt>) {
    let good = full("approval");
    let digits = "9f2c".repeat(16);
    let mut add = |name, what, field: &str, value: &str| {
        all.push((name, "bad-value", what, with(&good, field, value).into_bytes()));
    };
    add("digest-upper-case", "a digest in upper case", "item", &format!("sha256:{}", digits.to_uppercase()));
    add("digest-short", "a digest of 63 digits", "item", &format!("sha256:{}", &digits[1..]));
    add("digest-long", "a digest of 65 digits", "item", &format!("sha256:{digits}0"));
    add("digest-no-prefix", "a digest without sha256:", "item", &digits);
    add("digest-other-prefix", "a digest of another kind", "item", &format!("sha512:{digits}"));
    add("digest-base64", "a digest in base64", "item", "sha256:nyyfLJ8snyyfLJ8snyyfLJ8snyyfLJ8snyyfLJ8snyw=");
    add("digest-no-hex", "a digest with a g", "item", &format!("sha256:g{}", &digits[1..]));
    add("mac-for-digest", "a commitment in the place of a digest", "item", &format!("hmac-sha256:{digits}"));
    add("member-other-prefix", "a partner in the place of a member", "reader", "par_0123456789abcdef");
    add("member-upper-case", "a member's id in upper case", "reader", "mem_0123456789ABCDEF");
    add("member-alphabet", "an i, which the alphabet has not", "reader", "mem_0123456789abcdei");
    add("member-short", "a member's id of 15 characters", "reader", "mem_0123456789abcde");
    add("member-long", "a member's id of 17 characters", "reader", "mem_0123456789abcdefg");
    add("member-no-prefix", "a member's id without its prefix", "reader", "0123456789abcdef");
    add("reader-vault", "a vault in the place of a member", "reader", "vlt_0123456789abcdef/1");
    add("by-name", "a person's name as the signer", "by", "Femke");
    add("by-partner", "a partner as the signer", "by", "par_0123456789abcdef");
    add("by-upper-case", "the authority in upper case", "by", "Authority");
    add("case-lower-case", "a case number in lower case", "case", "zvh-2026-0014");
    add("case-short", "a case number with too few zeros", "case", "ZVH-2026-14");
    add("case-zeros", "a case number with too many zeros", "case", "ZVH-2026-00014");
    add("case-zero", "case number zero", "case", "ZVH-2026-0000");
    add("case-million", "a case number of seven digits", "case", "ZVH-2026-1000000");
    add("case-year", "a case number with a year of two digits", "case", "ZVH-26-0014");
    add("case-sign", "a case number with a sign", "case", "ZVH-2026-+014");
    add("hub-upper-case", "a host name in upper case", "hub", "ZVH-ml.example");
    add("hub-url", "a URL in the place of a host name", "hub", "https://zvh-ml.example");
    add("hub-port", "a host name with a port", "hub", "zvh-ml.example:8443");
    add("hub-dot", "a host name with a dot at the end", "hub", "zvh-ml.example.");
    add("hub-hyphen", "a label that begins with a hyphen", "hub", "-zvh.example");
    add("hub-underscore", "a label with an underscore", "hub", "zvh_ml.example");
    add("hub-label-long", "a label of 64 characters", "hub", &format!("{}.example", "a".repeat(64)));
    add("hub-long", "a host name of 255 characters", "hub", &vec!["a"; 128].join("."));
    let key = full("key");
    let recipient = old_line(&key, "recipient").strip_prefix("recipient: ").unwrap().to_owned();
    let mut key_with = |name, what, field: &str, value: &str| {
        all.push((name, "bad-value", what, with(&key, field, value).into_bytes()));
    };
    key_with("recipient-upper-case", "a recipient in upper case", "recipient", &recipient.to_uppercase());
    key_with(
        "recipient-checksum",
        "a recipient with a wrong checksum",
        "recipient",
        &(recipient[..recipient.len() - 1].to_owned() + if recipient.ends_with('q') { "p" } else { "q" }),
    );
    key_with(
        "recipient-secret",
        "a secret key in the place of a recipient",
        "recipient",
        "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ0000",
    );
    let zero = bech32::encode::<bech32::Bech32>(bech32::Hrp::parse_unchecked("age"), &[0; 32]).unwrap();
    key_with("recipient-zero", "a recipient whose point is zero", "recipient", &zero);
    key_with("ticket-prefix", "a ticket with a prefix", "ticket", &format!("sha256:{digits}"));
    key_with("ticket-upper-case", "a ticket in upper case", "ticket", &digits.to_uppercase());
    key_with("proof-sha256", "a digest in the place of a code", "proof", &format!("sha256:{digits}"));
}

fn numbers(all: &mut Vec<Spoilt>) {
    let good = full("bundle");
    let mut add = |name, what, value: &str| {
        all.push((name, "bad-value", what, with(&good, "number", value).into_bytes()));
    };
    add("number-zero-in-front", "a zero in front", "07");
    add("number-plus", "a plus sign", "+7");
    add("number-minus", "a negative number", "-7");
    add("number-2-53", "2 to the 53rd", "9007199254740992");
    add("number-2-64", "2 to the 64th", "18446744073709551616");
    add("number-huge", "a number of a hundred digits", &"9".repeat(100));
    add("number-hex", "a number in hexadecimal", "0x7");
    add("number-point", "a number with a point", "7.0");
    add("number-exponent", "a number with an exponent", "1e3");
    add("number-thousands", "a number with a separator", "1,841");
    let approval = full("approval");
    let root = "5".repeat(64);
    let mut seen = |name, what, value: String| {
        all.push((name, "bad-value", what, with(&approval, "journal", &value).into_bytes()));
    };
    seen("journal-zero-other-root", "size 0 with another root than the empty tree's", format!("0 {root}"));
    seen("journal-size-zeros", "a size with a zero in front", format!("01841 {root}"));
    seen("journal-root-prefix", "a root with a prefix", format!("1841 sha256:{root}"));
    seen("journal-root-short", "a root of 62 digits", format!("1841 {}", &root[2..]));
    seen("journal-root-upper-case", "a root in upper case", format!("1841 {}", "A".repeat(64)));
    seen("journal-root-missing", "a size alone", "1841".to_owned());
    seen("journal-three-words", "a third word", format!("1841 {root} x"));
}

fn names(all: &mut Vec<Spoilt>) {
    let good = full("membership");
    let mut add = |name, what, value: &str| {
        all.push((name, "bad-value", what, with(&good, "name", value).into_bytes()));
    };
    add("name-nfd", "a name that is not in NFC", "Zoe\u{308}");
    add("name-not-nfc-angstrom", "the Ångström sign, which NFC makes a letter", "\u{212b}sa");
    add("name-bidi-override", "a right-to-left override", "Noor \u{202e}nihaŞ");
    add("name-bidi-isolate", "a right-to-left isolate", "Noor \u{2067}Şahin\u{2069}");
    add("name-bidi-mark", "a right-to-left mark", "Noor\u{200f} Şahin");
    add("name-zero-width-space", "a zero-width space", "Noor\u{200b}Şahin");
    add("name-zero-width-joiner", "a zero-width joiner", "Noor\u{200d}Şahin");
    add("name-zero-width-no-break", "a zero-width no-break space", "Noor\u{feff}Şahin");
    add("name-soft-hyphen", "a soft hyphen", "Noor\u{ad}Şahin");
    add("name-no-break-space", "a no-break space", "Noor\u{a0}Şahin");
    add("name-thin-space", "a thin space", "Noor\u{2009}Şahin");
    add("name-line-separator", "a line separator", "Noor\u{2028}Şahin");
    add("name-next-line", "a C1 control character", "Noor\u{85}Şahin");
    add("name-private", "a character of private use", "Noor \u{e000}");
    add("name-tag", "a tag character", "Noor\u{e0041}");
    add("name-hangul-filler", "a Hangul filler, which looks like nothing", "Noor \u{3164}");
    add("name-empty-braille", "the empty Braille pattern", "Noor \u{2800}");
    add("name-variation-selector", "a variation selector", "Noor\u{fe0f}");
    add("name-grapheme-joiner", "a combining grapheme joiner", "Noor\u{34f}");
    add("name-noncharacter", "a noncharacter", "Noor \u{fdd0}");
    add("name-101", "101 characters", &"n".repeat(101));
    add("name-two-spaces", "two spaces", "Noor  Şahin");
    add("name-space-in-front", "a space in front", " Noor");
    add("name-space-behind", "a space behind", "Noor ");
    let mut mail = |name, what, value: &str| {
        all.push((name, "bad-value", what, with(&good, "mail", value).into_bytes()));
    };
    mail("mail-no-at", "a mail address without an at sign", "noor.example");
    mail("mail-two-at", "two at signs", "noor@rvdk@example");
    mail("mail-host-upper-case", "a mail host in upper case", "noor@RVDK.example");
    mail("mail-quoted", "a quoted local part", "\"noor s\"@rvdk.example");
    mail("mail-angle", "angle brackets", "<noor@rvdk.example>");
    mail("mail-dots", "two dots", "noor..s@rvdk.example");
    mail("mail-local-long", "a local part of 65 characters", &format!("{}@rvdk.example", "n".repeat(65)));
    mail("mail-literal", "an address literal", "noor@[192.0.2.1]");
    mail("mail-empty-local", "no local part", "@rvdk.example");
    let bell = with(&good, "name", "Noor\u{7}");
    all.push(("name-bell", "bad-character", "a bell in a name", bell.into_bytes()));
    let outside = with(&good, "mail", "noor@rvďk.example");
    all.push((
        "mail-not-ascii",
        "bad-character",
        "a letter outside ASCII in a mail address",
        outside.into_bytes(),
    ));
}

fn journal_keys(all: &mut Vec<Spoilt>) {
    let directory = full("directory");
    let mut add = |name, what, value: &str| {
        all.push((name, "bad-value", what, with(&directory, "journal-key", value).into_bytes()));
    };
    add("journal-key-empty", "a journal's key of nothing", "");
    add("journal-key-of-401", "a journal's key of 401 characters", &"k".repeat(401));
    add("journal-key-space", "a space in a journal's key", "zvh-ml.example/zegel +2eb6c6f6+AepK");
}

fn words(all: &mut Vec<Spoilt>) {
    let mut add = |name, what, kind: &str, field: &str, value: &str| {
        all.push((name, "bad-value", what, with(&full(kind), field, value).into_bytes()));
    };
    add("word-role", "a role that is not there", "membership", "role", "director");
    add("word-standing", "a standing that is not there", "admission", "standing", "invited");
    add("word-reason", "a reason that is not there", "revocation", "reason", "expired");
    add("word-case-kind", "a kind of case that is not there", "case", "case-kind", "simple");
    add("word-phase", "a phase that is not there", "phase", "phase", "scaled-down");
    add("word-item-kind", "a kind of item that is not there", "item", "item-kind", "letter");
    add("word-director", "a director rule that is not there", "item", "director", "none");
    add("word-approval", "an approval rule that is not there", "item", "approval", "always");
    add("word-upper-case", "a word in upper case", "item", "withheld", "Silent");
    add("word-dutch", "a word in Dutch", "roster", "urgent", "ja");
    add("word-boolean", "a boolean for yes or no", "roster", "urgent", "true");
    add("word-form", "a form of consultation that is not there", "consultation", "form", "fax");
    add("word-two", "two words in one value", "roster", "phase", "rto plan");
    add("word-list", "a list in one value", "item", "phase", "plan,rto,triage");
}

fn several_words(all: &mut Vec<Spoilt>) {
    let (approval, roster, release) = (full("approval"), full("roster"), full("release"));
    let digest = format!("sha256:{}", "5".repeat(64));
    let mac = format!("hmac-sha256:{}", "5".repeat(64));
    let mut add = |name, what, text: String| all.push((name, "bad-value", what, text.into_bytes()));
    add(
        "payload-of-31",
        "a payload shorter than a nonce and a tag",
        with(&approval, "grants", &payload("31")),
    );
    add("payload-of-0", "a payload of nothing", with(&approval, "grants", &payload("0")));
    add("payload-zeros", "a length with a zero in front", with(&approval, "grants", &payload("01048")));
    add(
        "payload-no-commitment",
        "a payload without a commitment",
        with(&approval, "grants", &format!("{digest} 1048")),
    );
    add(
        "payload-order",
        "commitment before length",
        with(&approval, "grants", &format!("{digest} {mac} 1048")),
    );
    add(
        "payload-two-spaces",
        "two spaces between words",
        with(&approval, "grants", &format!("{digest}  1048 {mac}")),
    );
    add(
        "payload-digest-twice",
        "a digest for a commitment",
        with(&approval, "grants", &format!("{digest} 1048 {digest}")),
    );
    add(
        "grant-no-generation",
        "a vault without its generation",
        with(&approval, "grant-grants", &format!("vlt_0123456789abcdef {digest}")),
    );
    add(
        "grant-generation-0",
        "generation 0",
        with(&approval, "grant-grants", &format!("vlt_0123456789abcdef/0 {digest}")),
    );
    add(
        "grant-generation-zeros",
        "a generation with a zero in front",
        with(&approval, "grant-grants", &format!("vlt_0123456789abcdef/01 {digest}")),
    );
    add(
        "grant-member",
        "a member in the place of a vault",
        with(&approval, "grant-grants", &format!("mem_0123456789abcdef {digest}")),
    );
    add(
        "grant-no-header",
        "a vault without a header",
        with(&approval, "grant-grants", "vlt_0123456789abcdef/1"),
    );
    add(
        "participant-no-seat",
        "a participant without a seat",
        with(&roster, "participant", "mem_0123456789abcdef"),
    );
    add(
        "participant-seat",
        "a seat that is not there",
        with(&roster, "participant", "mem_0123456789abcdef guest"),
    );
    add(
        "participant-order",
        "the seat before the member",
        with(&roster, "participant", "delegate mem_0123456789abcdef"),
    );
    add("approved-one-word", "an item without its approval", with(&release, "approved", &digest));
    add("own-two-words", "an own item with one header", with(&release, "own", &format!("{digest} {digest}")));
    add("owner-member", "a vault that is a member's", with(&full("vault"), "owner", "mem_0123456789abcdef"));
}

fn repeated(all: &mut Vec<Spoilt>) {
    let withdrawal = bare("withdrawal");
    let readers = |ids: &[&str]| {
        let lines: Vec<String> = ids.iter().map(|id| format!("reader: mem_{id}")).collect();
        line(&withdrawal, "reader", &lines.join("\n")).into_bytes()
    };
    let (a, b) = ("0123456789abcdef", "1123456789abcdef");
    all.push(("repeated-unsorted", "not-sorted", "repeated lines in descending order", readers(&[b, a])));
    all.push(("repeated-same", "not-sorted", "the same repeated line twice", readers(&[a, a])));
    all.push((
        "repeated-unsorted-later",
        "not-sorted",
        "the third line comes before the second",
        readers(&[a, "3123456789abcdef", b]),
    ));
    let many: Vec<String> = (0..2501).map(|n| format!("{n:016}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    all.push(("repeated-too-often", "too-many", "2501 lines of one name", readers(&many)));
    let phases = full("item").replacen(
        "phase: plan\nphase: rto\nphase: triage\n",
        "phase: triage\nphase: rto\nphase: plan\n",
        1,
    );
    all.push((
        "repeated-words",
        "not-sorted",
        "phases in the order of the path, not of the alphabet",
        phases.into_bytes(),
    ));
    let grants = full("approval");
    let last = grants.lines().rfind(|line| line.starts_with("grant-grants: ")).unwrap().to_owned();
    let unsorted = without(&grants, "grant-grants").replacen(
        "from: ",
        &format!("{}\nfrom: ", old_line(&grants, "grant-grants")),
        1,
    );
    assert_ne!(old_line(&grants, "grant-grants"), last);
    all.push(("repeated-grants", "not-sorted", "grants that are not in order", unsorted.into_bytes()));
}

fn contradictions(all: &mut Vec<Spoilt>) {
    let mut add = |name, what, text: String| all.push((name, "contradiction", what, text.into_bytes()));
    let (key, next_key) = (full("key"), bare("key"));
    let previous = old_line(&next_key, "previous").to_owned();
    add(
        "key-slip-and-previous",
        "a slip and a previous key",
        key.replacen("\ncert: ", &format!("\n{previous}\ncert: "), 1),
    );
    add("key-neither", "neither a slip nor a previous key", without(&next_key, "previous"));
    add("key-no-ticket", "a slip without its ticket", without(&key, "ticket"));
    add("key-no-proof", "a slip without its proof", without(&key, "proof"));
    add("key-ticket-alone", "a ticket without its slip", without(&key, "slip"));
    let vault = full("vault");
    add("vault-no-holder", "a vault that nobody holds", without(&bare("vault"), "holder"));
    add("vault-generation-0", "a generation 0", with(&vault, "generation", "0"));
    add("vault-set-alone", "a re-keyed set without a predecessor", without(&vault, "predecessor"));
    add("bundle-no-fetch", "a bundle that nobody can fetch", without(&bare("bundle"), "fetch"));
    let same = |kind: &str| with(&full(kind), "until", "2026-12-01T08:00:00Z");
    add("membership-window", "until is from", same("membership"));
    add("approval-window", "until is from", same("approval"));
    add("release-window", "until is from", same("release"));
    add("roster-window", "until is from", same("roster"));
    add("item-window", "until is from", same("item"));
    add(
        "approval-window-back",
        "until before from",
        with(&full("approval"), "until", "2026-11-01T08:00:00Z"),
    );
    add(
        "item-phase-referral",
        "an item for a phase in which nobody meets",
        bare("item").replacen("withheld: ", "phase: referral\nwithheld: ", 1),
    );
    add(
        "item-phase-ended",
        "an item for after the end",
        bare("item").replacen("withheld: ", "phase: ended\nwithheld: ", 1),
    );
    add("roster-nobody", "a roster without participants", without(&bare("roster"), "participant"));
    let two_seats = "participant: mem_0123456789abcdef delegate\nparticipant: mem_0123456789abcdef deputy";
    add("roster-two-seats", "one member in two seats", line(&bare("roster"), "participant", two_seats));
    add("ask-nothing", "an ask for nothing", without(&bare("ask"), "item"));
    add("ask-half-an-agenda", "an agenda's label without its body", without(&full("ask"), "agenda-body"));
    add("refusal-nobody", "a refusal for nobody", without(&bare("refusal"), "reader"));
    add("withdrawal-nobody", "a withdrawal for nobody", without(&bare("withdrawal"), "reader"));
    let letter = full("letter");
    let with_item =
        letter.replacen("message: ", &format!("{}\nmessage: ", old_line(&full("retraction"), "item")), 1);
    add("letter-invitation-no-roster", "an invitation without a roster", without(&letter, "roster"));
    add("letter-invitation-no-sequence", "an invitation without a sequence", without(&letter, "sequence"));
    add("letter-invitation-item", "an invitation that names an item", with_item.clone());
    add("letter-minutes-sequence", "minutes with a sequence", with(&with_item, "letter-kind", "minutes"));
    add("letter-minutes-no-item", "minutes without their item", {
        with(&without(&letter, "sequence"), "letter-kind", "minutes")
    });
    add("letter-request-roster", "a question with a roster", {
        with(&without(&letter, "sequence"), "letter-kind", "request")
    });
    add("reply-short-answer", "an answer that is shorter than others", {
        full("reply").replacen(" 16416 ", " 16415 ", 1)
    });
    add("reply-long-reason", "a reason that is longer than others", {
        let (answer, reason) =
            full("reply").rsplit_once(" 16416 ").map(|(a, r)| (a.to_owned(), r.to_owned())).unwrap();
        format!("{answer} 16417 {reason}")
    });
    let (one, two, three) = ("1".repeat(64), "2".repeat(64), "3".repeat(64));
    let again = format!("approved: sha256:{one} sha256:{two}\napproved: sha256:{one} sha256:{three}\ngaps: ");
    add("release-item-twice", "an item released twice", bare("release").replacen("gaps: ", &again, 1));
    let both =
        format!("approved: sha256:{one} sha256:{two}\nown: sha256:{one} sha256:{two} sha256:{three}\ngaps: ");
    add(
        "release-item-both-ways",
        "an item released as approved and as the house's own",
        bare("release").replacen("gaps: ", &both, 1),
    );
}
