//! Spreadsheets of three formats as rows of text, and files that mean harm.

#[path = "support/workbooks.rs"]
mod workbooks;

use std::io::{Cursor, Read};

use kaa::ingest::spreadsheet::{Damage, Limits, Measure, SpreadsheetFault, SpreadsheetFormat, read_sheet, sheet_names};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError};
use workbooks::{Parts, compound, ods, pack, record, relations, repack, words, xls, xlsx};

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

// --- Workbooks by hand ---

fn xlsx_cells(cells: &str) -> Result<Rows, SpreadsheetFault> {
    read(&xlsx("<sst/>", "<styleSheet/>", cells), SpreadsheetFormat::Xlsx, None).map(|(_, rows)| rows)
}

fn ods_rows(rows: &str) -> Result<Rows, SpreadsheetFault> {
    let bytes = ods(&format!("<table:table table:name=\"Blad1\">{rows}</table:table>"));
    read(&bytes, SpreadsheetFormat::Ods, None).map(|(_, rows)| rows)
}

fn xls_rows(globals: &[Vec<u8>], cells: &[Vec<u8>]) -> Result<Rows, SpreadsheetFault> {
    read(&xls(globals, cells), SpreadsheetFormat::Xls, None).map(|(_, rows)| rows)
}

// --- XLSX ---

#[test]
fn xlsx_types_of_cells() {
    let strings = "<sst><si><t>delad</t></si><si><r><t>fet</t></r><r><t xml:space=\"preserve\"> och</t></r>\
                   <rPh><t>uttal</t></rPh></si><si><t>rad_x000D_bryt &#228;</t></si><si/></sst>";
    let styles = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"[h]:mm\"/></numFmts>\
                  <cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>\
                  <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"><alignment/></xf><xf numFmtId=\"164\"/></cellXfs></styleSheet>";
    let cells = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c>\
                 <c r=\"D1\" t=\"s\"><v>3</v></c><c r=\"E1\" t=\"inlineStr\"><is><t>här</t></is></c></row>\
                 <row r=\"2\"><c r=\"A2\"><v>2.00801012384E11</v></c><c r=\"B2\"><v>0.30000000000000004</v></c>\
                 <c r=\"C2\" s=\"1\"><v>46346</v></c><c r=\"D2\" s=\"2\"><v>1.25</v></c><c r=\"E2\" t=\"d\"><v>2026-11-20T00:00:00</v></c></row>\
                 <row r=\"3\"><c r=\"A3\" t=\"b\"><v>1</v></c><c r=\"B3\" t=\"e\"><v>#SPILL!</v></c>\
                 <c r=\"C3\" t=\"str\"><f>A1&amp;\"x\"</f><v>a &lt; b</v></c><c r=\"D3\"><v>0080101</v></c></row>";
    let (name, rows) = read(&xlsx(strings, styles, cells), SpreadsheetFormat::Xlsx, None).unwrap();
    assert_eq!(name, "Blad1");
    assert_eq!(
        rows,
        rows_of(&[
            (1, &["delad", "fet och", "rad\rbryt ä", "", "här"]),
            (2, &["200801012384", "0.30000000000000004", "2026-11-20", "30:00:00", "2026-11-20"]),
            (3, &["J", "#SPILL!", "a < b", "80101"]),
        ])
    );
}

#[test]
fn xlsx_without_references() {
    let cells = "<row><c><v>1</v></c><c/><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>";
    assert_eq!(xlsx_cells(cells).unwrap(), rows_of(&[(1, &["1", "", "2"]), (3, &["3"])]));
}

#[test]
fn xlsx_days_from_1904() {
    let mut workbook = Workbook::new();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    workbook.add_worksheet().write_with_format(0, 0, 44_884, &day).expect("the cell is valid");
    let bytes = workbook.save_to_buffer().expect("the workbook is valid");
    assert_eq!(read(&bytes, SpreadsheetFormat::Xlsx, None).unwrap().1, rows_of(&[(1, &["2022-11-19"])]));
    let bytes =
        with_part(&bytes, "xl/workbook.xml", |text| text.replace("<workbookPr ", "<workbookPr date1904=\"1\" "));
    assert_eq!(read(&bytes, SpreadsheetFormat::Xlsx, None).unwrap().1, rows_of(&[(1, &["2026-11-20"])]));
}

/// The archive with one part changed.
fn with_part(bytes: &[u8], part: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut parts = unpack(bytes).expect("an archive");
    let (_, contents) = parts.iter_mut().find(|(name, _)| name == part).expect("the part");
    *contents = change(String::from_utf8(std::mem::take(contents)).expect("text")).into_bytes();
    repack(&parts)
}

