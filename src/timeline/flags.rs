//! Rule 11: what a person must look at.

use chrono::{Datelike, NaiveDate};

use super::Context;
use super::period::{Period, minus, next_day};
use super::residence::snapshot_row;
use super::schooling::{admissions, compulsory_holds, form_counts};
use super::spells::{Findings, Span};
use crate::records::{DecisionKind, Life, Place, Protection, RegisterEvent, SchoolForm};

macro_rules! flags {
    ($($variant:ident = $code:literal $name:literal: $label:literal, $todo:literal;)*) => {
        /// A flag of a spell, in the order in which flags are listed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Flag { $(#[doc = $label] $variant,)* }

        impl Flag {
            /// Every flag, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The constant in files.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// What it is called, in Swedish.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it says, in Swedish.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }

            /// What to do about it, in Swedish.
            pub fn todo(self) -> &'static str {
                match self { $(Self::$variant => $todo,)* }
            }
        }
    };
}

flags! {
    NoSchoolData = "SAKNAR_SKOLUPPGIFT" "Skoluppgift saknas":
        "Ingen skoluppgift finns om ungdomen. Kan gå i en skola utanför samverkansområdet.",
        "Fråga ungdomen, vårdnadshavaren eller CSN. Går ungdomen i skola: lägg ett undantag UTBILDNING_UTANFOR_OMRADET med till-datum.";
    EnrolmentVanished = "PLACERING_FORSVUNNEN" "Placering försvunnen":
        "Placeringen fanns i ett tidigare uttag men saknas i det senaste, utan slutdatum.",
        "Fråga skolan om eleven har slutat, och be dem sätta slutdatum i elevregistret.";
    RegisterStillOpen = "REGISTRET_OPPET" "Öppen i elevregistret":
        "Skolan har rapporterat avbrott, men placeringen är öppen i elevregistret.",
        "Be skolan avsluta placeringen i elevregistret med rätt datum.";
    IbPending = "IB_VANTAR" "Väntar på IB-besked":
        "IB-studierna är slut, men besked om diplom har inte kommit.",
        "Invänta antagningskansliets lista i augusti, eller fråga skolan.";
    RegisterContradicted = "FOLKBOKFORING_MOTSAGS" "Folkbokföringen motsägs":
        "Folkbokföringens uttag och ändringar säger emot varandra.",
        "Kontrollera folkbokföringen. Lägg undantag BOR_HAR eller BOR_EJ_HAR om filerna har fel.";
    ProtectedRegistration = "SKYDDAD_FOLKBOKFORING" "Skyddad folkbokföring":
        "Skyddad folkbokföring: hemkommunen kan vara en annan än registret visar.",
        "Hantera manuellt enligt kommunens rutin för skyddade personuppgifter.";
    AdmittedProvisionally = "ANTAGEN_PRELIMINART" "Antagen preliminärt":
        "Räknas som elev bara genom en antagning.",
        "Kontrollera att eleven har börjat. Elevregistret avgör när placeringen kommer.";
    InCompulsorySchool = "I_GRUNDSKOLA" "Går i grundskolan":
        "Går i grundskolan utan uppgift om förlängd skolplikt eller rätt att slutföra.",
        "Fråga grundskolan. Lägg en rad i tabellen grundskola.";
    FaultyEnd = "FELAKTIGT_SLUTDATUM" "Felaktigt slutdatum":
        "En rad om ungdomen avvisades för att slutdatumet inte går att läsa eller ligger före starten.",
        "Rätta slutdatumet i källan. Se Avvisade rader.";
}

/// The flags of a spell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(u16);

impl Flags {
    /// Adds `flag` when `holds`.
    pub fn set(&mut self, flag: Flag, holds: bool) {
        if holds {
            self.0 |= 1 << flag as u16;
        }
    }

