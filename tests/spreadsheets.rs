//! Spreadsheets of three formats as rows of text, and files that mean harm.

use std::io::{Cursor, Write};

use kaa::ingest::spreadsheet::{Damage, Limits, Measure, SpreadsheetFault, SpreadsheetFormat, read_sheet, sheet_names};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

type Rows = Vec<(u32, Vec<String>)>;

fn read_with(
    bytes: &[u8],
    format: SpreadsheetFormat,
    sheet: Option<&str>,
    limits: &Limits,
) -> Result<(String, Rows), SpreadsheetFault> {
    let mut rows = Rows::new();
    let name = read_sheet(bytes, format, sheet, limits, &mut |row, cells| rows.push((row, cells.to_vec())))?;
    Ok((name, rows))
}

fn read(bytes: &[u8], format: SpreadsheetFormat, sheet: Option<&str>) -> Result<(String, Rows), SpreadsheetFault> {
    read_with(bytes, format, sheet, &Limits::default())
}

fn rows_of(expected: &[(u32, &[&str])]) -> Rows {
    expected.iter().map(|(row, cells)| (*row, cells.iter().map(|&cell| cell.to_owned()).collect())).collect()
}

// --- A workbook with every type of cell, and the same saved by LibreOffice ---

/// Longer than a record of XLS can be, in characters that need two bytes there.
fn long_text() -> String {
    "Ω och å ".repeat(1500)
}

fn original() -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill_table(workbook.add_worksheet()).expect("the sheet is valid");
    let second = workbook.add_worksheet();
    second.set_name("Översikt").and_then(|sheet| sheet.write(0, 0, "antal")).expect("the sheet is valid");
    workbook.add_worksheet().set_name("Tom").expect("the name is valid");
    workbook.save_to_buffer().expect("the workbook is valid")
}

fn fill_table(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let clock = Format::new().set_num_format("hh:mm");
    let span = Format::new().set_num_format("[h]:mm:ss");
    sheet.set_name("Elever 2026")?;
    sheet.write(0, 0, "Elevlista")?;
    for (column, header) in ["personnummer", "värde", "typ"].into_iter().enumerate() {
        sheet.write(2, u16::try_from(column).expect("three columns"), header)?;
    }
    sheet.write(3, 0, 200_801_012_384_i64)?.write(3, 1, 12.5)?.write(3, 2, "tal")?;
    sheet.write(4, 0, "080101-2384")?.write(4, 1, true)?.write(4, 2, false)?;
    sheet.set_row_hidden(4)?;
    sheet.write_with_format(5, 1, ExcelDateTime::from_ymd(2026, 11, 20)?, &date)?;
    sheet.write_with_format(5, 2, ExcelDateTime::from_ymd(2026, 11, 20)?.and_hms(13, 45, 7)?, &moment)?;
    sheet.write_with_format(6, 1, ExcelDateTime::from_hms(8, 30, 0)?, &clock)?;
    sheet.write_with_format(6, 2, 1.5, &span)?;
    sheet.write_with_format(7, 1, ExcelDateTime::from_ymd(2008, 2, 29)?, &date)?;
    sheet.write_with_format(7, 2, ExcelDateTime::from_ymd(2026, 11, 20)?, &moment)?;
    sheet.write(8, 1, Formula::new("=B4*2").set_result("25"))?;
    sheet.write(8, 2, Formula::new("=\"a\"&\"b\"").set_result("ab"))?;
    sheet.write(9, 1, Formula::new("=NA()").set_result("#N/A"))?;
    sheet.write(9, 2, Formula::new("=1/0").set_result("#DIV/0!"))?;
    sheet.write(10, 0, " mellan  rum ")?.write(10, 1, "två\nrader")?.write(10, 2, "<å & ä> \u{1F600}")?;
    sheet.write(12, 0, -3)?.write(12, 1, 1234.5678)?.write(12, 2, 1e-7)?;
    sheet.write_blank(13, 0, &date)?.write(13, 3, "sist")?;
    sheet.write(14, 0, long_text())?;
    for row in 20..520 {
        sheet.write(row, 0, format!("rad {row} åäö"))?.write(row, 1, row)?;
    }
    Ok(())
}

fn table() -> Rows {
    let long = long_text();
    let mut rows = rows_of(&[
        (1, &["Elevlista"]),
        (3, &["personnummer", "värde", "typ"]),
        (4, &["200801012384", "12.5", "tal"]),
        (5, &["080101-2384", "J", "N"]),
        (6, &["", "2026-11-20", "2026-11-20 13:45:07"]),
        (7, &["", "08:30:00", "36:00:00"]),
        (8, &["", "2008-02-29", "2026-11-20"]),
        (9, &["", "25", "ab"]),
        (10, &["", "#N/A", "#DIV/0!"]),
        (11, &[" mellan  rum ", "två\nrader", "<å & ä> \u{1F600}"]),
        (13, &["-3", "1234.5678", "0.0000001"]),
        (14, &["", "", "", "sist"]),
        (15, &[&long]),
    ]);
    rows.extend((20..520).map(|row| (row + 1, vec![format!("rad {row} åäö"), row.to_string()])));
    rows
}

#[test]
fn every_type_of_cell() {
    assert_eq!(
        read(&original(), SpreadsheetFormat::Xlsx, Some("elever_2026")).unwrap(),
        ("Elever 2026".into(), table())
    );
}

/// LibreOffice takes a boolean of XLSX for a formula and saves its value as a number in ODS; in XLS it saves a text
/// that a formula gave as 0.
fn saved_table(format: SpreadsheetFormat) -> Rows {
    let mut rows = table();
    match format {
        SpreadsheetFormat::Xlsx => {}
        SpreadsheetFormat::Xls => rows[7].1[2] = "0".into(),
        SpreadsheetFormat::Ods => rows[3].1[1..].clone_from_slice(&["1".into(), "0".into()]),
    }
    rows
}

#[test]
fn saved_by_libreoffice() {
    const FILES: [(SpreadsheetFormat, &[u8]); 3] = [
        (SpreadsheetFormat::Xlsx, include_bytes!("data/libreoffice.xlsx")),
        (SpreadsheetFormat::Xls, include_bytes!("data/libreoffice.xls")),
        (SpreadsheetFormat::Ods, include_bytes!("data/libreoffice.ods")),
    ];
    for (format, bytes) in FILES {
        assert_eq!(sheet_names(bytes, format, &Limits::default()).unwrap(), ["Elever 2026", "Översikt", "Tom"]);
        let (name, rows) = read(bytes, format, Some("Elever 2026")).unwrap();
        assert_eq!(name, "Elever 2026", "{format:?}");
        for (found, expected) in rows.iter().zip(&saved_table(format)) {
            assert_eq!(found, expected, "{format:?}");
        }
        assert_eq!(rows.len(), table().len(), "{format:?}");
        assert_eq!(read(bytes, format, Some("oversikt")).unwrap().1, rows_of(&[(1, &["antal"])]), "{format:?}");
        assert_eq!(read(bytes, format, Some("Tom")).unwrap().1, [], "{format:?}");
    }
}

/// Writes the workbook that the files in `tests/data` were made of:
/// `soffice --headless --convert-to ods libreoffice.xlsx`, the same into another folder with `xlsx`, and of the ODS
/// with `xls`.
#[test]
#[ignore = "writes a file; only for making the files in tests/data anew"]
fn write_original() {
    std::fs::write(std::env::temp_dir().join("libreoffice.xlsx"), original()).expect("the folder can be written");
}