#[test]
fn xlsx_written_otherwise() {
    // Prefixes, targets from the top, names in another case, as some programs write.
    let bytes = pack(&[
        ("_rels/.rels", &relations("officeDocument", "/XL/Workbook.xml")),
        ("xl/workbook.xml", "<x:workbook><x:sheets><x:sheet name=\"a &amp; b\" rel:id=\"r\"/></x:sheets></x:workbook>"),
        ("xl/_rels/workbook.xml.rels", &relations("worksheet", "/xl/worksheets/../worksheets/Sheet1.xml")),
        (
            "xl\\worksheets\\sheet1.xml",
            "\u{feff}<?xml version=\"1.0\"?><!-- > --><x:worksheet><x:sheetData><x:row r='2'>\
             <x:c r='B2' t='inlineStr'><x:is><x:t><![CDATA[<&>]]></x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>",
        ),
    ]);
    let (name, rows) = read(&bytes, SpreadsheetFormat::Xlsx, None).unwrap();
    assert_eq!((name.as_str(), rows), ("a & b", rows_of(&[(2, &["", "<&>"])])));
}

#[test]
fn which_sheet() {
    let two = |format| match format {
        SpreadsheetFormat::Xlsx => {
            let mut workbook = Workbook::new();
            for (name, cell) in [("Tom", ""), ("Första", "a"), ("Dold", ""), ("Andra", "b")] {
                let sheet = workbook.add_worksheet();
                sheet.set_name(name).and_then(|sheet| sheet.write(1, 0, cell)).expect("the sheet is valid");
                sheet.set_hidden(name == "Dold");
            }
            workbook.save_to_buffer().expect("the workbook is valid")
        }
        _ => {
            let row = |text| {
                format!(
                    "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell></table:table-row>"
                )
            };
            let table = |name, text| {
                format!("<table:table table:name=\"{name}\"><table:table-row/>{}</table:table>", row(text))
            };
            ods(&[table("Tom", ""), table("Första", "a"), table("Dold", ""), table("Andra", "b")].concat())
        }
    };
    for format in [SpreadsheetFormat::Xlsx, SpreadsheetFormat::Ods] {
        let bytes = two(format);
        let present: Vec<String> = ["Första", "Andra"].map(str::to_owned).to_vec();
        assert_eq!(read(&bytes, format, None), Err(SpreadsheetFault::SeveralSheets { present }));
        assert_eq!(read(&bytes, format, Some("ANDRA")), Ok(("Andra".into(), rows_of(&[(2, &["b"])]))));
        let present = ["Tom", "Första", "Dold", "Andra"].map(str::to_owned).to_vec();
        assert_eq!(sheet_names(&bytes, format, &Limits::default()), Ok(present.clone()));
        let wanted = "Tredje".to_owned();
        assert_eq!(read(&bytes, format, Some("Tredje")), Err(SpreadsheetFault::NoSuchSheet { wanted, present }));
    }
    let bytes = with_part(&two(SpreadsheetFormat::Xlsx), "xl/worksheets/sheet4.xml", |_| {
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" s=\"0\"/></row></sheetData></worksheet>".to_owned()
    });
    assert_eq!(read(&bytes, SpreadsheetFormat::Xlsx, None), Ok(("Första".into(), rows_of(&[(2, &["a"])]))));
}

#[test]
fn empty_workbook() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet();
    workbook.add_worksheet();
    let bytes = workbook.save_to_buffer().expect("the workbook is valid");
    assert_eq!(read(&bytes, SpreadsheetFormat::Xlsx, None), Ok(("Sheet1".into(), Rows::new())));
}

#[test]
fn external_links() {
    let parts = relations("externalLink", "externalLinks/externalLink1.xml");
    let bytes = with_part(&original(), "xl/_rels/workbook.xml.rels", |text| {
        text.replace("</Relationships>", parts.strip_prefix("<Relationships>").expect("the tag"))
    });
    assert!(read(&bytes, SpreadsheetFormat::Xlsx, Some("Tom")).is_ok());
    let limits = Limits { external_links: false, ..Limits::default() };
    let result = read_with(&bytes, SpreadsheetFormat::Xlsx, Some("Tom"), &limits);
    assert_eq!(result, Err(SpreadsheetFault::ExternalLinks));
}

// --- ODS ---

