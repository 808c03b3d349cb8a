//! The figures of the month on one page, to be read aloud at the meeting: what the workbook's first sheet and the page's
//! first view show.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::figures::{
    TrendPoint, by_age, by_reason, by_status, late_steps, late_tasks, longest_wait, protected_members, rows,
    rows_of_sheet, with_status,
};
use super::workbook::Meeting;
use super::{Cell, List};
use crate::outreach::ContactStatus;
use crate::texts::{FindingCode, Severity};

/// What the sheet is called.
pub const NAME: &str = "Sammanfattning";
/// The title above what needs attention.
pub const FIRST: &str = "Att ta tag i först";
/// What stands below it when nothing does.
pub const NOTHING: &str = "Inget särskilt.";

/// What the month comes to.
#[derive(Debug)]
pub struct Summary {
    /// The title.
    pub title: String,
    /// The as-of date, and what it is compared with.
    pub compared: String,
    /// What is said first.
    pub aloud: String,
    /// What needs attention, most urgent first.
    pub attention: Vec<Attention>,
    /// The figures; the last column names the sheet that shows them.
    pub figures: Table,
    /// The group by reason, by age and by contact.
    pub group: [Table; 3],
    /// How old each source is.
    pub sources: Table,
    /// The latest runs, the last row this one.
    pub trend: Table,
}

/// A line of what needs attention first, and the sheet that shows it.
#[derive(Debug)]
pub struct Attention {
    /// The sentence.
    pub words: String,
    /// The sheet.
    pub sheet: &'static str,
}

/// A small table.
#[derive(Debug)]
pub struct Table {
    /// Its title.
    pub title: &'static str,
    /// The headers, and whether numbers stand below them.
    pub headers: &'static [(&'static str, bool)],
    /// The rows, each as long as the headers.
    pub rows: Vec<Vec<Cell>>,
}

impl Summary {
    /// Sums a month up.
    pub fn of(meeting: &Meeting<'_>) -> Self {
        Self {
            title: format!("Avstämning av aktivitetsansvaret i {}", meeting.config.name),
            compared: compared(meeting),
            aloud: aloud(meeting),
            attention: attention(meeting),
            figures: figures(meeting),
            group: group(meeting),
            sources: sources(meeting),
            trend: trend(meeting),
        }
    }
}

fn compared(meeting: &Meeting<'_>) -> String {
    let as_of = meeting.month.as_of;
    match meeting.month.known.past_as_of {
        Some(past) => format!("Avstämningsdatum {as_of}. Jämförs med avstämningen {past}."),
        None => format!("Avstämningsdatum {as_of}. Första avstämningen: det finns ingen tidigare att jämföra med."),
    }
}

/// What is said first.
fn aloud(meeting: &Meeting<'_>) -> String {
    let counts = meeting.counts;
    let group = match counts.group {
        0 => "omfattas ingen ungdom".to_owned(),
        1 => "omfattas en ungdom".to_owned(),
        many => format!("omfattas {many} ungdomar"),
    };
    let now =
        format!("Den {} {group} av kommunens aktivitetsansvar i {}.", spoken(meeting.month.as_of), meeting.config.name);
    let Some(past) = meeting.month.known.past_as_of else { return now };
    format!(
        "{now} Sedan den {} har {} kommit in i gruppen och {} lämnat den. {} har ändrats i efterhand.",
        spoken(past),
        said(counts.entered),
        said(counts.left),
        plural(counts.changed, "uppgift", "uppgifter"),
    )
}

