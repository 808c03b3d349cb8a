"""The monthly job in SQL with DuckDB, with XlsxWriter for the workbooks. README.md says what it leaves out."""

import concurrent.futures
import datetime
import itertools
import pathlib

import duckdb
import fastexcel
import pyarrow

import sheets
from inbox import COLUMNS, DATES, LAST, OWN, arguments

HERE = pathlib.Path(__file__).parent
MACROS = """
    CREATE MACRO always() AS DATE '0001-01-01';
    CREATE MACRO forever() AS DATE '9999-12-31';
    CREATE MACRO end_of(last) AS coalesce(last + 1, DATE '9999-12-31');
    CREATE MACRO near(day, last) AS abs(day - last) <= 60 OR (month(last) >= 6 AND day > last
        AND last <= make_date(year(last)::INT, 9, 15) AND day <= make_date(year(last)::INT, 9, 15));
    CREATE MACRO birthday(number, years) AS make_date((number // 100000000)::INT + years, (number // 1000000 % 100)::INT,
        (number // 10000 % 100)::INT);
    CREATE MACRO age_on(number, day) AS ((year(day) * 10000 + month(day) * 100 + day(day) - number // 10000) // 10000)::INT;
"""


def load(base, inbox, kind, columns, as_of):
    """The rows of a kind that count on a day, as a table."""
    files = inbox.sources(kind, as_of)
    if files[0].path.suffix == ".xlsx":
        return load_workbooks(base, kind, columns, files)
    with files[0].path.open(encoding="utf-8-sig") as first:
        header = first.readline().strip().split(";")
    # Types are told, so that no file of hundreds is read twice to guess them.
    types = {name: "BIGINT" if name == "personnummer" else "DATE" if name in DATES else "VARCHAR" for name in header}
    names, own = ", ".join(["personnummer", *columns]), ""
    if kind in OWN:
        own = f", '{files[0].municipality}' AS kommunkod" if len(files) == 1 else ", parse_path(filename)[-2] AS kommunkod"
    base.execute(f"""CREATE OR REPLACE TEMP TABLE {kind} AS SELECT {names}{own} FROM read_csv(
        {[str(file.path) for file in files]}, delim=';', header=true, quote='"', escape='"', columns={types}, auto_detect=false,
        filename={kind in OWN})""")


def load_workbooks(base, kind, columns, files):
    """The same of workbooks, several at a time."""
    types = {name: "date" if name in DATES else "string" for name in ("personnummer", *columns)}

    def read(file):
        rows = fastexcel.read_excel(file.path).load_sheet(0, use_columns=list(types), dtypes=types).to_arrow()
        rows = pyarrow.table(rows)
        return rows if file.municipality is None else rows.append_column("kommunkod", pyarrow.repeat(file.municipality, len(rows)))

    with concurrent.futures.ThreadPoolExecutor() as pool:
        rows = pyarrow.concat_tables(pool.map(read, files), promote_options="default")
    base.register("rows", rows)
    base.execute(f"""CREATE OR REPLACE TEMP TABLE {kind} AS
        SELECT * REPLACE (replace(personnummer, '-', '')::BIGINT AS personnummer) FROM rows""")
    base.unregister("rows")


def run(base, inbox, as_of, last):
    """One month: the table `spells`."""
    kinds = {kind: names.split() for kind, names in COLUMNS.items()}
    if last:
        for kind, names in LAST.items():
            kinds[kind] = kinds.get(kind, []) + names.split()
    for kind, columns in kinds.items():
        load(base, inbox, kind, columns, as_of)
    base.execute(f"""CREATE OR REPLACE MACRO as_of() AS DATE '{as_of}';
        CREATE OR REPLACE MACRO extracted() AS DATE '{inbox.extracted("folkbokforing", as_of)}'""")
    base.execute((HERE / "month.sql").read_text())


FILES = {
    "malgrupp": ("malgrupp", "personnummer;kommunkod;fran;orsak_in;registrerad;alder;flaggor;kontaktstatus;sysselsattning;"
                 "sysselsattning_datum;fas;pagaende_atgard;fran_kommunkod", "personnummer, fran"),
    "perioder": ("listed", "personnummer;kommunkod;fran;till;orsak_in;grund_ut;flaggor", "personnummer, fran"),
    "forandringar": ("(SELECT *, as_of() AS upptackt FROM forandringar)", "personnummer;kommunkod;typ;datum;orsak;upptackt;fore;efter",
                     "personnummer, datum, rang, orsak"),
}