#[test]
fn ods_types_of_cells() {
    let rows = "<table:table-column table:number-columns-repeated=\"16384\"/>\
        <table:shapes><draw:frame><draw:text-box><table:table><table:table-row><table:table-cell office:value-type=\"string\"><text:p>bild</text:p></table:table-cell></table:table-row></table:table></draw:text-box></draw:frame></table:shapes>\
        <table:table-header-rows><table:table-row>\
        <table:table-cell office:value-type=\"string\"><office:annotation><text:p>not</text:p></office:annotation><text:p>två<text:s text:c=\"3\"/>ord</text:p><text:p>och <text:span>en</text:span><text:tab/>rad</text:p></table:table-cell>\
        <table:table-cell office:value-type=\"float\" office:value=\"200801012384\"><text:p>2,00801E+11</text:p></table:table-cell>\
        <table:table-cell office:value-type=\"percentage\" office:value=\"0.5\"><text:p>50 %</text:p></table:table-cell></table:table-row></table:table-header-rows>\
        <table:table-row-group><table:table-row table:visibility=\"collapse\">\
        <table:table-cell office:value-type=\"boolean\" office:boolean-value=\"true\"/>\
        <table:table-cell office:value-type=\"date\" office:date-value=\"2026-11-20\"/>\
        <table:table-cell office:value-type=\"date\" office:date-value=\"2026-11-20T13:45:00\"/>\
        <table:table-cell office:value-type=\"time\" office:time-value=\"PT30H05M00S\"/>\
        <table:covered-table-cell table:number-columns-repeated=\"2\"/>\
        <table:table-cell office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"><text:p>#N/A</text:p></table:table-cell>\
        </table:table-row></table:table-row-group>";
    assert_eq!(
        ods_rows(rows).unwrap(),
        rows_of(&[
            (1, &["två   ord\noch en\trad", "200801012384", "0.5"]),
            (2, &["J", "2026-11-20", "2026-11-20 13:45:00", "30:05:00", "", "", "#N/A"]),
        ])
    );
}

#[test]
fn ods_repeated() {
    let cell = "office:value-type=\"string\"><text:p>x</text:p></table:table-cell>";
    let rows = format!(
        "<table:table-row table:number-rows-repeated=\"7\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>\
         <table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"2\"/>\
         <table:table-cell table:number-columns-repeated=\"2\" {cell}<table:table-cell table:number-columns-repeated=\"16380\"/></table:table-row>\
         <table:table-row table:number-rows-repeated=\"99999999999999999999\"><table:table-cell table:number-columns-repeated=\"99999999999999999999\"/></table:table-row>"
    );
    let row: &[&str] = &["", "", "x", "x"];
    assert_eq!(ods_rows(&rows).unwrap(), rows_of(&[(8, row), (9, row)]));
}

#[test]
fn ods_passes_over_what_is_no_sheet() {
    let row = "<table:table-row><table:table-cell office:value-type=\"float\" office:value=\"1\"/></table:table-row>";
    let bytes = ods(&format!(
        "<table:tracked-changes><table:table>{row}</table:table></table:tracked-changes>\
         <table:table table:name=\"Blad1\">{row}</table:table>\
         <table:table table:name=\"'file:///x.ods'#$Blad1\" table:style-name=\"ta_extref\">{row}</table:table>\
         <table:dde-links><table:dde-link><table:table>{row}</table:table></table:dde-link></table:dde-links>"
    ));
    assert_eq!(sheet_names(&bytes, SpreadsheetFormat::Ods, &Limits::default()).unwrap(), ["Blad1"]);
    assert_eq!(read(&bytes, SpreadsheetFormat::Ods, None).unwrap().1, rows_of(&[(1, &["1"])]));
}

// --- XLS ---

