//! What stands on the sheets behind the first page: tables as data, before they have a place in a workbook. Pure.

use std::collections::BTreeMap;

use super::definitions::{self as define, Definition};
use super::figures::{ALL, END, FIRST_DAY, IN, OUT, START};
use super::published::{Earlier, Missing, Report, Share, tenths};
use super::suppression::Shown;
use crate::config::{Config, Goal, GoalMeasure};
use crate::ingest::{Finding, Intake};
use crate::texts::{FindingCode, Severity};

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Words.
    Text(String),
    /// A count.
    Number(u64),
    /// A share, as whole per cent.
    Share(Share),
    /// A number as it is read, such as a median or a change.
    Figure(String),
    /// Hidden.
    Hidden,
    /// Nothing.
    Empty,
}

/// A table of a sheet.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its heading.
    pub heading: String,
    /// What it counts.
    pub about: String,
    /// The headers.
    pub headers: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
    /// The breakdown whose rows it holds, for the charts, and how many of them come first with a number.
    pub charted: Option<(&'static str, usize)>,
}

/// A sheet.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Its name.
    pub name: &'static str,
    /// What it is about.
    pub about: String,
    /// The widths of its columns.
    pub widths: Vec<u8>,
    /// Whether it is made smaller to fit on a page.
    pub on_one_page: bool,
    /// Its tables.
    pub tables: Vec<Table>,
}

/// What the report is made of.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The pipeline.
    pub config: &'a Config,
    /// The figures and what of them is shown.
    pub report: &'a Report,
    /// What was read.
    pub intake: &'a Intake,
    /// What was noticed.
    pub findings: &'a [Finding],
    /// The as-of date.
    pub as_of: chrono::NaiveDate,
}

/// The widths of a sheet of counts: what, how many, what share.
const COUNTS: [u8; 4] = [50, 13, 13, 16];

