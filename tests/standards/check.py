"""Validates the description of every run below the folders given, and compares its Parquet files with its CSV files. Shows
first that a fault would be found."""

import csv
import datetime
import io
import json
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb
import frictionless

PACKAGE = "datapackage.json"
TYPES = {"string": "VARCHAR", "date": "DATE", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN"}


def described(run):
    """The resources of a run."""
    return json.loads((run / PACKAGE).read_text("utf-8"))["resources"]


def faults(run):
    """What frictionless finds about a run, and what DuckDB does; a CSV file that is not described is a fault too."""
    report = frictionless.validate(str(run / PACKAGE))
    found = [f"{run}: {error.note or error.message}" for error in report.errors]
    for task in report.tasks:
        found += [f"{run / task.place}: {error.message}" for error in task.errors]
    there = {path.name for path in run.glob("*.csv")}
    found += [f"{run / name}: not described" for name in sorted(there - {file["path"] for file in described(run)})]
    if not report.valid and not found:
        found.append(f"{run}: not valid")
    return found or parquet_faults(run)


def parquet_faults(run):
    """How the Parquet files of a run differ from its CSV files: all have one, or none."""
    files = {file["path"]: run / Path(file["path"]).with_suffix(".parquet").name for file in described(run)}
    if not any(path.exists() for path in files.values()):
        return []
    found = []
    for file in described(run):
        path, fields = files[file["path"]], file["schema"]["fields"]
        if not path.exists():
            found.append(f"{path}: missing")
            continue
        table = duckdb.sql(f"select * from read_parquet('{path}')")
        types = [(field["name"], TYPES[field["type"]]) for field in fields]
        if list(zip(table.columns, map(str, table.types))) != types:
            found.append(f"{path}: other columns or types")
        elif table.fetchall() != rows(run, file, fields):
            found.append(f"{path}: other rows than the CSV file")
    return found


def rows(run, file, fields):
    """The rows of a CSV file, each cell by its type."""
    dialect = file["dialect"]
    encoding = "utf-8-sig" if file["encoding"] == "utf-8" else file["encoding"]
    text = (run / file["path"]).read_bytes().decode(encoding)
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=dialect["delimiter"], quotechar=dialect["quoteChar"]))
    lines = lines[1:] if dialect["header"] else lines
    return [tuple(value(field, cell) for field, cell in zip(fields, line, strict=True)) for line in lines]


def value(field, cell):
    """A cell by its type; None: empty."""
    if cell == "":
        return None
    match field["type"]:
        case "date":
            return datetime.datetime.strptime(cell, field.get("format", "%Y-%m-%d")).date()
        case "integer":
            return int(cell)
        case "number":
            return float(cell.replace(field["decimalChar"], "."))
        case "boolean":
            return {**dict.fromkeys(field["trueValues"], True), **dict.fromkeys(field["falseValues"], False)}[cell]
        case _:
            return cell


def damaged(run, file, change):
    """The faults of a copy of a run whose file is another."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "run"
        shutil.copytree(run, copy)
        before = (copy / file).read_bytes()
        after = change(before)
        assert after != before, f"the change of {file} changes nothing"
        (copy / file).write_bytes(after)
        return faults(copy)


def main(folders):
    runs = sorted({path.parent for folder in folders for path in Path(folder).rglob("*.csv")})
    without = [run for run in runs if not (run / PACKAGE).exists()]
    if not runs or without:
        sys.exit(f"no runs, or without a description: {without}")

    parquet = [path for run in runs for path in run.glob("*.parquet")]
    month = next(run for run in runs if run.name == "manad-2026-11-20" and (run / "malgrupp.parquet").exists())
    changes = {
        "a code that is in no list": ("malgrupp.csv", lambda text: text.replace(b";AVBRUTIT;", b";AVBRUTET;", 1)),
        "a day that is none": ("malgrupp.csv", lambda text: text.replace(b";2026-", b";2026-9", 1)),
        "a person twice": ("malgrupp.csv", lambda text: text + text.splitlines(True)[1]),
        "another separator": ("perioder.csv", lambda text: text.replace(b";", b",")),
        "a key that leads nowhere": ("perioder.csv", lambda text: text.splitlines(True)[0]),
        "a file that is not described": (PACKAGE, lambda text: text.replace(b'"path":"risk.csv"', b'"path":"utreda.csv"')),
        "a Parquet file with another day": ("utreda.csv", lambda text: text.replace(b";2026-", b";2025-", 1)),
        "the Parquet file of another list": ("perioder.parquet", lambda _: (month / "malgrupp.parquet").read_bytes()),
    }
    for what, (file, change) in changes.items():
        if not damaged(month, file, change):
            sys.exit(f"the check sees nothing wrong with {what}")

    found = [fault for run in runs for fault in faults(run)]
    print("\n".join(found))
    if found:
        sys.exit(f"{len(found)} faults")
    print(f"{len(runs)} runs are as described, {len(parquet)} Parquet files as the CSV files beside them")


main(sys.argv[1:])