    /// Whether `flag` is among them.
    pub fn has(self, flag: Flag) -> bool {
        self.0 & (1 << flag as u16) != 0
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The flags in order.
    pub fn iter(self) -> impl Iterator<Item = Flag> {
        Flag::ALL.iter().copied().filter(move |&flag| self.has(flag))
    }

    /// The codes joined by a comma.
    pub fn codes(self) -> String {
        self.iter().map(Flag::code).collect::<Vec<_>>().join(",")
    }

    /// The Swedish names joined by a comma.
    pub fn names(self) -> String {
        self.iter().map(Flag::name).collect::<Vec<_>>().join(", ")
    }

    /// The flags of [`Flags::codes`]; unknown codes are left out.
    pub fn from_codes(codes: &str) -> Self {
        let mut flags = Self::default();
        for flag in Flag::ALL {
            flags.set(*flag, codes.split(',').any(|code| code == flag.code()));
        }
        flags
    }
}

/// What must be looked into about someone who is no member for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InquiryKind {
    /// A gap in summer without a known continuation.
    SummerUndecided,
    /// Out of the group only by an admission.
    AdmittedProvisionally,
    /// An open enrolment whose expected end has passed.
    EnrolmentOverdue,
    /// A report that is about no enrolment.
    ReportWithoutEnrolment,
    /// A name in the student register that does not fit the number's owner.
    NameDiffers,
}

impl InquiryKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::SummerUndecided,
        Self::AdmittedProvisionally,
        Self::EnrolmentOverdue,
        Self::ReportWithoutEnrolment,
        Self::NameDiffers,
    ];

    /// The constant in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::SummerUndecided => "SOMMAR_OAVGJORD",
            Self::AdmittedProvisionally => Flag::AdmittedProvisionally.code(),
            Self::EnrolmentOverdue => "PLACERING_PASSERAD",
            Self::ReportWithoutEnrolment => "RAPPORT_UTAN_PLACERING",
            Self::NameDiffers => "NAMN_AVVIKER",
        }
    }

    /// What it is called, in Swedish.
    pub fn name(self) -> &'static str {
        match self {
            Self::SummerUndecided => "Hösten inte avgjord",
            Self::AdmittedProvisionally => Flag::AdmittedProvisionally.name(),
            Self::EnrolmentOverdue => "Placering med passerat slut",
            Self::ReportWithoutEnrolment => "Rapport utan placering",
            Self::NameDiffers => "Annat namn i elevregistret",
        }
    }

    /// What it says, in Swedish.
    pub fn label(self) -> &'static str {
        match self {
            Self::SummerUndecided => {
                "Slutade inför sommaren. Ingen fortsättning är känd, och höstens start är inte avgjord."
            }
            Self::AdmittedProvisionally => Flag::AdmittedProvisionally.label(),
            Self::EnrolmentOverdue => "Placeringen är öppen, men beräknat slut passerade för mer än 90 dagar sedan.",
            Self::NameDiffers => {
                "Namnet i elevregistret är ett annat än i folkbokföringen. Placeringen kan höra till någon annan."
            }
            Self::ReportWithoutEnrolment => "Skolan har rapporterat avbrott, men ingen placering passar rapporten.",
        }
    }

    /// What to do, in Swedish.
    pub fn todo(self) -> &'static str {
        match self {
            Self::SummerUndecided => {
                "Kontrollera antagningen. Utan utbildning den 16 september räknas ungdomen till gruppen."
            }
            Self::AdmittedProvisionally => Flag::AdmittedProvisionally.todo(),
            Self::EnrolmentOverdue => {
                "Fråga skolan om eleven går kvar, och be dem rätta slutdatum eller beräknat slut."
            }
            Self::NameDiffers => "Be skolan kontrollera personnumret.",
            Self::ReportWithoutEnrolment => "Jämför rapportens skola och datum med elevregistret, eller fråga skolan.",
        }
    }
}

/// Something to look into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inquiry {
    /// What.
    pub kind: InquiryKind,
    /// The day it concerns.
    pub date: NaiveDate,
    /// The rows it rests on.
    pub places: Vec<Place>,
}

/// Protection on the as-of date: the snapshot's, then the SKYDD rows after it (all of them for who is not in the
/// snapshot); the last holds, of one day the strictest. A SKYDD row without a value counts as SEKRETESSMARKERING.
pub fn protection(life: &Life<'_>, context: &Context<'_>) -> Protection {
    let row = snapshot_row(life, context).filter(|row| row.municipality == context.municipality);
    let changes = life
        .changes
        .iter()
        .filter(|change| change.event == RegisterEvent::Protection)
        .filter(|change| row.is_none_or(|row| change.date > context.extracted(row.place)))
        .map(|change| (change.date, change.protection.unwrap_or(Protection::Confidential)));
    let snapshot = row.and_then(|row| row.protection).unwrap_or(Protection::None);
    changes.max().map_or(snapshot, |(_, protection)| protection)
}

