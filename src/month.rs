//! One month of one municipality: from what came in to what the lists say. Pure; the commands read and write.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::config::Config;
use crate::ingest::{Finding, Intake};
use crate::outreach::{Outreach, Reachable, Task, outreach, tasks};
use crate::person::PersonalNumber;
use crate::records::{Enrolment, Kind, Life, PersonIndex, Protection, Registration, SchoolForm, fold};
use crate::register::{
    Change, Compared, Discrepancy, FileReference, Known, Member, Memory, changes, discrepancies, gather, register,
};
use crate::texts::FindingCode;
use crate::timeline::{
    Context, Findings as RuleFindings, Inquiry, InquiryKind, Stay, Verdict, decide, in_scope, same_enrolment,
    snapshot_row,
};

/// What the rules and the register say of one person.
#[derive(Clone, Debug)]
pub struct Person {
    /// The verdict of the rules.
    pub verdict: Verdict,
    /// The registered spells, in order.
    pub members: Vec<Member>,
    /// What changed since the run before.
    pub changes: Vec<Change>,
    /// Rows of the case register that belong to no spell.
    pub without_spell: Vec<Registration>,
    /// Rows of the case register with the index of their spell.
    pub with_spell: Vec<(usize, Registration)>,
    /// Where the case register and other sources differ from the group.
    pub discrepancies: Vec<Discrepancy>,
    /// The outreach in the open spell.
    pub outreach: Option<Outreach>,
    /// What else somebody must do.
    pub tasks: Vec<Task>,
}

impl Person {
    /// Decides and registers one person.
    pub fn decide(life: &Life<'_>, known: &Known, context: &Context<'_>, config: &Config) -> Self {
        let stays = known.stays_of(life.number);
        let verdict = decide(life, crate::timeline::Memory { stays: &stays }, context);
        Self::register(life, verdict, known, context.as_of, config)
    }

    /// Registers the spells of a verdict, with what changed since the run before and the outreach.
    pub fn register(life: &Life<'_>, mut verdict: Verdict, known: &Known, as_of: NaiveDate, config: &Config) -> Self {
        let number = life.number;
        // Whoever has grown out of scope is no change of the past.
        let past = if in_scope(number.born(), as_of) { known.past_of(number) } else { &[] };
        let context = known.context(as_of, config.municipality, &config.law);
        verdict.inquiries.extend(foreign_name(life, &context));
        let spells = std::mem::take(&mut verdict.spells);
        let registrations = register(number, spells, past, known.past_as_of, life.registrations, as_of);
        let changes = known
            .past_as_of
            .map_or_else(Vec::new, |past_as_of| changes(&registrations.members, past, past_as_of, as_of));
        let is_open = registrations.members.last().is_some_and(|member| member.spell.last.is_none());
        let outreach = is_open
            .then(|| outreach(life, &registrations.members, reachable(life, known, &context), &config.plan, as_of))
            .flatten();
        let tasks = tasks(life, &registrations.members, outreach.as_ref(), known.past_as_of, &config.plan, as_of);
        let without_spell: Vec<Registration> = registrations.without_spell.into_iter().cloned().collect();
        let with_spell: Vec<(usize, Registration)> =
            registrations.with_spell.into_iter().map(|(index, row)| (index, *row)).collect();
        let members = registrations.members;
        let discrepancies = discrepancies(&Compared {
            life,
            members: &members,
            with_spell: &with_spell,
            without_spell: &without_spell,
            old_number: known.old_in_register.get(&life.number).copied(),
            has_register: known.files.iter().any(|file| file.kind == Kind::CaseRegister),
            as_of,
        });
        Self { verdict, changes, without_spell, with_spell, discrepancies, members, outreach, tasks }
    }

    /// The open spell, registered.
    pub fn open(&self) -> Option<&Member> {
        self.members.last().filter(|member| member.spell.last.is_none())
    }
}

/// A decided month.
#[derive(Debug)]
pub struct Month {
    /// The as-of date.
    pub as_of: NaiveDate,
    /// Everyone with a spell or something to look into, by number.
    pub people: Vec<Person>,
    /// Everyone whose name, address, school and provider may not be shown.
    pub protected: BTreeSet<PersonalNumber>,
    /// The names of those with a spell, as far as they may be shown, also when they have left the extract.
    pub names: BTreeMap<PersonalNumber, String>,
    /// The stays to remember.
    pub stays: Vec<(PersonalNumber, Stay)>,
    /// All rows and files.
    pub known: Known,
    /// Where the rows of each person stand.
    index: PersonIndex,
    /// What was noticed.
    pub findings: Vec<Finding>,
}

