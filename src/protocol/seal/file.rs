//! Whole age files, for secrets that several people hold: a vault's key, a member's key bundle.

use std::io::{Read, Write};
use std::iter;

use age::{DecryptError, Decryptor, Encryptor, scrypt};
use age_core::secrecy::SecretString;
use zeroize::Zeroizing;

use super::{Recipient, Refused, SealingKey};
use crate::protocol::payload::Broken;

/// The work to guess one passphrase, as a power of two: about a second and 256 MiB. As `age` has it.
pub const WORK_FACTOR: u8 = 18;
/// No file makes the reader work harder than this; it is also the most that `age` takes. Only a client's own files are
/// sealed so: one with less memory may take less.
pub const MOST_WORK: u8 = 22;

/// Seals to several holders, as an age file that each can open. Refuses with `NoReaders` if there are none.
pub fn seal_file(plaintext: &[u8], readers: &[Recipient]) -> Result<Vec<u8>, Refused> {
    seal_to(plaintext, readers.iter().map(|reader| &reader.key as &dyn age::Recipient))
}

/// Opens an age file that was sealed to this key, and perhaps to others.
pub fn open_file(file: &[u8], key: &SealingKey) -> Result<Zeroizing<Vec<u8>>, Refused> {
    open_as(file, &*key.0)
}

/// Seals under a passphrase, as an age file that `age -d` opens. `work` is 1 to [`MOST_WORK`];
/// [`WORK_FACTOR`] unless there is a reason.
pub fn seal_with_passphrase(plaintext: &[u8], passphrase: &str, work: u8) -> Result<Vec<u8>, Refused> {
    if !(1..=MOST_WORK).contains(&work) {
        return Err(Refused::TooMuchWork);
    }
    let mut reader = scrypt::Recipient::new(SecretString::from(passphrase));
    reader.set_work_factor(work);
    seal_to(plaintext, iter::once(&reader as &dyn age::Recipient))
}

/// Opens an age file that was sealed under a passphrase. `most_work` bounds what a stranger's file can
/// ask of this machine: [`MOST_WORK`], or less.
pub fn open_with_passphrase(
    file: &[u8],
    passphrase: &str,
    most_work: u8,
) -> Result<Zeroizing<Vec<u8>>, Refused> {
    let mut key = scrypt::Identity::new(SecretString::from(passphrase));
    key.set_max_work_factor(most_work.min(MOST_WORK));
    open_as(file, &key)
}

fn seal_to<'a>(
    plaintext: &[u8],
    readers: impl Iterator<Item = &'a dyn age::Recipient>,
) -> Result<Vec<u8>, Refused> {
    let encryptor = Encryptor::with_recipients(readers).map_err(|_| Refused::NoReaders)?;
    let mut writer = encryptor.wrap_output(Vec::new()).map_err(|_| Refused::Malformed)?;
    writer.write_all(plaintext).map_err(|_| Refused::Malformed)?;
    writer.finish().map_err(|_| Refused::Malformed)
}

fn open_as(file: &[u8], key: &dyn age::Identity) -> Result<Zeroizing<Vec<u8>>, Refused> {
    let decryptor = Decryptor::new_buffered(file).map_err(refused)?;
    let mut reader = decryptor.decrypt(iter::once(key)).map_err(refused)?;
    // Room for all of it: a vector that grew would leave plain text behind in memory.
    let mut plaintext = Zeroizing::new(Vec::with_capacity(file.len()));
    reader.read_to_end(&mut plaintext).map_err(|_| Refused::Payload(Broken::Altered))?;
    Ok(plaintext)
}

fn refused(error: DecryptError) -> Refused {
    match error {
        DecryptError::NoMatchingKeys | DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            Refused::WrongReader
        }
        DecryptError::InvalidMac => Refused::AlteredMac,
        DecryptError::ExcessiveWork { .. } => Refused::TooMuchWork,
        _ => Refused::Malformed,
    }
}
