//! The sheet Sammanfattning: the figures of the month on one page, to be read aloud at the meeting.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartLineDashType, ChartMarker,
    ChartSolidFill, Color, Url, Worksheet, XlsxError,
};

use super::figures::{
    TrendPoint, by_age, by_reason, by_status, late_steps, late_tasks, longest_wait, protected_members, rows,
    rows_of_sheet, with_status,
};
use super::style::{Style, set_page};
use super::workbook::Meeting;
use super::{Cell, List};
use crate::outreach::ContactStatus;
use crate::texts::{FindingCode, Severity};

const NAME: &str = "Sammanfattning";
/// The widths of the columns: figures, a gap, tables of the group, a gap, sources.
const WIDTHS: [u8; 11] = [31, 9, 19, 2, 32, 9, 2, 24, 12, 8, 19];
/// The colour of bars and lines.
const BARS: Color = Color::RGB(0x3D_6B_99);
/// Where the figures, the group and the sources begin.
const FIGURES: u16 = 0;
const GROUP: u16 = 4;
const SOURCES: u16 = 7;
const LAST: u16 = 10;

/// Writes the sheet.
pub fn write(page: &mut Worksheet, meeting: &Meeting<'_>, style: &Style) -> Result<(), XlsxError> {
    page.set_name(NAME)?;
    set_page(page, &meeting.foot());
    page.set_print_fit_to_pages(1, 1).set_screen_gridlines(false);
    for (column, width) in (0..).zip(WIDTHS) {
        page.set_column_width(column, width)?;
    }
    let title = format!("Avstämning av aktivitetsansvaret i {}", meeting.config.name);
    page.write_string_with_format(0, 0, title, &style.title)?;
    page.write_string_with_format(1, 0, compared(meeting), &style.about)?;
    page.merge_range(2, 0, 2, LAST, &aloud(meeting), &style.prose)?;
    page.set_row_height(2, 34)?;
    let below = write_attention(page, 4, meeting, style)? + 1;
    let figures = write_figures(page, below, meeting, style)?;
    let reasons = by_reason(meeting.month);
    write_group(page, below, meeting, &reasons, style)?;
    let sources = write_sources(page, below, meeting, style)?;
    write_trend(page, sources + 1, meeting, style)?;
    if !reasons.is_empty() {
        let first = below + 2;
        let last = first + u32::try_from(reasons.len()).unwrap_or_default() - 1;
        page.insert_chart(figures + 1, FIGURES, &chart(first, last))?;
    }
    Ok(())
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

/// A line of what needs attention first, and the sheet that shows it.
struct Attention {
    words: String,
    sheet: &'static str,
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

fn write_attention(page: &mut Worksheet, first: u32, meeting: &Meeting<'_>, style: &Style) -> Result<u32, XlsxError> {
    page.write_string_with_format(first, 0, "Att ta tag i först", &style.heading)?;
    let lines = attention(meeting);
    let mut row = first + 1;
    if lines.is_empty() {
        page.write_string_with_format(row, 0, "Inget särskilt.", &style.about)?;
        row += 1;
    }
    for line in lines {
        page.merge_range(row, 0, row, SOURCES + 2, &line.words, &style.act)?;
        write_link(page, row, LAST, line.sheet, style)?;
        row += 1;
    }
    Ok(row)
}

fn write_figures(page: &mut Worksheet, first: u32, meeting: &Meeting<'_>, style: &Style) -> Result<u32, XlsxError> {
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
    page.write_string_with_format(first, FIGURES, "Siffror", &style.heading)?;
    for (column, header) in (FIGURES..).zip(["Vad", "Antal", "Blad"]) {
        style.write_header(page, first + 1, column, header, ["Antal", "Dagar"].contains(&header))?;
    }
    let mut row = first + 2;
    for (label, count, sheet) in figures {
        style.write(page, row, FIGURES, &Cell::Code(label))?;
        style.write(page, row, FIGURES + 1, &Cell::from(count))?;
        write_link(page, row, FIGURES + 2, sheet, style)?;
        row += 1;
    }
    Ok(row)
}

/// The group by reason, age and contact.
fn write_group(
    page: &mut Worksheet,
    first: u32,
    meeting: &Meeting<'_>,
    reasons: &[(&'static str, u64)],
    style: &Style,
) -> Result<(), XlsxError> {
    let reasons = reasons.iter().map(|(label, count)| (Cell::Code(label), *count)).collect();
    let ages = by_age(meeting.month).into_iter().map(|(age, count)| (Cell::Text(format!("{age} år")), count)).collect();
    let statuses = by_status(meeting.month).into_iter().map(|(label, count)| (Cell::Code(label), count)).collect();
    let mut row = first;
    for (title, header, counted) in [
        ("Gruppen efter orsak", "Orsak", reasons),
        ("Gruppen efter ålder", "Ålder", ages),
        ("Gruppen efter kontakt", "Kontakt", statuses),
    ] {
        let counted: Vec<(Cell, u64)> = counted;
        page.write_string_with_format(row, GROUP, title, &style.heading)?;
        style.write_header(page, row + 1, GROUP, header, false)?;
        style.write_header(page, row + 1, GROUP + 1, "Antal", true)?;
        row += 2;
        for (label, count) in counted {
            style.write(page, row, GROUP, &label)?;
            style.write(page, row, GROUP + 1, &Cell::from(count))?;
            row += 1;
        }
        row += 1;
    }
    Ok(())
}

/// The latest runs and this one, with a chart when there is something to compare.
fn write_trend(page: &mut Worksheet, first: u32, meeting: &Meeting<'_>, style: &Style) -> Result<(), XlsxError> {
    let now = TrendPoint::of(meeting.month.as_of, &meeting.counts.by_name());
    page.write_string_with_format(first, SOURCES, "Utveckling", &style.heading)?;
    for (column, header) in (SOURCES..).zip(["Avstämning", "I gruppen", "Nya", "Aldrig kontaktade"]) {
        style.write_header(page, first + 1, column, header, header != "Avstämning")?;
    }
    let mut row = first + 1;
    for point in meeting.trend.iter().chain([&now]) {
        row += 1;
        let figures = [point.group, point.entered, point.never_contacted].map(Cell::from);
        for (column, cell) in (SOURCES..).zip([Cell::Date(point.as_of)].iter().chain(&figures)) {
            style.write(page, row, column, cell)?;
        }
    }
    if !meeting.trend.is_empty() {
        page.insert_chart(row + 2, SOURCES, &trend_chart(first + 2, row))?;
    }
    Ok(())
}

/// The group and those never contacted, run by run.
fn trend_chart(first: u32, last: u32) -> Chart {
    let mut chart = Chart::new_line();
    for (column, name, dash) in [
        (SOURCES + 1, "I gruppen", ChartLineDashType::Solid),
        (SOURCES + 3, "Aldrig kontaktade", ChartLineDashType::Dash),
    ] {
        let mut line = ChartLine::new();
        line.set_dash_type(dash).set_width(2.25).set_color(BARS);
        chart
            .add_series()
            .set_name(name)
            .set_categories((NAME, first, SOURCES, last, SOURCES))
            .set_values((NAME, first, column, last, column))
            .set_format(ChartFormat::new().set_line(&line))
            .set_marker(ChartMarker::new().set_automatic());
    }
    let mut font = ChartFont::new();
    font.set_size(11).set_bold();
    chart.title().set_name("Utveckling").set_font(&font);
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart.y_axis().set_min(0);
    chart.x_axis().set_text_axis(true).set_num_format("yyyy-mm-dd");
    chart
        .set_width(430)
        .set_height(210)
        .set_alt_text("Linjediagram: ungdomar i gruppen och aldrig kontaktade vid varje avstämning. Samma siffror som i tabellen ovanför.");
    chart
}

/// How old each source is; gives the row below.
fn write_sources(page: &mut Worksheet, first: u32, meeting: &Meeting<'_>, style: &Style) -> Result<u32, XlsxError> {
    page.write_string_with_format(first, SOURCES, "Källornas ålder", &style.heading)?;
    for (column, header) in (SOURCES..).zip(["Källa", "Uttag", "Dagar", "Att veta"]) {
        style.write_header(page, first + 1, column, header, ["Antal", "Dagar"].contains(&header))?;
    }
    let mut sources: Vec<(&str, NaiveDate)> = Vec::new();
    for file in &meeting.intake.files {
        match sources.iter_mut().find(|(source, _)| *source == file.source) {
            Some((_, latest)) => *latest = file.extracted.max(*latest),
            None => sources.push((&file.source, file.extracted)),
        }
    }
    let below = first + 2 + u32::try_from(sources.len()).unwrap_or_default();
    for (row, (source, extracted)) in (first + 2..).zip(sources) {
        let noted = |code: FindingCode| {
            meeting.month.findings.iter().any(|finding| finding.code == code && finding.place == source)
        };
        let note = if noted(FindingCode::AcceptedAsIs) {
            Cell::Code("Godkänd som den är").act_when(true)
        } else if noted(FindingCode::SummerPause) {
            Cell::Code("Sommaruppehåll").act_when(true)
        } else {
            Cell::Empty
        };
        let age = (meeting.month.as_of - extracted).num_days();
        let cells = [Cell::from(source), Cell::Date(extracted), Cell::Number(age), note];
        for (column, cell) in (SOURCES..).zip(&cells) {
            style.write(page, row, column, cell)?;
        }
    }
    Ok(below)
}

/// A word that leads to a sheet of the workbook.
fn write_link(page: &mut Worksheet, row: u32, column: u16, sheet: &str, style: &Style) -> Result<(), XlsxError> {
    let link = Url::new(format!("internal:'{sheet}'!A1")).set_text(sheet);
    page.write_url_with_format(row, column, link, &style.link)?;
    Ok(())
}

/// The group by reason as bars, the most common on top.
fn chart(first: u32, last: u32) -> Chart {
    let mut chart = Chart::new_bar();
    let mut label = ChartDataLabel::new();
    label.show_value();
    let mut fill = ChartSolidFill::new();
    fill.set_color(BARS);
    chart
        .add_series()
        .set_name("Antal ungdomar")
        .set_categories((NAME, first, GROUP, last, GROUP))
        .set_values((NAME, first, GROUP + 1, last, GROUP + 1))
        .set_gap(40)
        .set_format(ChartFormat::new().set_solid_fill(&fill))
        .set_data_label(&label);
    let mut font = ChartFont::new();
    font.set_size(11).set_bold();
    chart.title().set_name("Gruppen efter orsak").set_font(&font);
    chart.legend().set_hidden();
    chart.y_axis().set_reverse();
    chart.x_axis().set_hidden(true).set_major_gridlines(false);
    chart
        .set_width(425)
        .set_height(300)
        .set_alt_text("Stapeldiagram: antal ungdomar i gruppen efter orsak. Samma siffror som i tabellen bredvid.");
    chart
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
