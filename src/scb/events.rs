//! What happened in the half-year, block by block, with the rows that say so. Values come from the case register where
//! it has them, else from the program's own spells.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::half_year::{HalfYearView, PeriodSpell};
use crate::month::Person;
use crate::outreach::{is_contact, is_guardians_word, spell_of};
use crate::person::PersonalNumber;
use crate::records::{
    Addressee, Coded, ContactAttempt, DecisionKind, Ground, KnowledgeSource, LatestEducation, Life, Measure,
    MeasureContent, MeasureEnd, Municipality, Occupation, OccupationAfter, Place, Reason, Record, Registration,
    SchoolForm,
};
use crate::timeline::{Education, EducationKind, Findings, Law, Memory};

/// The blocks of the collection (Tibro 2024 p. 19), and knowledge apart from contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Block {
    /// Block 1: a registration.
    Registration,
    /// Block 2: a contact with the youth.
    Contact,
    /// Knowledge of an occupation apart from contact.
    Knowledge,
    /// Block 3: a measure begins.
    MeasureStart,
    /// Block 4: a measure ends.
    MeasureEnd,
    /// Block 5: a deregistration.
    Deregistration,
}

impl Block {
    /// Every block, in the order of a person's rows.
    pub const ALL: [Self; 6] = [
        Self::Registration,
        Self::Contact,
        Self::Knowledge,
        Self::MeasureStart,
        Self::MeasureEnd,
        Self::Deregistration,
    ];

    /// The name in layouts and files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Registration => "registrering",
            Self::Contact => "kontakt",
            Self::Knowledge => "kannedom",
            Self::MeasureStart => "atgard_start",
            Self::MeasureEnd => "atgard_slut",
            Self::Deregistration => "avregistrering",
        }
    }
}

macro_rules! fields {
    ($($variant:ident = $name:literal of $block:ident $(coded $list:ty)?;)*) => {
        /// What a column of the file can hold.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field { $(#[doc = concat!("`", $name, "`")] $variant,)* }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in layouts.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The block whose events have it.
            pub fn block(self) -> Block {
                match self { $(Self::$variant => Block::$block,)* }
            }

            /// The code list of its values, by name, with the constants and their Swedish words. `None`: no coded
            /// field.
            pub fn codes(self) -> Option<(&'static str, Vec<(&'static str, &'static str)>)> {
                match self { $(Self::$variant => [$(Some(list::<$list>()),)? None].into_iter().next()?,)* }
            }
        }
    };
}

fields! {
    Number = "personnummer" of Registration;
    Municipality = "kommunkod" of Registration;
    Registered = "registreringsdatum" of Registration;
    LatestEducation = "senaste_utbildning" of Registration coded LatestEducation;
    Reason = "orsak" of Registration coded Reason;
    ContactDate = "kontaktdatum" of Contact;
    Occupation = "sysselsattning" of Contact coded Occupation;
    KnowledgeDate = "kannedomsdatum" of Knowledge;
    KnowledgeSource = "kannedomskalla" of Knowledge coded KnowledgeSource;
    KnownOccupation = "kand_sysselsattning" of Knowledge coded Occupation;
    MeasureStart = "atgard_startdatum" of MeasureStart;
    Content = "innehall" of MeasureStart coded MeasureContent;
    MeasureEnd = "atgard_slutdatum" of MeasureEnd;
    EndGround = "grund_avslut" of MeasureEnd coded MeasureEnd;
    OccupationAfter = "sysselsattning_efter" of MeasureEnd coded OccupationAfter;
    Deregistered = "avregistreringsdatum" of Deregistration;
    Ground = "avregistreringsgrund" of Deregistration coded Ground;
}

fn list<T: Coded>() -> (&'static str, Vec<(&'static str, &'static str)>) {
    (T::FIELD, T::ALL.iter().map(|value| (value.code(), value.label())).collect())
}

