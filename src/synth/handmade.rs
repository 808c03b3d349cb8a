//! The hand-made persons of `handmade.toml`: one for each sentence of the law and the plans, with what the law says.

use std::collections::BTreeSet;
use std::str::FromStr;

use chrono::{Days, NaiveDate};
use toml::{Table, Value};

use super::casework::{Youth, casework};
use super::life::Stay;
use super::names::{self, School};
use super::numbers::TEST_BIRTH_NUMBERS;
use super::random::Random;
use super::row::{Row, position};
use super::{Plan, SynthError};
use crate::person::{PersonalNumber, birthday};
use crate::records::{Coded, Ground, Kind, Reason};

const PERSONS: &str = include_str!("handmade.toml");

/// A hand-made person.
#[derive(Clone, Debug)]
pub(super) struct Person {
    /// Invented name.
    pub(super) name: String,
    /// The number that the person has now.
    pub(super) number: PersonalNumber,
    /// What has happened.
    pub(super) story: String,
    /// What the law says of it.
    pub(super) law: String,
    /// Where the person is at the last reconciliation.
    pub(super) status: String,
    /// The spells that are known then and still shown.
    pub(super) spells: Vec<String>,
    /// The rows about the person.
    pub(super) rows: Vec<Row>,
}

/// Rows that belong to nobody in particular and show what a reader must cope with.
#[derive(Clone, Debug)]
pub(super) struct Dirt {
    /// What is wrong.
    pub(super) fault: String,
    /// What becomes of the rows: `avvisas`, `dubblett`, `utanför` or `anmärks`.
    pub(super) fate: String,
    /// The rows.
    pub(super) rows: Vec<Row>,
}

/// All that is made by hand.
pub(super) struct Handmade {
    /// The persons, in the order of the file.
    pub(super) persons: Vec<Person>,
    /// The dirt.
    pub(super) dirt: Vec<Dirt>,
}

impl Handmade {
    /// Every row, the dirt too.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Row> {
        let dirt = self.dirt.iter().flat_map(|dirt| &dirt.rows);
        self.persons.iter().flat_map(|person| &person.rows).chain(dirt)
    }

    /// Every number that is taken, those that people had before too.
    pub(super) fn numbers(&self, reference: NaiveDate) -> BTreeSet<PersonalNumber> {
        let written =
            self.rows().filter_map(|row| PersonalNumber::from_digits(row.get("personnummer"), reference).ok());
        written.chain(self.persons.iter().map(|person| person.number)).collect()
    }
}

/// Reads the hand-made persons.
pub(super) fn handmade(plan: &Plan) -> Result<Handmade, SynthError> {
    let mut file: Table = PERSONS.parse().map_err(|error| SynthError::Data(format!("handmade.toml: {error}")))?;
    let mut tables = |key| match file.remove(key) {
        Some(Value::Array(entries)) => entries.into_iter().filter_map(|entry| entry.try_into::<Table>().ok()).collect(),
        _ => Vec::new(),
    };
    let persons: Vec<Table> = tables("person");
    let dirt: Vec<Table> = tables("smuts");
    Ok(Handmade {
        persons: persons.into_iter().map(|entry| Entry::new(entry, plan)?.person()).collect::<Result<_, _>>()?,
        dirt: dirt.into_iter().map(|entry| Entry::new(entry, plan)?.dirt()).collect::<Result<_, _>>()?,
    })
}

/// One person or piece of dirt while it is read.
struct Entry<'a> {
    plan: &'a Plan,
    table: Table,
    name: String,
    born: Option<NaiveDate>,
    birth_number: u16,
    number: Option<PersonalNumber>,
}

impl<'a> Entry<'a> {
    fn new(mut table: Table, plan: &'a Plan) -> Result<Self, SynthError> {
        let name = text(table.remove("namn"));
        let born = table.remove("fodd").map(|value| day(&text(Some(value)))).transpose()?;
        let woman = table.remove("kvinna").is_some();
        let birth_number = TEST_BIRTH_NUMBERS[usize::from(!woman)];
        let written = text(table.remove("nummer"));
        let mut entry = Self { plan, table, name, born, birth_number, number: None };
        entry.number = match (born, written.as_str()) {
            (Some(_), "SAMORDNING") => Some(entry.coordination_number(born)?),
            (Some(born), _) => Some(PersonalNumber::with_check_digit(born, birth_number)),
            (None, _) => None,
        };
        Ok(entry)
    }