#[test]
fn xls_types_of_cells() {
    let globals = [
        record(0x041E, &[&words(&[164, 3])[..], &[0], b"y-m"].concat()),
        record(0x00E0, &words(&[0, 0, 0])),
        record(0x00E0, &words(&[0, 164, 0])),
        // Two strings, the second going on in another record with wider characters.
        record(0x00FC, &[&words(&[2, 0, 2, 0, 3])[..], &[0], b"abc", &words(&[4]), &[0], b"de"].concat()),
        record(0x003C, &[&[1][..], &words(&[0x03A9, 0x00E5])].concat()),
    ];
    let number = |value: f64| value.to_bits().to_le_bytes();
    let cells = [
        // Rows need not be in order.
        record(0x00FD, &words(&[2, 1, 0, 1, 0])),
        record(0x0203, &[&words(&[0, 0, 0])[..], &number(200_801_012_384.0)].concat()),
        record(0x0203, &[&words(&[0, 1, 1])[..], &number(46_346.0)].concat()),
        record(0x027E, &words(&[0, 2, 0, 0x04D3, 0])),
        record(0x00BD, &words(&[1, 0, 0, 0x0012, 0, 0, 0x0000, 0x3FF8, 1])),
        record(0x0205, &[&words(&[1, 2, 0])[..], &[1, 0]].concat()),
        record(0x0205, &[&words(&[1, 3, 0])[..], &[0x2A, 1]].concat()),
        record(0x00FD, &words(&[2, 0, 0, 0, 0])),
        record(0x0006, &words(&[3, 0, 0, 0, 0, 0, 0xFFFF, 0, 0, 0, 0])),
        record(0x04BC, &[]),
        record(0x0207, &[&words(&[2])[..], &[0], b"ja"].concat()),
        record(0x0006, &words(&[3, 1, 0, 1, 1, 0, 0xFFFF, 0, 0, 0, 0])),
        record(0x0204, &[&words(&[4, 0, 0, 2])[..], &[0], b"\xE5\xE4"].concat()),
        // A chart in the sheet has records of its own.
        record(0x0809, &words(&[0x0600, 0x20, 0, 0])),
        record(0x0203, &[&words(&[9, 9, 0])[..], &number(1.0)].concat()),
        record(0x000A, &[]),
    ];
    assert_eq!(
        xls_rows(&globals, &cells).unwrap(),
        rows_of(&[
            (1, &["200801012384", "2026-11-20", "3.08"]),
            (2, &["4", "1.5", "J", "#N/A"]),
            (3, &["abc", "deΩå"]),
            (4, &["ja", "J"]),
            (5, &["åä"]),
        ])
    );
}

#[test]
fn xls_days_from_1904() {
    let globals = [record(0x0022, &words(&[1])), record(0x00E0, &words(&[0, 14, 0]))];
    let cells = [record(0x027E, &[&words(&[0, 0, 0])[..], &((44_884_u32 << 2) | 2).to_le_bytes()].concat())];
    assert_eq!(xls_rows(&globals, &cells).unwrap(), rows_of(&[(1, &["2026-11-20"])]));
}

#[test]
fn xls_of_excel_95() {
    let stream = [
        record(0x0809, &words(&[0x0500, 5, 0, 0])),
        record(0x0042, &words(&[1252])),
        record(0x0085, &[&[38, 0, 0, 0, 0, 0, 5][..], b"Bl\xE5tt"].concat()),
        record(0x000A, &[]),
        record(0x0809, &words(&[0x0500, 0x10, 0, 0])),
        record(0x0204, &[&words(&[0, 0, 0, 3])[..], b"\xE5\xE4\xF6"].concat()),
        record(0x000A, &[]),
    ];
    let bytes = compound("Book", &stream.concat());
    assert_eq!(
        read(&bytes, SpreadsheetFormat::Xls, Some("blatt")).unwrap(),
        ("Blått".into(), rows_of(&[(1, &["åäö"])]))
    );
}

// --- Against calamine ---

#[test]
fn as_calamine_reads() {
    use calamine::{Data, Reader};
    let text = |value: &Data| match value {
        Data::Bool(truth) => if *truth { "J" } else { "N" }.to_owned(),
        Data::DateTime(_) | Data::DateTimeIso(_) | Data::DurationIso(_) => "tid".to_owned(),
        other => other.to_string(),
    };
    for bytes in [
        &original()[..],
        include_bytes!("data/libreoffice.xlsx"),
        include_bytes!("data/libreoffice.xls"),
        include_bytes!("data/libreoffice.ods"),
    ] {
        let format = match (bytes.starts_with(b"PK"), bytes.windows(11).any(|window| window == b"content.xml")) {
            (false, _) => SpreadsheetFormat::Xls,
            (true, true) => SpreadsheetFormat::Ods,
            (true, false) => SpreadsheetFormat::Xlsx,
        };
        let mut workbook = calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).expect("calamine reads it");
        let range = workbook.worksheet_range("Elever 2026").expect("calamine reads the sheet");
        let (_, rows) = read(bytes, format, Some("Elever 2026")).unwrap();
        let mut cells = 0;
        for (row, found) in &rows {
            for (column, cell) in (0_u32..).zip(found) {
                let theirs = range.get_value((row - 1, column)).map(text).unwrap_or_default();
                if theirs != "tid" {
                    assert_eq!(*cell, theirs, "{format:?} row {row}");
                }
                cells += usize::from(!cell.is_empty());
            }
        }
        assert_eq!(cells, range.used_cells().filter(|cell| !text(cell.2).is_empty()).count(), "{format:?}");
    }
}

// --- Files that are no workbooks, or not whole ---

