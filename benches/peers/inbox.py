"""What every peer shares: the command line, and which files of the inbox count on a day (contract: whole extracts, parts)."""

import argparse
import datetime
import pathlib
import re
import tomllib
from typing import NamedTuple

# Every file of these counts; of the other kinds the newest extract of each source does.
PARTS = {"folkbokforing_andringar", "betyg", "antagning", "huvudmannarapport"}
# These lie in a folder of each municipality, the other kinds in the inbox itself.
OWN = {"undantag", "kaa_register", "kontakter", "kannedom", "atgarder"}
# The columns that are read of each kind, and those that only the last run needs.
COLUMNS = {
    "folkbokforing": "kommunkod folkbokford_fran invandringsdatum skydd fornamn efternamn",
    "folkbokforing_andringar": "handelse datum fran_kommunkod till_kommunkod skydd",
    "elevregister": "skolform studievag skola skolenhetskod startdatum slutdatum beraknat_slut avbrottsorsak",
    "betyg": "typ datum",
    "vuxenutbildning": "niva startdatum slutdatum avbrottsdatum anordnare",
    "folkhogskola": "kurstyp niva startdatum slutdatum avbrottsdatum skola",
    "huvudmannarapport": "handelse datum skola skolenhetskod",
    "antagning": "status datum terminsstart studievag skola",
    "grundskola": "typ startdatum slutdatum",
    "undantag": "beslut fran till",
    "kaa_register": "registreringsdatum avregistreringsdatum",
}
LAST = {
    "folkbokforing": "co_adress adress postnummer postort",
    "elevregister": "reducerat",
    "kaa_register": "orsak avregistreringsgrund",
    "kontaktuppgifter": "datum telefon epost co_adress adress postnummer postort",
    "kontakter": "datum mottagare utfall sysselsattning",
    "kannedom": "datum sysselsattning",
    "atgarder": "startdatum slutdatum innehall",
}
DATES = {"datum", "startdatum", "slutdatum", "avbrottsdatum", "beraknat_slut", "terminsstart", "fran", "till",
         "folkbokford_fran", "invandringsdatum", "registreringsdatum", "avregistreringsdatum"}
NAME = re.compile(r"([a-z_]+?)(-[^.]*?)?-(\d{4}-\d\d-\d\d)\.(csv|xlsx)")


def every_column(kind):
    """All columns of a kind that either run uses: a workbook is so slow to read that it is read once."""
    return ["personnummer", *COLUMNS.get(kind, "").split(), *LAST.get(kind, "").split()]


class Source(NamedTuple):
    """A file of the inbox."""

    path: pathlib.Path
    # The municipality whose file it is; None: it is shared.
    municipality: str | None
    extracted: datetime.date


class Inbox:
    """The files of an inbox, listed once."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        folder = self.root / "inbox"
        self.municipalities = sorted(path.name for path in folder.iterdir() if path.is_dir())
        self._files = {}
        self._list(folder, None)
        for code in self.municipalities:
            self._list(folder / code, code)
        if not self.municipalities:
            # One municipality alone: all files lie side by side.
            code = tomllib.loads((self.root / "kaa.toml").read_text("utf-8"))["kommun"]["kod"]
            self.municipalities = [code]
            for kind in OWN & self._files.keys():
                self._files[kind] = [(name, Source(f.path, code, f.extracted)) for name, f in self._files[kind]]

    def _list(self, folder, municipality):
        for path in sorted(folder.iterdir()):
            if found := NAME.fullmatch(path.name):
                kind, name, day, _ = found.groups()
                source = Source(path, municipality, datetime.date.fromisoformat(day))
                self._files.setdefault(kind, []).append((name, source))

    def every(self, kind):
        """All files of a kind."""
        return [file for _, file in self._files.get(kind, [])]

    def sources(self, kind, as_of):
        """The files of a kind that count on a day."""
        files = [(name, file) for name, file in self._files.get(kind, []) if file.extracted <= as_of]
        if kind in PARTS:
            return [file for _, file in files]
        newest = {}
        for name, file in files:
            key = (name, file.municipality)
            if key not in newest or newest[key].extracted < file.extracted:
                newest[key] = file
        return list(newest.values())

    def extracted(self, kind, as_of):
        """The day of the newest extract of a kind."""
        return max(file.extracted for file in self.sources(kind, as_of))


def arguments():
    """The inbox, the folder of the results, the days of the two runs, and whether workbooks are written."""
    parser = argparse.ArgumentParser()
    parser.add_argument("inbox")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--as-of", type=datetime.date.fromisoformat, action="append", required=True)
    parser.add_argument("--utan-arbetsbocker", dest="workbooks", action="store_false")
    arguments = parser.parse_args()
    return Inbox(arguments.inbox), arguments.out, sorted(arguments.as_of), arguments.workbooks
