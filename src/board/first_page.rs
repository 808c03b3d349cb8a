//! The first page: what the duty is, the half-year's figures, what needs the board's attention, and three charts.

use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFont, ChartFormat, ChartSolidFill, Color, Image, ObjectMovement, Worksheet, XlsxError,
};

use super::definitions::{self as define, Definition};
use super::figures::{ALL, END, IN, OUT};
use super::published::{Earlier, Missing, Share};
use super::sheets::{SHARES, Source, Value, earlier_share, is_reached, share_value};
use super::workbook::{Formats, Places, roomy, set_page};
use crate::report::style::{height, lines};
use crate::texts::FindingCode;

const NAME: &str = "Sammanfattning";
const DARK: Color = Color::RGB(0x2F_5D_8A);
/// What, now, a year ago, the change.
const WIDTHS: [u8; 4] = [48, 14, 16, 16];
const LAST: u16 = 3;

/// Writes the page.
pub fn write(
    page: &mut Worksheet,
    source: &Source<'_>,
    places: &Places,
    logo: Option<Image>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let figures = &source.report.figures;
    page.set_name(NAME)?;
    set_page(page, source);
    page.set_print_fit_to_pages(1, 1);
    for (column, width) in (0..).zip(WIDTHS) {
        page.set_column_width(column, width)?;
    }
    page.write_string_with_format(0, 0, format!("Aktivitetsansvaret i {}", source.config.name), &formats.style.title)?;
    page.set_row_height(0, 24)?;
    let half = if figures.period.first().to_string().ends_with("01-01") { "Första" } else { "Andra" };
    let board = source.config.board.name.as_deref().map(|name| format!("Rapport till {name}. ")).unwrap_or_default();
    let subtitle = format!("{board}{half} halvåret {}, till och med {}.", figures.period.year(), figures.until);
    prose(page, 1, &subtitle, formats)?;
    if let Some(logo) = logo {
        insert_logo(page, logo, &source.config.name)?;
    }
    let mut row = 2;
    if figures.until < figures.period.last() {
        let words =
            format!("Halvåret är inte slut: siffrorna gäller till och med {} och kommer att ändras.", figures.until);
        page.merge_range(row, 0, row, LAST, &words, &formats.style.act)?;
        row += 1;
    }
    prose(page, row + 1, DUTY, formats)?;
    row = write_figures(page, row + 3, source, formats)?;
    row = write_attention(page, row + 1, source, formats)?;
    write_charts(page, row + 1, source, places, formats)
}

/// What the law asks, in the words of a board's report.
const DUTY: &str = "Kommunen ska hela året hålla sig informerad om vad de ungdomar under 20 år gör som har fullgjort sin skolplikt men varken går i eller har fullföljt gymnasieskolan eller motsvarande. Kommunen ska kontakta dem, erbjuda lämpliga individuella åtgärder, i första hand för att påbörja eller återuppta en utbildning, och dokumentera sina insatser (skollagen 29 kap. 9 §).";

fn prose(page: &mut Worksheet, row: u32, words: &str, formats: &Formats) -> Result<(), XlsxError> {
    page.merge_range(row, 0, row, LAST, words, &formats.style.prose)?;
    page.set_row_height(row, height(lines_of(words)))?;
    Ok(())
}

