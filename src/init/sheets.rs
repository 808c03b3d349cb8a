//! The sheets of the team's workbook: one for each table that the team keeps itself, derived from the tables'
//! declarations, and the sources in the config that read them.

use std::fmt::Write;

use super::WORKBOOK;
use crate::records::{
    Addressee, AdmissionStatus, AdultLevel, CellFault, Coded, CompulsoryKind, ContactOutcome, ContactWay,
    CredentialKind, DecisionKind, DecisionSource, Delivery, FolkCourseKind, FolkLevel, Ground, InterruptionReason,
    Kind, KnowledgeSource, LatestEducation, MeasureContent, MeasureEnd, Need, Occupation, OccupationAfter, Protection,
    Reason, RegisterEvent, ReportEvent, ResponsibleParty, SchoolForm, fold,
};
use crate::texts::init as texts;

/// The tables that a team keeps itself, in the order of its work.
pub const KINDS: [Kind; 7] = [
    Kind::Contacts,
    Kind::Knowledge,
    Kind::Measures,
    Kind::ContactDetails,
    Kind::Decisions,
    Kind::ProviderReports,
    Kind::CaseRegister,
];

/// A column of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The canonical column.
    pub name: &'static str,
    /// Its header, which is the column's name without a mapping.
    pub header: String,
    /// Whether a row needs it.
    pub required: bool,
    /// What is put in.
    pub input: Input,
}

/// What is put into a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A personnummer, as text.
    Number,
    /// A day.
    Date,
    /// Ja or Nej.
    YesNo,
    /// One of the words of a code list.
    Choice(Vec<Choice>),
    /// One of the profile's local offers.
    LocalOffer,
    /// One of the profile's roles.
    Role,
    /// Text.
    Text,
}

/// A word of a drop-down and the constant that it means.
pub type Choice = (&'static str, &'static str);

/// The name of a table's sheet.
pub fn sheet_name(kind: Kind) -> &'static str {
    texts::sheet(kind).0
}

/// The columns of a table's sheet.
pub fn fields(kind: Kind) -> Vec<Field> {
    let columns = kind.columns().iter().enumerate();
    let field = |(at, column): (usize, &crate::records::Column)| {
        // What a column refuses says what it takes.
        let input = match (kind.fault_of(at, "?"), column.name) {
            (Some(CellFault::Number(_)), _) => Input::Number,
            (Some(CellFault::Date), _) => Input::Date,
            (Some(CellFault::YesNo), _) => Input::YesNo,
            (Some(CellFault::Code), name) => Input::Choice(choices(kind, name)),
            (_, "insats") => Input::LocalOffer,
            (_, "ansvarig") => Input::Role,
            _ => Input::Text,
        };
        let required = matches!(column.need, Need::Required | Need::RequiredEnding);
        Field { name: column.name, header: texts::header(column.name), required, input }
    };
    columns.map(field).collect()
}

/// The words of a coded column, as in its drop-down.
pub fn choices(kind: Kind, column: &str) -> Vec<Choice> {
    match (kind, column) {
        (_, "kontaktsatt") => all::<ContactWay>(),
        (_, "mottagare") => all::<Addressee>(),
        (_, "utfall") => all::<ContactOutcome>(),
        // Someone on a national programme is out of the group: understood when it comes, but not offered.
        (_, "sysselsattning") => {
            let offered = |&(_, code): &Choice| code != Occupation::NationalProgramme.code();
            all::<Occupation>().into_iter().filter(offered).collect()
        }
        (_, "sysselsattning_efter") => all::<OccupationAfter>(),
        (_, "innehall") => all::<MeasureContent>(),
        (_, "ansvarig_part") => all::<ResponsibleParty>(),
        (_, "grund_avslut") => all::<MeasureEnd>(),
        (_, "beslut") => all::<DecisionKind>(),
        (Kind::Decisions, "kalla") => all::<DecisionSource>(),
        (_, "kalla") => all::<KnowledgeSource>(),
        (Kind::RegisterChanges, "handelse") => all::<RegisterEvent>(),
        (_, "handelse") => all::<ReportEvent>(),
        (_, "orsak") => all::<Reason>(),
        (_, "senaste_utbildning") => all::<LatestEducation>(),
        (_, "avregistreringsgrund") => all::<Ground>(),
        (_, "skydd") => all::<Protection>(),
        (_, "skolform") => all::<SchoolForm>(),
        (_, "avbrottsorsak") => all::<InterruptionReason>(),
        (Kind::Credentials, "typ") => all::<CredentialKind>(),
        (_, "typ") => all::<CompulsoryKind>(),
        (Kind::FolkHighSchool, "niva") => all::<FolkLevel>(),
        (_, "niva") => all::<AdultLevel>(),
        (_, "kurstyp") => all::<FolkCourseKind>(),
        (_, "status") => all::<AdmissionStatus>(),
        _ => Vec::new(),
    }
}

fn all<T: Coded>() -> Vec<Choice> {
    T::ALL.iter().map(|value| (value.label(), value.code())).collect()
}

/// The sources of the config that read the workbook, sheet by sheet.
pub(super) fn sources(kinds: &[Kind]) -> String {
    let mut text = texts::sources_comment().to_owned();
    for &kind in kinds {
        let sheet = sheet_name(kind);
        let comment = texts::source_comment(kind).map(|line| format!("# {line}\n")).unwrap_or_default();
        // Writing to a string never fails.
        let _ = write!(
            text,
            "\n{comment}[[kalla]]\nnamn = \"Arbetsboken: {sheet}\"\ntyp = \"{}\"\nfil = \"{WORKBOOK}\"\nblad = \"{sheet}\"\n",
            kind.name()
        );
        if kind.delivery() == Delivery::Parts {
            text.push_str("leverans = \"hel\" # bladet är allt som har kommit in, inte ett tillägg\n");
        }
        for field in fields(kind) {
            let Input::Choice(words) = &field.input else { continue };
            let mapped: Vec<&Choice> = words.iter().filter(|(word, code)| fold(word) != fold(code)).collect();
            if mapped.is_empty() {
                continue;
            }
            let _ = write!(text, "\n[kalla.varden.{}]\n", field.name);
            mapped.iter().for_each(|(word, code)| text.push_str(&format!("\"{word}\" = \"{code}\"\n")));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_without_a_mapping() {
        for kind in KINDS {
            for field in fields(kind) {
                assert_eq!(fold(&field.header), fold(field.name), "{}", kind.name());
            }
        }
    }

    #[test]
    fn every_coded_column_has_words_and_every_sheet_a_number_first() {
        for kind in KINDS {
            let fields = fields(kind);
            assert_eq!(fields[0].input, Input::Number, "{}", kind.name());
            assert!(fields.iter().all(|field| field.input != Input::Choice(Vec::new())), "{}", kind.name());
        }
    }
}
