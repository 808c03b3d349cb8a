//! "Risk för avbrott": the list of prevention, for the team and for the follow-ups with the schools.

use super::lists::Lists;
use super::people::PROTECTED;
use super::{Cell, Column, CsvFile, Holds, List, Order, Sheet, code_list};
use crate::config::Config;
use crate::person::PersonalNumber;
use crate::prevention::{Pupil, Risk, Warning, risks};
use crate::records::Kind;

impl Lists<'_> {
    /// Residents who are no members and may become so.
    pub(super) fn risks(&self, config: &Config) -> List {
        let warnings = code_list(Warning::all().into_iter().map(|warning| (warning.code(), warning.label())));
        List {
            file: Some(CsvFile::new(
                "risk",
                "Risk för avbrott",
                "En rad för varje uppgift om en ungdom som inte omfattas men riskerar att göra det.",
            )),
            sheet: Some(Sheet {
                name: "Risk för avbrott",
                about: "Ungdomar som inte omfattas men riskerar att göra det. Listan görs om vid varje körning och sparas inte. Filtrera på Går nu i inför ett möte med en skola.",
                empty: "Inga kända risker.",
                order: Order::AsListed,
            }),
            columns: vec![
                Column::person(),
                Column::sheet("Namn", 22),
                Column::here(),
                Column::both("typ", "Varför", 27, Holds::Code(warnings), "Vad uppgiften säger.").required(),
                Column::both("datum", "Datum", 11, Holds::Day, "Dagen som uppgiften gäller.").required(),
                Column::both("skola", "Skola enligt uppgiften", 24, Holds::Text, "Skolans namn."),
                Column::sheet("Går nu i", 24),
                Column::sheet("Studieväg", 11),
                Column::sheet("IM-elev", 8),
                Column::sheet("Beräknat slut", 11),
                Column::both("kalla", "Källa", 20, Holds::kind(), "Källan som säger det.").required(),
            ],
            rows: risks(self.month, config).iter().map(|risk| self.risk(risk)).collect(),
        }
    }

    fn risk(&self, risk: &Risk) -> Vec<Cell> {
        let pupil = risk.pupil.as_ref();
        let introductory = pupil.is_some_and(|pupil| pupil.introductory);
        vec![
            Cell::Person(risk.number),
            self.people.name(risk.number),
            self.here(),
            Cell::labelled(risk.warning.code(), risk.warning.label()),
            Cell::Date(risk.date),
            self.school(risk.number, risk.school.as_deref()),
            self.school(risk.number, pupil.and_then(|pupil: &Pupil| pupil.school.as_deref())),
            self.school(risk.number, pupil.and_then(|pupil| pupil.programme.as_deref())),
            if introductory { Cell::Code("IM") } else { Cell::Empty },
            Cell::from(pupil.and_then(|pupil| pupil.ends)),
            Cell::labelled(risk.warning.source().name(), source_label(risk.warning.source())),
        ]
    }

    /// A school, a provider, or what would tell it; of protected persons none.
    pub(super) fn school(&self, number: PersonalNumber, name: Option<&str>) -> Cell {
        if self.month.protected.contains(&number) { Cell::Code(PROTECTED) } else { Cell::from(name) }
    }
}

/// A table in words.
pub(super) fn source_label(source: Kind) -> &'static str {
    match source {
        Kind::ProviderReports => "Skolans rapport",
        Kind::Admissions => "Antagningen",
        Kind::AdultEducation => "Vuxenutbildningen",
        Kind::StudentRegister => "Elevregistret",
        other => other.name(),
    }
}