impl Field {
    /// The Swedish words of one of its constants.
    pub fn words(self, constant: &'static str) -> &'static str {
        let codes = self.codes().map(|(_, codes)| codes).unwrap_or_default();
        codes.into_iter().find(|(code, _)| *code == constant).map_or(constant, |(_, words)| words)
    }

    /// The day of each block's event.
    pub fn date_of(block: Block) -> Self {
        match block {
            Block::Registration => Self::Registered,
            Block::Contact => Self::ContactDate,
            Block::Knowledge => Self::KnowledgeDate,
            Block::MeasureStart => Self::MeasureStart,
            Block::MeasureEnd => Self::MeasureEnd,
            Block::Deregistration => Self::Deregistered,
        }
    }

    /// Whether it is a day.
    pub fn is_date(self) -> bool {
        Block::ALL.iter().any(|&block| Self::date_of(block) == self)
    }
}

/// The value of a field, before a layout says how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// A person.
    Number(PersonalNumber),
    /// The municipality.
    Municipality(Municipality),
    /// A day.
    Date(NaiveDate),
    /// A constant of a code list.
    Code(&'static str),
}

/// What an event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// Block 1.
    Registration {
        /// Latest occupation in the form of education.
        latest_education: LatestEducation,
        /// Why.
        reason: Reason,
    },
    /// Block 2.
    Contact {
        /// Occupation at contact.
        occupation: Occupation,
    },
    /// Knowledge.
    Knowledge {
        /// Whence.
        source: KnowledgeSource,
        /// What.
        occupation: Occupation,
    },
    /// Block 3.
    MeasureStart {
        /// What it is.
        content: MeasureContent,
    },
    /// Block 4.
    MeasureEnd {
        /// Why it ended.
        ground: Option<MeasureEnd>,
        /// Occupation after it.
        after: Option<OccupationAfter>,
    },
    /// Block 5.
    Deregistration {
        /// Why.
        ground: Option<Ground>,
    },
}

/// Something that the file tells of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Whose.
    pub number: PersonalNumber,
    /// The registration that it belongs to.
    pub registered: NaiveDate,
    /// Its day.
    pub date: NaiveDate,
    /// What it says.
    pub fact: Fact,
    /// The rows that it rests on; none: the program's own spell.
    pub places: Vec<Place>,
}

impl Event {
    /// Its block.
    pub fn block(&self) -> Block {
        match self.fact {
            Fact::Registration { .. } => Block::Registration,
            Fact::Contact { .. } => Block::Contact,
            Fact::Knowledge { .. } => Block::Knowledge,
            Fact::MeasureStart { .. } => Block::MeasureStart,
            Fact::MeasureEnd { .. } => Block::MeasureEnd,
            Fact::Deregistration { .. } => Block::Deregistration,
        }
    }

    /// The value of a field: of its own block, or what every event of the registration shares.
    pub fn value(&self, field: Field, municipality: Municipality) -> Option<Value> {
        match (field, self.fact) {
            (Field::Number, _) => Some(Value::Number(self.number)),
            (Field::Municipality, _) => Some(Value::Municipality(municipality)),
            (Field::Registered, _) => Some(Value::Date(self.registered)),
            (date, _) if date == Field::date_of(self.block()) => Some(Value::Date(self.date)),
            _ => self.coded(field),
        }
    }

    /// The constant of a coded field.
    pub fn coded(&self, field: Field) -> Option<Value> {
        match (field, self.fact) {
            (Field::LatestEducation, Fact::Registration { latest_education, .. }) => code(Some(latest_education)),
            (Field::Reason, Fact::Registration { reason, .. }) => code(Some(reason)),
            (Field::Occupation, Fact::Contact { occupation })
            | (Field::KnownOccupation, Fact::Knowledge { occupation, .. }) => code(Some(occupation)),
            (Field::KnowledgeSource, Fact::Knowledge { source, .. }) => code(Some(source)),
            (Field::Content, Fact::MeasureStart { content }) => code(Some(content)),
            (Field::EndGround, Fact::MeasureEnd { ground, .. }) => code(ground),
            (Field::OccupationAfter, Fact::MeasureEnd { after, .. }) => code(after),
            (Field::Ground, Fact::Deregistration { ground }) => code(ground),
            _ => None,
        }
    }
}

