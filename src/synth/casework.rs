//! What the team does about a stay in the group: registration, attempts at contact, knowledge, measures.
//!
//! The case register mostly agrees with the law and now and then does not, as in life: somebody is never registered,
//! somebody is deregistered late, a reason is guessed.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::life::Stay;
use super::names;
use super::random::Random;
use super::row::Row;
use crate::records::{Coded, Ground, Kind, Reason};

/// Whose stays they are.
#[derive(Clone, Copy)]
pub(super) struct Youth<'a> {
    /// Twelve digits.
    pub(super) number: &'a str,
    /// Given name and family name.
    pub(super) name: (&'a str, &'a str),
    /// The 18th birthday: until then the team writes to the guardian too.
    pub(super) of_age: NaiveDate,
    /// The first day of work that is still in the team's books.
    pub(super) since: NaiveDate,
}

/// The team's rows about one youth.
pub(super) fn casework(youth: Youth<'_>, stays: &[Stay], random: &mut Random) -> Vec<Row> {
    let mut rows = Vec::new();
    let recent = stays.iter().filter(|stay| stay.to.is_none_or(|to| to > youth.since));
    for stay in recent {
        let mut case = Case { youth, stay: *stay, random, rows: &mut rows };
        case.work();
    }
    rows
}

struct Case<'a> {
    youth: Youth<'a>,
    stay: Stay,
    random: &'a mut Random,
    rows: &'a mut Vec<Row>,
}

/// Ways of contact in the order in which the team tries them, and at most how many days after the one before.
const LADDER: &[(&str, u64)] = &[("SMS", 9), ("BREV", 12), ("BREV", 25), ("TELEFON", 20), ("HEMBESOK", 40)];