/// What needs attention, most urgent first.
fn attention(meeting: &Meeting<'_>) -> Vec<Attention> {
    let mut lines = about_sources(meeting);
    let mut add = |count: u64, words: String, sheet: &'static str| {
        if count > 0 {
            lines.push(Attention { words, sheet });
        }
    };
    let counts = meeting.counts;
    let wait = longest_wait(meeting.month)
        .map(|days| format!(" Den som har väntat längst har varit i gruppen i {days} dagar."));
    let never = plural(counts.never_contacted, "ungdom", "ungdomar");
    add(
        counts.never_contacted,
        format!("{never} har aldrig kontaktats.{}", wait.unwrap_or_default()),
        "Kontakt saknas",
    );
    let unanswered = with_status(meeting.month, ContactStatus::Unanswered);
    add(
        unanswered,
        format!("{} har inte svarat på kontaktförsök.", plural(unanswered, "ungdom", "ungdomar")),
        "Kontakt saknas",
    );
    let lost = with_status(meeting.month, ContactStatus::Lost);
    add(
        lost,
        format!("{} har haft kontakt men svarar inte längre.", plural(lost, "ungdom", "ungdomar")),
        "Kontakt saknas",
    );
    let late = late_steps(meeting.month);
    add(late, format!("{} i kontakttrappan är sena.", plural(late, "steg", "steg")), "Kontakt saknas");
    let tasks = late_tasks(meeting.month).count() as u64;
    add(
        tasks,
        format!("{} är sena: {}.", plural(tasks, "uppföljning", "uppföljningar"), kinds_of_late(meeting)),
        "Uppföljningar",
    );
    let soon = rows_of_sheet(meeting.lists, "Fyller snart 20");
    add(soon, format!("{} fyller 20 inom sex månader.", plural(soon, "ungdom", "ungdomar")), "Fyller snart 20");
    let inquiries = kinds(meeting.lists, "utreda");
    add(
        counts.to_look_into,
        format!("{} att utreda: {inquiries}.", plural(counts.to_look_into, "uppgift", "uppgifter")),
        "Att utreda",
    );
    let discrepancies = rows(meeting.lists, "avvikelser");
    add(
        discrepancies,
        format!("{}: {}.", plural(discrepancies, "avvikelse", "avvikelser"), kinds(meeting.lists, "avvikelser")),
        "Avvikelser",
    );
    let protected = protected_members(meeting.month);
    add(
        protected,
        format!(
            "{} i gruppen har skyddade personuppgifter (SKYDD). Följ kommunens rutin.",
            plural(protected, "ungdom", "ungdomar")
        ),
        "Målgruppen",
    );
    let read: u64 = meeting.intake.files.iter().map(|file| file.balance.read).sum();
    add(
        counts.rejected,
        format!("{} av {read} lästa avvisades. Rätta dem i källan.", plural(counts.rejected, "rad", "rader")),
        "Avvisade rader",
    );
    let warnings =
        meeting.month.findings.iter().filter(|finding| finding.code.severity() == Severity::Warning).count() as u64;
    add(warnings, format!("{} om källorna.", plural(warnings, "varning", "varningar")), "Källor");
    lines
}

/// What about the sources makes the figures say less than they seem to.
fn about_sources(meeting: &Meeting<'_>) -> Vec<Attention> {
    let mut lines = Vec::new();
    let mut add = |words: String| lines.push(Attention { words, sheet: "Källor" });
    if meeting.intake.names_withheld {
        add("Namn och kontaktuppgifter skrivs inte ut: folkbokföringen saknar kolumnen skydd. Lägg till den i exporten.".to_owned());
    }
    let named = |code: FindingCode| -> Vec<&str> {
        meeting
            .month
            .findings
            .iter()
            .filter(|finding| finding.code == code)
            .map(|finding| finding.place.as_str())
            .collect()
    };
    let paused = named(FindingCode::SummerPause);
    if !paused.is_empty() {
        add(format!("Sommaruppehåll för {}: bara folkbokföringen är aktuell.", paused.join(", ")));
    }
    let accepted = named(FindingCode::AcceptedAsIs);
    if !accepted.is_empty() {
        add(format!("Godkänt som det är (--godkann): {}. Siffrorna kan vara fel.", accepted.join(", ")));
    }
    lines
}

/// How many rows of each kind a list has, the most common first.
fn kinds(lists: &[List], file: &str) -> String {
    let Some(list) = lists.iter().find(|list| list.is_file(file)) else { return String::new() };
    let Some(at) = list.columns.iter().position(|column| column.name() == Some("typ")) else { return String::new() };
    let mut counted: BTreeMap<&str, u64> = BTreeMap::new();
    for row in &list.rows {
        if let Cell::Labelled { label, .. } = &row[at] {
            *counted.entry(label).or_default() += 1;
        }
    }
    most_common(counted)
}

/// The late tasks by their kind, the most common first.
fn kinds_of_late(meeting: &Meeting<'_>) -> String {
    let mut counted: BTreeMap<&str, u64> = BTreeMap::new();
    for task in late_tasks(meeting.month) {
        *counted.entry(task.kind.label()).or_default() += 1;
    }
    most_common(counted)
}

fn most_common(counted: BTreeMap<&str, u64>) -> String {
    const SAID: usize = 4;
    let mut counted: Vec<_> = counted.into_iter().collect();
    counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut words: Vec<String> =
        counted.iter().take(SAID).map(|(label, count)| format!("{} {count}", lower_first(label))).collect();
    let rest: u64 = counted.iter().skip(SAID).map(|(_, count)| count).sum();
    if rest > 0 {
        words.push(format!("övrigt {rest}"));
    }
    words.join(", ")
}

fn lower_first(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}

