//! `kaa check`: every fault with its place; writes nothing.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Failure, Session};
use crate::ingest::{Balance, InputFile, Intake, Reject};
use crate::records::Kind;
use crate::run::{Held, HoldReason};
use crate::texts::{
    and_more, balance_line, cell_fault, cell_fault_code, cell_fault_todo, check_clean, check_faults, finding_line,
    no_population_register, reject_line, row_place,
};

/// How many faults of one kind are shown one by one.
const SHOWN: usize = 5;

pub(super) fn run(session: &Session, as_of: NaiveDate) -> Result<(), Failure> {
    let config = session.config()?;
    let intake = Intake::read(&config, as_of);
    for fault in &intake.faults {
        session.tell(&fault.message());
    }
    let without_file: Vec<Held> = config
        .sources
        .iter()
        .filter(|source| intake.faults.is_empty() && !intake.files.iter().any(|file| file.source == source.name))
        .map(|source| Held { source: source.name.clone(), reason: HoldReason::NoFile })
        .collect();
    for held in &without_file {
        session.tell(&held.message());
    }
    tell_rejects(session, &intake);
    for finding in &intake.findings {
        session.tell(&finding_line(finding.code.code(), &finding.place, finding.count, &finding.code.message()));
    }
    let mut sources: Vec<&str> = intake.files.iter().map(|file| file.source.as_str()).collect();
    sources.dedup();
    for source in sources {
        let Balance { read, accepted, rejected, duplicates, out_of_scope } = intake.balance_of(source);
        session.tell(&balance_line(source, read, accepted, rejected, duplicates, out_of_scope));
    }
    let is_register = |file: &InputFile| file.kind == Kind::PopulationRegister;
    let no_register = intake.faults.is_empty() && !intake.files.iter().any(is_register);
    if no_register {
        session.tell(&no_population_register());
    }
    let faults = intake.faults.len() + intake.rejects.len() + without_file.len() + usize::from(no_register);
    if session.json {
        println!(
            "{}",
            serde_json::json!({ "fel": faults, "filer_med_fel": intake.faults.len(), "celler_med_fel": intake.rejects.len() })
        );
    }
    if !intake.faults.is_empty() || no_register {
        return Err(Failure::Failed(check_faults(faults)));
    }
    if faults > 0 {
        return Err(Failure::Held(check_faults(faults)));
    }
    session.tell(&check_clean());
    Ok(())
}

/// The faults of cells, grouped by file, column and kind, with the first places of each.
fn tell_rejects(session: &Session, intake: &Intake) {
    let mut groups: BTreeMap<(u32, &str, &str), Vec<&Reject>> = BTreeMap::new();
    for reject in &intake.rejects {
        groups.entry((reject.place.file, reject.column, cell_fault_code(reject.fault))).or_default().push(reject);
    }
    for ((file, column, code), rejects) in groups {
        let Some(file) = intake.files.get(file as usize) else { continue };
        for reject in rejects.iter().take(SHOWN) {
            let place = row_place(&file.name, file.sheet.as_deref(), reject.place.row);
            let place = place.say(session.language);
            let (fault, todo) = (cell_fault(reject.fault), cell_fault_todo(reject.fault));
            session.tell(&reject_line(code, place, column, &reject.value, &fault, &todo));
        }
        if let Some(more) = rejects.len().checked_sub(SHOWN).filter(|&more| more > 0) {
            session.tell(&and_more(more));
        }
    }
}