impl Source<'_> {
    /// Every sheet behind the first page.
    pub fn sheets(&self) -> Vec<Sheet> {
        vec![
            self.group(),
            self.flows(),
            self.contact(),
            self.measures(),
            self.goals(),
            self.quality(),
            self.comparison(),
            self.method(),
        ]
    }

    fn counts(&self, name: &'static str, about: &str, tables: Vec<Table>) -> Sheet {
        Sheet { name, about: about.to_owned(), widths: COUNTS.to_vec(), on_one_page: true, tables }
    }

    fn group(&self) -> Sheet {
        let until = self.report.figures.until;
        self.counts(
            "Gruppen",
            &format!("Vilka som omfattas: i gruppen den {until}, och alla som omfattades någon gång under halvåret."),
            vec![
                self.breakdown(&define::GROUP_AGE, false),
                self.breakdown(&define::GROUP_SEX, false),
                self.breakdown(&define::GROUP_REASON, true),
                self.breakdown(&define::PERIOD_AGE, false),
                self.breakdown(&define::PERIOD_SEX, false),
                self.breakdown(&define::PERIOD_REASON, true),
            ],
        )
    }

    fn flows(&self) -> Sheet {
        let names = [
            (START, "I gruppen vid ingången"),
            (IN, "+ kom in"),
            (OUT, "– lämnade"),
            (END, "= i gruppen på sista dagen"),
        ];
        let row = |(at, name): (usize, &str)| vec![Value::Text(name.to_owned()), self.value(at)];
        let flow = Table {
            heading: "Från början till slut".to_owned(),
            about: define::GROUP.sentence.to_owned(),
            headers: vec!["Vad".to_owned(), "Antal".to_owned()],
            charted: names
                .iter()
                .all(|(at, _)| self.report.value(*at).is_some())
                .then_some((define::GROUP.key, names.len())),
            rows: names.map(row).to_vec(),
        };
        let some_day = [
            (START, "I gruppen vid ingången"),
            (IN, "+ kom in"),
            (FIRST_DAY, "– lämnade på halvårets första dag"),
            (ALL, "= omfattades någon gång"),
        ];
        let some_day = Table {
            heading: define::PERIOD.name.to_owned(),
            about: format!("{} {}", define::PERIOD.sentence, define::FIRST_DAY.sentence),
            headers: vec!["Vad".to_owned(), "Antal".to_owned()],
            charted: None,
            rows: some_day.map(row).to_vec(),
        };
        self.counts(
            "Flöden",
            "Vilka som kom in i gruppen och vilka som lämnade den under halvåret.",
            vec![
                flow,
                some_day,
                self.months(),
                self.breakdown(&define::ENTERED_REASON, true),
                self.breakdown(&define::LEFT_GROUND, true),
            ],
        )
    }

    /// In and out by month, side by side.
    fn months(&self) -> Table {
        let figures = &self.report.figures;
        let of = |definition| figures.sum(definition).map_or(&[][..], |sum| &figures.sums[sum].children);
        let (came, left) = (of(&define::ENTERED_MONTH), of(&define::LEFT_MONTH));
        let rows: Vec<Vec<Value>> = came
            .iter()
            .zip(left)
            .map(|(&came, &left)| {
                let month = figures.cells[came].category.label.clone().into_owned();
                vec![Value::Text(month), self.value(came), self.value(left)]
            })
            .collect();
        Table {
            heading: "Kom in och lämnade per månad".to_owned(),
            about: format!("{} {}", define::ENTERED_MONTH.sentence, define::LEFT_MONTH.sentence),
            headers: ["Månad", "Kom in", "Lämnade"].map(str::to_owned).to_vec(),
            rows,
            charted: None,
        }
    }

    fn contact(&self) -> Sheet {
        let mut tables = vec![self.breakdown(&define::CONTACT, false), self.breakdown(&define::UNREACHED, false)];
        tables.push(match self.report.days() {
            Ok(days) => Table {
                heading: define::DAYS.name.to_owned(),
                about: define::DAYS.sentence.to_owned(),
                headers: vec!["Mått".to_owned(), "Dagar".to_owned()],
                rows: vec![
                    vec![Value::Text("Median".to_owned()), Value::Figure(tenths(days.median))],
                    vec![Value::Text("En fjärdedel nåddes inom".to_owned()), Value::Figure(days.lower.to_string())],
                    vec![Value::Text("Tre fjärdedelar nåddes inom".to_owned()), Value::Figure(days.upper.to_string())],
                ],
                charted: None,
            },
            Err(missing) => Table {
                about: define::DAYS.sentence.to_owned(),
                ..note(define::DAYS.name, &format!("{}.", missing.words()))
            },
        });
        let table = self.breakdown(&define::TERM_OUTCOME, false);
        let days = self.config.board.contact_days;
        let limit = days.map(|days| format!("Frist enligt planen: {days} dagar. ")).unwrap_or_default();
        tables.push(Table { about: format!("{limit}{} {}", define::TERM.sentence, table.about), ..table });
        tables.push(self.breakdown(&define::KNOWN, false));
        tables.push(self.breakdown(&define::KNOWN_HOW, false));
        tables.push(self.breakdown(&define::KNOWN_WHAT, true));
        self.counts("Kontakt", "Vilka som nåtts, hur lång tid det tog och vad som är känt om vad de gör.", tables)
    }

    fn measures(&self) -> Sheet {
        self.counts(
            "Åtgärder",
            "Åtgärder under halvåret. Tabellerna över påbörjade och avslutade räknar åtgärder, inte ungdomar.",
            vec![
                self.breakdown(&define::MEASURED, false),
                self.breakdown(&define::STARTED_CONTENT, true),
                self.breakdown(&define::STARTED_OFFER, true),
                self.breakdown(&define::ENDED_GROUND, true),
                self.breakdown(&define::ENDED_RESULT, true),
                self.breakdown(&define::EVALUATED, false),
            ],
        )
    }

    fn goals(&self) -> Sheet {
        let rows: Vec<Vec<Value>> = self
            .config
            .board
            .goals
            .iter()
            .map(|goal| {
                let (value, state) = match self.outcome(goal) {
                    Ok(share) if is_reached(share, goal) => (Value::Share(share), "Nås".to_owned()),
                    Ok(share) => (Value::Share(share), "Nås inte".to_owned()),
                    Err(missing) => (Value::Figure("\u{2013}".to_owned()), missing.words().to_owned()),
                };
                let target = Value::Figure(format!("{} %", goal.percent));
                vec![Value::Text(goal.words.clone()), target, value, Value::Text(state)]
            })
            .collect();
        let mut tables = vec![if rows.is_empty() {
            note("Planens mål", "Planen anger inget mått.")
        } else {
            Table {
                heading: "Planens mål".to_owned(),
                about: "Mål enligt kommunens plan, och utfallet under halvåret.".to_owned(),
                headers: ["Mål", "Nivå", "Utfall", "Läge"].map(str::to_owned).to_vec(),
                rows,
                charted: None,
            }
        }];
        let measured: Vec<&Definition> =
            self.config.board.goals.iter().map(|goal| measure_of(goal.measure).0).collect();
        for definition in [&define::RETURN_RESULT, &define::OFFERED] {
            if measured.contains(&definition) {
                tables.push(self.breakdown(definition, false));
            }
        }
        Sheet {
            name: "Mål",
            about: "Hur målen för verksamheten har uppnåtts.".to_owned(),
            widths: vec![46, 10, 10, 25],
            on_one_page: true,
            tables,
        }
    }

    /// What has come of a goal.
    pub fn outcome(&self, goal: &Goal) -> Result<Share, Missing> {
        let (definition, category) = measure_of(goal.measure);
        self.report.share(definition, category)
    }

    fn quality(&self) -> Sheet {
        let limit = self.config.board.limit;
        let few = |count: u64| {
            if (1..limit).contains(&count) {
                Value::Figure(format!("färre än {limit}"))
            } else {
                Value::Number(count)
            }
        };
        let mut sources: BTreeMap<&str, (chrono::NaiveDate, u64)> = BTreeMap::new();
        for file in &self.intake.files {
            let entry = sources.entry(&file.source).or_insert((file.extracted, 0));
            *entry = (entry.0.max(file.extracted), entry.1 + file.balance.rejected);
        }
        let rows = sources.into_iter().map(|(source, (extracted, rejected))| {
            let age = u64::try_from((self.as_of - extracted).num_days()).unwrap_or_default();
            vec![
                Value::Text(source.to_owned()),
                Value::Figure(extracted.to_string()),
                Value::Number(age),
                few(rejected),
            ]
        });
        let mut noticed: BTreeMap<FindingCode, u64> = BTreeMap::new();
        for finding in self.findings.iter().filter(|finding| finding.code.severity() == Severity::Warning) {
            *noticed.entry(finding.code).or_default() += finding.count;
        }
        let noticed: Vec<Vec<Value>> =
            noticed.into_iter().map(|(code, count)| vec![Value::Text(noticed_words(code)), few(count)]).collect();
        let sources = Table {
            heading: "Källor".to_owned(),
            about: format!(
                "Vad siffrorna bygger på, och hur gammalt det är räknat från avstämningsdatum {}. Avvisade rader är fel i källan och är inte med.",
                self.as_of
            ),
            headers: ["Källa", "Uttag", "Dagar", "Avvisade rader"].map(str::to_owned).to_vec(),
            rows: rows.collect(),
            charted: None,
        };
        let noticed = if noticed.is_empty() {
            note("Att veta om källorna", "Inget särskilt.")
        } else {
            Table {
                heading: "Att veta om källorna".to_owned(),
                about: "Antal rader eller filer som iakttagelsen gäller.".to_owned(),
                headers: vec!["Iakttagelse".to_owned(), "Antal".to_owned()],
                rows: noticed,
                charted: None,
            }
        };
        self.counts(
            "Täckning och kvalitet",
            "Hur säkra siffrorna är.",
            vec![sources, self.breakdown(&define::FLAGGED, false), noticed],
        )
    }

    fn comparison(&self) -> Sheet {
        /// As many earlier half-years as fit on a page.
        const COLUMNS: usize = 5;
        let report = self.report;
        let earlier: Vec<_> = report.earlier.iter().rev().take(COLUMNS).rev().collect();
        let mut headers = vec!["Vad".to_owned()];
        headers.extend(earlier.iter().map(|earlier| earlier.period.to_string()));
        headers.push(report.figures.period.to_string());
        let count = |value: Option<u64>| value.map_or(Value::Hidden, Value::Number);
        let mut rows = Vec::new();
        for (at, definition, name) in [
            (END, &define::GROUP, "I gruppen på sista dagen"),
            (ALL, &define::PERIOD, "Omfattades någon gång"),
            (IN, &define::ENTERED, "Kom in"),
            (OUT, &define::LEFT, "Lämnade"),
        ] {
            let mut row = vec![Value::Text(name.to_owned())];
            row.extend(earlier.iter().map(|earlier| count(earlier.latest(definition.key, ""))));
            row.push(self.value(at));
            rows.push(row);
        }
        for (definition, category, name) in SHARES {
            let mut row = vec![Value::Text(format!("{name}, andel"))];
            row.extend(earlier.iter().map(|earlier| earlier_share(earlier, definition, category)));
            row.push(share_value(&report.share(definition, category)));
            rows.push(row);
        }
        let own = Table {
            heading: "Kommunens egna halvår".to_owned(),
            about: if earlier.is_empty() {
                "Det finns ingen tidigare rapport att jämföra med.".to_owned()
            } else {
                "Tidigare halvår som de redovisades då.".to_owned()
            },
            headers,
            rows,
            charted: None,
        };
        let kolada = Table {
            heading: "Koladas mått för läsåret".to_owned(),
            about: "Räknade av programmet på de två halvårsrapporterna. Kolada räknar ungdomar; här räknas den som kommit tillbaka en gång för varje period i gruppen.".to_owned(),
            headers: ["Mått", "Andel", "Att veta"].map(str::to_owned).to_vec(),
            rows: report
                .kolada
                .iter()
                .map(|(definition, result)| {
                    let name = Value::Text(format!("{}: {}", definition.source, definition.name));
                    match result {
                        Ok(share) => vec![name, Value::Share(*share), Value::Text(format!("{} av {}", share.part, share.whole))],
                        Err(missing) => vec![name, Value::Empty, Value::Text(missing.words().to_owned())],
                    }
                })
                .collect(),
            charted: None,
        };
        let text = |words: &str| Value::Text(words.to_owned());
        let nation = Table {
            heading: "Hela landet".to_owned(),
            about: "Skolverkets statistik. Talen är avrundade av Skolverket och gäller hela landet.".to_owned(),
            headers: ["Period", "Antal", "Att veta"].map(str::to_owned).to_vec(),
            rows: NATION
                .iter()
                .map(|(period, count, words)| {
                    vec![text(period), count.map_or(Value::Empty, Value::Number), text(words)]
                })
                .collect(),
            charted: None,
        };
        Sheet {
            name: "Jämförelse",
            about: "Mot tidigare halvår, mot Koladas mått och mot landet.".to_owned(),
            widths: vec![40, 11, 11, 11, 11, 11, 11],
            on_one_page: true,
            tables: vec![own, kolada, nation],
        }
    }

    fn method(&self) -> Sheet {
        let limit = self.config.board.limit;
        let most = limit - 1;
        let report = &self.report.figures;
        let said = |words: String| vec![Value::Text(words)];
        let rows = vec![
            said(format!(
                "Halvåret {} redovisas till och med {}, så som det såg ut vid avstämningen {}. Åldrar, orsaker och grunder är de som gällde sista dagen.",
                report.period, report.until, self.as_of
            )),
            said("Vilka som omfattas avgör programmet kaa ur kommunens källor enligt skollagen 29 kap. 9 §, med samma regler som vid månadens avstämning. Reglerna med lagrum står i programmets regelverk (docs/regler.md). Källorna och deras datum står på bladet Täckning och kvalitet.".to_owned()),
            said("Det som ändrats i källorna efter en tidigare rapport syns som skillnad mot den: början av ett halvår kan då avvika från slutet av det förra.".to_owned()),
            said("Ett mått som inte kan räknas säger varför. Noll betyder noll.".to_owned()),
        ];
        let hidden = vec![
            said(format!("Rapporten är en allmän handling. Antal från 1 till {most} visas inte, eftersom de kan röja en person. I tabellen står då ordet döljs.")),
            said("Också andra tal döljs när ett litet tal annars kunde räknas ut ur summor, andelar, andra blad, diagram eller tidigare rapporter. Ett dolt tal kan därför vara större, eller noll.".to_owned()),
            said("Det gäller också över tid. Ett tal eller en fördelning som jämförd med en tidigare rapport skulle visa ett litet antal, till exempel hur många som kommit in av en viss orsak, visas inte, och det som dolts en gång för ett halvår förblir dolt. Har några få lämnat på halvårets första dag döljs hur många som omfattades någon gång, eftersom de är skillnaden.".to_owned()),
            said("I en liten grupp visas en fördelning inte alls hellre än till en del. En fördelning av alla under halvåret visas bara om den inte tillsammans med andra tabeller visar ett litet antal.".to_owned()),
            said("Andelar och mått på spridning visas inte för färre än tio. Åtgärder som färre ungdomar än gränsen står bakom visas inte.".to_owned()),
        ];
        let text_table = |heading: &str, rows| Table {
            heading: heading.to_owned(),
            about: String::new(),
            headers: Vec::new(),
            rows,
            charted: None,
        };
        let definitions = Table {
            heading: "Definitioner".to_owned(),
            about: "Samma id och nyckel står i nyckeltal.csv.".to_owned(),
            headers: ["Id", "Mått", "Vad som räknas", "Källa"].map(str::to_owned).to_vec(),
            rows: define::ALL
                .iter()
                .map(|of| [of.id, of.name, of.sentence, of.source].map(|words| Value::Text(words.to_owned())).to_vec())
                .collect(),
            charted: None,
        };
        Sheet {
            name: "Metod",
            about: "Hur siffrorna räknas, och vad som inte visas.".to_owned(),
            widths: vec![8, 22, 42, 22],
            on_one_page: false,
            tables: vec![
                text_table("Så räknas siffrorna", rows),
                text_table("Vad som inte visas, och varför", hidden),
                definitions,
            ],
        }
    }

    /// A count by its index.
    pub fn value(&self, at: usize) -> Value {
        self.report.value(at).map_or(Value::Hidden, Value::Number)
    }

    /// A breakdown as a table: what is shown first, what is hidden last, the whole below.
    fn breakdown(&self, definition: &'static Definition, greatest_first: bool) -> Table {
        let figures = &self.report.figures;
        let empty = |words: &str| Table { about: definition.sentence.to_owned(), ..note(definition.name, words) };
        let Some(sum) = figures.sum(definition).map(|at| &figures.sums[at]) else {
            return empty(&format!("{}.", self.report.missing(definition).words()));
        };
        if sum.children.iter().any(|&child| self.report.shown[child] == Shown::Withdrawn) {
            let whole = self.report.value(sum.parent).map_or(String::new(), |whole| format!(" Totalt: {whole}."));
            return empty(&format!("Fördelningen visas inte: talen är för små.{whole}"));
        }
        if self.report.value(sum.parent) == Some(0) {
            return empty("Inga att redovisa.");
        }
        // Classes that nobody is in are left out of long lists.
        let mut rows: Vec<usize> = sum.children.clone();
        if greatest_first {
            rows.retain(|&child| self.report.value(child) != Some(0));
            rows.sort_by_key(|&child| std::cmp::Reverse(self.report.value(child)));
        } else {
            rows.sort_by_key(|&child| self.report.value(child).is_none());
        }
        let shown = rows.iter().filter(|&&child| self.report.value(child).is_some()).count();
        let row = |name: &str, at: usize| {
            let share = self.report.share_of(at, sum.parent).map_or(Value::Empty, Value::Share);
            vec![Value::Text(name.to_owned()), self.value(at), share]
        };
        let mut written: Vec<Vec<Value>> = rows.iter().map(|&at| row(&figures.cells[at].category.label, at)).collect();
        written.push(row("Totalt", sum.parent));
        Table {
            heading: definition.name.to_owned(),
            about: definition.sentence.to_owned(),
            headers: ["Grupp", "Antal", "Andel"].map(str::to_owned).to_vec(),
            rows: written,
            charted: Some((definition.key, shown)),
        }
    }
}