fn figures(meeting: &Meeting<'_>) -> Table {
    let counts = meeting.counts;
    let unanswered = with_status(meeting.month, ContactStatus::Unanswered);
    let figures = [
        ("I gruppen", counts.group, "Målgruppen"),
        ("Nya", counts.entered, "Nya"),
        ("Har lämnat", counts.left, "Lämnar"),
        ("Ändrade i efterhand", counts.changed, "Ändrade i efterhand"),
        ("Aldrig kontaktade, inga försök", counts.never_contacted, "Kontakt saknas"),
        ("Försök utan svar", unanswered, "Kontakt saknas"),
        ("Sena steg i kontakttrappan", late_steps(meeting.month), "Kontakt saknas"),
        ("Uppföljningar", rows(meeting.lists, "uppfoljningar"), "Uppföljningar"),
        ("Fyller 20 inom sex månader", rows_of_sheet(meeting.lists, "Fyller snart 20"), "Fyller snart 20"),
        ("Att utreda", counts.to_look_into, "Att utreda"),
        ("Avvikelser", rows(meeting.lists, "avvikelser"), "Avvikelser"),
        ("Avvisade rader", counts.rejected, "Avvisade rader"),
    ];
    let row = |(label, count, sheet)| vec![Cell::Code(label), Cell::from(count), Cell::Code(sheet)];
    Table {
        title: "Siffror",
        headers: &[("Vad", false), ("Antal", true), ("Blad", false)],
        rows: figures.map(row).to_vec(),
    }
}

fn group(meeting: &Meeting<'_>) -> [Table; 3] {
    let ages = by_age(meeting.month).into_iter().map(|(age, count)| (Cell::Text(format!("{age} år")), count));
    let coded = |(label, count)| (Cell::Code(label), count);
    [
        counted(
            "Gruppen efter orsak",
            &[("Orsak", false), ("Antal", true)],
            by_reason(meeting.month).into_iter().map(coded),
        ),
        counted("Gruppen efter ålder", &[("Ålder", false), ("Antal", true)], ages),
        counted(
            "Gruppen efter kontakt",
            &[("Kontakt", false), ("Antal", true)],
            by_status(meeting.month).into_iter().map(coded),
        ),
    ]
}

fn counted(
    title: &'static str,
    headers: &'static [(&'static str, bool)],
    counts: impl Iterator<Item = (Cell, u64)>,
) -> Table {
    Table { title, headers, rows: counts.map(|(label, count)| vec![label, Cell::from(count)]).collect() }
}

fn trend(meeting: &Meeting<'_>) -> Table {
    let now = TrendPoint::of(meeting.month.as_of, &meeting.counts.by_name());
    let row = |point: &TrendPoint| {
        let figures = [point.group, point.entered, point.never_contacted].map(Cell::from);
        [Cell::Date(point.as_of)].into_iter().chain(figures).collect()
    };
    Table {
        title: "Utveckling",
        headers: &[("Avstämning", false), ("I gruppen", true), ("Nya", true), ("Aldrig kontaktade", true)],
        rows: meeting.trend.iter().chain([&now]).map(row).collect(),
    }
}

fn sources(meeting: &Meeting<'_>) -> Table {
    let mut sources: Vec<(&str, NaiveDate)> = Vec::new();
    for file in &meeting.intake.files {
        match sources.iter_mut().find(|(source, _)| *source == file.source) {
            Some((_, latest)) => *latest = file.extracted.max(*latest),
            None => sources.push((&file.source, file.extracted)),
        }
    }
    let row = |(source, extracted): (&str, NaiveDate)| {
        let age = (meeting.month.as_of - extracted).num_days();
        vec![Cell::from(source), Cell::Date(extracted), Cell::Number(age), to_know(meeting, source)]
    };
    Table {
        title: "Källornas ålder",
        headers: &[("Källa", false), ("Uttag", false), ("Dagar", true), ("Att veta", false)],
        rows: sources.into_iter().map(row).collect(),
    }
}

/// What makes a source count although it is old or looks wrong.
fn to_know(meeting: &Meeting<'_>, source: &str) -> Cell {
    let noted = |code: FindingCode| {
        meeting.month.findings.iter().any(|finding| finding.code == code && finding.place == source)
    };
    if noted(FindingCode::AcceptedAsIs) {
        Cell::Code("Godkänd som den är").act_when(true)
    } else if noted(FindingCode::SummerPause) {
        Cell::Code("Sommaruppehåll").act_when(true)
    } else {
        Cell::Empty
    }
}

/// A day as it is said.
fn spoken(date: NaiveDate) -> String {
    const MONTHS: [&str; 12] = [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ];
    format!("{} {} {}", date.day(), MONTHS[date.month0() as usize], date.year())
}

fn plural(count: u64, one: &str, many: &str) -> String {
    match count {
        0 => format!("Inga {many}"),
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

/// A number of persons as it is said.
fn said(count: u64) -> String {
    if count == 0 { "ingen".to_owned() } else { count.to_string() }
}