fn code<T: Coded>(value: Option<T>) -> Option<Value> {
    value.map(|value| Value::Code(value.code()))
}

/// A field in which the case register and the program's own spell do not agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// Which field.
    pub field: Field,
    /// What the case register says.
    pub register: Option<Value>,
    /// What the sources say.
    pub own: Option<Value>,
    /// What the file has: the register's, else the sources'.
    pub in_file: Option<Value>,
    /// The register's row.
    pub place: Place,
}

/// Why an event of the half-year is not in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhyLeftOut {
    /// It belongs to no spell.
    OutsideSpell,
    /// It lies before the registration.
    BeforeRegistration,
    /// It lies after the deregistration.
    AfterDeregistration,
    /// A guardian's word without an occupation is no knowledge.
    NoOccupation,
    /// A measure that ended in the spell began before the registration.
    StartedBefore,
}

/// An event of the half-year that is not in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Whose.
    pub number: PersonalNumber,
    /// Its block.
    pub block: Block,
    /// Its day.
    pub date: NaiveDate,
    /// Why.
    pub why: WhyLeftOut,
    /// Its row.
    pub place: Place,
}

/// A spell of the half-year with its registration and its events.
#[derive(Clone, Debug)]
pub struct Reported<'a> {
    /// The spell.
    pub spell: PeriodSpell<'a>,
    /// Its rows in the case register, by date of registration.
    pub rows: Vec<&'a Registration>,
    /// The registration date in the file.
    pub registered: NaiveDate,
    /// The day of deregistration in the file, when it has come.
    pub deregistered: Option<NaiveDate>,
    /// Whether the person was folkbokförd here on the day of registration.
    pub resident: bool,
    /// The events, the registration first.
    pub events: Vec<Event>,
    /// Where the case register differs.
    pub disagreements: Vec<Disagreement>,
    /// Measures that belong to the spell and have no end by its deregistration.
    pub open_measures: Vec<&'a Measure>,
    /// Contacts whose occupation is not filled in.
    pub without_occupation: Vec<&'a ContactAttempt>,
}

/// A half-year as the file tells it.
#[derive(Debug)]
pub struct Half<'a> {
    /// The spells that it is made of.
    pub view: &'a HalfYearView<'a>,
    /// The municipality.
    pub municipality: Municipality,
    /// Each spell, by person and first day.
    pub spells: Vec<Reported<'a>>,
    /// What happened in the half-year and is not in the file.
    pub left_out: Vec<LeftOut>,
}

impl<'a> Half<'a> {
    /// Takes the events of a half-year together: those of the spells with a day in it, and of those deregistered on its
    /// first day. A half-open spell [from, to) touches the half-year when `to` is its first day or later: the file of the
    /// half-year before had it open, and without its deregistration here SCB would hold the youth as registered for ever.
    /// One that the case register closed before the half-year was told of then.
    pub fn of(view: &'a HalfYearView<'a>, municipality: Municipality, law: &Law) -> Self {
        let telling = |&spell: &PeriodSpell<'a>| Telling::new(view, municipality, law, spell);
        let closed_here = |telling: &Telling<'_, '_>| telling.deregistered >= Some(view.period.first());
        let just_ended = view.deregistered_on_first_day.iter().map(telling).filter(closed_here);
        let mut spells: Vec<Reported<'a>> =
            view.spells.iter().map(telling).chain(just_ended).map(Telling::reported).collect();
        spells.sort_by_key(|reported| (reported.spell.member.number, reported.spell.from));
        let left_out = left_out(view, &spells);
        Self { view, municipality, spells, left_out }
    }

