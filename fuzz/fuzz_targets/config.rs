//! The text of a pipeline file.
#![no_main]

use std::path::Path;

use kaa::config::{Config, ConfigFault};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Config::parse(text, Path::new("mapp")) {
        Ok(config) => assert_eq!(config.hash.len(), 64),
        Err(ConfigFault::Toml(fault)) => assert!(fault.place.is_none_or(|place| place.line > 0)),
        Err(ConfigFault::Value { key, expected, .. }) => assert!(!key.is_empty() && !expected.swedish.is_empty()),
    }
});
