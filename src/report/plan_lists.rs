//! The lists that single plans name, as sheets that the config turns on (`[listor]`). None is a file, and none is
//! remembered.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::lists::{Lists, age, days_in_group};
use super::people::PROTECTED;
use super::{Cell, Column, List, Order, Sheet};
use crate::config::Config;
use crate::month::Person;
use crate::outreach::spell_of;
use crate::person::PersonalNumber;
use crate::prevention::school_year;
use crate::records::{AdultCourse, Coded, InterruptionReason, MeasureContent, Municipality, Occupation, Reason, Text};
use crate::register::Member;
use crate::timeline::{EducationKind, Findings, in_scope, next_day};

impl Lists<'_> {
    /// The lists that the config turns on.
    pub(super) fn plan_lists(&self, config: &Config) -> Vec<List> {
        let mut lists = Vec::new();
        if config.lists.adult_students {
            lists.push(self.adult_students(config));
        }
        if config.lists.offered {
            lists.push(self.offered());
        }
        if config.lists.newly_arrived {
            lists.push(self.newly_arrived());
        }
        if config.lists.dropouts_elsewhere {
            lists.push(self.dropouts_elsewhere(config));
        }
        lists
    }

    /// "säkerställa att ungdomar (som annars skulle tillhöra KAA) fortsatt studerar på gymnasial nivå. Dessa ungdomar
    /// erbjuds även busskort" (Tibro 2024 p. 14): residents whom komvux alone keeps out of the group.
    fn adult_students(&self, config: &Config) -> List {
        let courses = &self.month.known.tables.adult_courses;
        let people: BTreeSet<PersonalNumber> = courses.iter().map(|row| row.number).collect();
        let rows = people.into_iter().filter_map(|number| {
            let course = self.month.found(number, config, komvux_alone)?;
            let text = |text: Option<String>| Cell::from(text.as_deref());
            Some(vec![
                Cell::Person(number),
                self.people.name(number),
                self.school(number, course.providers.as_deref()),
                text(course.courses),
                Cell::Date(course.from),
                Cell::from(course.to),
                course.extent.map_or(Cell::Empty, |extent| Cell::Number(i64::from(extent))),
                Cell::Date(course.told),
            ])
        });
        List {
            file: None,
            sheet: Some(Sheet {
                name: "Studerar på komvux",
                about: "Folkbokförda som studerar på komvux på gymnasial nivå och annars skulle omfattas. Underlag för busskort.",
                empty: "Ingen studerar på komvux i stället för att omfattas.",
                order: Order::AsListed,
            }),
            columns: vec![
                Column::sheet("Personnummer", 15),
                Column::sheet("Namn", 24),
                Column::sheet("Anordnare", 26),
                Column::sheet("Kurser", 40),
                Column::sheet("Började", 12),
                Column::sheet("Slutar", 12),
                Column::sheet("Omfattning, %", 12),
                Column::sheet("Uppgift från", 12),
            ],
            rows: rows.collect(),
        }
    }

    /// "Alla ungdomar ... ska kartläggas. Dessa ungdomar ska kontaktas och erbjudas individuella åtgärder" (Essunga 2016,
    /// Mål): for each member whether that has been done.
    fn offered(&self) -> List {
        let rows = self.month.group().map(|(person, member)| {
            let done = |day: Option<NaiveDate>| day.map_or(Cell::Code("Nej").act_when(true), Cell::Date);
            let outreach = person.outreach.as_ref();
            let mapped = outreach.and_then(|outreach| outreach.occupation);
            let mapped = mapped.filter(|(occupation, _)| *occupation != Occupation::Unknown);
            let measures = outreach.into_iter().flat_map(|outreach| &outreach.measures);
            let measures = measures.map(|code| MeasureContent::from_text(code).map_or(*code, Coded::label));
            vec![
                Cell::Person(member.number),
                self.people.name(member.number),
                Cell::Date(member.spell.from),
                age(member, self.month.as_of),
                done(outreach.and_then(|outreach| outreach.last_contact)),
                done(self.offered_on(person, member)),
                done(mapped.map(|(_, date)| date)),
                mapped.map_or(Cell::Empty, |(occupation, _)| Cell::Code(occupation.label())),
                Cell::from(measures.collect::<Vec<_>>().join(", ").as_str()),
            ]
        });
        List {
            file: None,
            sheet: Some(Sheet {
                name: "Erbjudna och kartlagda",
                about: "Alla i gruppen mot planens mål. Erbjuden: senaste kontakt med erbjudande, eller en åtgärd. Kartlagd: sysselsättningen är känd. Nej: återstår att göra.",
                empty: "Inga ungdomar omfattas.",
                order: Order::AsListed,
            }),
            columns: vec![
                Column::sheet("Personnummer", 15),
                Column::sheet("Namn", 24),
                Column::sheet("I gruppen från", 12),
                Column::sheet("Ålder", 7),
                Column::sheet("Kontaktad", 12),
                Column::sheet("Erbjuden", 12),
                Column::sheet("Kartlagd", 12),
                Column::sheet("Sysselsättning", 31),
                Column::sheet("Pågående åtgärd", 30),
            ],
            rows: rows.collect(),
        }
    }

    /// The latest day in the spell on which something was offered, or a measure began.
    fn offered_on(&self, person: &Person, member: &Member) -> Option<NaiveDate> {
        let life = self.month.life(member.number);
        let open = person.members.len().checked_sub(1);
        let is_here = |day: &NaiveDate| spell_of(*day, &person.members) == open;
        let offers = life.contacts.iter().filter(|row| row.offer == Some(true)).map(|row| row.date);
        let begun = |start: &NaiveDate| *start <= self.month.as_of;
        offers.chain(life.measures.iter().map(|row| row.start).filter(begun)).filter(is_here).max()
    }

    /// "Aktivitetsansvaret hjälper till med att bevaka lediga platser samt beviljar vuxenstudier om ingen studieplats
    /// hittas" (Nacka 2019, 5.7): members who came from abroad and have no education.
    fn newly_arrived(&self) -> List {
        const DAYS: usize = 4;
        let arrived = self.month.group().filter(|(_, member)| member.spell.reason == Reason::Immigrated);
        let rows = arrived.map(|(person, member)| {
            let life = self.month.life(member.number);
            let admission = life.admissions.iter().max_by_key(|row| (row.date, row.place));
            let studies: BTreeSet<&str> = life
                .adult_courses
                .iter()
                .filter(|row| holds(row, self.month.as_of))
                .map(|row| row.level.label())
                .collect();
            vec![
                Cell::Person(member.number),
                self.people.name(member.number),
                Cell::Date(member.spell.from),
                age(member, self.month.as_of),
                Cell::Number(days_in_group(member, self.month.as_of)),
                admission.map_or(Cell::Empty, |row| Cell::Code(row.status.label())),
                Cell::from(studies.into_iter().collect::<Vec<_>>().join(", ").as_str()),
                person.outreach.as_ref().map_or(Cell::Empty, |outreach| Cell::Code(outreach.status.label())),
                self.people.telephone(member.number),
                self.people.email(member.number),
                self.people.address(member.number),
            ]
        });
        List {
            file: None,
            sheet: Some(Sheet {
                name: "Nyanlända utan plats",
                about: "Invandrade ungdomar i gruppen: varken gymnasieskola eller motsvarande. Den som har väntat längst står först.",
                empty: "Inga nyanlända utan plats.",
                order: Order::GreatestFirst(DAYS),
            }),
            columns: vec![
                Column::sheet("Personnummer", 15),
                Column::sheet("Namn", 24),
                Column::sheet("I gruppen från", 12),
                Column::sheet("Ålder", 7),
                Column::sheet("Dagar utan plats", 12),
                Column::sheet("Senaste antagning", 14),
                Column::sheet("Pågående vuxenstudier", 26),
                Column::sheet("Kontakt", 18),
                Column::sheet("Telefon", 15),
                Column::sheet("E-post", 28),
                Column::sheet("Adress", 38),
            ],
            rows: rows.collect(),
        }
    }

    /// "Elever som tillhör annan kommun rapporteras till hemkommunen" (Vara 2019): pupils of our schools who live
    /// elsewhere and have interrupted since the 1 June before, by home municipality. Needs the column `skolkommun`.
    fn dropouts_elsewhere(&self, config: &Config) -> List {
        let here = config.municipality;
        let ours = self.month.known.tables.enrolments.iter().filter(|row| row.school_municipality == Some(here));
        let people: BTreeSet<PersonalNumber> =
            ours.map(|row| row.number).filter(|number| in_scope(number.born(), self.month.as_of)).collect();
        let mut by_home: BTreeMap<(Option<Municipality>, PersonalNumber, NaiveDate), Vec<Cell>> = BTreeMap::new();
        for number in people {
            for dropout in self.month.found(number, config, dropouts) {
                let new = self.month.known.past_as_of.is_some_and(|past| dropout.date > past);
                let protected = self.month.protected.contains(&number);
                let home = dropout.home.filter(|_| !protected);
                let row = vec![
                    match home {
                        _ if protected => Cell::Code(PROTECTED),
                        Some(home) => Cell::Text(home.to_string()),
                        None => Cell::Code("Okänd").act_when(true),
                    },
                    Cell::Person(number),
                    self.people.name(number),
                    self.school(number, dropout.school.as_deref()),
                    self.school(number, dropout.programme.as_deref()),
                    Cell::Date(dropout.date),
                    if new { Cell::Code("Ny") } else { Cell::Empty },
                ];
                by_home.insert((home, number, dropout.date), row);
            }
        }
        List {
            file: None,
            sheet: Some(Sheet {
                name: "Andra kommuners avhopp",
                about: "Elever från andra kommuner som har avbrutit vid kommunens skolor sedan 1 juni, per hemkommun, för rapport dit. Ny: sedan den jämförda avstämningen. Okänd: fråga skolan.",
                empty: "Inga avhopp av elever från andra kommuner.",
                order: Order::AsListed,
            }),
            columns: vec![
                Column::sheet("Hemkommun", 12),
                Column::sheet("Personnummer", 15),
                Column::sheet("Namn", 24),
                Column::sheet("Skola", 28),
                Column::sheet("Studieväg", 14),
                Column::sheet("Avbröt", 12),
                Column::sheet("Ny", 6),
            ],
            rows: by_home.into_values().collect(),
        }
    }
}