    /// Every event, by person, registration, block and day.
    pub fn events(&self) -> Vec<&Event> {
        let mut events: Vec<&Event> = self.spells.iter().flat_map(|spell| &spell.events).collect();
        events.sort_by_key(|event| (event.number, event.registered, event.block(), event.date));
        events
    }

    /// How many persons are in it.
    pub fn persons(&self) -> usize {
        self.numbers(|_| true)
    }

    /// How many persons have a registration in the case register.
    pub fn registered_persons(&self) -> usize {
        self.numbers(|spell| !spell.rows.is_empty())
    }

    fn numbers(&self, wanted: impl Fn(&Reported<'_>) -> bool) -> usize {
        let wanted = self.spells.iter().filter(|spell| wanted(spell));
        wanted.map(|spell| spell.spell.member.number).collect::<BTreeSet<_>>().len()
    }
}

/// One spell while its events are taken together.
struct Telling<'a, 'l> {
    view: &'a HalfYearView<'a>,
    municipality: Municipality,
    law: &'l Law,
    spell: PeriodSpell<'a>,
    life: Life<'a>,
    rows: Vec<&'a Registration>,
    deregistered: Option<NaiveDate>,
    ground: Option<Ground>,
}

impl<'a, 'l> Telling<'a, 'l> {
    fn new(view: &'a HalfYearView<'a>, municipality: Municipality, law: &'l Law, spell: PeriodSpell<'a>) -> Self {
        let rows = rows_of(&spell);
        // As it stood on the last day reported: what lies after it had not been done.
        let closing = rows.last().filter(|row| row.deregistered.is_some_and(|day| day <= view.until));
        let deregistered = closing.and_then(|row| row.deregistered).or(spell.deregistered());
        let ground = closing.and_then(|row| row.ground).or(spell.ground);
        let life = view.month.life(spell.member.number);
        Self { view, municipality, law, spell, life, rows, deregistered, ground }
    }

    fn reported(self) -> Reported<'a> {
        let known = &self.view.month.known;
        let stays = known.stays_of(self.spell.member.number);
        let context = known.context(self.view.month.as_of, self.municipality, self.law);
        let findings = Findings::of(&self.life, Memory { stays: &stays }, &context);
        let own_education = own_education(&findings, &self.spell);
        let mut events = vec![self.registration(own_education)];
        events.extend(self.contacts());
        events.extend(self.knowledge());
        events.extend(self.study_knowledge(&findings));
        events.extend(self.measures());
        events.extend(self.deregistration());
        Reported {
            registered: self.spell.registered,
            deregistered: self.deregistered,
            resident: findings.residence.periods.contains(self.spell.registered),
            events,
            disagreements: self.disagreements(own_education),
            open_measures: self.open_measures(),
            without_occupation: self.own_contacts().filter(|row| row.occupation.is_none()).collect(),
            spell: self.spell,
            rows: self.rows,
        }
    }

    fn event(&self, date: NaiveDate, fact: Fact, places: Vec<Place>) -> Event {
        Event { number: self.spell.member.number, registered: self.spell.registered, date, fact, places }
    }

    fn registration(&self, own_education: LatestEducation) -> Event {
        let (latest_education, reason) = (self.latest_education(own_education), self.reason());
        let places = self.rows.first().map(|row| row.place).into_iter().collect();
        self.event(self.spell.registered, Fact::Registration { latest_education, reason }, places)
    }

    /// The register's reason; one that it does not know says less than the sources.
    fn reason(&self) -> Reason {
        let known = self.rows.iter().filter_map(|row| row.reason).find(|&reason| reason != Reason::Unknown);
        known.unwrap_or(self.spell.member.spell.reason)
    }

    fn latest_education(&self, own: LatestEducation) -> LatestEducation {
        self.rows.iter().find_map(|row| row.latest_education).unwrap_or(own)
    }

