//! A file of any kind on its way through the border: format, encoding, header, columns, cells, rejects, the balance.
#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use kaa::config::Config;
use kaa::ingest::Intake;
use kaa::records::Kind;
use kaa_fuzz::AS_OF;
use libfuzzer_sys::fuzz_target;

/// A folder in memory for each process.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = PathBuf::from("/dev/shm");
    let parent = if memory.is_dir() { memory } else { std::env::temp_dir() };
    let folder = parent.join(format!("kaa-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for the file");
    folder
});

static CONFIGS: LazyLock<Vec<Config>> = LazyLock::new(|| {
    let config = |kind: &Kind| {
        let text = format!(
            "[kommun]\nkod = \"9901\"\nnamn = \"Exempelby\"\n[utdata]\nmapp = \"output\"\n[[kalla]]\nnamn = \"a\"\n\
             typ = \"{}\"\nfil = \"fil\"\nuttagsdatum = \"2026-11-01\"\n",
            kind.name()
        );
        Config::parse(&text, &FOLDER).expect("a sound config")
    };
    Kind::ALL.iter().map(config).collect()
});

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, bytes)) = bytes.split_first() else { return };
    let config = &CONFIGS[usize::from(choice) % CONFIGS.len()];
    fs::write(FOLDER.join("fil"), bytes).expect("the folder is ours");
    let intake = Intake::read(config, AS_OF);
    assert_eq!(intake.files.len() + intake.faults.len(), 1, "the file is read or at fault");
    for file in &intake.files {
        assert!(file.balance.holds(), "{:?}", file.balance);
        let rejected = intake.rejects.iter().filter(|reject| reject.rejected).count() as u64;
        assert!(rejected >= u64::from(file.balance.rejected > 0), "a row rejected for nothing");
    }
    for fault in &intake.faults {
        let message = fault.message();
        assert!(!message.swedish.is_empty() && !message.english.is_empty());
    }
});