impl Month {
    /// Decides a month. Rows dated after `as_of` are kept for later runs and not used.
    pub fn decide(config: &Config, intake: &mut Intake, memory: Option<&Memory>, as_of: NaiveDate) -> Self {
        let mut known = gather(intake, memory, as_of);
        if let Some(day) = intake.purged_on {
            known.retain_people(|number| !config.retention.is_over(number.born(), day));
        }
        let context = known.context(as_of, config.municipality, &config.law);
        let remembered =
            known.stays.iter().map(|(number, _)| *number).chain(known.past.iter().map(|spell| spell.number));
        let index = known.tables.index(remembered);
        let lives = (0..index.numbers().len()).into_par_iter().map(|at| known.tables.life_at(&index, at));
        let decided: Vec<Person> = lives.map(|life| Person::decide(&life, &known, &context, config)).collect();
        let stays = decided
            .iter()
            .flat_map(|person| person.verdict.stays.iter().map(|&stay| (person.verdict.number, stay)))
            .collect();
        let protected = protected(&decided, &known, config);
        let mut findings = std::mem::take(&mut intake.findings);
        findings.extend(row_findings(&known));
        findings.sort_by(|a, b| (a.code, &a.place).cmp(&(b.code, &b.place)));
        let people: Vec<Person> = decided
            .into_iter()
            .filter(|person| {
                !person.members.is_empty()
                    || !person.verdict.inquiries.is_empty()
                    || !person.changes.is_empty()
                    || !person.discrepancies.is_empty()
            })
            .collect();
        let names =
            if intake.names_withheld { BTreeMap::new() } else { names(&people, &known, &index, &protected, &context) };
        Self { as_of, people, names, protected, stays, known, index, findings }
    }

    /// Everyone whose spell holds the as-of date.
    pub fn group(&self) -> impl Iterator<Item = (&Person, &Member)> {
        self.people.iter().filter_map(|person| Some((person, person.open()?)))
    }

    /// All rows of one person.
    pub fn life(&self, number: PersonalNumber) -> Life<'_> {
        self.known.tables.life_in(&self.index, number)
    }

    /// Reads what the rules find out about one person, whether the month lists that person or not.
    pub fn found<T>(&self, number: PersonalNumber, config: &Config, read: impl FnOnce(&RuleFindings<'_>) -> T) -> T {
        let context = self.known.context(self.as_of, config.municipality, &config.law);
        let (life, stays) = (self.life(number), self.known.stays_of(number));
        read(&RuleFindings::of(&life, crate::timeline::Memory { stays: &stays }, &context))
    }

    /// The file that a row stands in.
    pub fn file(&self, index: u32) -> Option<&FileReference> {
        self.known.files.get(index as usize)
    }

    /// Whether the case register is among the sources.
    pub fn has_case_register(&self) -> bool {
        self.known.files.iter().any(|file| file.kind == Kind::CaseRegister)
    }
}

/// What there is to reach a youth with. Where the extract holds no addresses at all, letters are possible: everyone in
/// the population register has one.
fn reachable(life: &Life<'_>, known: &Known, context: &Context<'_>) -> Reachable {
    let own = life.contact_details.iter().max_by_key(|row| (row.date, row.place));
    let registered = snapshot_row(life, context);
    let has_address = own.is_some_and(|row| row.street.is_some() || row.city.is_some())
        || registered.is_some_and(|row| row.street.is_some() || row.city.is_some());
    Reachable {
        telephone: own.is_some_and(|row| row.telephone.is_some()),
        email: own.is_some_and(|row| row.email.is_some()),
        address: has_address || !known.has_addresses,
    }
}

/// Everyone protected here, and those whom the extract of another municipality protects.
fn protected(decided: &[Person], known: &Known, config: &Config) -> BTreeSet<PersonalNumber> {
    let here = decided.iter().filter(|person| person.verdict.protection != Protection::None);
    let elsewhere = known.tables.registered.iter().filter(|row| {
        row.municipality != config.municipality
            && row.protection.is_some_and(|protection| protection != Protection::None)
    });
    here.map(|person| person.verdict.number).chain(elsewhere.map(|row| row.number)).collect()
}