    fn person(mut self) -> Result<Person, SynthError> {
        let number = self.number.ok_or_else(|| self.error("fodd saknas"))?;
        let (story, law, status) = (self.take("hant"), self.take("lagen"), self.take("status"));
        let spells: Vec<String> = match self.table.remove("perioder") {
            Some(Value::Array(spells)) => spells.into_iter().map(|spell| text(Some(spell))).collect(),
            _ => return Err(self.error("perioder saknas")),
        };
        let has_casework = [Kind::CaseRegister, Kind::Contacts, Kind::Knowledge, Kind::Measures]
            .iter()
            .any(|kind| self.table.contains_key(kind.name()));
        if !self.table.contains_key(Kind::PopulationRegister.name()) {
            let row = Value::Array(vec![Value::Table(Table::new())]);
            self.table.insert(Kind::PopulationRegister.name().to_owned(), row);
        }
        let mut rows = self.rows()?;
        if !has_casework {
            rows.extend(self.casework(number, &spells)?);
        }
        Ok(Person { name: self.name, number, story, law, status, spells, rows })
    }

    fn dirt(mut self) -> Result<Dirt, SynthError> {
        let (fault, fate) = (self.take("vad"), self.take("foljd"));
        Ok(Dirt { fault, fate, rows: self.rows()? })
    }

    fn take(&mut self, key: &str) -> String {
        text(self.table.remove(key))
    }

    fn error(&self, what: &str) -> SynthError {
        SynthError::Data(format!("handmade.toml: {}: {what}", self.name))
    }

    /// Every key that is left must name a table.
    fn rows(&mut self) -> Result<Vec<Row>, SynthError> {
        let mut rows = Vec::new();
        for (key, value) in std::mem::take(&mut self.table) {
            let kind = Kind::from_name(&key).ok_or_else(|| self.error(&format!("okänd nyckel {key}")))?;
            let Value::Array(entries) = value else { return Err(self.error(&key)) };
            for entry in entries {
                let cells = entry.try_into().map_err(|_| self.error(&key))?;
                rows.push(self.row(kind, cells)?);
            }
        }
        Ok(rows)
    }

    fn row(&self, kind: Kind, mut cells: Table) -> Result<Row, SynthError> {
        let extract = text(cells.remove("uttag"));
        cells.remove("avvisas");
        let number = self.row_number(&mut cells)?;
        let given: Vec<(String, String)> = cells.into_iter().map(|(key, value)| (key, text(Some(value)))).collect();
        if let Some((unknown, _)) = given.iter().find(|(key, _)| position(kind.columns(), key).is_none()) {
            return Err(self.error(&format!("{} har ingen kolumn {unknown}", kind.name())));
        }
        let mut pairs = self.defaults(kind, &given);
        pairs.extend(given.iter().map(|(key, value)| (key.as_str(), value.clone())));
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let mut row = Row::new(kind, &number, &pairs);
        self.place_in_extracts(&mut row, &extract)?;
        Ok(row)
    }

    fn place_in_extracts(&self, row: &mut Row, extract: &str) -> Result<(), SynthError> {
        let october = self.plan.extract_date(row.kind, 0);
        match extract {
            "" => {}
            "alla" => row.known = NaiveDate::MIN,
            "oktober" => (row.known, row.gone) = (NaiveDate::MIN, Some(october + Days::new(1))),
            "november" => row.known = october + Days::new(1),
            other => return Err(self.error(&format!("okänt uttag {other}"))),
        }
        Ok(())
    }

    /// The number that a row stands under; a new number that it names is written out.
    fn row_number(&self, cells: &mut Table) -> Result<String, SynthError> {
        if let Some(new) = cells.remove("nytt_personnummer") {
            cells.insert("nytt_personnummer".to_owned(), Value::String(self.written_number(&text(Some(new)))?));
        }
        if let Some(born) = cells.remove("fodd") {
            return self.written_number(&format!("GAMMALT {}", text(Some(born))));
        }
        self.written_number(&cells.remove("personnummer").map_or("PERSONNUMMER".to_owned(), |value| text(Some(value))))
    }

    /// Digits for `PERSONNUMMER`, `SAMORDNING` and `GAMMALT` with a date of birth; all else stands as it is.
    fn written_number(&self, written: &str) -> Result<String, SynthError> {
        match written.split_once(' ') {
            None if written == "PERSONNUMMER" => Ok(self.number.map(PersonalNumber::digits).unwrap_or_default()),
            None if written == "SAMORDNING" => Ok(self.coordination_number(self.born)?.digits()),
            Some(("SAMORDNING", born)) => Ok(self.coordination_number(Some(day(born)?))?.digits()),
            Some(("GAMMALT", born)) => Ok(PersonalNumber::with_check_digit(day(born)?, self.birth_number).digits()),
            _ => Ok(written.to_owned()),
        }
    }