    fn deregistration(&self) -> Option<Event> {
        let places = self.rows.last().filter(|row| row.deregistered == self.deregistered).map(|row| row.place);
        let fact = Fact::Deregistration { ground: self.ground };
        Some(self.event(self.deregistered?, fact, places.into_iter().collect()))
    }

    /// From the registration to the deregistration, both inclusive.
    fn is_registered_on(&self, day: NaiveDate) -> bool {
        self.spell.registered <= day && self.deregistered.is_none_or(|to| day <= to)
    }

    fn is_in_period(&self, day: NaiveDate) -> bool {
        self.view.period.first() <= day && day <= self.view.until
    }

    /// Whether an event of `day` belongs to this spell and to the file.
    fn is_told(&self, day: NaiveDate) -> bool {
        self.is_in_period(day) && self.is_registered_on(day) && self.is_of_spell(day)
    }

    fn is_of_spell(&self, day: NaiveDate) -> bool {
        let members = &self.spell.person.members;
        spell_of(day, members).is_some_and(|at| std::ptr::eq(&members[at], self.spell.member))
    }

    fn own_contacts(&self) -> impl Iterator<Item = &'a ContactAttempt> {
        self.life.contacts.iter().filter(|row| is_own_contact(row) && self.is_told(row.date))
    }

    fn contacts(&self) -> Vec<Event> {
        let contact = |row: &ContactAttempt| {
            let occupation = row.occupation.unwrap_or(Occupation::Unknown);
            self.event(row.date, Fact::Contact { occupation }, vec![row.place])
        };
        self.own_contacts().map(contact).collect()
    }

    /// What the team knows otherwise; a guardian's word is knowledge at any age.
    fn knowledge(&self) -> Vec<Event> {
        let of_guardian = |row: &ContactAttempt| {
            let fact = Fact::Knowledge { source: KnowledgeSource::Guardian, occupation: row.occupation? };
            Some(self.event(row.date, fact, vec![row.place]))
        };
        let guardians = self.life.contacts.iter().filter(|row| is_word_of_guardian(row) && self.is_told(row.date));
        let told = self.life.knowledge.iter().filter(|row| self.is_told(row.date)).map(|row| {
            let fact = Fact::Knowledge { source: row.source, occupation: row.occupation };
            self.event(row.date, fact, vec![row.place])
        });
        guardians.filter_map(of_guardian).chain(told).collect()
    }

    /// A spell that ended by komvux or folkhögskola without a contact is known by a register, not unknown (Tibro 2024
    /// p. 16).
    fn study_knowledge(&self, findings: &Findings<'_>) -> Option<Event> {
        let (last, ground) = (self.spell.last?, self.spell.ground?);
        let out = self.spell.deregistered()?;
        let by_studies = |education: &&Education<'_>| {
            matches!(education.kind, EducationKind::Adult | EducationKind::FolkHighSchool)
                && education.days.contains(out)
        };
        let studies = findings.schooling.educations.iter().find(by_studies)?;
        let contacted = self
            .life
            .contacts
            .iter()
            .any(|row| is_own_contact(row) && self.is_registered_on(row.date) && self.is_of_spell(row.date));
        if ground != Ground::EquivalentEducation || contacted {
            return None;
        }
        let day = self.deregistered.and_then(|day| day.pred_opt()).map_or(last, |day| day.min(last));
        // The last day of a spell deregistered on the first day lies in the half-year before, which could not know.
        let day = day.max(self.view.period.first());
        if !self.is_in_period(day) || !self.is_registered_on(day) {
            return None;
        }
        let told = |row: &crate::records::Knowledge| {
            row.date == day && row.source == KnowledgeSource::Register && row.occupation == Occupation::Studies
        };
        if self.life.knowledge.iter().any(told) {
            return None;
        }
        let fact = Fact::Knowledge { source: KnowledgeSource::Register, occupation: Occupation::Studies };
        Some(self.event(day, fact, studies.places.clone()))
    }

    fn own_measures(&self) -> impl Iterator<Item = &'a Measure> {
        self.life.measures.iter().filter(|row| self.is_registered_on(row.start) && self.is_of_spell(row.start))
    }

    /// Measures that begin or end in the half-year, those begun earlier too.
    fn measures(&self) -> Vec<Event> {
        let told = |row: &Measure| {
            let starts = self
                .is_in_period(row.start)
                .then(|| self.event(row.start, Fact::MeasureStart { content: row.content }, vec![row.place]));
            let end = row.end.filter(|&end| self.is_in_period(end) && self.is_registered_on(end));
            let fact = Fact::MeasureEnd { ground: row.end_ground, after: row.occupation_after };
            let ends = end.map(|end| self.event(end, fact, vec![row.place]));
            starts.into_iter().chain(ends)
        };
        self.own_measures().flat_map(told).collect()
    }

    fn open_measures(&self) -> Vec<&'a Measure> {
        let Some(out) = self.deregistered else { return Vec::new() };
        self.own_measures().filter(|row| row.end.is_none_or(|end| end > out)).collect()
    }

    fn disagreements(&self, own_education: LatestEducation) -> Vec<Disagreement> {
        let (Some(first), Some(last)) = (self.rows.first(), self.rows.last()) else { return Vec::new() };
        let until = self.view.until;
        let own_reason = self.spell.member.spell.reason;
        let mut found = Vec::new();
        let mut compare = |field, register: Option<Value>, own: Option<Value>, in_file: Option<Value>, place| {
            if register != own {
                found.push(Disagreement { field, register, own, in_file, place });
            }
        };
        let of_register = first.reason.filter(|&reason| reason != Reason::Unknown);
        if of_register.is_some() && own_reason != Reason::Unknown {
            compare(Field::Reason, code(of_register), code(Some(own_reason)), code(Some(self.reason())), first.place);
        }
        if first.latest_education.is_some() {
            let (register, in_file) = (code(first.latest_education), code(Some(self.latest_education(own_education))));
            compare(Field::LatestEducation, register, code(Some(own_education)), in_file, first.place);
        }
        let register = last.deregistered.filter(|&day| day <= until);
        let own = self.spell.deregistered();
        // When the sources have one, a later one of the register is not nothing.
        let written = if own.is_some() { last.deregistered } else { register };
        compare(
            Field::Deregistered,
            written.map(Value::Date),
            own.map(Value::Date),
            self.deregistered.map(Value::Date),
            last.place,
        );
        if register.is_some() && own.is_some() && last.ground.is_some() {
            compare(Field::Ground, code(last.ground), code(self.spell.ground), code(self.ground), last.place);
        }
        found
    }
}