#[test]
fn no_workbook() {
    let other: [&[u8]; 6] =
        [b"", b"PK", b"personnummer;namn\r\n", b"%PDF-1.7", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", &[0; 5000]];
    let zip = pack(&[("a.txt", "a")]);
    let document = compound("WordDocument", b"text");
    for format in [SpreadsheetFormat::Xlsx, SpreadsheetFormat::Xls, SpreadsheetFormat::Ods] {
        for bytes in other.into_iter().chain([&zip[..], &document]) {
            let result = read(bytes, format, None);
            assert!(matches!(result, Err(SpreadsheetFault::Damaged { .. })), "{format:?} {result:?}");
        }
    }
    let result = read(include_bytes!("data/libreoffice.ods"), SpreadsheetFormat::Xlsx, None);
    assert!(matches!(result, Err(SpreadsheetFault::Damaged { damage: Damage::OtherFormat, .. })), "{result:?}");
}

#[test]
fn cut_off_anywhere() {
    let files: [(SpreadsheetFormat, &[u8]); 4] = [
        (SpreadsheetFormat::Xlsx, &original()),
        (SpreadsheetFormat::Xlsx, include_bytes!("data/libreoffice.xlsx")),
        (SpreadsheetFormat::Xls, include_bytes!("data/libreoffice.xls")),
        (SpreadsheetFormat::Ods, include_bytes!("data/libreoffice.ods")),
    ];
    for (format, bytes) in files {
        for length in (0..bytes.len()).step_by(97) {
            let result = read(&bytes[..length], format, Some("Elever 2026"));
            // In an XLS, streams that are not read can lie behind the one that is.
            let is_whole =
                format == SpreadsheetFormat::Xls && result.as_ref().is_ok_and(|(_, rows)| *rows == saved_table(format));
            assert!(is_whole || matches!(result, Err(SpreadsheetFault::Damaged { .. })), "{format:?} {length}");
        }
    }
}

#[test]
fn a_changed_byte_is_noticed() {
    // In the middle of the packed sheet: the archive's checksum tells.
    let mut bytes = original();
    let middle = bytes.len() / 3;
    bytes[middle] ^= 0x10;
    assert!(matches!(
        read(&bytes, SpreadsheetFormat::Xlsx, Some("Elever 2026")),
        Err(SpreadsheetFault::Damaged { .. })
    ));
}

#[test]
fn encrypted() {
    let office = compound("EncryptedPackage", &[0x55; 5000]);
    let old = xls(&[record(0x002F, &words(&[1, 1, 1]))], &[]);
    let manifest = "<manifest:manifest><manifest:file-entry manifest:full-path=\"content.xml\"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    let open_document = pack(&[("META-INF/manifest.xml", manifest), ("content.xml", "\u{1}\u{2}")]);
    for (bytes, format) in [
        (&office, SpreadsheetFormat::Xlsx),
        (&office, SpreadsheetFormat::Xls),
        (&old, SpreadsheetFormat::Xls),
        (&open_document, SpreadsheetFormat::Ods),
    ] {
        assert_eq!(read(bytes, format, None), Err(SpreadsheetFault::Encrypted), "{format:?}");
    }
}

// --- Files that mean harm ---

fn measure(result: Result<Rows, SpreadsheetFault>) -> Measure {
    match result {
        Err(SpreadsheetFault::TooLarge { what, found, limit }) => {
            assert!(found > limit, "{found} {limit}");
            what
        }
        other => panic!("not too large: {:?}", other.map(|rows| rows.len())),
    }
}

fn measure_with(bytes: &[u8], format: SpreadsheetFormat, limits: &Limits) -> Measure {
    measure(read_with(bytes, format, None, limits).map(|(_, rows)| rows))
}

#[test]
fn claims_are_not_believed() {
    let strings = "<sst count=\"10000000000\" uniqueCount=\"10000000000\"><si><t>a</t></si></sst>";
    let cells = "<row><c t=\"s\"><v>0</v></c></row>";
    let bytes = xlsx(strings, "<styleSheet><cellXfs count=\"4000000000\"/></styleSheet>", cells);
    assert_eq!(read(&bytes, SpreadsheetFormat::Xlsx, None).unwrap().1, rows_of(&[(1, &["a"])]));
    let globals = [record(0x00FC, &[&words(&[0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 1])[..], &[0], b"a"].concat())];
    let cells =
        [record(0x0200, &words(&[0, 0, 0xFFFF, 0xFFFF, 0, 0xFFFF, 0])), record(0x00FD, &words(&[0, 0, 0, 0, 0]))];
    assert_eq!(xls_rows(&globals, &cells).unwrap(), rows_of(&[(1, &["a"])]));
}

#[test]
fn far_cells_cost_nothing() {
    let cells = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row>";
    let rows = xlsx_cells(cells).unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[1].0, rows[1].1.len(), rows[1].1.last().map(String::as_str)), (1_048_576, 16_384, Some("2")));
    let cells = [0, 0xFFFF].map(|row| record(0x027E, &words(&[row, 0x00FF, 0, 6, 0])));
    assert_eq!(xls_rows(&[], &cells).unwrap().len(), 2);
    // One far cell in every row is as much as a full table.
    let many: String = (1..=1000).map(|row| format!("<row r=\"{row}\"><c r=\"XFD{row}\"><v>1</v></c></row>")).collect();
    assert_eq!(measure(xlsx_cells(&many)), Measure::Cells);
}

