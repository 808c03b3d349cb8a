//! What `kaa verify` and `kaa purge` say. Counts and places, never persons.

use std::fmt::Display;
use std::path::Path;

use super::{Message, both};
use crate::run::{Difference, DifferenceKind};

/// Something that is not as it was made.
pub fn difference(difference: &Difference) -> Message {
    let place = Path::new(&difference.folder).join(&difference.file);
    let place = place.display();
    match &difference.kind {
        DifferenceKind::Changed => both!("{place} har ändrats.", "{place} has been changed."),
        DifferenceKind::Missing => both!("{place} saknas.", "{place} is missing."),
        DifferenceKind::Added => both!("{place} har lagts till.", "{place} has been added."),
        DifferenceKind::Unreadable => both!("{place} går inte att läsa.", "{place} cannot be read."),
        DifferenceKind::PreviousMissing(previous) => {
            both!("{place} bygger på {previous}, som saknas.", "{place} builds on {previous}, which is missing.")
        }
        DifferenceKind::PreviousChanged(previous) => both!(
            "{place} bygger på {previous}, vars korning.json har ändrats.",
            "{place} builds on {previous}, whose korning.json has been changed."
        ),
    }
}

/// Everything is as it was made.
pub fn verify_clean(runs: usize, purges: usize) -> Message {
    both!(
        "Körningar: {runs}, gallringar: {purges}. Inget har ändrats.",
        "Runs: {runs}, purges: {purges}. Nothing has been changed."
    )
}

/// There is nothing to look at: nothing has run, or the disk is not there.
pub fn verify_nothing(folder: &Path) -> Message {
    let folder = folder.display();
    both!(
        "Inga körningar finns i {folder}. Har något körts: kontrollera att disken är ansluten och att [utdata] mapp stämmer.",
        "No runs in {folder}. If something has run: check that the disk is mounted and that [utdata] mapp is right."
    )
}

/// There are differences.
pub fn verify_differs(count: usize) -> Message {
    both!(
        "{count} skillnader. Återställ det som ändrats ur säkerhetskopian.",
        "{count} differences. Restore what was changed from the backup."
    )
}

/// A purge was interrupted.
pub fn purge_unfinished() -> Message {
    both!(
        "En gallring avbröts och är inte klar. Nästa körning slutför den, eller kör kaa purge --yes.",
        "A purge was interrupted and is not done. The next run finishes it, or run kaa purge --yes."
    )
}

/// The heading of a purge.
pub fn purge_heading(name: &str, on: &dyn Display) -> Message {
    both!("{name}, gallring {on}", "{name}, purge {on}")
}

/// Who goes.
pub fn purge_people(people: u64, rows: u64) -> Message {
    both!("  Personer:            {people:>6}   ({rows} rader)", "  Persons:             {people:>6}   ({rows} rows)")
}

/// What becomes of the files of runs.
pub fn purge_files(rewritten: u64, removed: u64) -> Message {
    both!(
        "  Filer i körningar:   {removed:>6}   tas bort, {rewritten} skrivs om",
        "  Files of runs:       {removed:>6}   go, {rewritten} are rewritten"
    )
}

/// Held runs.
pub fn purge_held(count: u64) -> Message {
    both!("  Stoppade körningar:  {count:>6}   tas bort", "  Held runs:           {count:>6}   go")
}

/// Archives of runs that lose something.
pub fn purge_archives(count: u64) -> Message {
    both!("  Krypterade arkiv:    {count:>6}   tas bort", "  Encrypted archives:  {count:>6}   go")
}

/// Extracts that newer ones have replaced.
pub fn purge_extracts(count: u64) -> Message {
    both!("  Äldre uttag:         {count:>6}   tas bort", "  Older extracts:      {count:>6}   go")
}

/// Rows for the team to delete.
pub fn purge_own(count: u64) -> Message {
    both!(
        "  I era egna tabeller: {count:>6}   rader att ta bort för hand",
        "  In your own tables:  {count:>6}   rows to delete by hand"
    )
}

/// A row for the team to delete.
pub fn purge_own_row(place: &Message, born: i32) -> Message {
    let (swedish, english) = (&place.swedish, &place.english);
    both!("Ta bort {swedish} (född {born})", "Delete {english} (born {born})")
}

/// A file that could not be searched.
pub fn purge_unsearched(path: &Path) -> Message {
    let path = path.display();
    both!(
        "{path} går inte att söka igenom. Ta bort filen om den rör någon som ska gallras.",
        "{path} cannot be searched. Delete it if it concerns anyone who is to be purged."
    )
}

/// Files that could not be read keep others from going.
pub fn purge_incomplete(count: usize) -> Message {
    both!(
        "{count} filer kunde inte läsas eller sökas igenom. Åtgärda dem och kör igen.",
        "{count} files could not be read or searched. See to them and run again."
    )
}

/// Nothing is to go.
pub fn purge_nothing() -> Message {
    both!("  Det finns inget att gallra i körningarna.", "  There is nothing to purge in the runs.")
}

/// Nothing has gone yet.
pub fn purge_dry_run() -> Message {
    both!(
        "  Inget är borttaget. Kör kaa purge --yes för att gallra.",
        "  Nothing has gone. Run kaa purge --yes to purge."
    )
}

/// It has gone.
pub fn purge_done(path: &Path) -> Message {
    let path = path.display();
    both!("  Gallrat. Vilka filer det gällde står i {path}", "  Purged. Which files it was is in {path}")
}