/// The rows of the case register that belong to a spell, by date of registration.
fn rows_of<'a>(spell: &PeriodSpell<'a>) -> Vec<&'a Registration> {
    let person: &'a Person = spell.person;
    let at = person.members.iter().position(|member| std::ptr::eq(member, spell.member));
    let mut rows: Vec<&Registration> =
        person.with_spell.iter().filter(|(index, _)| Some(*index) == at).map(|(_, row)| row).collect();
    rows.sort_by_key(|row| (row.registered, row.place));
    rows
}

/// A contact with the youth. With the guardian it is knowledge, whatever the age.
fn is_own_contact(row: &ContactAttempt) -> bool {
    is_contact(row) && row.addressee != Some(Addressee::Guardian)
}

fn is_word_of_guardian(row: &ContactAttempt) -> bool {
    row.addressee == Some(Addressee::Guardian) && (is_contact(row) || is_guardians_word(row))
}

/// The latest education by the sources: the last real one before the spell (contract 2).
fn own_education(findings: &Findings<'_>, spell: &PeriodSpell<'_>) -> LatestEducation {
    let before = |education: &&Education<'_>| education.is_real() && education.days.from < spell.from;
    let last = findings
        .schooling
        .educations
        .iter()
        .filter(before)
        .max_by_key(|education| (education.days.to.min(spell.from), education.days.from));
    let Some(last) = last else {
        let immigrated = spell.member.spell.reason == Reason::Immigrated;
        return if immigrated { LatestEducation::Foreign } else { LatestEducation::Compulsory };
    };
    match last.kind {
        EducationKind::National => match last.enrolment.map(|row| row.form) {
            Some(SchoolForm::AdaptedUpperSecondary) => LatestEducation::AdaptedUpperSecondary,
            _ => LatestEducation::NationalProgramme,
        },
        EducationKind::Introductory => LatestEducation::IntroductoryProgramme,
        EducationKind::Adult => LatestEducation::AdultEducation,
        EducationKind::FolkHighSchool => LatestEducation::FolkHighSchool,
        // The coordinator's decision does not say which education it was, but for studies abroad.
        _ => {
            let abroad = findings
                .life
                .decisions
                .iter()
                .any(|row| row.kind == DecisionKind::StudiesAbroad && last.places.contains(&row.place));
            if abroad { LatestEducation::Foreign } else { LatestEducation::Unknown }
        }
    }
}