#[test]
fn cells_outside_a_sheet() {
    for cells in [
        "<row r=\"1\"><c r=\"XFE1\"><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"A1048577\"><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"AAAAAAAAAAAAAAAA1\"><v>1</v></c></row>",
        "<row r=\"4294967297\"><c><v>1</v></c></row>",
        "<row r=\"0\"><c><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"1A\"><v>1</v></c></row>",
        "<row r=\"2\"><c><v>1</v></c></row><row r=\"1\"><c><v>1</v></c></row>",
    ] {
        let damage = Err(Damage::CellPosition);
        let found = xlsx_cells(cells).map_err(|fault| match fault {
            SpreadsheetFault::Damaged { damage, .. } => damage,
            other => panic!("{other:?}"),
        });
        assert_eq!(found, damage, "{cells}");
    }
}

#[test]
fn packed_bombs() {
    // 100 MB of blanks in 100 kB.
    let blanks = " ".repeat(100_000_000);
    for bytes in
        [xlsx("<sst/>", "<styleSheet/>", &blanks), xlsx(&blanks, "<styleSheet/>", ""), xlsx("<sst/>", &blanks, "")]
    {
        assert_eq!(measure_with(&bytes, SpreadsheetFormat::Xlsx, &Limits::default()), Measure::Ratio);
        let limits = Limits { unpacked_bytes: 50_000_000, ..Limits::default() };
        assert_eq!(measure_with(&bytes, SpreadsheetFormat::Xlsx, &limits), Measure::UnpackedBytes);
        let limits = Limits { ratio: 2000, ..Limits::default() };
        assert_eq!(measure_with(&bytes, SpreadsheetFormat::Xlsx, &limits), Measure::TokenBytes);
    }
    assert_eq!(measure_with(&ods(&blanks), SpreadsheetFormat::Ods, &Limits::default()), Measure::Ratio);
}

#[test]
fn a_part_larger_than_it_says() {
    let blanks = " ".repeat(400_000);
    let mut bytes = xlsx("<sst/>", "<styleSheet/>", &format!("{blanks}<row/>{blanks}"));
    let size = bytes.windows(4).rposition(|window| window == b"PK\x01\x02").expect("the last part") + 24;
    let declared = u32::from_le_bytes(bytes[size..size + 4].try_into().expect("four bytes"));
    assert!(declared > 800_000);
    bytes[size..size + 4].copy_from_slice(&1000_u32.to_le_bytes());
    let part = "xl/worksheets/sheet1.xml".to_owned();
    let fault = SpreadsheetFault::Damaged { part, damage: Damage::Container };
    assert_eq!(read(&bytes, SpreadsheetFormat::Xlsx, None), Err(fault));
}

#[test]
fn too_many_of_anything() {
    let limits =
        Limits { parts: 10, sheets: 3, cells: 100, strings: 5, string_bytes: 50, styles: 4, ..Limits::default() };
    let measure = |strings: &str, styles: &str, cells: &str| {
        measure_with(&xlsx(strings, styles, cells), SpreadsheetFormat::Xlsx, &limits)
    };
    let sst = |string: &str| format!("<sst>{}</sst>", string.repeat(6));
    assert_eq!(measure(&sst("<si/>"), "<styleSheet/>", ""), Measure::Strings);
    assert_eq!(measure(&sst("<si><t>0123456789</t></si>"), "<styleSheet/>", ""), Measure::StringBytes);
    let styles = format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(5));
    assert_eq!(measure("<sst/>", &styles, ""), Measure::Styles);
    assert_eq!(measure("<sst/>", "<styleSheet/>", &format!("<row>{}</row>", "<c/>".repeat(101))), Measure::Cells);
    assert_eq!(measure("<sst/>", "<styleSheet/>", &"<row/>".repeat(301)), Measure::Markup);
    assert_eq!(measure("<sst/>", "<styleSheet/>", &"<a>".repeat(300)), Measure::Markup);
    let mut workbook = Workbook::new();
    for _ in 0..4 {
        workbook.add_worksheet();
    }
    let bytes = workbook.save_to_buffer().expect("the workbook is valid");
    assert_eq!(measure_with(&bytes, SpreadsheetFormat::Xlsx, &limits), Measure::Parts);
    let limits = Limits { parts: 100, ..limits };
    assert_eq!(measure_with(&bytes, SpreadsheetFormat::Xlsx, &limits), Measure::Sheets);
    assert_eq!(measure_with(&ods(&"<table:table/>".repeat(4)), SpreadsheetFormat::Ods, &limits), Measure::Sheets);
    assert_eq!(
        measure_with(&bytes, SpreadsheetFormat::Xlsx, &Limits { file_bytes: 100, ..limits }),
        Measure::FileBytes
    );
}