/// The shares that half-years are compared by.
pub const SHARES: [(&Definition, &str, &str); 3] = [
    (&define::CONTACT, "NADDA", "Nådda"),
    (&define::KNOWN, "KAND", "Känd sysselsättning"),
    (&define::MEASURED, "I_ATGARD", "I minst en åtgärd"),
];

/// A share of this report in a cell.
pub fn share_value(share: &Result<Share, Missing>) -> Value {
    match share {
        Ok(share) => Value::Share(*share),
        Err(Missing::Because(_)) => Value::Figure("saknas".to_owned()),
        Err(_) => Value::Hidden,
    }
}

/// A share of an earlier report in a cell.
pub fn earlier_share(earlier: &Earlier, definition: &Definition, category: &str) -> Value {
    match earlier.share(definition, category) {
        Some(share) => Value::Share(share),
        None if earlier.has(definition) => Value::Hidden,
        None => Value::Figure("saknas".to_owned()),
    }
}

/// What was noticed, without the advice that is meant for the staff.
fn noticed_words(code: FindingCode) -> String {
    let words = code.message().swedish;
    words.split_once(". ").map_or_else(|| words.clone(), |(first, _)| format!("{first}."))
}

/// The class that a goal measures.
fn measure_of(measure: GoalMeasure) -> (&'static Definition, &'static str) {
    match measure {
        GoalMeasure::Return => (&define::RETURN_RESULT, "STUDIER_ELLER_ARBETE"),
        GoalMeasure::Contacted => (&define::CONTACT, "NADDA"),
        GoalMeasure::Offered => (&define::OFFERED, "ERBJUDNA"),
        GoalMeasure::Mapped => (&define::KNOWN, "KAND"),
        GoalMeasure::Evaluated => (&define::EVALUATED, "UTVARDERADE"),
        GoalMeasure::WithinTerm => (&define::TERM_OUTCOME, "INOM"),
    }
}

