"""Validates the description of every run below the folders given, and shows first that a fault would be found."""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import frictionless

PACKAGE = "datapackage.json"


def faults(run):
    """What frictionless finds about a run; a CSV file that is not described is a fault too."""
    report = frictionless.validate(str(run / PACKAGE))
    found = [f"{run}: {error.note or error.message}" for error in report.errors]
    for task in report.tasks:
        found += [f"{run / task.place}: {error.message}" for error in task.errors]
    described = {resource["path"] for resource in json.loads((run / PACKAGE).read_text("utf-8"))["resources"]}
    there = {path.name for path in run.glob("*.csv")}
    found += [f"{run / name}: not described" for name in sorted(there - described)]
    if not report.valid and not found:
        found.append(f"{run}: not valid")
    return found


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

    month = next(run for run in runs if run.name.startswith("manad-") and run.name.endswith("-11-20"))
    changes = {
        "a code that is in no list": ("malgrupp.csv", lambda text: text.replace(b";AVBRUTIT;", b";AVBRUTET;", 1)),
        "a day that is none": ("malgrupp.csv", lambda text: text.replace(b";2026-", b";2026-9", 1)),
        "a person twice": ("malgrupp.csv", lambda text: text + text.splitlines(True)[1]),
        "another separator": ("perioder.csv", lambda text: text.replace(b";", b",")),
        "a key that leads nowhere": ("perioder.csv", lambda text: text.splitlines(True)[0]),
        "a file that is not described": (PACKAGE, lambda text: text.replace(b'"path": "risk.csv"', b'"path": "utreda.csv"')),
    }
    for what, (file, change) in changes.items():
        if not damaged(month, file, change):
            sys.exit(f"the check sees nothing wrong with {what}")

    found = [fault for run in runs for fault in faults(run)]
    print("\n".join(found))
    if found:
        sys.exit(f"{len(found)} faults")
    print(f"{len(runs)} runs are as described")


main(sys.argv[1:])