#[test]
fn long_texts() {
    let limits = Limits { cell_bytes: 1000, row_bytes: 2500, text_bytes: 9000, ..Limits::default() };
    let long = "x".repeat(1001);
    let string = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(1000));
    let cells = |cells: &str| measure_with(&xlsx(&string, "<styleSheet/>", cells), SpreadsheetFormat::Xlsx, &limits);
    assert_eq!(cells(&format!("<row><c t=\"str\"><v>{long}</v></c></row>")), Measure::CellBytes);
    assert_eq!(cells(&format!("<row><c><is>{}</is></c></row>", "<r><t>abc</t></r>".repeat(400))), Measure::CellBytes);
    let shared = "<c t=\"s\"><v>0</v></c>";
    assert_eq!(cells(&format!("<row>{}</row>", shared.repeat(3))), Measure::RowBytes);
    assert_eq!(cells(&format!("<row>{shared}</row>").repeat(10)), Measure::TextBytes);
    assert_eq!(cells(&format!("<!--{}-->", "<>".repeat(300_000))), Measure::TokenBytes);
    assert_eq!(cells(&format!("<row><c a=\"{}\"/></row>", ">".repeat(600_000))), Measure::TokenBytes);
    let spaces = "<table:table-row><table:table-cell office:value-type=\"string\"><text:p><text:s text:c=\"99999999999999\"/></text:p></table:table-cell></table:table-row>";
    assert_eq!(measure(ods_rows(spaces)), Measure::CellBytes);
}

#[test]
fn ods_repeat_bombs() {
    let bomb = |rows: &str, columns: &str| {
        let row = format!(
            "<table:table-row table:number-rows-repeated=\"{rows}\"><table:table-cell table:number-columns-repeated=\"{columns}\" office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row>"
        );
        ods_rows(&row)
    };
    assert_eq!(measure(bomb("1048576", "16384")), Measure::Cells);
    assert_eq!(measure(bomb("4294967295", "1")), Measure::Rows);
    assert_eq!(measure(bomb("99999999999999999999", "1")), Measure::Rows);
    for columns in ["16385", "4294967295", "99999999999999999999"] {
        let fault = SpreadsheetFault::Damaged { part: String::new(), damage: Damage::CellPosition };
        assert_eq!(bomb("1", columns), Err(fault), "{columns}");
    }
    for count in ["-1", "", "1e9", "x"] {
        assert!(matches!(bomb(count, "1"), Err(SpreadsheetFault::Damaged { .. })), "{count}");
    }
}

#[test]
fn document_types() {
    let entities = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]>";
    let refused = |bytes: &[u8], format| match read(bytes, format, None) {
        Err(SpreadsheetFault::Damaged { damage, .. }) => damage,
        other => panic!("{other:?}"),
    };
    let bytes = xlsx("<sst/>", "<styleSheet/>", "<row/>");
    for part in ["_rels/.rels", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"]
    {
        let bytes = with_part(&bytes, part, |text| format!("{entities}{text}"));
        assert_eq!(refused(&bytes, SpreadsheetFormat::Xlsx), Damage::DocumentType, "{part}");
    }
    assert_eq!(refused(&ods(entities), SpreadsheetFormat::Ods), Damage::DocumentType);
    let bytes = xlsx("<sst/>", "<styleSheet/>", "<row><c t=\"str\"><v>&c;</v></c></row>");
    assert_eq!(refused(&bytes, SpreadsheetFormat::Xlsx), Damage::Content);
}

