//! The header, which wraps the file's key for each recipient, and the payload in chunks of 64 KiB.

use std::io::{self, Write};

use chacha20poly1305::aead::{AeadInPlace, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hkdf::Hkdf;
use hkdf::hmac::{Hmac, Mac};
use sha2::Sha256;
use x25519_dalek::{X25519_BASEPOINT_BYTES, x25519};

use super::Recipient;

/// Bytes of text in a chunk.
const CHUNK: usize = 64 * 1024;
/// What is added to a chunk: its authentication.
const TAG: usize = 16;

/// What nobody may guess: the file's key, the nonce of its payload, and half a key pair for each recipient.
pub struct Secrets {
    file: [u8; 16],
    nonce: [u8; 16],
    ephemeral: Vec<[u8; 32]>,
}

impl Secrets {
    /// From the operating system's source of randomness. Every file needs its own.
    ///
    /// # Errors
    /// When the system has none.
    pub fn random(recipients: usize) -> io::Result<Self> {
        let mut secrets = Self { file: [0; 16], nonce: [0; 16], ephemeral: vec![[0; 32]; recipients] };
        getrandom::fill(&mut secrets.file)?;
        getrandom::fill(&mut secrets.nonce)?;
        for half in &mut secrets.ephemeral {
            getrandom::fill(half)?;
        }
        Ok(secrets)
    }
}

/// A writer that encrypts what is written to it. Without [`Encrypted::finish`] the file is cut off, and readers say so.
pub struct Encrypted<W> {
    to: W,
    cipher: ChaCha20Poly1305,
    chunks: u64,
    chunk: Vec<u8>,
}

impl<W: Write> Encrypted<W> {
    /// Writes the header for these recipients, one half key pair of the secrets for each.
    ///
    /// # Errors
    /// When `to` takes no more.
    pub fn begin(mut to: W, recipients: &[Recipient], secrets: &Secrets) -> io::Result<Self> {
        let mut header = String::from("age-encryption.org/v1\n");
        for (recipient, ephemeral) in recipients.iter().zip(&secrets.ephemeral) {
            let share = x25519(*ephemeral, X25519_BASEPOINT_BYTES);
            let salt = [share, recipient.0].concat();
            let key = derive(&x25519(*ephemeral, recipient.0), &salt, "age-encryption.org/v1/X25519");
            // The key serves once, so its nonce may be known.
            let wrapped = seal(&cipher(&key), &Nonce::default(), secrets.file.to_vec())?;
            header.push_str(&format!("-> X25519 {}\n{}\n", base64(&share), base64(&wrapped)));
        }
        header.push_str("---");
        let key = derive(&secrets.file, &[], "header");
        let mut mac = <Hmac<Sha256> as hkdf::hmac::KeyInit>::new_from_slice(&key).map_err(io::Error::other)?;
        mac.update(header.as_bytes());
        header.push_str(&format!(" {}\n", base64(&mac.finalize().into_bytes())));
        to.write_all(header.as_bytes())?;
        to.write_all(&secrets.nonce)?;
        let cipher = cipher(&derive(&secrets.file, &secrets.nonce, "payload"));
        Ok(Self { to, cipher, chunks: 0, chunk: Vec::with_capacity(CHUNK + TAG) })
    }

    /// Writes the last chunk, and gives the writer below back.
    ///
    /// # Errors
    /// When it takes no more.
    pub fn finish(mut self) -> io::Result<W> {
        self.write_chunk(true)?;
        Ok(self.to)
    }

    /// The nonce of a chunk: eleven bytes that count it, and one that says whether it is the last.
    fn write_chunk(&mut self, last: bool) -> io::Result<()> {
        let mut nonce = Nonce::default();
        nonce[3..11].copy_from_slice(&self.chunks.to_be_bytes());
        nonce[11] = u8::from(last);
        self.chunk = seal(&self.cipher, &nonce, std::mem::take(&mut self.chunk))?;
        self.to.write_all(&self.chunk)?;
        self.chunk.clear();
        self.chunks += 1;
        Ok(())
    }
}

impl<W: Write> Write for Encrypted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk waits until more comes: it could be the last.
        if self.chunk.len() == CHUNK && !bytes.is_empty() {
            self.write_chunk(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn cipher(key: &[u8; 32]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(Key::from_slice(key))
}

/// The text encrypted, and its authentication behind it.
fn seal(cipher: &ChaCha20Poly1305, nonce: &Nonce, mut text: Vec<u8>) -> io::Result<Vec<u8>> {
    cipher.encrypt_in_place(nonce, &[], &mut text).map_err(|_| io::Error::other("ChaCha20-Poly1305"))?;
    Ok(text)
}

/// HKDF-SHA-256 to a key.
fn derive(secret: &[u8], salt: &[u8], purpose: &str) -> [u8; 32] {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(Some(salt), secret).expand(purpose.as_bytes(), &mut key).expect("32 bytes are few enough");
    key
}

/// Base64 without padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |three: &[u8]| {
        let bits = three.iter().fold(0_usize, |bits, &byte| bits << 8 | usize::from(byte)) << (8 * (3 - three.len()));
        let sextets = [18, 12, 6, 0].map(|shift| char::from(ALPHABET[bits >> shift & 63]));
        sextets.into_iter().take(three.len() + 1).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A private key; with its prefix in Bech32 the one in tests/archive.rs.
    const PRIVATE: [u8; 32] = [7; 32];

    fn encrypted(length: usize) -> Vec<u8> {
        let recipients =
            [Recipient(x25519(PRIVATE, X25519_BASEPOINT_BYTES)), Recipient(x25519([9; 32], X25519_BASEPOINT_BYTES))];
        let secrets = Secrets { file: [1; 16], nonce: [2; 16], ephemeral: vec![[3; 32], [4; 32]] };
        let mut writer = Encrypted::begin(Vec::new(), &recipients, &secrets).expect("memory");
        let text: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).expect("a byte")).collect();
        // In pieces that are no divisor of a chunk.
        for piece in text.chunks(1000) {
            writer.write_all(piece).expect("memory");
        }
        writer.finish().expect("memory")
    }

    #[test]
    fn the_bytes_are_those_that_age_has_read() {
        // Each of these was read by the age crate 0.12.1 with either private key.
        let known = [
            (0, "bafdd27258597d6308fb1fd7fcc23b44bb3e3b73ee1f50ee604eea08a549c0e2"),
            (1, "090ea421a2a319965ecd7770769b6707e087f7a0e9b962528e0c6c871bd73ae4"),
            (CHUNK - 1, "80a6fa8c0f2c9d8a802114f77bf21230682ba4a03100491139d77005466e2141"),
            (CHUNK, "44ff26068543be9cc44fc52de5c2332a1f314b0ab919e16e6839f182560de052"),
            (CHUNK + 1, "6848cd6f3c9e8b9c1b7043359dd55c1fb5874dbfb321f959b575fd5613af5dbe"),
            (3 * CHUNK, "698d8e842f4eecac544d84fdc9c1db930dc8ac667578bf03afc46a79449ef136"),
        ];
        for (length, hash) in known {
            assert_eq!(crate::run::sha256(&encrypted(length)), hash, "{length}");
        }
    }

    #[test]
    fn base64_is_that_of_the_standard_without_padding() {
        for (text, coded) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(text.as_bytes()), coded);
        }
    }

    #[test]
    fn two_files_have_no_secret_in_common() {
        let (one, other) = (Secrets::random(2).expect("randomness"), Secrets::random(2).expect("randomness"));
        assert_ne!(one.file, other.file);
        assert_ne!(one.nonce, other.nonce);
        assert_ne!(one.ephemeral[0], one.ephemeral[1]);
        assert!(!other.ephemeral.contains(&one.ephemeral[0]));
    }
}
