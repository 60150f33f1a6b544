//! Quoted-printable (RFC 2045 section 6.7) in one spelling: a text has one encoding.

use std::fmt::Write;

use zeroize::Zeroizing;

/// The most characters of a line before the soft break's `=`.
const LINE: usize = 75;

/// Writes text whose lines end with LF as lines of at most 76 ASCII characters that end with CRLF.
pub fn encode(text: &str, out: &mut String) {
    for line in text.split_inclusive('\n') {
        let ended = line.strip_suffix('\n');
        encode_line(ended.unwrap_or(line), out);
        if ended.is_some() {
            out.push_str("\r\n");
        }
    }
}

fn encode_line(line: &str, out: &mut String) {
    let last = line.len().saturating_sub(1);
    let mut column = 0;
    for (place, byte) in line.bytes().enumerate() {
        // A blank at the end of a line gets lost on the way.
        let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || (byte == b' ' && place != last);
        let width = if plain { 1 } else { 3 };
        if column + width > LINE {
            out.push_str("=\r\n");
            column = 0;
        }
        match plain {
            true => out.push(char::from(byte)),
            // Writing to a String can't fail.
            false => drop(write!(out, "={byte:02X}")),
        }
        column += width;
    }
}

/// The byte of two hexadecimal digits at the front, in capitals or not; a sign, as in `+A`, is none.
pub(super) fn hex_byte(text: &str) -> Option<u8> {
    let digits = text.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}

/// The text of [`encode`]; also of other spellings, which whoever asks has to refuse.
pub fn decode(encoded: &str) -> Option<String> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(encoded.len()));
    let mut rest = encoded;
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend_from_slice(before.as_bytes());
        rest = match after.strip_prefix("\r\n") {
            Some(after) => after,
            None => {
                bytes.push(hex_byte(after)?);
                &after[2..]
            }
        };
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(std::str::from_utf8(&bytes).ok()?.replace("\r\n", "\n"))
}
