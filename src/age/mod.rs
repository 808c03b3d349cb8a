//! Writing age files (age-encryption.org/v1): a stream that only the holders of certain private keys can read.
//!
//! Only what the program needs of the format: encrypting, to X25519 recipients. The `age` crate does all of it and brings
//! a hundred crates for passphrases, plugins, hardware keys and translations; the format is one page, and its primitives
//! come from crates that do nothing else.

mod recipient;
mod stream;

pub use recipient::Recipient;
pub(crate) use stream::base64;
pub use stream::{Encrypted, Secrets};