/// Whether a goal is reached, without rounding.
pub fn is_reached(share: Share, goal: &Goal) -> bool {
    share.part * 100 >= goal.percent * share.whole
}

/// A heading with a sentence in place of a table.
fn note(heading: &str, words: &str) -> Table {
    Table {
        heading: heading.to_owned(),
        about: String::new(),
        headers: Vec::new(),
        rows: vec![vec![Value::Text(words.to_owned())]],
        charted: None,
    }
}

/// Skolverket's figures for the nation: period, how many, what else is known.
const NATION: [(&str, Option<u64>, &str); 7] = [
    (
        "Andra halvåret 2018",
        None,
        "Efter en åtgärd: 31 % studier, 17 % arbete, 17 % okänt. 19 % av kommunerna rapporterade minst 90 % av sina ungdomar",
    ),
    ("Andra halvåret 2019", Some(53_000), "Ungefär"),
    ("Andra halvåret 2020", Some(49_000), "Ungefär; 20 % i en åtgärd, nästan 40 % nya"),
    ("Andra halvåret 2021", Some(46_300), "Kontakt med över 21 000, omkring 10 000 i en åtgärd, 19 000 avregistrerade"),
    ("Läsåret 2021/22", Some(58_600), "11 % av invånarna 16-19 år"),
    ("Andra halvåret 2022", Some(50_300), "9 % av invånarna 16-19 år"),
    ("Läsåret 2022/23", Some(63_800), ""),
];