    fn coordination_number(&self, born: Option<NaiveDate>) -> Result<PersonalNumber, SynthError> {
        let born = born.ok_or_else(|| self.error("fodd saknas"))?;
        let date: u64 = born.format("%Y%m%d").to_string().parse().unwrap_or(0);
        let front = (date + 60) * 1000 + u64::from(self.birth_number);
        let candidates = (0..10).map(|check| format!("{front}{check}"));
        let valid =
            candidates.filter_map(|digits| PersonalNumber::from_digits(&digits, self.plan.as_of[1]).ok()).next();
        valid.ok_or_else(|| self.error("samordningsnummer"))
    }

    /// What need not be said: the address, the usual school.
    fn defaults(&self, kind: Kind, given: &[(String, String)]) -> Vec<(&'static str, String)> {
        let value = |key: &str| given.iter().find(|(given, _)| given == key).map(|(_, value)| value.as_str());
        match kind {
            Kind::PopulationRegister if value("fornamn").is_none() => self.registered(),
            Kind::StudentRegister | Kind::ProviderReports => {
                let usual = match (value("skolform"), value("studievag")) {
                    (Some("GYAN"), _) => &names::ADAPTED,
                    (Some("GR"), _) => &names::COMPULSORY,
                    (_, Some(programme)) if programme.starts_with("IM") => &names::INTRODUCTORY,
                    _ => &names::UPPER_SECONDARY[0],
                };
                let school = value("skola").map_or(Some(usual), names::school_named);
                school.map(|school| school_cells(kind, school)).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    fn registered(&self) -> Vec<(&'static str, String)> {
        let mut random = self.random();
        let address = names::address(&mut random);
        let (given, family) = self.names();
        vec![
            ("kommunkod", self.plan.municipality.to_string()),
            ("fornamn", given.to_owned()),
            ("efternamn", family.to_owned()),
            ("co_adress", address.care_of),
            ("adress", address.street),
            ("postnummer", address.postcode.to_owned()),
            ("postort", address.city.to_owned()),
            ("folkbokford_fran", self.born.map(|born| born.to_string()).unwrap_or_default()),
            ("skydd", "SAKNAS".to_owned()),
        ]
    }

    fn names(&self) -> (&str, &str) {
        self.name.split_once(' ').unwrap_or((&self.name, ""))
    }

    fn random(&self) -> Random {
        let stream = self.number.map(PersonalNumber::digits).and_then(|digits| digits.parse().ok());
        Random::new(self.plan.seed, stream.unwrap_or(0))
    }

    fn casework(&self, number: PersonalNumber, spells: &[String]) -> Result<Vec<Row>, SynthError> {
        let stays = spells.iter().map(|spell| stay(spell).ok_or_else(|| self.error(spell)));
        let stays = stays.collect::<Result<Vec<_>, _>>()?;
        let digits = number.digits();
        let of_age = birthday(number.born(), 18);
        let youth = Youth { number: &digits, name: self.names(), of_age, since: self.plan.as_of[1] - Days::new(730) };
        Ok(casework(youth, &stays, &mut self.random()))
    }
}

fn school_cells(kind: Kind, school: &School) -> Vec<(&'static str, String)> {
    let mut cells = vec![
        ("skola", school.name.to_owned()),
        ("skolenhetskod", school.unit.to_owned()),
        ("huvudman", school.provider.to_owned()),
    ];
    if kind == Kind::StudentRegister {
        cells.push(("skolkommun", school.municipality.to_owned()));
        cells.push(("reducerat", "N".to_owned()));
    }
    cells
}

/// Reads `2026-06-11–2026-08-23 REASON GROUND FLAGS` and `2026-06-11–pågår REASON FLAGS`.
fn stay(spell: &str) -> Option<Stay> {
    let mut words = spell.split(' ');
    let (from, last) = words.next()?.split_once('–')?;
    let from = NaiveDate::from_str(from).ok()?;
    let reason = Reason::from_text(words.next()?)?;
    if last == "pågår" {
        return Some(Stay { from, to: None, reason, ground: None });
    }
    let to = NaiveDate::from_str(last).ok()? + Days::new(1);
    Some(Stay { from, to: Some(to), reason, ground: Some(Ground::from_text(words.next()?)?) })
}

fn day(text: &str) -> Result<NaiveDate, SynthError> {
    text.parse().map_err(|_| SynthError::Data(format!("handmade.toml: {text} är inget datum")))
}

/// TOML has dates of its own; here everything is text.
fn text(value: Option<Value>) -> String {
    match value {
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
        None => String::new(),
    }
}
