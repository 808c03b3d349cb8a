//! `[arkiv]`: for whom each run is also kept encrypted.

use schemars::JsonSchema;
use serde::Deserialize;

use super::ConfigFault;
use super::file::value;
use crate::age::Recipient;
use crate::texts::expected;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ArchiveSection {
    mottagare: Option<Vec<String>>,
}

impl ArchiveSection {
    /// The recipients of the archives; none: no archive is made.
    pub(super) fn check(self) -> Result<Vec<Recipient>, ConfigFault> {
        // A private key by mistake must not be shown.
        let shown = |text: &str| if text.starts_with("age1") { text.to_owned() } else { String::new() };
        let recipient = |text: &String| {
            Recipient::parse(text).ok_or_else(|| value("arkiv.mottagare", &shown(text), expected::public_key()))
        };
        let Some(texts) = self.mottagare else { return Ok(Vec::new()) };
        if texts.is_empty() {
            return Err(value("arkiv.mottagare", "[]", expected::recipients()));
        }
        texts.iter().map(recipient).collect()
    }
}