/// What happened in the half-year to whoever has rows, and stands in no spell's events.
fn left_out(view: &HalfYearView<'_>, spells: &[Reported<'_>]) -> Vec<LeftOut> {
    let told: BTreeSet<(Place, Block)> = spells
        .iter()
        .flat_map(|spell| &spell.events)
        .flat_map(|event| event.places.iter().map(|&place| (place, event.block())))
        .collect();
    let in_period = |day: NaiveDate| view.period.first() <= day && day <= view.until;
    let tables = &view.month.known.tables;
    let mut found = Vec::new();
    // `within`: why it is left out although its day lies in a spell of the file.
    let mut leave_out = |number, block, date: NaiveDate, place, within| {
        if in_period(date) && !told.contains(&(place, block)) {
            let why = why(view, spells, number, date).unwrap_or(within);
            found.push(LeftOut { number, block, date, why, place });
        }
    };
    for row in &tables.contacts {
        if is_own_contact(row) {
            leave_out(row.number, Block::Contact, row.date, row.place, WhyLeftOut::OutsideSpell);
        } else if is_word_of_guardian(row) {
            leave_out(row.number, Block::Knowledge, row.date, row.place, WhyLeftOut::NoOccupation);
        }
    }
    for row in &tables.knowledge {
        leave_out(row.number(), Block::Knowledge, row.date, row.place, WhyLeftOut::OutsideSpell);
    }
    for row in &tables.measures {
        leave_out(row.number, Block::MeasureStart, row.start, row.place, WhyLeftOut::OutsideSpell);
        if let Some(end) = row.end {
            leave_out(row.number, Block::MeasureEnd, end, row.place, WhyLeftOut::StartedBefore);
        }
    }
    found.sort_by_key(|left| (left.number, left.date, left.block, left.place));
    found
}

/// What is wrong with the day; `None`: it lies in a registration of the file.
fn why(
    view: &HalfYearView<'_>,
    spells: &[Reported<'_>],
    number: PersonalNumber,
    date: NaiveDate,
) -> Option<WhyLeftOut> {
    let people = &view.month.people;
    let person = people.binary_search_by_key(&number, |person| person.verdict.number).ok().map(|at| &people[at]);
    let member = person.and_then(|person| Some(&person.members[spell_of(date, &person.members)?]));
    let of_member = |spell: &&Reported<'_>| member.is_some_and(|member| std::ptr::eq(spell.spell.member, member));
    match spells.iter().find(of_member) {
        Some(spell) if date < spell.registered => Some(WhyLeftOut::BeforeRegistration),
        Some(spell) if spell.deregistered.is_some_and(|out| date > out) => Some(WhyLeftOut::AfterDeregistration),
        Some(_) => None,
        None => Some(WhyLeftOut::OutsideSpell),
    }
}