/// The names of those with a spell: the extract's, else the one an earlier run knew.
fn names(
    people: &[Person],
    known: &Known,
    index: &PersonIndex,
    protected: &BTreeSet<PersonalNumber>,
    context: &Context<'_>,
) -> BTreeMap<PersonalNumber, String> {
    let members = people.iter().filter(|person| !person.members.is_empty()).map(|person| person.verdict.number);
    let name = |number| {
        let life = known.tables.life_in(index, number);
        let registered = snapshot_row(&life, context).and_then(|row| {
            let parts = [row.given_name.as_deref(), row.family_name.as_deref()];
            let parts: Vec<&str> = parts.into_iter().flatten().collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        });
        registered.or_else(|| known.names.get(&number).cloned())
    };
    members.filter(|number| !protected.contains(number)).filter_map(|number| Some((number, name(number)?))).collect()
}

/// An enrolment whose name has no word in common with the number's owner. Names are compared and never kept.
fn foreign_name(life: &Life<'_>, context: &Context<'_>) -> Option<Inquiry> {
    let owner = snapshot_row(life, context).filter(|row| row.municipality == context.municipality)?;
    let mut named =
        life.enrolments.iter().filter(|row| row.given_name.is_some() || row.family_name.is_some()).peekable();
    named.peek()?;
    let owned = name_words([owner.given_name.as_deref(), owner.family_name.as_deref()]);
    let foreign = named.find(|row| {
        let [given, family] = [&row.given_name, &row.family_name].map(|name| name.as_ref().map(|name| &*name.0));
        let said = name_words([given, family]);
        !owned.is_empty() && !said.is_empty() && owned.is_disjoint(&said)
    })?;
    Some(Inquiry { kind: InquiryKind::NameDiffers, date: foreign.start, places: vec![foreign.place] })
}

/// The words of a name, without marks that exports lose.
fn name_words(names: [Option<&str>; 2]) -> BTreeSet<String> {
    let words = names.into_iter().flatten().flat_map(|name| name.split(|c: char| !c.is_alphabetic()));
    words.map(|word| fold(word).chars().map(plain_letter).collect()).filter(|word: &String| word.len() > 1).collect()
}

fn plain_letter(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ã' | 'ă' => 'a',
        'ç' | 'č' | 'ć' => 'c',
        'ê' | 'ë' | 'ě' => 'e',
        'í' | 'ì' | 'î' | 'ï' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' => 'n',
        'ó' | 'ò' | 'ô' | 'õ' | 'ø' => 'o',
        'š' | 'ş' | 'ś' => 's',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ý' | 'ÿ' => 'y',
        'ž' | 'ź' | 'ż' => 'z',
        other => other,
    }
}

/// What only the rows together show.
fn row_findings(known: &Known) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |code, count: usize| {
        if count > 0 {
            findings.push(Finding { code, place: String::new(), count: count as u64 });
        }
    };
    let after_extract = known.tables.registered.iter().filter(|row| {
        let extracted = known.extracted.get(row.place.file as usize);
        row.registered_from.zip(extracted).is_some_and(|(from, &extracted)| from > extracted)
    });
    add(FindingCode::RegisteredAfterExtract, after_extract.count());
    let twice = known
        .tables
        .registered
        .windows(2)
        .filter(|pair| pair[0].number == pair[1].number && pair[0].place.file == pair[1].place.file);
    add(FindingCode::PersonTwiceInExtract, twice.count());
    let enrolments = &known.tables.enrolments;
    let upper = |row: &Enrolment| matches!(row.form, SchoolForm::UpperSecondary | SchoolForm::AdaptedUpperSecondary);
    let same = enrolments.chunk_by(|a, b| a.number == b.number).map(|rows| {
        (0..rows.len())
            .flat_map(|first| (first + 1..rows.len()).map(move |second| (first, second)))
            .filter(|&(a, b)| upper(&rows[a]) && same_enrolment(&rows[a], &rows[b]) && rows[a].end != rows[b].end)
            .count()
    });
    add(FindingCode::EnrolmentTwice, same.sum());
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_marks_that_exports_lose() {
        let plain = |name| name_words([Some(name), None]).into_iter().collect::<Vec<_>>().join(" ");
        for (name, words) in [
            ("Ánàsâtãsăia", "anasatasaia"),
            ("Çočić", "cocic"),
            ("Réêëě", "reeee"),
            ("Íìîïı", "iiiii"),
            ("Łucja", "lucja"),
            ("Ñuńez", "nunez"),
            ("Óòôõø", "ooooo"),
            ("Šaşaś", "sasas"),
            ("Úùûü", "uuuu"),
            ("Výÿ", "vyy"),
            ("Žźż", "zzz"),
            ("Anna-Lena O'Neil", "anna lena neil"),
        ] {
            assert_eq!(plain(name), words);
        }
    }
}