impl Case<'_> {
    fn work(&mut self) {
        let found = self.found();
        if self.stay.to.is_some_and(|to| to <= found) {
            // Already over when somebody noticed: registered afterwards, or never.
            if self.random.chance(500) {
                self.register(self.stay.from);
            }
            return;
        }
        if self.random.chance(35) {
            return;
        }
        self.register(found);
        self.contact_details(found);
        if let Some(day) = self.reach(found) {
            self.follow_up(day);
        }
    }

    /// The day on which the team learns of the stay. In summer the registers stand still.
    fn found(&mut self) -> NaiveDate {
        let lag = self.random.between(2, 38);
        let day = self.stay.from + Days::new(lag);
        if (6..=8).contains(&day.month()) && self.random.chance(750) {
            let september = NaiveDate::from_ymd_opt(day.year(), 9, 1).unwrap_or(day);
            return september + Days::new(lag / 2);
        }
        day
    }

    fn row(&mut self, kind: Kind, day: NaiveDate, cells: &[(&str, &str)]) {
        // Nobody works on after the end, but for some days before it is noticed.
        let unnoticed = if self.stay.ground == Some(Ground::Died) { 0 } else { 5 };
        if self.stay.to.is_none_or(|to| day < to + Days::new(unnoticed)) {
            self.rows.push(Row::new(kind, self.youth.number, cells));
        }
    }

    fn register(&mut self, day: NaiveDate) {
        let reason = if self.random.chance(40) { "OKAND" } else { self.stay.reason.code() };
        let registered = day.to_string();
        let (deregistered, ground) = match (self.stay.to, self.stay.ground) {
            (Some(to), Some(ground)) => {
                let lag = if self.random.chance(120) { self.random.between(35, 140) } else { self.random.below(12) };
                // A 20th birthday is known beforehand.
                let lag = if ground == Ground::Turned20 && lag < 35 { 0 } else { lag };
                ((to + Days::new(lag)).to_string(), ground.code())
            }
            _ => (String::new(), ""),
        };
        let mut row = Row::new(
            Kind::CaseRegister,
            self.youth.number,
            &[
                ("registreringsdatum", &registered),
                ("orsak", reason),
                ("senaste_utbildning", latest_education(self.stay.reason)),
                ("avregistreringsdatum", &deregistered),
                ("avregistreringsgrund", ground),
            ],
        );
        row.known = day;
        self.rows.push(row);
    }

    fn contact_details(&mut self, day: NaiveDate) {
        let date = day.to_string();
        let telephone = if self.random.chance(850) { names::telephone(self.random) } else { String::new() };
        let email =
            if self.random.chance(600) { names::email(self.youth.name.0, self.youth.name.1) } else { String::new() };
        let cells = [("datum", date.as_str()), ("telefon", &telephone), ("epost", &email)];
        self.row(Kind::ContactDetails, day, &cells);
    }

    /// Climbs the ladder, and later tries again now and then, until somebody answers; the day of the first contact.
    fn reach(&mut self, registered: NaiveDate) -> Option<NaiveDate> {
        if self.random.chance(60) {
            // Nobody has tried.
            return None;
        }
        let mut day = registered;
        for step in 0..LADDER.len() + 4 {
            let (way, days) = LADDER.get(step).copied().unwrap_or(("BREV", 130));
            day = day + Days::new(self.random.between(days / 2, days));
            let answered = self.random.chance(260);
            self.attempt(day, way, answered);
            if answered {
                return Some(day);
            }
            if step == LADDER.len() && self.random.chance(400) {
                self.know(day + Days::new(15));
            }
        }
        None
    }

    fn attempt(&mut self, day: NaiveDate, way: &str, answered: bool) {
        let date = day.to_string();
        let outcome = match (answered, way) {
            (true, _) => *self.random.pick(&["KONTAKT", "KONTAKT", "KONTAKT", "KONTAKT", "TACKAR_NEJ"]),
            (false, "BREV") => *self.random.pick(&["SKICKAT", "SKICKAT", "SKICKAT", "RETUR"]),
            (false, "SMS") => "SKICKAT",
            (false, "HEMBESOK") => *self.random.pick(&["EJ_SVAR", "EJ_SVAR", "AVBOJT_BESOK"]),
            (false, _) => "EJ_SVAR",
        };
        let occupation = if outcome == "KONTAKT" { self.occupation() } else { "" };
        let offer = if answered { "J" } else { "" };
        let to_guardian = day < self.youth.of_age && self.random.chance(if way == "BREV" { 700 } else { 200 });
        let addressee = if to_guardian { "VARDNADSHAVARE" } else { "UNGDOM" };
        let cells = [
            ("datum", date.as_str()),
            ("kontaktsatt", way),
            ("mottagare", addressee),
            ("utfall", outcome),
            ("sysselsattning", occupation),
            ("erbjudande", offer),
        ];
        self.row(Kind::Contacts, day, &cells);
    }

    fn occupation(&mut self) -> &'static str {
        self.random.weighed(&[
            (240, "ARBETE"),
            (60, "PRAKTIK"),
            (90, "STUDIER"),
            (180, "ARBETSSOKANDE"),
            (330, "INGEN"),
            (100, "ANNAN"),
        ])
    }

    fn know(&mut self, day: NaiveDate) {
        let date = day.to_string();
        let source = *self.random.pick(&["SKOLA", "REGISTER", "VARDNADSHAVARE", "ANNAN_MYNDIGHET"]);
        let occupation = self.occupation();
        self.row(Kind::Knowledge, day, &[("datum", &date), ("kalla", source), ("sysselsattning", occupation)]);
    }

    /// A renewed contact about every third month, and for some a measure.
    fn follow_up(&mut self, first: NaiveDate) {
        let mut day = first;
        for _ in 0..self.random.between(2, 9) {
            if self.random.chance(240) {
                let start = day + Days::new(self.random.between(7, 40));
                self.measure(start);
            }
            day = day + Months::new(2) + Days::new(self.random.between(10, 50));
            if self.random.chance(100) {
                self.know(day);
                continue;
            }
            let answered = self.random.chance(700);
            let way = *self.random.pick(&["TELEFON", "SMS", "MOTE", "EPOST"]);
            self.attempt(day, way, answered);
        }
    }

    fn measure(&mut self, start: NaiveDate) {
        let planned = start + Months::new(u32::try_from(self.random.between(1, 8)).unwrap_or(1));
        let last = self.stay.to.map_or(planned, |to| planned.min(to - Days::new(1)));
        if last <= start {
            return;
        }
        let &(content, offer) = self.random.pick(names::OFFERS);
        let (ground, after) = self.end_of_measure(planned);
        let first_meeting = start + Days::new(self.random.between(3, 20));
        let days = [start, planned, first_meeting, start + Days::new(30), start + Months::new(2), last];
        let [start_text, planned, first_meeting, report, follow_up, last] = days.map(|day| day.to_string());
        let cells = [
            ("startdatum", start_text.as_str()),
            ("innehall", content),
            ("insats", offer),
            ("ansvarig", *self.random.pick(&["Samordnare för KAA", "Operativa KAA-teamet", ""])),
            ("ansvarig_part", if content == "ANNAN_AKTOR" { "ANNAN" } else { "KOMMUN" }),
            ("plats", if content == "PRAKTIK" { *self.random.pick(names::PLACES) } else { "" }),
            ("mal", *self.random.pick(&["J", "J", "N", ""])),
            ("planerat_slut", &planned),
            ("forsta_mote", &first_meeting),
            ("manadsrapport", &report),
            ("uppfoljning", &follow_up),
            ("utvarderad", "J"),
            ("slutdatum", &last),
            ("grund_avslut", ground),
            ("sysselsattning_efter", after),
        ];
        self.row(Kind::Measures, start, &cells);
    }

    /// Why a measure ends, and what comes after.
    fn end_of_measure(&mut self, planned: NaiveDate) -> (&'static str, &'static str) {
        if self.stay.to.is_some_and(|to| to <= planned) {
            let after = match self.stay.ground {
                Some(Ground::NationalProgramme) => "NATIONELLT_PROGRAM",
                Some(Ground::IntroductoryProgramme) => "INTRODUKTIONSPROGRAM",
                Some(Ground::EquivalentEducation) => "KOMVUX",
                _ => "OKAND",
            };
            return ("EJ_LANGRE_OMFATTAD", after);
        }
        let ground = self.random.weighed(&[(640, "FULLFOLJD"), (260, "AVBRUTEN"), (100, "ERSATT")]);
        (ground, *self.random.pick::<&str>(&["ARBETE", "ARBETE", "PRAKTIK", "INGEN", "OKAND", "ANDRA_STUDIER"]))
    }
}

fn latest_education(reason: Reason) -> &'static str {
    match reason {
        Reason::NeverStarted | Reason::FinishingCompulsory => "GRUNDSKOLA",
        Reason::Interrupted | Reason::StudyCertificate => "NATIONELLT_PROGRAM",
        Reason::IntroductoryEnded => "INTRODUKTIONSPROGRAM",
        Reason::AdultStudiesEnded => "KOMVUX",
        Reason::Immigrated => "UTLANDSK",
        Reason::MovedIn | Reason::Unknown => "OKAND",
    }
}
