//! Where each OpenPGP packet begins and ends (RFC 9580 section 4.2), read more strictly than a library would:
//! whole packets of a stated length and nothing else, so that one text of bytes has one reading.

/// A packet with its tag and its body.
#[derive(Clone, Copy)]
pub(super) struct Packet<'a> {
    pub tag: u8,
    pub body: &'a [u8],
}

pub(super) const SESSION_KEY: u8 = 1;
pub(super) const SIGNATURE: u8 = 2;
pub(super) const PASSWORD_KEY: u8 = 3;
pub(super) const ONE_PASS: u8 = 4;
pub(super) const SECRET_KEY: u8 = 5;
pub(super) const PUBLIC_KEY: u8 = 6;
pub(super) const SECRET_SUBKEY: u8 = 7;
/// Encryption of old, without integrity protection.
pub(super) const UNPROTECTED: u8 = 9;
pub(super) const LITERAL: u8 = 11;
pub(super) const USER_ID: u8 = 13;
pub(super) const PUBLIC_SUBKEY: u8 = 14;
pub(super) const PROTECTED: u8 = 18;
/// GnuPG's own kind of protection.
pub(super) const AEAD: u8 = 20;

/// Takes the first packet off; what follows it is the second half. None when there is no whole packet of a
/// stated length (partial and indeterminate lengths are for messages).
pub(super) fn first(bytes: &[u8]) -> Option<(Packet<'_>, &[u8])> {
    let (&header, rest) = bytes.split_first()?;
    let (tag, length, rest) = match header >> 6 {
        0b11 => new_format(header, rest)?,
        0b10 => old_format(header, rest)?,
        _ => return None,
    };
    let (body, rest) = rest.split_at_checked(length)?;
    Some((Packet { tag, body }, rest))
}

/// Writes a packet of the new format with a length of four octets, whose body is these parts in a row.
pub(super) fn write(tag: u8, body: &[&[u8]], out: &mut Vec<u8>) {
    let length: usize = body.iter().map(|part| part.len()).sum();
    // A mail is far from 4 GiB, and the caller has it in memory.
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    out.extend([0xc0 | tag, 0xff]);
    out.extend(length.to_be_bytes());
    body.iter().for_each(|part| out.extend_from_slice(part));
}

/// All packets, or None when the bytes are not whole packets and nothing else.
pub(super) fn all(mut bytes: &[u8]) -> Option<Vec<Packet<'_>>> {
    let mut packets = Vec::new();
    while !bytes.is_empty() {
        let (packet, rest) = first(bytes)?;
        packets.push(packet);
        bytes = rest;
    }
    Some(packets)
}

fn new_format(header: u8, rest: &[u8]) -> Option<(u8, usize, &[u8])> {
    let (&length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=191 => (usize::from(length), rest),
        192..=223 => {
            let (&second, rest) = rest.split_first()?;
            (((usize::from(length) - 192) << 8) + usize::from(second) + 192, rest)
        }
        224..=254 => return None,
        255 => big_endian(4, rest)?,
    };
    Some((header & 0x3f, length, rest))
}

fn old_format(header: u8, rest: &[u8]) -> Option<(u8, usize, &[u8])> {
    let octets = match header & 3 {
        3 => return None,
        size => 1 << size,
    };
    let (length, rest) = big_endian(octets, rest)?;
    Some(((header >> 2) & 0x0f, length, rest))
}

fn big_endian(octets: usize, bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (number, rest) = bytes.split_at_checked(octets)?;
    Some((number.iter().fold(0, |sum, &octet| sum << 8 | usize::from(octet)), rest))
}