/// The komvux studies of someone, summed up.
struct Komvux {
    providers: Option<String>,
    courses: Option<String>,
    from: NaiveDate,
    /// The last planned day; none where a course has none.
    to: Option<NaiveDate>,
    extent: Option<u32>,
    /// The extraction date of the newest row.
    told: NaiveDate,
}

/// The komvux studies that alone keep a resident in the age span out of the group.
fn komvux_alone(found: &Findings<'_>) -> Option<Komvux> {
    let as_of = found.context.as_of;
    let mut educations =
        found.schooling.educations.iter().filter(|education| education.days.contains(as_of)).peekable();
    educations.peek()?;
    let would_be_member =
        found.residence.periods.contains(as_of) && found.age.contains(as_of) && as_of < found.completed_from();
    if !would_be_member || educations.any(|education| education.kind != EducationKind::Adult) {
        return None;
    }
    let upper = |row: &&AdultCourse| {
        use crate::records::AdultLevel::{AdaptedUpperSecondary, UpperSecondary};
        matches!(row.level, UpperSecondary | AdaptedUpperSecondary) && holds(row, as_of)
    };
    let courses: Vec<&AdultCourse> = found.life.adult_courses.iter().filter(upper).collect();
    let joined = |text: fn(&AdultCourse) -> &Option<Text>| {
        let texts: BTreeSet<&str> = courses.iter().filter_map(|row| text(row).as_deref()).collect();
        (!texts.is_empty()).then(|| texts.into_iter().collect::<Vec<_>>().join(", "))
    };
    Some(Komvux {
        providers: joined(|row| &row.provider),
        courses: joined(|row| &row.course),
        from: courses.iter().map(|row| row.start).min()?,
        to: courses.iter().map(|row| row.end).collect::<Option<Vec<_>>>().and_then(|ends| ends.into_iter().max()),
        extent: courses.iter().map(|row| row.extent.map(|extent| u32::from(extent.0))).sum(),
        told: courses.iter().map(|row| found.context.extracted(row.place)).max()?,
    })
}

