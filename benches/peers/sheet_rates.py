"""Rows a second that openpyxl and python-calamine read of a workbook's first sheet, for comparison with kaa's reader:

    python3 benches/peers/sheet_rates.py FILE.xlsx
    KAA_SHEET=FILE.xlsx cargo bench --bench stages -- sheet
"""

import statistics
import sys
import time


def with_openpyxl(path):
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    return sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))


def with_calamine(path):
    from python_calamine import CalamineWorkbook

    return len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())


def main():
    for reader in (with_openpyxl, with_calamine):
        seconds = []
        for _ in range(3):
            start = time.perf_counter()
            rows = reader(sys.argv[1])
            seconds.append(time.perf_counter() - start)
        middle = statistics.median(seconds)
        print(f"{reader.__name__[5:]:10} {rows} rows in {middle:.3f} s: {rows / middle:,.0f} rows/s")


if __name__ == "__main__":
    main()
