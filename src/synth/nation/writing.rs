//! A nation on disk: its config, the sources that all share, and each municipality's own.

use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{Nation, OWN_KINDS};
use crate::records::{Kind, known_municipalities};
use crate::synth::extracts::{Extracts, Form, Line, lines};
use crate::synth::{Row, SynthError};

/// Where the registers' tables lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sources {
    /// Once, for all municipalities.
    Shared,
    /// In every municipality's own folder, with the rows of those who live or have lived there.
    Separate,
}

/// Youths whose rows are made together: enough to keep every core busy, few enough for little memory.
const BATCH: u64 = 500;
/// Batches made at a time.
const BATCHES: usize = 16;

/// Some youths in the files of one municipality.
enum Batch {
    /// Those who were there first, by their places in the series of numbers.
    Natives { town: usize, from: u64, to: u64 },
    /// Those who have moved in from a town of the nation.
    Movers { town: usize, movers: Vec<Mover> },
}

#[derive(Clone, Copy)]
struct Mover {
    to: usize,
    index: u64,
    from: usize,
}

/// Writes `kaa.toml` and the folder `inbox` of a nation: what all share in it, and each municipality's own in
/// `inbox/<code>`. A move is told by both municipalities.
///
/// # Errors
/// When a file cannot be written.
pub fn write_nation(nation: &Nation, sources: Sources, form: Form, folder: &Path) -> Result<(), SynthError> {
    fs::create_dir_all(folder).map_err(SynthError::write(folder))?;
    let config = folder.join("kaa.toml");
    fs::write(&config, nation.config(sources)).map_err(SynthError::write(&config))?;
    let inbox = folder.join("inbox");
    let shared_kinds: Vec<Kind> = Kind::ALL.iter().copied().filter(|kind| !OWN_KINDS.contains(kind)).collect();
    let (shared_kinds, own_kinds) = match sources {
        Sources::Shared => (shared_kinds, OWN_KINDS),
        Sources::Separate => (Vec::new(), Kind::ALL),
    };
    let mut shared = Extracts::create(&inbox, &shared_kinds, nation.as_of, form)?;
    let mut own = OwnFiles { nation, inbox, kinds: own_kinds, form, open: None };
    for batches in nation.batches().chunks(BATCHES) {
        let made: Vec<Vec<Line>> = batches.par_iter().map(|batch| nation.lines(batch, sources, form)).collect();
        for (batch, lines) in batches.iter().zip(made) {
            own.of(batch.town())?.add(&lines)?;
            shared.add(&lines)?;
        }
    }
    own.finish()?;
    shared.finish()
}

impl Batch {
    fn town(&self) -> usize {
        let (Self::Natives { town, .. } | Self::Movers { town, .. }) = self;
        *town
    }
}

/// The files of the municipality that is being written.
struct OwnFiles<'a> {
    nation: &'a Nation,
    inbox: PathBuf,
    kinds: &'a [Kind],
    form: Form,
    open: Option<(usize, Extracts)>,
}

impl OwnFiles<'_> {
    /// The files of a town, which begin when those of another end.
    fn of(&mut self, town: usize) -> Result<&mut Extracts, SynthError> {
        if self.open.as_ref().is_none_or(|(open, _)| *open != town) {
            self.finish()?;
            let folder = self.inbox.join(self.nation.towns[town].known.code.to_string());
            let extracts = Extracts::create(&folder, self.kinds, self.nation.as_of, self.form)?;
            return Ok(&mut self.open.insert((town, extracts)).1);
        }
        self.open.as_mut().map(|(_, extracts)| extracts).ok_or_else(|| SynthError::Data("inga filer".to_owned()))
    }

    fn finish(&mut self) -> Result<(), SynthError> {
        self.open.take().map_or(Ok(()), |(_, extracts)| extracts.finish())
    }
}

impl Nation {
    fn config(&self, sources: Sources) -> String {
        let all = self.towns.len() == known_municipalities().len();
        let codes: Vec<String> = self.towns.iter().map(|town| format!("\"{}\"", town.known.code)).collect();
        let (name, municipalities) =
            if all { ("Riket", "\"alla\"".to_owned()) } else { ("Förbundet", format!("[{}]", codes.join(", "))) };
        let shared = if sources == Sources::Shared { "\n[kallor]\nmapp = \"inbox\"\n" } else { "" };
        format!(
            "# Allt är påhittat av kaa synth: inga verkliga personer, skolor eller ärenden.\n\
             [forbund]\nnamn = \"{name}\"\nkommuner = {municipalities}\negen_mapp = \"inbox/{{kod}}\"\n\
             {shared}\n[utdata]\nmapp = \"output\"\n"
        )
    }

    /// Everyone's rows in the order in which they are written: by town, first those who were there first.
    fn batches(&self) -> Vec<Batch> {
        let mut movers: Vec<Mover> = (0..self.towns.len())
            .into_par_iter()
            .flat_map_iter(|from| {
                let town = &self.towns[from];
                let moved = move |index| self.towns_moved_to(index, town).into_iter().map(move |to| (to, index));
                town.youths.clone().flat_map(moved).map(move |(to, index)| Mover { to, index, from })
            })
            .collect();
        movers.sort_by_key(|mover| (mover.to, mover.index));
        let mut batches = Vec::new();
        for (town, youths) in self.towns.iter().map(|town| &town.youths).enumerate() {
            let starts = (youths.start..youths.end.max(youths.start + 1)).step_by(usize::try_from(BATCH).unwrap_or(1));
            batches.extend(starts.map(|from| Batch::Natives { town, from, to: youths.end.min(from + BATCH) }));
            let arrived =
                movers.partition_point(|mover| mover.to < town)..movers.partition_point(|mover| mover.to <= town);
            batches.extend(
                movers[arrived].chunks(BATCH as usize).map(|movers| Batch::Movers { town, movers: movers.to_vec() }),
            );
        }
        batches
    }

    fn lines(&self, batch: &Batch, sources: Sources, form: Form) -> Vec<Line> {
        let town = batch.town();
        let people: Vec<(u64, usize)> = match batch {
            Batch::Natives { from, to, .. } => (*from..*to).map(|index| (index, town)).collect(),
            Batch::Movers { movers, .. } => movers.iter().map(|mover| (mover.index, mover.from)).collect(),
        };
        let mut all = Vec::new();
        for (index, origin) in people {
            let rows = self.rows_of(index, origin, town, sources);
            all.extend(lines(&rows, self.seed, self.as_of, form.mess));
        }
        all
    }

    /// The rows about a youth of the town `origin` in the files of `town`. Shared tables get what school knows once.
    fn rows_of(&self, index: u64, origin: usize, town: usize, sources: Sources) -> Vec<Row> {
        let person = self.person(index, &self.towns[origin]);
        let mut rows = if origin == town || sources == Sources::Separate { person.schooling } else { Vec::new() };
        let here = self.towns[town].known.code;
        rows.extend(person.homes.into_iter().filter(|(code, _)| *code == here).flat_map(|(_, rows)| rows));
        rows
    }
}