def write_files(base, folders):
    """One folder for each municipality."""
    base.execute("""CREATE TEMP VIEW listed AS SELECT * RENAME (sista AS till) FROM spells
        WHERE sista IS NULL OR sista >= as_of() - INTERVAL 1 YEAR""")
    for name, (table, header, order) in FILES.items():
        line = ", ".join(f"coalesce({column}::VARCHAR, '')" for column in header.split(";"))
        parts = dict(base.execute(f"""SELECT kommunkod, string_agg(concat_ws(';', {line}), chr(13) || chr(10) ORDER BY {order})
            FROM {table} GROUP BY kommunkod""").fetchall())
        for folder in folders:
            rows = parts.get(folder.name)
            text = header + "\r\n" + (rows + "\r\n" if rows else "")
            (folder / f"{name}.csv").write_bytes(text.encode("utf-8-sig"))


LABELS = {"orsak": sheets.REASONS, "grund": sheets.GROUNDS, "flagga": sheets.FLAGS, "status": sheets.STATUSES, "fas": sheets.PHASES,
          "sysselsattning": sheets.OCCUPATIONS, "atgard": sheets.MEASURES, "falt": sheets.FIELDS}
TEXTS = {"risk": sheets.WARNINGS, "avvikelse": sheets.DISCREPANCIES, "utreda": sheets.INQUIRIES}


def literal(labels):
    """A map of codes and words, or of such maps, in SQL."""
    values = (f"'{key}': {literal(value) if isinstance(value, dict) else repr(value)}" for key, value in labels.items())
    return f"MAP {{{', '.join(values)}}}"


def workbook_tables(base):
    """The rows of every sheet by municipality and sheet."""
    base.execute(f"""CREATE MACRO labels() AS {literal(LABELS)};
        CREATE MACRO said(field, text) AS CASE WHEN field IN ('fran', 'till', 'registrerad') THEN if(text = '', 'Pågår', text)
            WHEN field = 'orsak_in' THEN labels()['orsak'][text] WHEN field = 'grund_ut' THEN coalesce(labels()['grund'][text], 'Ingen')
            WHEN text = '' THEN 'Inget' ELSE array_to_string([labels()['flagga'][code] FOR code IN string_split(text, ',')], ', ') END""")
    # Codes in the order of their list, with their words.
    rows = [(kind, code, number, *words, *[None] * (4 - len(words))) for kind, codes in TEXTS.items()
            for number, (code, words) in enumerate(codes.items())]
    base.execute("CREATE TEMP TABLE texts(slag VARCHAR, typ VARCHAR, rang INT, a VARCHAR, b VARCHAR, c VARCHAR, d VARCHAR)")
    base.executemany("INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    base.execute((HERE / "workbook.sql").read_text())
    tables = {}
    for sheet in sheets.SHEETS:
        found = base.execute(f'FROM "{sheet.name}"').fetchall()
        for code, rows in itertools.groupby(found, key=lambda row: row[0]):
            tables.setdefault(code, {})[sheet.name] = [row[1:] for row in rows]
    for rows in tables.values():
        if "Avvikelser" in rows:
            rows["Avvikelser"] = [sheets.dated(row) for row in rows["Avvikelser"]]
        if found := rows.get("Ändrade i efterhand"):
            rows["Ändrade i efterhand"] = [dated(row) for row in found]
    return tables


def dated(row):
    """A changed day is a day on the sheet too."""
    *cells, before, after, field = row
    if field in ("fran", "till", "registrerad"):
        before, after = (datetime.date.fromisoformat(text) if text != "Pågår" else text for text in (before, after))
    return *cells, before, after


def main():
    inbox, out, days, workbooks = arguments()
    base = duckdb.connect()
    base.execute(MACROS)
    base.execute("CREATE TEMP TABLE kommuner AS SELECT unnest($1) AS kod", [inbox.municipalities])
    base.execute("""CREATE TEMP TABLE past(period BIGINT, kommunkod VARCHAR, personnummer BIGINT, fran DATE, dag_efter DATE, closed BOOL,
        upptackt DATE); CREATE MACRO past_as_of() AS NULL::DATE""")
    run(base, inbox, days[0], False)
    base.execute(f"""DROP TABLE past; ALTER TABLE spells RENAME TO past; CREATE OR REPLACE MACRO past_as_of() AS DATE '{days[0]}';
        ALTER TABLE folkbokforing RENAME TO folkbokforing_fore""")
    run(base, inbox, days[1], True)
    base.execute((HERE / "lists.sql").read_text())
    folders = [out / code for code in inbox.municipalities]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    write_files(base, folders)
    if workbooks:
        tables = workbook_tables(base)
        sheets.write_all(sheets.write_with_xlsxwriter, [
            (folder / "avstamning.xlsx", tables.get(folder.name, {})) for folder in folders])


if __name__ == "__main__":
    main()