#[test]
fn broken_markup() {
    for cells in [
        "<row><c><v>1</c>",
        "</row></row></row></row></row>",
        "<row",
        "<row><c t=\"s\"><v>9</v></c></row>",
        "<!--",
        "<!x>",
    ] {
        assert!(matches!(xlsx_cells(cells), Err(SpreadsheetFault::Damaged { .. })), "{cells}");
    }
}

#[test]
fn compound_files_in_circles() {
    let good = xls(&[], &[record(0x027E, &words(&[0, 0, 0, 6, 0]))]);
    assert_eq!(read(&good, SpreadsheetFormat::Xls, None).unwrap().1, rows_of(&[(1, &["1"])]));
    let (table, entry) = (512, 1024 + 128);
    for (name, changes) in [
        ("directory", &[(table + 4, 1)][..]),
        ("stream", &[(table + 2 * 4, 2), (entry + 120, 0x7FFF_FFFF)]),
        ("list of tables", &[(68, 0), (table + 127 * 4, 0)]),
        ("stream beyond the end", &[(entry + 116, 0x00FF_FFFF)]),
        ("size", &[(entry + 120, 0x7FFF_FFFF)]),
        ("directory beyond the end", &[(48, 0x00FF_FFFF)]),
        ("table beyond the end", &[(76, 0x00FF_FFFF)]),
        ("small stream", &[(entry + 120, 100)]),
    ] {
        let mut bytes = good.clone();
        for &(at, number) in changes {
            bytes[at..at + 4].copy_from_slice(&u32::to_le_bytes(number));
        }
        let result = read(&bytes, SpreadsheetFormat::Xls, None);
        assert!(matches!(result, Err(SpreadsheetFault::Damaged { .. })), "{name}: {result:?}");
    }
}

/// Changes bytes of the file, or of a part of its archive, a few thousand times. What comes of it must be rows or a
/// fault; a panic ends the test.
#[test]
fn random_changes() {
    let files: [(SpreadsheetFormat, &[u8]); 4] = [
        (
            SpreadsheetFormat::Xlsx,
            &xlsx(
                "<sst><si><t>a</t></si></sst>",
                "<styleSheet><cellXfs><xf numFmtId=\"14\"/></cellXfs></styleSheet>",
                "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c s=\"0\"><v>1.5</v></c></row>",
            ),
        ),
        (SpreadsheetFormat::Xlsx, include_bytes!("data/libreoffice.xlsx")),
        (SpreadsheetFormat::Xls, include_bytes!("data/libreoffice.xls")),
        (SpreadsheetFormat::Ods, include_bytes!("data/libreoffice.ods")),
    ];
    let mut state = 2026_u64;
    let mut random = move |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % limit.max(1)
    };
    for (format, bytes) in files {
        for round in 0..400 {
            let mut parts = if round % 2 == 0 { unpack(bytes) } else { None };
            let mut raw = bytes.to_vec();
            let target = match &mut parts {
                Some(parts) => {
                    let part = random(parts.len());
                    &mut parts[part].1
                }
                None => &mut raw,
            };
            for _ in 0..=random(4) {
                change(target, &mut random);
            }
            let changed = parts.map_or(raw, |parts| repack(&parts));
            let _ = read(&changed, format, None);
            let _ = read(&changed, format, Some("Elever 2026"));
        }
    }
}

fn change(bytes: &mut Vec<u8>, random: &mut impl FnMut(usize) -> usize) {
    let at = random(bytes.len());
    let byte = u8::try_from(random(256)).expect("below 256");
    match random(5) {
        0 => bytes.truncate(at),
        1 => bytes.insert(at, byte),
        2 if !bytes.is_empty() => drop(bytes.remove(at)),
        3 => {
            let copy = bytes[at..].iter().take(random(40)).copied().collect::<Vec<_>>();
            bytes.splice(at..at, copy);
        }
        _ => {
            if let Some(there) = bytes.get_mut(at) {
                *there = byte;
            }
        }
    }
}

fn unpack(bytes: &[u8]) -> Option<Parts> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let mut parts = Parts::new();
    for name in names {
        let mut contents = Vec::new();
        archive.by_name(&name).ok()?.read_to_end(&mut contents).ok()?;
        parts.push((name, contents));
    }
    Some(parts)
}

/// Writes the workbook that the files in `tests/data` were made of:
/// `soffice --headless --convert-to ods libreoffice.xlsx`, the same into another folder with `xlsx`, and of the ODS
/// with `xls`.
#[test]
#[ignore = "writes a file; only for making the files in tests/data anew"]
fn write_original() {
    std::fs::write(std::env::temp_dir().join("libreoffice.xlsx"), original()).expect("the folder can be written");
}