/// The logo at the top right, as high as the title.
fn insert_logo(page: &mut Worksheet, logo: Image, name: &str) -> Result<(), XlsxError> {
    const HIGH: f64 = 40.0;
    let scale = HIGH / logo.height().max(1.0);
    let wide = logo.width() * scale;
    let logo = logo
        .set_scale_height(scale)
        .set_scale_width(scale)
        .set_alt_text(format!("{name}: kommunens märke"))
        .set_object_movement(ObjectMovement::DontMoveOrSizeWithCells);
    // The page is some 700 pixels wide.
    let from_left = (700.0 - wide).max(0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place on the page")]
    page.insert_image_with_offset(0, 0, &logo, from_left as u32, 2)?;
    Ok(())
}

/// The figures, with the same half-year before.
fn write_figures(page: &mut Worksheet, first: u32, source: &Source<'_>, formats: &Formats) -> Result<u32, XlsxError> {
    let report = source.report;
    let is_over = report.figures.until == report.figures.period.last();
    let year_before = report.figures.period.year_before();
    let before = report.of(year_before).filter(|_| is_over);
    page.write_string_with_format(first, 0, "Halvåret i siffror", &formats.style.heading)?;
    for (column, header) in (0..).zip(["Vad", "Nu", &year_before.to_string(), "Förändring"]) {
        let format = if column > 0 { &formats.number_header } else { &formats.header };
        page.write_string_with_format(first + 1, column, header, format)?;
    }
    let mut row = first + 2;
    let mut write = |name: String, cells: [Value; 3]| -> Result<(), XlsxError> {
        for (column, value) in (0..).zip([Value::Text(name)].iter().chain(&cells)) {
            formats.write(page, row, column, value)?;
        }
        row += 1;
        Ok(())
    };
    for (at, definition, name) in [
        (END, &define::GROUP, "Ungdomar i gruppen på sista dagen"),
        (ALL, &define::PERIOD, "Omfattades någon gång under halvåret"),
        (IN, &define::ENTERED, "Kom in i gruppen"),
        (OUT, &define::LEFT, "Lämnade gruppen"),
    ] {
        write(name.to_owned(), with_count(source.value(at), before, definition, ""))?;
    }
    for (definition, category, name) in SHARES {
        let whole = if *definition == define::MEASURED { "alla under halvåret" } else { "gruppen" };
        if let Some((at, _)) = report.class(definition, category).filter(|_| category == "NADDA") {
            let value = source.value(at);
            write("Nådda, antal".to_owned(), with_count(value, before, definition, category))?;
        }
        let share = with_share(&report.share(definition, category), before, definition, category);
        write(format!("{name}, andel av {whole}"), share)?;
    }
    if let Some((at, _)) = report.class(&define::UNREACHED, "ALDRIG_KONTAKTADE") {
        let value = source.value(at);
        write("Aldrig kontaktade".to_owned(), with_count(value, before, &define::UNREACHED, "ALDRIG_KONTAKTADE"))?;
    }
    let missing = match before {
        _ if !is_over => "Ingen jämförelse med förra året: halvåret är inte slut.",
        None => "Ingen rapport från samma halvår förra året att jämföra med.",
        Some(_) => return Ok(row),
    };
    page.merge_range(row, 0, row, LAST, missing, &formats.about)?;
    Ok(row + 1)
}

fn with_count(now: Value, before: Option<&Earlier>, definition: &Definition, category: &str) -> [Value; 3] {
    let Some(before) = before else { return [now, nothing(), nothing()] };
    let then = before.latest(definition.key, category).map_or(Value::Hidden, Value::Number);
    let change = match (&now, &then) {
        (Value::Number(now), Value::Number(then)) => Value::Figure(signed(*now, *then, "")),
        _ => nothing(),
    };
    [now, then, change]
}

fn with_share(
    now: &Result<Share, Missing>,
    before: Option<&Earlier>,
    definition: &Definition,
    category: &str,
) -> [Value; 3] {
    let Some(before) = before else { return [share_value(now), nothing(), nothing()] };
    let then = earlier_share(before, definition, category);
    let change = match (now, &then) {
        (Ok(now), Value::Share(then)) => Value::Figure(signed(now.percent(), then.percent(), " p.e.")),
        _ => nothing(),
    };
    [share_value(now), then, change]
}

/// There is nothing to compare with.
fn nothing() -> Value {
    Value::Figure("\u{2013}".to_owned())
}

fn signed(now: u64, then: u64, unit: &str) -> String {
    match now.cmp(&then) {
        std::cmp::Ordering::Equal => "oförändrat".to_owned(),
        std::cmp::Ordering::Greater => format!("+{}{unit}", now - then),
        std::cmp::Ordering::Less => format!("\u{2212}{}{unit}", then - now),
    }
}

/// What needs the board's attention, said only with what may be shown.
fn attention(source: &Source<'_>) -> Vec<String> {
    let report = source.report;
    let shown = |definition, category| {
        let (child, parent) = report.class(definition, category)?;
        Some((report.value(child)?, report.value(parent)?)).filter(|(part, _)| *part > 0)
    };
    let mut lines = Vec::new();
    for goal in &source.config.board.goals {
        match source.outcome(goal) {
            Ok(share) if !is_reached(share, goal) => {
                let percent = share.percent();
                lines.push(format!(
                    "Målet nås inte: {} Utfallet är {percent} %, målet {} %.",
                    full_stop(&goal.words),
                    goal.percent
                ));
            }
            _ => {}
        }
    }
    if let Some((unreached, group)) = shown(&define::CONTACT, "EJ_NADDA") {
        let never = shown(&define::UNREACHED, "ALDRIG_KONTAKTADE");
        let never = never.map(|(never, _)| format!(" {never} av dem har aldrig kontaktats.")).unwrap_or_default();
        lines.push(format!("{unreached} av {group} ungdomar i gruppen har inte nåtts.{never}"));
    }
    if let (Some((late, due)), Some(days)) = (shown(&define::TERM_OUTCOME, "EJ_INOM"), source.config.board.contact_days)
    {
        lines.push(format!("{late} av {due} nåddes inte inom planens frist på {days} dagar."));
    }
    if let Some((unknown, group)) = shown(&define::KNOWN, "OKAND") {
        lines.push(format!("För {unknown} av {group} ungdomar i gruppen är det inte känt vad de gör."));
    }
    if let Some((open, ended)) = shown(&define::EVALUATED, "EJ_UTVARDERADE") {
        lines.push(format!("{open} av {ended} avslutade åtgärder har inte utvärderats."));
    }
    if let Some((flagged, group)) = shown(&define::FLAGGED, "ATT_UTREDA") {
        lines.push(format!("För {flagged} av {group} ungdomar i gruppen är någon uppgift osäker och behöver utredas."));
    }
    // One line for each reason, however many figures it keeps from being counted.
    for (definition, _, name) in SHARES {
        if let Some(reason) = report.figures.reason(definition) {
            lines.push(format!("{name}: {}.", lower_first(reason)));
        }
    }
    let noticed = |code: FindingCode| source.findings.iter().any(|finding| finding.code == code);
    if noticed(FindingCode::AcceptedAsIs) {
        lines.push("En källa är godkänd trots brister. Se bladet Täckning och kvalitet.".to_owned());
    }
    if noticed(FindingCode::SummerPause) {
        lines.push("Elevregistret har sommaruppehåll: siffrorna kan ändras när det är klart.".to_owned());
    }
    lines
}

fn lower_first(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A goal's words as a sentence.
fn full_stop(words: &str) -> String {
    if words.ends_with('.') { words.to_owned() } else { format!("{words}.") }
}

fn write_attention(page: &mut Worksheet, first: u32, source: &Source<'_>, formats: &Formats) -> Result<u32, XlsxError> {
    page.write_string_with_format(first, 0, "Kräver nämndens uppmärksamhet", &formats.style.heading)?;
    let mut row = first + 1;
    let mut lines = attention(source);
    let hides = source.report.shown.iter().any(|shown| *shown != super::Shown::Yes);
    if lines.is_empty() {
        lines.push(if hides { "Inget som går att visa utan att röja enskilda." } else { "Inget särskilt." }.to_owned());
    }
    for line in lines {
        prose(page, row, &format!("•  {line}"), formats)?;
        row += 1;
    }
    if hides {
        let words = format!(
            "Antal från 1 till {} och tal som skulle avslöja dem visas inte (döljs). Rapporten är en allmän handling. Se bladet Metod.",
            source.config.board.limit - 1
        );
        page.merge_range(row, 0, row, LAST, &words, &formats.about)?;
        page.set_row_height(row, height(lines_of(&words)))?;
        row += 1;
    }
    Ok(row)
}

fn lines_of(words: &str) -> u32 {
    lines(words, roomy(WIDTHS.iter().map(|width| u16::from(*width)).sum()))
}

/// Three charts, or for each that cannot be drawn a sentence that says so.
fn write_charts(
    page: &mut Worksheet,
    first: u32,
    source: &Source<'_>,
    places: &Places,
    formats: &Formats,
) -> Result<(), XlsxError> {
    const HALF: u32 = 338;
    const HIGH: u32 = 230;
    /// The rows of 20 pixels that a chart covers.
    const ROWS: u32 = 12;
    let charts = [
        (&define::GROUP, "Gruppen från början till slut"),
        (&define::CONTACT, "Gruppen efter kontakt"),
        (&define::GROUP_REASON, "Gruppen efter orsak"),
    ];
    let place = |definition: &Definition| places.get(definition.key).copied();
    let drawn: Vec<_> = charts.iter().filter_map(|(of, title)| Some((*title, place(of)?))).collect();
    let mut row = first;
    for (definition, title) in charts {
        if place(definition).is_none() {
            let why = match source.report.missing(definition) {
                Missing::Because(reason) => format!(". {reason}"),
                _ if source.report.value(END) == Some(0) => ": ingen var i gruppen på sista dagen".to_owned(),
                _ => ": talen är för små".to_owned(),
            };
            prose(page, row, &format!("Diagrammet \u{201d}{title}\u{201d} visas inte{why}."), formats)?;
            row += 1;
        }
    }
    for (at, (title, place)) in drawn.iter().enumerate() {
        let is_last_alone = at == drawn.len() - 1 && at % 2 == 0;
        let mut chart = bars(title, *place);
        chart.set_width(if is_last_alone { 2 * HALF } else { HALF }).set_height(HIGH);
        let down = row + u32::try_from(at / 2).unwrap_or_default() * ROWS;
        let right = if at % 2 == 0 { 0 } else { HALF + 4 };
        page.insert_chart_with_offset(down, 0, &chart, right, 0)?;
    }
    Ok(())
}

fn title(chart: &mut Chart, words: &str) {
    let mut font = ChartFont::new();
    font.set_size(11).set_bold();
    chart.title().set_name(words).set_font(&font);
}

fn labels() -> ChartDataLabel {
    let mut label = ChartDataLabel::new();
    label.show_value();
    label
}

/// The shown rows of a table.
fn bars(words: &str, (sheet, first, last): (&str, u32, u32)) -> Chart {
    let mut chart = Chart::new_bar();
    let mut solid = ChartSolidFill::new();
    solid.set_color(DARK);
    chart
        .add_series()
        .set_name("Antal ungdomar")
        .set_categories((sheet, first, 0, last, 0))
        .set_values((sheet, first, 1, last, 1))
        .set_gap(40)
        .set_format(ChartFormat::new().set_solid_fill(&solid))
        .set_data_label(&labels());
    title(&mut chart, words);
    chart.legend().set_hidden();
    chart.y_axis().set_reverse();
    chart.x_axis().set_hidden(true).set_major_gridlines(false);
    chart.set_alt_text(format!(
        "Liggande stapeldiagram: {} Samma siffror som i tabellen på bladet {sheet}; dolda tal är inte med.",
        words.to_lowercase() + "."
    ));
    chart
}
