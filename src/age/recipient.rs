//! `age1...`: a public key as age writes it, in Bech32 (BIP 173).

use x25519_dalek::x25519;

/// The human-readable part.
const PREFIX: &str = "age";
const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// The characters of the checksum.
const CHECKSUM: usize = 6;

/// Somebody who can read what is encrypted, by the public key (X25519).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recipient(pub(super) [u8; 32]);

impl Recipient {
    /// Reads a recipient as `age-keygen` writes it. `None`: it is none, has a fault of writing, or is one of the few keys
    /// that everybody can read for.
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        if text != lower && text != text.to_ascii_uppercase() {
            return None;
        }
        let (prefix, data) = lower.rsplit_once('1')?;
        if prefix != PREFIX {
            return None;
        }
        let value = |byte| ALPHABET.iter().position(|&known| known == byte).and_then(|at| u8::try_from(at).ok());
        let values: Vec<u8> = data.bytes().map(value).collect::<Option<_>>()?;
        if values.len() < CHECKSUM || checksum(&values) != 1 {
            return None;
        }
        let key: [u8; 32] = bytes(&values[..values.len() - CHECKSUM])?.try_into().ok()?;
        // A point of low order gives everybody the same secret, whatever the other half is.
        (x25519([1; 32], key) != [0; 32]).then_some(Self(key))
    }
}

/// The polynomial of BIP 173 over the prefix and the values; 1 when the checksum holds.
fn checksum(values: &[u8]) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let high = PREFIX.bytes().map(|byte| byte >> 5);
    let low = PREFIX.bytes().map(|byte| byte & 31);
    high.chain([0]).chain(low).chain(values.iter().copied()).fold(1, |sum, value| {
        let top = sum >> 25;
        let shifted = (sum & 0x1ff_ffff) << 5 ^ u32::from(value);
        let taps = GENERATOR.iter().enumerate().filter(|(bit, _)| top >> bit & 1 == 1);
        taps.fold(shifted, |sum, (_, generator)| sum ^ generator)
    })
}

/// Values of five bits as bytes; the bits that are left over are fewer than five and zero.
fn bytes(values: &[u8]) -> Option<Vec<u8>> {
    let (mut gathered, mut bits) = (0_u32, 0);
    let mut bytes = Vec::with_capacity(values.len() * 5 / 8);
    for &value in values {
        gathered = (gathered << 5 | u32::from(value)) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(gathered >> bits & 0xff).ok()?);
        }
    }
    (bits < 5 && gathered & ((1 << bits) - 1) == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The recipient of the age specification's examples.
    const KNOWN: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

    #[test]
    fn a_recipient_is_read_in_one_case_or_the_other() {
        let read = Recipient::parse(KNOWN).expect("a recipient");
        assert_eq!(Recipient::parse(&KNOWN.to_uppercase()), Some(read));
        assert_eq!(Recipient::parse(&KNOWN.replace("age1ql", "age1QL")), None);
    }

    #[test]
    fn any_one_wrong_character_is_found() {
        for at in 0..KNOWN.len() {
            for other in "qpzry9x8gf2tvdw0s3jn54khce6mua7l1bio -".chars() {
                let mut text: Vec<char> = KNOWN.chars().collect();
                if std::mem::replace(&mut text[at], other) != other {
                    assert_eq!(Recipient::parse(&text.into_iter().collect::<String>()), None, "{at} {other}");
                }
            }
            assert_eq!(Recipient::parse(&KNOWN[..at]), None);
        }
    }

    #[test]
    fn other_things_are_no_recipients() {
        let private = format!("AGE-SECRET-KEY-1{}", "Q".repeat(58));
        for text in ["", "1", "age1", "ssh-ed25519 AAAA", "age1ålder", private.as_str()] {
            assert_eq!(Recipient::parse(text), None, "{text}");
        }
    }
}
