//! The sheet Sammanfattning.

use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartLineDashType, ChartMarker,
    ChartSolidFill, Color, Url, Worksheet, XlsxError,
};

use super::style::{Style, set_page};
use super::summary::{FIRST, NAME, NOTHING, Summary, Table};

/// The widths of the columns: figures, a gap, tables of the group, a gap, sources.
const WIDTHS: [u8; 11] = [31, 9, 19, 2, 32, 9, 2, 24, 12, 8, 19];
/// The colour of bars and lines.
const BARS: Color = Color::RGB(0x3D_6B_99);
/// Where the figures, the group and the sources begin.
const FIGURES: u16 = 0;
const GROUP: u16 = 4;
const SOURCES: u16 = 7;
const LAST: u16 = 10;

/// Writes the sheet. `foot` stands at the foot of each page.
pub fn write(page: &mut Worksheet, summary: &Summary, foot: &str, style: &Style) -> Result<(), XlsxError> {
    page.set_name(NAME)?;
    set_page(page, foot);
    page.set_print_fit_to_pages(1, 1).set_screen_gridlines(false);
    for (column, width) in (0..).zip(WIDTHS) {
        page.set_column_width(column, width)?;
    }
    page.write_string_with_format(0, 0, &summary.title, &style.title)?;
    page.write_string_with_format(1, 0, &summary.compared, &style.about)?;
    page.merge_range(2, 0, 2, LAST, &summary.aloud, &style.prose)?;
    page.set_row_height(2, 34)?;
    let below = write_attention(page, 4, summary, style)? + 1;
    let figures = write_figures(page, below, &summary.figures, style)?;
    let mut row = below;
    for table in &summary.group {
        row = write_table(page, row, GROUP, table, style)? + 1;
    }
    let sources = write_table(page, below, SOURCES, &summary.sources, style)?;
    write_trend(page, sources + 1, &summary.trend, style)?;
    let reasons = summary.group[0].rows.len();
    if reasons > 0 {
        let first = below + 2;
        let last = first + u32::try_from(reasons).unwrap_or_default() - 1;
        page.insert_chart(figures + 1, FIGURES, &chart(first, last))?;
    }
    Ok(())
}

fn write_attention(page: &mut Worksheet, first: u32, summary: &Summary, style: &Style) -> Result<u32, XlsxError> {
    page.write_string_with_format(first, 0, FIRST, &style.heading)?;
    let mut row = first + 1;
    if summary.attention.is_empty() {
        page.write_string_with_format(row, 0, NOTHING, &style.about)?;
        row += 1;
    }
    for line in &summary.attention {
        page.merge_range(row, 0, row, SOURCES + 2, &line.words, &style.act)?;
        write_link(page, row, LAST, line.sheet, style)?;
        row += 1;
    }
    Ok(row)
}

/// The figures, whose last column leads to the sheet that shows them; gives the row below.
fn write_figures(page: &mut Worksheet, first: u32, figures: &Table, style: &Style) -> Result<u32, XlsxError> {
    let below = write_table(page, first, FIGURES, figures, style)?;
    for (row, cells) in (first + 2..).zip(&figures.rows) {
        write_link(page, row, FIGURES + 2, cells[2].words(), style)?;
    }
    Ok(below)
}

/// A table with its title; gives the row below.
fn write_table(page: &mut Worksheet, first: u32, left: u16, table: &Table, style: &Style) -> Result<u32, XlsxError> {
    page.write_string_with_format(first, left, table.title, &style.heading)?;
    for (column, (header, of_numbers)) in (left..).zip(table.headers) {
        style.write_header(page, first + 1, column, header, *of_numbers)?;
    }
    let mut row = first + 2;
    for cells in &table.rows {
        for (column, cell) in (left..).zip(cells) {
            style.write(page, row, column, cell)?;
        }
        row += 1;
    }
    Ok(row)
}

/// The latest runs and this one, with a chart when there is something to compare.
fn write_trend(page: &mut Worksheet, first: u32, trend: &Table, style: &Style) -> Result<(), XlsxError> {
    let below = write_table(page, first, SOURCES, trend, style)?;
    if trend.rows.len() > 1 {
        page.insert_chart(below + 1, SOURCES, &trend_chart(first + 2, below - 1))?;
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