/// Whether a course goes on.
fn holds(row: &AdultCourse, day: NaiveDate) -> bool {
    let to = [row.end.map(next_day), row.interrupted, row.lost.filter(|_| row.end.is_none())];
    row.start <= day && to.into_iter().flatten().all(|to| day < to)
}

/// An interruption at one of our schools.
struct Dropout {
    home: Option<Municipality>,
    school: Option<Text>,
    programme: Option<Text>,
    date: NaiveDate,
}

/// The interruptions at our schools of someone who lives elsewhere, by the student register or by a report.
fn dropouts(found: &Findings<'_>) -> Vec<Dropout> {
    let context = found.context;
    let as_of = context.as_of;
    let since = school_year(as_of);
    if found.residence.periods.contains(as_of) {
        return Vec::new();
    }
    let home = crate::timeline::snapshot_row(found.life, context).map(|row| row.municipality);
    let home = home.filter(|&home| home != context.municipality);
    let by_register = found.life.enrolments.iter().filter_map(|row| {
        let broken_off = row.interruption == Some(InterruptionReason::Interrupted);
        row.end.filter(|_| broken_off).map(|end| (row, end))
    });
    let by_report = found.schooling.overruled.iter().map(|&(row, report)| (row, report.date));
    let mut dropouts: BTreeMap<_, Dropout> = BTreeMap::new();
    for (row, date) in by_register.chain(by_report) {
        if row.school_municipality == Some(context.municipality) && since <= date && date <= as_of {
            let told = Dropout { home, school: row.school, programme: row.programme, date };
            dropouts.insert(row.place, told);
        }
    }
    dropouts.into_values().collect()
}
