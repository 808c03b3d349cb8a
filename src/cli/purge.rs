//! `kaa purge`: gallring.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use clap::Args;

use super::output::show;
use super::{Failure, Session, today};
use crate::config::Config;
use crate::job::{OwnFileRow, PurgePlan, purge};
use crate::texts::{
    purge_archives, purge_done, purge_dry_run, purge_extracts, purge_files, purge_heading, purge_held,
    purge_incomplete, purge_nothing, purge_own, purge_own_row, purge_people, purge_unfinished, purge_unsearched,
    row_place,
};

/// The options of `kaa purge`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Vilken dag som avgör; annars i dag.
    #[arg(long, value_name = "DATUM")]
    on: Option<NaiveDate>,
    /// Ta bort. Utan valet visas bara vad som skulle tas bort.
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(session: &Session, options: &Options) -> Result<(), Failure> {
    session.each(|config| purge_runs(session, config, options))
}

fn purge_runs(session: &Session, config: &Config, options: &Options) -> Result<(), Failure> {
    let on = options.on.unwrap_or_else(today);
    let (plan, link) = if options.yes { purge(config, on)? } else { (PurgePlan::make(config, on)?, None) };
    let counts = plan.counts();
    let shown = if session.json {
        json(&config.municipality.to_string(), on, options.yes, &counts, &plan.own, link.as_deref()).to_string() + "\n"
    } else {
        plan.own.iter().map(|row| own_row(session, row)).collect()
    };
    let shown = show(shown);
    session.tell(&purge_heading(&config.name, &on));
    let count = |name: &str| counts.get(name).copied().unwrap_or_default();
    if plan.is_empty() {
        session.tell(&purge_nothing());
    } else {
        session.tell(&purge_people(count("personer"), count("rader")));
        session.tell(&purge_files(count("omskrivna_filer"), count("borttagna_filer")));
        session.tell(&purge_held(count("stoppade_korningar")));
        session.tell(&purge_extracts(count("uttag")));
        if !config.archive.is_empty() || !plan.archives.is_empty() {
            session.tell(&purge_archives(count("arkiv")));
        }
    }
    session.tell(&purge_own(count("egna_rader")));
    match &link {
        Some(link) => session.tell(&purge_done(link)),
        None if plan.unfinished => session.tell(&purge_unfinished()),
        None if !plan.is_empty() => session.tell(&purge_dry_run()),
        None => {}
    }
    let unread = plan.unsearched.len() + plan.faults.len();
    if unread > 0 {
        plan.unsearched.iter().for_each(|path| session.tell(&purge_unsearched(path)));
        plan.faults.iter().for_each(|fault| session.tell(&fault.message()));
        return Err(Failure::Held(purge_incomplete(unread)));
    }
    shown
}

fn own_row(session: &Session, row: &OwnFileRow) -> String {
    let place = row_place(&row.file, row.sheet.as_deref(), row.row);
    format!("{}\n", purge_own_row(&place, row.born).say(session.language))
}

fn json(
    municipality: &str,
    on: NaiveDate,
    deletes: bool,
    counts: &BTreeMap<String, u64>,
    own: &[OwnFileRow],
    link: Option<&Path>,
) -> serde_json::Value {
    let rows: Vec<serde_json::Value> = own
        .iter()
        .map(|row| serde_json::json!({ "fil": row.file, "blad": row.sheet, "rad": row.row, "fodd": row.born }))
        .collect();
    serde_json::json!({
        "jobb": "gallring",
        "kommunkod": municipality,
        "gallringsdatum": on.to_string(),
        "gallrat": deletes,
        "mapp": link,
        "antal": counts,
        "egna_tabeller": rows,
    })
}