/// The last `till` of the UTREDD decisions that have begun.
pub fn looked_into_until(life: &Life<'_>, context: &Context<'_>) -> Option<NaiveDate> {
    life.decisions
        .iter()
        .filter(|row| row.kind == DecisionKind::LookedInto && row.start <= context.as_of)
        .map(|row| row.end)
        .max()
}

impl Findings<'_> {
    /// The flags of a spell.
    pub(super) fn flags(&self, span: Span) -> Flags {
        let mut flags = Flags::default();
        let first = span.days.from;
        flags.set(Flag::NoSchoolData, self.lacks_school_data());
        flags.set(Flag::EnrolmentVanished, self.educations_ending_on(first).any(|education| education.vanished));
        flags.set(Flag::RegisterStillOpen, self.register_is_open(span.days));
        flags.set(Flag::IbPending, self.ib_is_pending(first));
        flags.set(Flag::RegisterContradicted, self.residence.contradicted);
        flags
            .set(Flag::ProtectedRegistration, protection(self.life, self.context) == Protection::ProtectedRegistration);
        flags.set(Flag::AdmittedProvisionally, !span.open && self.ends_by_admission_only(span.days.to));
        flags.set(Flag::InCompulsorySchool, span.open && self.is_in_compulsory_school());
        flags.set(Flag::FaultyEnd, span.open && self.context.faulty_ends.contains_key(&self.life.number));
        flags
    }

    fn lacks_school_data(&self) -> bool {
        let life = self.life;
        !life.enrolments.iter().any(|row| form_counts(row.form))
            && life.credentials.is_empty()
            && life.adult_courses.is_empty()
            && life.folk_courses.is_empty()
            && life.reports.is_empty()
            && life.compulsory.is_empty()
            && admissions(life).next().is_none()
    }

    /// On a day of the spell the student register has an enrolment that a report ended or removed.
    fn register_is_open(&self, days: Period) -> bool {
        self.schooling.overruled.iter().any(|(row, _)| {
            let still_open = row.lost.is_none() && row.end.is_none_or(|end| end >= self.context.as_of);
            still_open && Period::new(row.start, row.end.map_or(super::FOREVER, next_day)).overlaps(days)
        })
    }

    fn ib_is_pending(&self, first: NaiveDate) -> bool {
        let last = minus(first, 1);
        let ended = self
            .educations_ending_on(first)
            .any(|education| education.is_ib() && !education.interrupted && last.year() == self.context.as_of.year());
        ended && !self.life.credentials.iter().any(|row| row.date >= minus(last, 60))
    }

    fn is_in_compulsory_school(&self) -> bool {
        let as_of = self.context.as_of;
        let enrolled = self.life.enrolments.iter().any(|row| {
            matches!(row.form, SchoolForm::Compulsory | SchoolForm::AdaptedCompulsory)
                && row.start <= as_of
                && row.end.map(next_day).or(row.lost).is_none_or(|to| as_of < to)
        });
        enrolled && !self.life.compulsory.iter().any(|row| compulsory_holds(row, as_of))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn texts(of: impl Iterator<Item = &'static str>) -> BTreeSet<&'static str> {
        of.filter(|text| text.len() > 3).collect()
    }

    #[test]
    fn every_flag_and_inquiry_is_named_described_and_has_something_to_do() {
        let flags = Flag::ALL.iter().copied();
        let inquiries = InquiryKind::ALL.iter().copied();
        for texts in [
            texts(flags.clone().map(Flag::name)),
            texts(flags.clone().map(Flag::label)),
            texts(flags.clone().map(Flag::todo)),
        ] {
            assert_eq!(texts.len(), Flag::ALL.len());
        }
        for texts in [
            texts(inquiries.clone().map(InquiryKind::name)),
            texts(inquiries.clone().map(InquiryKind::label)),
            texts(inquiries.map(InquiryKind::todo)),
        ] {
            assert_eq!(texts.len(), InquiryKind::ALL.len());
        }
    }
}
