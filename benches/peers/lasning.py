"""How fast openpyxl (read-only) and python-calamine read one big workbook, every cell of it, in rows a second:

    python3 benches/peers/lasning.py FILE.xlsx
    KAA_SHEET=FILE.xlsx cargo bench --bench stages -- sheet      # kaa's reader on the same file
"""

import argparse
import statistics
import time

import openpyxl
import python_calamine


def with_openpyxl(path):
    """As openpyxl's documentation says that large files are read."""
    book = openpyxl.load_workbook(path, read_only=True)
    rows = cells = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows(values_only=True):
            rows += 1
            cells += len(row)
    book.close()
    return rows, cells


def with_calamine(path):
    """The streaming iterator of python-calamine, which also gives Python values."""
    book = python_calamine.CalamineWorkbook.from_path(path)
    rows = cells = 0
    for name in book.sheet_names:
        for row in book.get_sheet_by_name(name).iter_rows():
            rows += 1
            cells += len(row)
    return rows, cells


def with_calamine_lists(path):
    """The same as lists at once."""
    book = python_calamine.CalamineWorkbook.from_path(path)
    tables = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    return sum(map(len, tables)), sum(len(row) for table in tables for row in table)


READERS = {"openpyxl": with_openpyxl, "python-calamine": with_calamine, "python-calamine to_python": with_calamine_lists}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--varv", type=int, default=3, help="rounds; the median counts")
    arguments = parser.parse_args()
    for name, read in READERS.items():
        seconds = []
        for _ in range(arguments.varv):
            start = time.perf_counter()
            rows, cells = read(arguments.file)
            seconds.append(time.perf_counter() - start)
        median = statistics.median(seconds)
        print(f"{name}: {rows} rows, {cells} cells, {median:.2f} s, {rows / median:.0f} rows/s")


if __name__ == "__main__":
    main()
