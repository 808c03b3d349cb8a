"""The monthly job in pandas, with openpyxl for the workbooks. README.md says what it leaves out."""

import concurrent.futures
import datetime
import functools
import io
import multiprocessing
import operator
import os
from functools import cache

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

import sheets
from inbox import COLUMNS, DATES, arguments, every_column

ALWAYS = pd.Timestamp("0001-01-01").as_unit("s")
FOREVER = pd.Timestamp("9999-12-31").as_unit("s")
DAY = pd.Timedelta(days=1)
KEY = ["kommunkod", "personnummer"]

COMPLETING = ["EXAMENSBEVIS", "KOMVUXEXAMEN", "GYMNASIEBEVIS_ANPASSAD", "IB_DIPLOM", "UTLANDSK_EXAMEN", "FHSK_BEHORIGHET"]
WITHOUT_DIPLOMA = ["STUDIEBEVIS", "IB_UTAN_DIPLOM"]
ENDS_EVERYWHERE = ["UTVANDRING", "AVLIDEN", "AVREGISTRERAD"]
NO_MOVE = ["NYTT_PERSONNUMMER", "SKYDD"]
EDUCATION_DECISIONS = ["UTBILDNING_UTANFOR_OMRADET", "UTLANDSSTUDIER", "ANNAN_MOTSVARANDE"]


# ---------------------------------------------------------------- reading
def typed(rows, columns):
    """The number as a number, days as days, all else as text."""
    days = [name for name in columns if name in DATES]
    rows = rows.astype(dict.fromkeys(days, "timestamp[s][pyarrow]"))
    return rows.astype({"personnummer": "int64", **dict.fromkeys(days, "datetime64[s]")})


def parsed(content, columns):
    """The wanted columns of a CSV file."""
    texts = dict.fromkeys(set(columns) - DATES - {"personnummer"}, str)
    # NA is a programme, and no missing value.
    rows = pd.read_csv(content, sep=";", usecols=list(columns), dtype=texts, engine="pyarrow", dtype_backend="pyarrow",
                       keep_default_na=False, na_values=[""])
    return typed(rows[list(columns)], columns)


@cache
def load(source, columns):
    """The wanted columns of one CSV file."""
    return parsed(source.path, columns)


def load_own(files, columns):
    """A kind of which each municipality has a file. Small files are read as one: opening the reader is what costs."""
    heads, bodies = zip(*(file.path.read_bytes().split(b"\n", 1) for file in files))
    if len(set(heads)) > 1:
        return pd.concat([load(file, columns).assign(kommunkod=file.municipality) for file in files], ignore_index=True)
    rows = parsed(io.BytesIO(heads[0] + b"\n" + b"".join(bodies)), columns)
    return rows.assign(kommunkod=np.repeat([file.municipality for file in files], [body.count(b"\n") for body in bodies]))


def load_workbook(source, columns):
    """The wanted columns of a workbook, straight from openpyxl: pandas looks at every cell once more."""
    book = openpyxl.load_workbook(source.path, read_only=True)
    cells = book.worksheets[0].iter_rows(values_only=True)
    header = next(cells)
    wanted = operator.itemgetter(*(header.index(name) for name in columns))
    rows = pd.DataFrame([wanted(row) for row in cells], columns=list(columns))
    book.close()
    texts = dict.fromkeys(set(columns) - DATES, str)
    rows = rows.astype({**texts, **{name: "datetime64[s]" for name in columns if name in DATES}})
    rows = rows.assign(personnummer=rows["personnummer"].str.replace("-", "").astype("int64"))
    return rows if source.municipality is None else rows.assign(kommunkod=source.municipality)


@cache
def readers():
    """A process for each core: openpyxl is Python, and reads one workbook at a time."""
    return concurrent.futures.ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn"))


@cache
def load_workbooks(kind, files):
    """The workbooks of a kind, of both months, by file; on all cores where that is worth starting them."""
    large = sum(file.path.stat().st_size for file in files) > 2_000_000
    chunk = max(1, len(files) // (4 * os.cpu_count()))
    read = functools.partial(readers().map, chunksize=chunk) if large else map
    return dict(zip(files, read(load_workbook, files, [every_column(kind)] * len(files))))


class Tables:
    """The tables as they count on a day."""

    def __init__(self, inbox, as_of):
        self.inbox, self.as_of = inbox, pd.Timestamp(as_of).as_unit("s")

    def forget(self):
        """Lets go of what only the lists of the last run are made of."""
        self.__dict__ = {"inbox": self.inbox, "as_of": self.as_of}

    def extracted(self, kind):
        return pd.Timestamp(self.inbox.extracted(kind, self.as_of.date())).as_unit("s")

    def read(self, kind, *columns):
        files = self.inbox.sources(kind, self.as_of.date())
        if files[0].path.suffix == ".xlsx":
            loaded = load_workbooks(kind, tuple(self.inbox.every(kind) if kind in COLUMNS else files))
            frames = [rows for rows in map(loaded.get, files) if len(rows)] or [loaded[files[0]]]
            own = [] if files[0].municipality is None else ["kommunkod"]
            frames = [rows[[*columns, *own]] for rows in frames]
        elif files[0].municipality is not None:
            return load_own(files, columns)
        else:
            frames = [load(file, columns) for file in files]
        return pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]

    def dated(self, kind, *columns):
        """Rows dated after the as-of date are not used."""
        rows = self.read(kind, "personnummer", "datum", *columns)
        return rows[rows["datum"] <= self.as_of]


# ---------------------------------------------------------------- days
def end_of(last):
    """The day after an inclusive last day; none: for ever."""
    return (last + DAY).fillna(FOREVER)


def days_of(year, month, day):
    """Days from the numbers of their years, months and days."""
    months = (np.asarray(year, "int64") - 1970) * 12 + np.asarray(month, "int64") - 1
    return (months.astype("datetime64[M]").astype("datetime64[D]") + (np.asarray(day, "int64") - 1)).astype("datetime64[s]")


def the(month, day, of):
    """A day of the same year."""
    return pd.Series(days_of(of.dt.year, month, day), index=of.index)


def near(day, last):
    """At most 60 days from the last day, or after it and by 15 September when it lies in the summer."""
    autumn = the(9, 15, last)
    summer = (last >= the(6, 1, last)) & (last <= autumn)
    return ((day - last).abs() <= 60 * DAY) | (summer & (day > last) & (day <= autumn))


def birthday(number, years):
    return pd.Series(
        days_of(number // 100_000_000 + years, number // 1_000_000 % 100, number // 10_000 % 100), index=number.index)


def age(number, day):
    return (day.dt.year * 10_000 + day.dt.month * 100 + day.dt.day - number // 10_000) // 10_000


def flag(rows, of, on):
    """Whether each row of `rows` has its like in `of`."""
    if isinstance(on, str):
        return rows[on].isin(of[on])
    like = pd.MultiIndex.from_frame(of[on])
    return pd.MultiIndex.from_frame(rows[on]).isin(like)


# ---------------------------------------------------------------- rule 2: residence
def residence(tables):
    """Who lives where: personnummer, kommunkod, bor_fran, bor_till (the day after), motsagt."""
    extracted = tables.extracted("folkbokforing")
    snapshot = tables.read("folkbokforing", "personnummer", "kommunkod", "folkbokford_fran", "invandringsdatum", "skydd")
    snapshot = snapshot.assign(folkbokford_fran=snapshot["folkbokford_fran"].where(snapshot["folkbokford_fran"] <= extracted))
    if not snapshot["personnummer"].is_unique:
        snapshot = snapshot.sort_values("folkbokford_fran", na_position="first", kind="stable").drop_duplicates(
            "personnummer", keep="last")
    changes = tables.dated("folkbokforing_andringar", "handelse", "fran_kommunkod", "till_kommunkod", "skydd")
    moves = changes[~changes["handelse"].isin(NO_MOVE)]
    elsewhere = moves["till_kommunkod"].fillna("") != moves["fran_kommunkod"].fillna("")
    ends = moves["handelse"].isin(ENDS_EVERYWHERE)
    opening = moves[~ends & elsewhere & moves["till_kommunkod"].notna()]
    closing = moves[(ends | elsewhere) & moves["fran_kommunkod"].notna()]
    turns = pd.concat([
        opening[["personnummer", "datum"]].assign(kommunkod=opening["till_kommunkod"], rang=1, bor=True),
        closing[["personnummer", "datum"]].assign(
            kommunkod=closing["fran_kommunkod"], rang=np.where(closing["handelse"] == "AVLIDEN", 2, 0), bor=False),
    ]).merge(snapshot[[*KEY, "folkbokford_fran"]].assign(finns=1.0), on=KEY, how="left").sort_values([*KEY, "datum", "rang"])
    turns["finns"] = turns["finns"].notna()
    before = turns["datum"] <= extracted
    last_opening = turns["datum"].where(turns["bor"] & before).groupby([turns[name] for name in KEY]).transform("max")
    turns["forsta"] = turns["folkbokford_fran"].fillna(last_opening).fillna(ALWAYS)
    late = turns["finns"] & before & (turns["datum"] > turns["forsta"])
    last_turn = turns[before & ~turns["finns"]].drop_duplicates(KEY, keep="last")
    gone = last_turn[last_turn["bor"]]
    contradicted = pd.concat([turns.loc[late, KEY], gone[KEY]]).drop_duplicates().assign(motsagt=True)
    # What the snapshot says is one more turn; rows up to it that differ are disregarded.
    listed = turns[turns["finns"]].drop_duplicates(KEY)
    turned = pd.concat([
        turns.loc[~late, [*KEY, "datum", "rang", "bor"]],
        listed[KEY].assign(datum=listed["forsta"], rang=3, bor=True),
        gone[KEY].assign(datum=extracted, rang=4, bor=False),
    ]).sort_values([*KEY, "datum", "rang"]).drop_duplicates([*KEY, "datum"], keep="last")
    people = turned.groupby(KEY, sort=False)
    turned = turned[people["bor"].shift().astype("boolean").ne(turned["bor"]).fillna(True).to_numpy(bool)]
    people = turned.groupby(KEY, sort=False)
    turned = turned.assign(nasta=people["datum"].shift(-1).fillna(FOREVER), forst=people.cumcount() == 0)
    stays = turned[turned["bor"]]
    always = turned[~turned["bor"] & turned["forst"] & (turned["datum"] <= extracted)]
    settled = snapshot[~snapshot["personnummer"].isin(turns["personnummer"])]
    others = snapshot[snapshot["personnummer"].isin(turns["personnummer"])]
    settled = pd.concat([settled, others[~flag(others, turns, KEY)]])
    homes = pd.concat([
        settled[KEY].assign(bor_fran=settled["folkbokford_fran"].fillna(ALWAYS), bor_till=FOREVER),
        stays[KEY].assign(bor_fran=stays["datum"], bor_till=stays["nasta"]),
        always[KEY].assign(bor_fran=ALWAYS, bor_till=always["datum"]),
    ], ignore_index=True)
    homes = homes[homes["kommunkod"].isin(tables.inbox.municipalities)]
    return homes, snapshot, changes, contradicted


# ---------------------------------------------------------------- rules 4 and 5: education
def enrolments(tables):
    """Enrolments in upper-secondary school after the schools' reports; and those that a report overruled."""
    rows = tables.read("elevregister", "personnummer", "skolform", "studievag", "skola", "skolenhetskod", "startdatum",
                       "slutdatum", "beraknat_slut", "avbrottsorsak", "reducerat")
    pupils = rows[rows["skolform"].isin(["GR", "GRAN"])]
    rows = rows[rows["skolform"].isin(["GY", "GYAN"])].reset_index(drop=True)
    programme = rows["studievag"].fillna("")
    rows["im"] = (rows["skolform"] == "GY") & programme.str.startswith("IM")
    rows["ib"] = programme.str.startswith("IB")
    rows["fran"] = rows["startdatum"].where(~rows["im"], rows["startdatum"].clip(lower=pd.Timestamp("2018-07-01")))
    rows["till"] = end_of(rows["slutdatum"])
    rows["avbruten"] = (rows["avbrottsorsak"] == "AVBROTT") & rows["slutdatum"].notna()
    rows["tidigt"] = rows["slutdatum"] < rows["beraknat_slut"]
    reports = tables.dated("huvudmannarapport", "handelse", "skola", "skolenhetskod")
    ending = reports[reports["handelse"].isin(["EJ_PABORJAT", "AVBROTT", "UTEBLIVEN_MANAD"])]
    about = rows.reset_index(names="rad").merge(ending, on="personnummer", suffixes=("", "_rapport"))
    about = about[same_school(about)]
    back = about["datum"] - 30 * DAY
    not_begun = about["handelse"] == "EJ_PABORJAT"
    removed = about.loc[not_begun & about["startdatum"].between(back, about["datum"]), "rad"].unique()
    holds = ~not_begun & (about["fran"] <= about["datum"]) & (about["datum"] < about["till"])
    cut = about[holds].groupby("rad")["datum"].min()
    late = about.loc[~not_begun & (about["till"] - DAY).between(back, about["datum"] - DAY), "rad"].unique()
    rows.loc[cut.index, "till"] = cut
    rows.loc[cut.index, "avbruten"] = True
    rows.loc[late, "avbruten"] = True
    overruled = rows.loc[np.union1d(removed, cut.index)]
    overruled = overruled[overruled["slutdatum"].isna() | (overruled["slutdatum"] >= tables.as_of)]
    tables.enrolments, tables.reports = rows.assign(borta=rows.index.isin(removed)), reports
    return rows.drop(removed), overruled, reports, ending, pupils


def same_school(rows):
    """Whether the report is about the school: by its code, else by its name, else always."""
    codes = rows["skolenhetskod"].notna() & rows["skolenhetskod_rapport"].notna()
    names = rows["skola"].notna() & rows["skola_rapport"].notna()
    return np.where(codes, rows["skolenhetskod"] == rows["skolenhetskod_rapport"],
                    ~names | (rows["skola"] == rows["skola_rapport"]))


def admissions(tables, enrolled, ending):
    """Provisional admissions: thirty days from the beginning of term, until an enrolment starts."""
    rows = tables.dated("antagning", "status", "terminsstart", "studievag", "skola")
    admitted = rows[(rows["status"] == "ANTAGEN") & rows["terminsstart"].notna()].reset_index(drop=True)
    admitted = admitted.assign(
        fran=admitted["terminsstart"], till=admitted["terminsstart"] + 30 * DAY, avbruten=False,
        im=admitted["studievag"].fillna("").str.startswith("IM")).reset_index(names="rad")
    refused = rows[rows["status"].isin(["EJ_ANTAGEN", "EJ_SOKT", "TACKAT_NEJ"])]
    undone = admitted.merge(refused, on="personnummer", suffixes=("", "_nej"))
    undone = undone[(undone["datum"] < undone["datum_nej"]) & (undone["datum_nej"] < undone["till"])]
    told = admitted.merge(ending, on="personnummer", suffixes=("", "_rapport"))
    other = told["skola"].notna() & told["skola_rapport"].notna() & (told["skola"] != told["skola_rapport"])
    told = told[~other & (told["fran"] <= told["datum_rapport"]) & (told["datum_rapport"] < told["till"])]
    not_begun = told[told["handelse"] == "EJ_PABORJAT"]
    admitted = admitted[~admitted["rad"].isin(undone["rad"]) & ~admitted["rad"].isin(not_begun["rad"])]
    begun = enrolled.loc[enrolled["fran"] < enrolled["till"], ["personnummer", "fran"]]
    starts = admitted.merge(begun, on="personnummer", suffixes=("", "_start"))
    starts = starts[(starts["fran"] <= starts["fran_start"]) & (starts["fran_start"] < starts["till"])]
    broken = told[told["handelse"] != "EJ_PABORJAT"]
    ended = pd.concat([
        pd.DataFrame({"rad": starts["rad"], "slut": starts["fran_start"], "avbruten": False}),
        pd.DataFrame({"rad": broken["rad"], "slut": broken["datum_rapport"], "avbruten": True}),
    ]).sort_values(["slut", "avbruten"]).drop_duplicates("rad").set_index("rad")
    admitted = admitted.set_index("rad")
    admitted["till"] = ended["slut"].reindex(admitted.index).fillna(admitted["till"])
    admitted["avbruten"] = ended["avbruten"].reindex(admitted.index, fill_value=False)
    tables.admission_rows = rows
    return admitted[admitted["fran"] < admitted["till"]], rows


def educations(tables):
    """Everything that counts as education, as half-open periods; who any school has told of; and what reports overruled."""
    enrolled, overruled, reports, ending, pupils = enrolments(tables)
    admitted, admission_rows = admissions(tables, enrolled, ending)
    days = ["startdatum", "slutdatum", "avbrottsdatum"]
    adult = tables.read("vuxenutbildning", "personnummer", "niva", *days, "anordnare").rename(columns={"anordnare": "skola"})
    folk = tables.read("folkhogskola", "personnummer", "kurstyp", "niva", *days, "skola")
    decided = tables.read("undantag", "personnummer", "beslut", "fran", "till")
    counting = pd.concat([
        adult[adult["niva"].isin(["GYMNASIAL", "ANPASSAD_GYMNASIAL"])].assign(slag="VUX"),
        folk[(folk["niva"] == "GYMNASIAL") & (folk["kurstyp"] != "SMF")].assign(slag="FOLK"),
    ])
    decided = decided[decided["beslut"].isin(EDUCATION_DECISIONS)]
    columns = ["personnummer", "fran", "till"]
    every = pd.concat([
        enrolled[[*columns, "avbruten", "tidigt", "ib", "skola", "skolenhetskod"]].assign(slag=np.where(enrolled["im"], "IM", "GY")),
        admitted[[*columns, "avbruten", "skola"]].assign(slag=np.where(admitted["im"], "ANTAGEN_IM", "ANTAGEN"), tidigt=False, ib=False),
        pd.DataFrame({
            "personnummer": counting["personnummer"], "fran": counting["startdatum"], "slag": counting["slag"], "avbruten": False,
            "skola": counting["skola"],
            "till": end_of(counting["slutdatum"]).where(~(counting["avbrottsdatum"] <= counting["slutdatum"].fillna(FOREVER)),
                                                        counting["avbrottsdatum"]),
            "tidigt": False, "ib": False}),
        decided[[*columns, "kommunkod"]].assign(till=end_of(decided["till"]), slag="UNDANTAG", avbruten=False, tidigt=False, ib=False),
    ], ignore_index=True)
    tables.every = every = every[every["fran"] < every["till"]]
    known = np.unique(np.concatenate([rows["personnummer"].to_numpy() for rows in (
        enrolled, overruled, adult, folk, reports, admission_rows[admission_rows["status"] == "ANTAGEN"])]))
    return every, overruled, known, pupils


# ---------------------------------------------------------------- rules 3, 6, 7 and 8: the spells
def school_ages(tables):
    """The last day of compulsory schooling where it is not 30 June of the year of the 16th birthday."""
    rows = tables.read("grundskola", "personnummer", "typ", "startdatum", "slutdatum")
    year = rows["personnummer"] // 100_000_000 + 16
    usual, later = (pd.Series(days_of(year + more, 6, 30), index=rows.index) for more in (0, 1))
    last = pd.DataFrame({
        "personnummer": rows["personnummer"], "vanlig": usual, "tak": birthday(rows["personnummer"], 18) - DAY,
        "lang": rows["slutdatum"].fillna(later).where(rows["typ"] == "FORLANGD_SKOLPLIKT"),
        "kort": rows["slutdatum"].where(rows["typ"] == "TIDIGARE_SKOLPLIKT_SLUT"),
    }).groupby("personnummer").agg({"vanlig": "max", "lang": "max", "tak": "min", "kort": "min"})
    return rows, pd.concat([last[["vanlig", "lang"]].max(axis=1), last["tak"], last["kort"]], axis=1).min(axis=1)


def members(tables, homes, every, credentials, last_days):
    """The spells: personnummer, kommunkod, fran, till (the day after the last), and what bounds them."""
    done = credentials[credentials["typ"].isin(COMPLETING)].groupby("personnummer")["datum"].min()
    number = homes["personnummer"]
    usual = pd.Series(days_of(number // 100_000_000 + 16, 7, 1), index=homes.index)
    first = usual if last_days.empty else (number.map(last_days) + DAY).fillna(usual)
    turns_20 = birthday(number, 20)
    completed = number.map(done).fillna(FOREVER)
    people = homes.assign(
        a=first, fyller_20=turns_20, klar=completed, lo=np.maximum(homes["bor_fran"], first),
        hi=np.minimum.reduce([homes["bor_till"], turns_20, completed, np.full(len(homes), tables.as_of + DAY, "datetime64[s]")]))
    tables.people = people
    people = people[people["lo"] < people["hi"]]
    cases = people[KEY].drop_duplicates()
    cases["fall"] = np.arange(len(cases))
    people = people.merge(cases, on=KEY)
    of_case = cases.merge(every.drop(columns=["skola", "skolenhetskod"]), on="personnummer", suffixes=("", "_egen"))
    of_case = of_case[of_case["kommunkod_egen"].isna() | (of_case["kommunkod_egen"] == of_case["kommunkod"])]
    of_case = of_case.sort_values(["fall", "fran"], ignore_index=True)
    by_case = of_case.groupby("fall", sort=False)
    reached = by_case["till"].cummax()
    before = reached.groupby(of_case["fall"], sort=False).shift()
    opens = before.isna() | (before < of_case["fran"])
    last = by_case["till"].max()
    last = last[last < FOREVER]
    without = cases.loc[~cases["fall"].isin(of_case["fall"]), "fall"]
    gaps = pd.concat([
        pd.DataFrame({"fall": of_case.loc[opens, "fall"], "lucka": before[opens].fillna(ALWAYS), "lucka_till": of_case.loc[opens, "fran"]}),
        pd.DataFrame({"fall": last.index, "lucka": last.to_numpy(), "lucka_till": FOREVER}),
        pd.DataFrame({"fall": without, "lucka": ALWAYS, "lucka_till": FOREVER}),
    ])
    spells = people.merge(gaps, on="fall")
    spells["fran"] = np.maximum(spells["lo"], spells["lucka"])
    spells["till"] = np.minimum(spells["hi"], spells["lucka_till"])
    spells = spells[spells["fran"] < spells["till"]].reset_index(drop=True)
    return spells[~bridged(spells, of_case, credentials)].reset_index(drop=True), of_case


def bridged(spells, of_case, credentials):
    """Gaps that are no time in the group: a pause before what follows."""
    def pauses(rows, first, target, month):
        summer = first >= the(month, 1, first)
        near_enough = ((target - first) <= 30 * DAY) | (summer & (target <= the(9, 15, first)))
        return rows.loc[near_enough, ["fall", "personnummer"]].assign(forsta=first[near_enough])

    school = spells[(spells["lucka"] <= spells["a"]) & (spells["a"] < spells["lucka_till"])]
    education = spells[spells["lucka"] > ALWAYS]
    done = education["klar"].where(education["klar"] >= education["lucka"], FOREVER)
    paused = pd.concat([
        pauses(school, school["a"], school["lucka_till"], 5),
        pauses(education, education["lucka"], np.minimum(education["lucka_till"], done), 6),
    ]).reset_index(names="rad")
    interrupted = of_case[of_case["avbruten"]]
    refused = flag(paused, pd.DataFrame({"fall": interrupted["fall"], "forsta": interrupted["till"]}), ["fall", "forsta"])
    failed = paused.reset_index().merge(
        credentials.loc[credentials["typ"].isin(WITHOUT_DIPLOMA), ["personnummer", "datum"]], on="personnummer")
    failed = failed[near(failed["datum"], failed["forsta"] - DAY)]
    paused = paused[~refused & ~paused.index.isin(failed["index"])]
    return spells.index.isin(paused["rad"])


# ---------------------------------------------------------------- rules 9, 10 and 11
def described(tables, spells, of_case, snapshot, changes, contradicted, credentials, told, overruled, compulsory, pupils):
    """The spells with reason, ground and flags."""
    as_of, number = tables.as_of, spells["personnummer"]
    begun = spells[["fall", "personnummer", "fran", "till"]].reset_index(names="period").merge(
        of_case[["fall", "slag", "avbruten", "tidigt", "ib", "fran", "till"]], on="fall", suffixes=("", "_utb"))
    begun["akta"] = ~begun["slag"].str.startswith("ANTAGEN")
    spells = spells.copy()

    def has(periods):
        return spells.index.isin(periods)

    at_end = begun[begun["till_utb"] == begun["fran"]]
    real = at_end[at_end["akta"]]
    # Where only an admission ended: the real education that ended last.
    admitted = at_end.loc[~at_end["period"].isin(real["period"]), "period"]
    earlier = begun[begun["period"].isin(admitted) & begun["akta"] & (begun["till_utb"] <= begun["fran"])]
    earlier = earlier[earlier["till_utb"] == earlier.groupby("period")["till_utb"].transform("max")]
    ended = pd.concat([real, earlier])
    close = ended[["period", "personnummer", "till_utb"]].merge(credentials, on="personnummer")
    close = close[near(close["datum"], close["till_utb"] - DAY)]
    of_school = ended[ended["slag"].isin(["GY", "IM"])]
    failed = close.loc[close["typ"].isin(WITHOUT_DIPLOMA), "period"]
    broken = of_school["avbruten"] | (of_school["tidigt"] & ~of_school["period"].isin(close["period"]))
    immigrated = pd.concat([
        changes.loc[changes["handelse"] == "INVANDRING", ["till_kommunkod", "personnummer", "datum"]].set_axis([*KEY, "fran"], axis=1),
        snapshot.loc[snapshot["invandringsdatum"].notna(), [*KEY, "invandringsdatum"]].set_axis([*KEY, "fran"], axis=1)])
    right = spells[["personnummer", "fran"]].reset_index(names="period").merge(
        compulsory[compulsory["typ"] == "RATT_ATT_SLUTFORA"], on="personnummer")
    holds = (right["startdatum"] <= right["fran"]) & (right["fran"] < end_of(right["slutdatum"]))
    soon = (right["fran"] < right["startdatum"]) & (right["startdatum"] <= the(9, 15, right["fran"]))
    arrived = spells["fran"] == spells["bor_fran"]
    spells["orsak_in"] = np.select([
        arrived & flag(spells, immigrated, [*KEY, "fran"]),
        arrived,
        has(ended.loc[ended["slag"] == "IM", "period"]),
        has(of_school.loc[of_school["period"].isin(failed), "period"]),
        has(of_school.loc[broken, "period"]),
        has(ended.loc[ended["slag"].isin(["VUX", "FOLK"]), "period"]),
        has(right.loc[holds | soon, "period"]),
        (spells["fran"] == spells["a"]) | ~has(begun.loc[begun["akta"] & (begun["fran_utb"] < begun["fran"]), "period"]),
    ], ["INVANDRAD", "INFLYTTAD", "IM_AVSLUTAT", "STUDIEBEVIS_UTAN_EXAMEN", "AVBRUTIT", "VUXENSTUDIER_AVSLUTADE",
        "SLUTFOR_GRUNDSKOLA", "EJ_PABORJAT_GYMNASIET"], "OKAND")

    follows = begun[begun["fran_utb"] == begun["till"]]
    rank = follows["slag"].map({"GY": 0, "IM": 1, "VUX": 2, "FOLK": 2, "UNDANTAG": 2, "ANTAGEN": 3, "ANTAGEN_IM": 4})
    kind = rank.groupby(follows["period"]).min().reindex(spells.index)
    died = changes[changes["handelse"] == "AVLIDEN"].groupby("personnummer")["datum"].min()
    left = changes.loc[changes["handelse"] == "UTVANDRING", ["personnummer", "datum"]].set_axis(["personnummer", "till"], axis=1)
    closed = spells["till"] <= as_of
    moved = spells["till"] == spells["bor_till"]
    spells["grund_ut"] = np.select([
        ~closed,
        moved & (number.map(died) <= spells["till"]),
        moved & flag(spells, left, ["personnummer", "till"]),
        moved,
        spells["till"] == spells["fyller_20"],
        spells["till"] == spells["klar"],
        kind.isin([0, 3]),
        kind.isin([1, 4]),
    ], ["", "AVLIDEN", "UTVANDRAD", "UTFLYTTAD", "FYLLT_20", "FULLFOLJD_UTBILDNING", "NATIONELLT_PROGRAM",
        "INTRODUKTIONSPROGRAM"], "MOTSVARANDE_UTBILDNING")

    still_open = spells[["personnummer", "fran", "till"]].reset_index(names="period").merge(
        overruled[["personnummer", "startdatum", "slutdatum"]], on="personnummer")
    still_open = still_open[(still_open["startdatum"] < still_open["till"]) & (still_open["fran"] < end_of(still_open["slutdatum"]))]
    ib = at_end[at_end["ib"] & ~at_end["avbruten"] & ((at_end["till_utb"] - DAY).dt.year == as_of.year)]
    answered = ib.merge(credentials, on="personnummer")
    answered = answered.loc[answered["datum"] >= answered["till_utb"] - 61 * DAY, "period"]
    holding = lambda rows: rows[(rows["startdatum"] <= as_of) & (end_of(rows["slutdatum"]) > as_of)]
    in_school = np.setdiff1d(holding(pupils)["personnummer"], holding(compulsory)["personnummer"])
    protected = protection(tables, snapshot, changes)
    provisional = closed & ~moved & (spells["till"] != spells["fyller_20"]) & (
        spells["till"] != spells["klar"]) & (kind >= 3)
    flags = {
        "SAKNAR_SKOLUPPGIFT": ~number.isin(told),
        "REGISTRET_OPPET": has(still_open["period"]),
        "IB_VANTAR": has(ib.loc[~ib["period"].isin(answered), "period"]),
        "FOLKBOKFORING_MOTSAGS": flag(spells, contradicted, KEY),
        "SKYDDAD_FOLKBOKFORING": number.isin(protected[protected == "SKYDDAD_FOLKBOKFORING"].index),
        "ANTAGEN_PRELIMINART": provisional,
        "I_GRUNDSKOLA": ~closed & number.isin(in_school),
    }
    text = pd.Series("", index=spells.index)
    for code, holds in flags.items():
        text = text.where(~holds, text + "," + code)
    spells["flaggor"] = text.str.removeprefix(",")
    origin = changes[changes["fran_kommunkod"].notna() & (changes["fran_kommunkod"] != changes["till_kommunkod"])]
    origin = origin[["personnummer", "till_kommunkod", "datum", "fran_kommunkod"]].set_axis(
        ["personnummer", "kommunkod", "bor_fran", "fran_kommunkod"], axis=1).drop_duplicates([*KEY, "bor_fran"])
    spells = spells.merge(origin, on=[*KEY, "bor_fran"], how="left")
    spells["sista"] = (spells["till"] - DAY).where(spells["till"] <= as_of)
    return spells.rename(columns={"till": "dag_efter"}).sort_values([*KEY, "fran"], ignore_index=True)[
        [*KEY, "fran", "sista", "dag_efter", "orsak_in", "grund_ut", "flaggor", "fran_kommunkod"]]


def protection(tables, snapshot, changes):
    """The protection of those who have any, by personnummer."""
    rows = snapshot[["personnummer", "skydd"]]
    told = changes[changes["handelse"] == "SKYDD"]
    if len(told):
        rank = {"SAKNAS": 0, "SEKRETESSMARKERING": 1, "SKYDDAD_FOLKBOKFORING": 2}
        rows = pd.concat([rows.assign(datum=tables.extracted("folkbokforing")),
                          told[["personnummer", "skydd", "datum"]].fillna({"skydd": "SEKRETESSMARKERING"})])
        rows = rows.assign(rang=rows["skydd"].map(rank).fillna(1)).sort_values(["datum", "rang"]).drop_duplicates(
            "personnummer", keep="last")
    return rows[rows["skydd"].notna() & (rows["skydd"] != "SAKNAS")].set_index("personnummer")["skydd"]


# ---------------------------------------------------------------- registration, changes
def registered(tables, spells, past):
    """The spells with their dates of detection and registration, and the spell of the run before (`gammal`)."""
    as_of = tables.as_of
    spells["gammal"] = -1
    first_seen = spells["fran"].where(spells["sista"].notna(), as_of)
    spells["upptackt"] = first_seen
    now = spells[[*KEY, "fran", "dag_efter"]].reset_index(names="period")
    if past is not None:
        old = past.spells[[*KEY, "fran", "dag_efter", "sista", "upptackt"]].reset_index(names="gammal")
        old["dag_efter"] = old["dag_efter"].where(old["sista"].notna(), past.as_of + DAY)
        pairs = now.merge(old, on=KEY, suffixes=("", "_g"))
        pairs = pairs[(pairs["fran"] < pairs["dag_efter_g"]) & (pairs["fran_g"] < pairs["dag_efter"])]
        # The first takes the first; where one old meets two new, the first keeps it.
        pairs = pairs.sort_values(["period", "gammal"]).drop_duplicates("period").drop_duplicates("gammal").set_index("period")
        spells.loc[pairs.index, "gammal"] = pairs["gammal"]
        spells.loc[pairs.index, "upptackt"] = np.minimum(pairs["upptackt"], spells["sista"].fillna(as_of).loc[pairs.index])
    rows = tables.read("kaa_register", "personnummer", "registreringsdatum", "avregistreringsdatum", "orsak", "avregistreringsgrund")
    rows = rows[rows["registreringsdatum"] <= as_of].reset_index(names="rad")
    pairs = rows.merge(now, on=KEY)
    pairs["dagar"] = (np.minimum(pairs["avregistreringsdatum"].fillna(FOREVER), pairs["dag_efter"])
                      - np.maximum(pairs["registreringsdatum"], pairs["fran"])).clip(lower=pd.Timedelta(0))
    last = np.maximum(pairs["registreringsdatum"], (pairs["avregistreringsdatum"] - DAY).fillna(ALWAYS))
    pairs = pairs[(pairs["dagar"] > pd.Timedelta(0)) | pairs["fran"].between(last, last + 60 * DAY)]
    claims = pairs.sort_values(["rad", "dagar", "period"], ascending=[True, False, True]).drop_duplicates("rad")
    tables.registrations = rows.merge(claims[["rad", "period"]], on="rad", how="left")
    claims = claims.groupby("period")["registreringsdatum"].min()
    spells["i_registret"] = spells.index.isin(claims.index)
    spells["registrerad"] = claims.reindex(spells.index).fillna(spells["upptackt"])
    return spells


FIELDS = ["fran", "till", "orsak_in", "grund_ut", "flaggor", "registrerad"]


def iso(days):
    return days.dt.strftime("%Y-%m-%d").fillna("")


def changed(spells, past, as_of):
    """What differs from the run before, one row for each change."""
    known = spells["gammal"] >= 0
    new = spells[~known]
    is_open = new["sista"].isna()
    kept = spells[known]
    old = past.spells.loc[kept["gammal"]].set_axis(kept.index)
    left = old["sista"].isna() & kept["sista"].notna()
    out = kept[left]
    gone = past.spells[~past.spells.index.isin(kept["gammal"])]
    parts = [
        new[KEY].assign(typ=np.where(is_open, "IN", "IN_OCH_UT"), datum=new["fran"],
                        orsak=new["orsak_in"].where(is_open, new["orsak_in"] + "/" + new["grund_ut"]), fore="", efter=""),
        out[KEY].assign(typ="UT", datum=out["dag_efter"], orsak=out["grund_ut"], fore="", efter=""),
        gone[KEY].assign(typ="BORTTAGEN", datum=gone["fran"], orsak=gone["orsak_in"], fore="", efter=""),
    ]
    for name in FIELDS:
        column = "sista" if name == "till" else name
        a, b = old[column], kept[column]
        differs = (a != b) & (a.notna() | b.notna())
        if name in ("till", "grund_ut"):
            differs &= ~left
        a, b = a[differs], b[differs]
        if column in ("fran", "sista", "registrerad"):
            a, b = iso(a), iso(b)
        other = kept[differs]
        parts.append(other[KEY].assign(typ="ANDRAD", datum=other["fran"], orsak=name, fore=a, efter=b))
    rows = pd.concat(parts, ignore_index=True)
    rows["rang"] = rows["typ"].map({"IN": 0, "IN_OCH_UT": 1, "UT": 2, "ANDRAD": 3, "BORTTAGEN": 4})
    return rows.sort_values([*KEY, "datum", "rang", "orsak"], ignore_index=True).assign(upptackt=as_of)


# ---------------------------------------------------------------- contacts
def contacts(tables, spells):
    """The open spells with the status of contact, the occupation and the measures under way."""
    as_of = tables.as_of
    periods = spells[[*KEY, "fran", "dag_efter", "sista"]].reset_index(names="period")

    def of_open(rows):
        """Each row belongs to the spell that holds its day, else to the next that begins within 30 days."""
        days = rows.reset_index(names="rad").merge(periods, on=KEY)
        holds = (days["fran"] <= days["datum"]) & (days["datum"] < days["dag_efter"])
        soon = days["fran"].between(days["datum"] + DAY, days["datum"] + 30 * DAY)
        days = days.assign(senare=~holds)[holds | soon].sort_values(["rad", "senare", "fran"]).drop_duplicates("rad")
        return days[days["sista"].isna()]

    attempts = of_open(tables.dated("kontakter", "mottagare", "utfall", "sysselsattning"))
    attempts = attempts.sort_values(["period", "datum", "rad"])
    knowledge = of_open(tables.dated("kannedom", "sysselsattning"))
    answer = attempts["utfall"].isin(["KONTAKT", "TACKAR_NEJ"])
    guardian = (attempts["mottagare"] == "VARDNADSHAVARE") & (age(attempts["personnummer"], attempts["datum"]) >= 18)
    contact, named = answer & ~guardian, attempts["sysselsattning"].notna()
    tried = attempts.groupby("period")["datum"].agg(["size", "max"])
    answered = attempts[contact].groupby("period")["utfall"].last()
    columns = ["period", "datum", "sysselsattning"]
    told = pd.concat([knowledge[columns].assign(rang=0), attempts.loc[answer & guardian & named, columns].assign(rang=1)])
    told = told.sort_values(["period", "datum", "rang"], kind="stable").drop_duplicates("period", keep="last")
    said = attempts.loc[contact & named, columns].drop_duplicates("period", keep="last").assign(rang=2)
    occupation = pd.concat([told, said])
    occupation["sager"] = occupation["sysselsattning"] != "OKAND"
    occupation = occupation.sort_values(["period", "sager", "datum", "rang"]).drop_duplicates("period", keep="last").set_index("period")
    measures = tables.read("atgarder", "personnummer", "startdatum", "slutdatum", "innehall")
    measures = measures[(measures["startdatum"] <= as_of) & (end_of(measures["slutdatum"]) > as_of)]
    measures = measures[[*KEY, "innehall"]].drop_duplicates().sort_values("innehall").groupby(KEY)["innehall"].agg(",".join)
    known = told.loc[~told["sysselsattning"].isin(["INGEN", "OKAND"]), "period"]
    group = spells[spells["sista"].isna()]
    group = group.join(measures.rename("pagaende_atgard"), on=KEY)
    status = answered.reindex(group.index)
    group["forsok"] = tried["size"].reindex(group.index, fill_value=0)
    group["senaste_forsok"] = tried["max"].reindex(group.index)
    group["sysselsattning"] = occupation["sysselsattning"].reindex(group.index)
    group["sysselsattning_datum"] = occupation["datum"].reindex(group.index)
    group["alder"] = age(group["personnummer"], pd.Series(as_of, index=group.index))
    group["kontaktstatus"] = np.select(
        [status == "TACKAR_NEJ", status.notna(), group.index.isin(known), group["forsok"] == 0],
        ["TACKAR_NEJ", "KONTAKTAD", "KANNEDOM", "EJ_KONTAKTAD"], "FORSOK_UTAN_SVAR")
    group["fas"] = np.where(group["pagaende_atgard"].isna(), "UPPSOKANDE", "I_ATGARD")
    return group


# ---------------------------------------------------------------- who may drop out, and what the case register lacks
def risks(tables, group):
    """Residents who are no members and may become so: kommunkod, personnummer, datum, typ, skola, and where they go to school."""
    as_of = tables.as_of
    summer = pd.Timestamp(as_of.year - (as_of.month < 6), 6, 1).as_unit("s")
    going_on = lambda rows: rows[(rows["fran"] <= as_of) & (rows["till"] > as_of)]
    reports = tables.reports[~tables.reports["handelse"].isin(["EJ_PABORJAT", "AVBROTT", "UTEBLIVEN_MANAD"])]
    enrolled = tables.enrolments
    changed = enrolled[(enrolled["avbrottsorsak"] == "BYTE") & enrolled["slutdatum"].between(summer, as_of)]
    now_enrolled = going_on(enrolled[~enrolled["borta"]])
    reduced = now_enrolled[now_enrolled["reducerat"] == "J"]
    last = tables.admission_rows[tables.admission_rows["datum"].dt.year == as_of.year]
    last = last.assign(antagen=last["status"] == "ANTAGEN").sort_values(["datum", "antagen"], kind="stable").drop_duplicates(
        "personnummer", keep="last")
    without_place = last[~last["antagen"]]
    concerned = pd.concat([rows["personnummer"] for rows in (reports, changed, reduced, without_place)]).unique()
    people = tables.people
    people = people[people["personnummer"].isin(concerned) & (people["bor_fran"] <= as_of) & (people["bor_till"] > as_of)
                    & (people["fyller_20"] > as_of) & (people["klar"] > as_of) & (people["a"] <= pd.Timestamp(as_of.year, 9, 15))]
    cases = people.loc[~flag(people, group, KEY), KEY].reset_index(drop=True).reset_index(names="fall")
    held = cases.merge(tables.every[tables.every["personnummer"].isin(cases["personnummer"])], on="personnummer", suffixes=("", "_egen"))
    held = held.loc[held["kommunkod_egen"].isna() | (held["kommunkod_egen"] == held["kommunkod"]),
                    ["fall", "fran", "till", "slag", "skola", "skolenhetskod"]]
    now = going_on(held)
    # A report is about the educations at its school that held its day, else about all that did.
    told = cases.merge(reports, on="personnummer").reset_index(names="rapport")
    over = told.merge(held, on="fall", suffixes=("_rapport", ""))
    over = over[(over["fran"] <= over["datum"]) & (over["datum"] < over["till"])]
    about = same_school(over)
    over = over[about | ~pd.Series(about, over.index).groupby(over["rapport"]).transform("any")]
    alike = over[["rapport", "fall", "slag", "skola", "skolenhetskod"]].merge(now, on=["fall", "slag"], suffixes=("", "_rapport"))
    going = np.union1d(going_on(over)["rapport"], alike.loc[same_school(alike), "rapport"])
    this_year = told["datum"] >= summer
    absent = told["handelse"] == "FRANVARO_UTREDNING"
    told = told[np.select(
        [told["handelse"] == "BYTER_UTBILDNING", absent & ~this_year, ~told["rapport"].isin(over["rapport"])],
        [this_year, False, this_year], told["rapport"].isin(going))]
    placed = held.loc[~held["slag"].str.startswith("ANTAGEN") & (held["till"] > as_of), "fall"]
    unplaced = cases[~cases["fall"].isin(placed)]
    parts = [(told, "datum", told["handelse"])]
    for rows, of, day, kind in ((reduced, cases, "startdatum", "REDUCERAT"), (changed, cases, "slutdatum", "BYTE"),
                                (without_place, unplaced, "datum", None)):
        rows = of.merge(rows, on="personnummer")
        parts.append((rows, day, rows["status"] if kind is None else kind))
    rows = pd.concat([rows[["fall", *KEY, "skola"]].assign(datum=rows[day], typ=kind) for rows, day, kind in parts]).drop_duplicates()
    pupils = cases.merge(now_enrolled.reset_index(names="rad"), on="personnummer").sort_values(["fall", "fran", "rad"]).drop_duplicates(
        "fall", keep="last")
    pupils = pd.DataFrame({"fall": pupils["fall"], "gar_i": pupils["skola"], "studievag": pupils["studievag"],
                           "im": pupils["im"].map({True: "IM", False: None}),
                           "slut": pupils["slutdatum"].fillna(pupils["beraknat_slut"])})
    rows["rang"] = rows["typ"].map({code: number for number, code in enumerate(sheets.WARNINGS)})
    return rows.merge(pupils, on="fall", how="left").sort_values([*KEY, "datum", "rang", "skola"], na_position="first")


def discrepancies(tables, spells):
    """Where the case register differs from the spells: kommunkod, personnummer, typ, nu, nytt, in the order of the list."""
    as_of = tables.as_of
    since = as_of - 62 * DAY
    since = pd.Timestamp(since.year, 1 if since.month < 7 else 7, 1).as_unit("s")
    rows = tables.registrations.merge(spells[["fran", "sista", "dag_efter", "orsak_in", "grund_ut"]], left_on="period",
                                      right_index=True, how="left")
    parts = []

    def found(frame, which, code, now, new, part, order="rad"):
        frame = frame[which]
        values = [iso(frame[name]) if name in frame and frame[name].dtype.kind == "M" else
                  frame[name].map(labels) if name else "" for name, labels in (now, new)]
        parts.append(frame[KEY].assign(typ=code, nu=values[0], nytt=values[1], del_=part, ordning=frame[order]))

    no, register, end = (None, None), ("registreringsdatum", None), ("avregistreringsdatum", None)
    is_open = spells["sista"].isna()
    unregistered = spells[~spells["i_registret"] & (is_open | (spells["sista"] >= since))].reset_index(names="period")
    found(unregistered, unregistered["sista"].isna(), "OREGISTRERAD", no, ("registrerad", None), 0, "period")
    found(unregistered, unregistered["sista"].notna(), "OREGISTRERAD_UT", no, ("registrerad", None), 0, "period")
    judged = rows[rows["period"].notna() & ~((rows["sista"] < since) & rows["avregistreringsdatum"].notna())]
    day, ended = judged["avregistreringsdatum"], judged["sista"].notna()
    found(judged, judged["registreringsdatum"] < judged["fran"] - 60 * DAY, "FOR_TIDIG", register, ("fran", None), 1)
    found(judged, judged["orsak"].notna() & (judged["orsak"] != judged["orsak_in"]) & (judged["orsak_in"] != "OKAND"), "ORSAK",
          ("orsak", sheets.REASONS), ("orsak_in", sheets.REASONS), 1)
    found(judged, ended & day.isna(), "OPPEN", no, ("dag_efter", None), 1)
    found(judged, ended & day.isna(), "OPPEN_GRUND", no, ("grund_ut", sheets.GROUNDS), 1)
    found(judged, ~ended & (day <= as_of), "OMFATTAS", end, no, 1)
    late = ended & (day > birthday(judged["personnummer"], 20))
    found(judged, late, "SENT_20", end, ("dag_efter", None), 1)
    found(judged, ended & ~late & day.notna() & (day != judged["dag_efter"]), "FEL_DAG", end, ("dag_efter", None), 1)
    found(judged, ended & judged["avregistreringsgrund"].notna() & (judged["avregistreringsgrund"] != judged["grund_ut"]), "GRUND",
          ("avregistreringsgrund", sheets.GROUNDS), ("grund_ut", sheets.GROUNDS), 1)
    double = rows.sort_values([*KEY, "registreringsdatum", "rad"])
    stop = double["avregistreringsdatum"].fillna(FOREVER)
    before = pd.DataFrame({"start": double["registreringsdatum"], "slut": stop}).groupby([double[name] for name in KEY]).shift()
    found(double, (double["registreringsdatum"] < before["slut"]) & (before["start"] < stop), "DUBBEL", register, no, 2)
    loose = rows["period"].isna() & ~(rows["avregistreringsdatum"] < since)
    found(rows, loose, "UTANFOR", register, no, 3)
    attempts = tables.dated("kontakter", "mottagare", "utfall", "sysselsattning")
    attempts = attempts[attempts["datum"] >= since].reset_index(names="rad")
    measures = tables.read("atgarder", "personnummer", "startdatum", "slutdatum", "innehall").reset_index(names="rad")
    measures["slut"] = (measures["slutdatum"] + DAY).fillna(as_of + DAY)
    measures = measures[(measures["startdatum"] <= as_of) & (measures["slut"] > since)]
    periods = spells[[*KEY, "fran"]].assign(till=spells["dag_efter"].clip(upper=as_of + DAY))
    inside = attempts.merge(periods, on=KEY)
    inside = inside.loc[(inside["datum"] >= inside["fran"] - 30 * DAY) & (inside["datum"] < inside["till"]), "rad"]
    under = measures.merge(periods, on=KEY)
    under = under.loc[(under["startdatum"] < under["till"]) & (under["fran"] < under["slut"]), "rad"]
    found(attempts, ~attempts["rad"].isin(inside), "KONTAKT", ("datum", None), no, 4)
    found(measures, ~measures["rad"].isin(under), "ATGARD", ("startdatum", None), no, 5)
    every = pd.concat(parts)
    every["steg"] = every["typ"].map({code: number for number, code in enumerate(sheets.DISCREPANCIES)})
    return every.sort_values([*KEY, "del_", "ordning", "steg"])


# ---------------------------------------------------------------- the two runs
class Run:
    """The monthly reconciliation of one day."""

    def __init__(self, inbox, as_of, past):
        self.tables = tables = Tables(inbox, as_of)
        self.as_of = tables.as_of
        homes, self.snapshot, self.changes, contradicted = residence(tables)
        every, overruled, told, pupils = educations(tables)
        credentials = tables.dated("betyg", "typ")
        compulsory, last_days = school_ages(tables)
        told = np.concatenate([told, credentials["personnummer"].to_numpy(), compulsory["personnummer"].to_numpy()])
        spells, of_case = members(tables, homes, every, credentials, last_days)
        spells = described(tables, spells, of_case, self.snapshot, self.changes, contradicted, credentials, told, overruled,
                           compulsory, pupils)
        self.spells = registered(tables, spells, past)


# ---------------------------------------------------------------- the workbook
def shown_number(number):
    digits = number.astype(str)
    return digits.str[:8] + "-" + digits.str[8:]


def listed_words(codes, labels):
    """The words for codes joined by a comma."""
    return codes.fillna("").map(lambda text: ", ".join(labels[code] for code in text.split(",") if code))


def joined(mark, *parts):
    """Texts with a mark between them; empty ones leave none."""
    text = parts[0].fillna("")
    for part in parts[1:]:
        part = part.fillna("")
        text = text + np.where((text != "") & (part != ""), mark, "") + part
    return text


def postal(rows, suffix=""):
    care_of, code = rows["co_adress" + suffix].fillna(""), rows["postnummer" + suffix].fillna("")
    care_of = care_of.where((care_of == "") | care_of.str.lower().str.startswith("c/o"), "c/o " + care_of)
    code = code.str.replace(r"^(\d{3})(\d\d)$", r"\1 \2", regex=True)
    return joined(", ", care_of, rows["adress" + suffix], joined(" ", code, rows["postort" + suffix]))


def directory(run, past, numbers):
    """Name, telephone, e-mail and address of those in the lists, by personnummer."""
    address = ["co_adress", "adress", "postnummer", "postort"]
    people = run.tables.read("folkbokforing", "personnummer", "fornamn", "efternamn", *address)
    people = people[people["personnummer"].isin(numbers)].drop_duplicates("personnummer", keep="last").set_index("personnummer")
    before = past.tables.read("folkbokforing", "personnummer", "fornamn", "efternamn")
    before = before[before["personnummer"].isin(past.spells["personnummer"])].drop_duplicates("personnummer").set_index("personnummer")
    details = run.tables.read("kontaktuppgifter", "personnummer", "datum", "telefon", "epost", *address)
    details = details[details["personnummer"].isin(numbers)].sort_values("datum", kind="stable").drop_duplicates(
        "personnummer", keep="last").set_index("personnummer")
    found = pd.DataFrame(index=pd.Index(np.unique(numbers), name="personnummer")).join(people).join(details, suffixes=("", "_egen"))
    name = joined(" ", found["fornamn"], found["efternamn"])
    name_before = joined(" ", before["fornamn"], before["efternamn"]).reindex(found.index).fillna("")
    own = found["adress_egen"].notna() | found["postort_egen"].notna()
    shown = pd.DataFrame({
        "namn": name.where(name != "", name_before.where(name_before != "", sheets.NO_NAME)),
        "telefon": found["telefon"], "epost": found["epost"], "hem": postal(found, "_egen").where(own, postal(found)),
    })
    # The word stands in place of everything that could show where a protected person is.
    protected = protection(run.tables, run.snapshot, run.changes).index
    shown.loc[shown.index.isin(protected)] = sheets.PROTECTED
    shown["skyddad"] = shown.index.isin(protected)
    return shown


def workbook_tables(run, past, group, changes):
    """The rows of every sheet by municipality and sheet."""
    as_of = run.as_of
    at_risk, differing = risks(run.tables, group), discrepancies(run.tables, run.spells)
    people = directory(run, past, np.concatenate([rows["personnummer"] for rows in (group, changes, at_risk, differing)]))
    today = lambda rows: pd.Series(as_of, index=rows.index)
    spells = run.spells.join(group["kontaktstatus"])
    spells = spells.join(people, on="personnummer")
    came = changes.loc[changes["typ"].isin(["IN", "IN_OCH_UT"]), [*KEY, "datum"]].merge(
        spells, left_on=[*KEY, "datum"], right_on=[*KEY, "fran"])
    went = pd.concat([
        changes.loc[changes["typ"] == typ, [*KEY, "datum"]].merge(spells, left_on=[*KEY, "datum"], right_on=[*KEY, day])
        for typ, day in (("UT", "dag_efter"), ("IN_OCH_UT", "fran"))]).sort_values([*KEY, "fran"])
    named = group.join(people, on="personnummer")
    without = named[named["kontaktstatus"].isin(["EJ_KONTAKTAD", "FORSOK_UTAN_SVAR"])].sort_values("fran", kind="stable")
    turns_20 = birthday(named["personnummer"], 20)
    soon = named.assign(dag=turns_20)[turns_20 - pd.DateOffset(months=6) <= as_of].sort_values(["dag", "personnummer"])
    flagged = named[named["flaggor"] != ""]
    flagged = flagged.assign(flaggor=flagged["flaggor"].str.split(",")).explode("flaggor")
    at_risk, differing = at_risk.join(people, on="personnummer"), differing.join(people, on="personnummer")
    school = lambda name: at_risk[name].where(~at_risk["skyddad"], sheets.PROTECTED)
    part = lambda labels, codes, number: codes.map({code: texts[number] for code, texts in labels.items()})
    frames = {
        "Att utreda": [flagged, flagged["flaggor"].map(sheets.FLAGS), flagged["fran"], part(sheets.INQUIRIES, flagged["flaggor"], 0),
                       part(sheets.INQUIRIES, flagged["flaggor"], 1), "Att utreda"],
        "Avvikelser": [differing, *(part(sheets.DISCREPANCIES, differing["typ"], number) for number in range(3)), differing["nu"],
                       differing["nytt"], part(sheets.DISCREPANCIES, differing["typ"], 3)],
        "Risk för avbrott": [at_risk, part(sheets.WARNINGS, at_risk["typ"], 0), at_risk["datum"], school("skola"), school("gar_i"),
                             school("studievag"), at_risk["im"], at_risk["slut"], part(sheets.WARNINGS, at_risk["typ"], 1)],
        "Nya": [came, came["fran"], came["orsak_in"].map(sheets.REASONS), came["registrerad"],
                age(came["personnummer"], today(came)), came["fran_kommunkod"], came["kontaktstatus"].map(sheets.STATUSES),
                listed_words(came["flaggor"], sheets.FLAGS), came["sista"]],
        "Lämnar": [went, went["fran"], went["sista"], went["dag_efter"], went["grund_ut"].map(sheets.GROUNDS),
                   went["orsak_in"].map(sheets.REASONS), went["registrerad"], age(went["personnummer"], went["sista"]),
                   listed_words(went["flaggor"], sheets.FLAGS)],
        "Kontakt saknas": [without, without["fran"], without["alder"], (as_of - without["fran"]).dt.days + 1,
                           without["kontaktstatus"].map(sheets.STATUSES), without["forsok"], without["senaste_forsok"],
                           *[None] * 7, sheets.NO_LADDER, without["telefon"], without["epost"], without["hem"]],
        "Fyller snart 20": [soon, "Fyller snart 20", soon["dag"], None,
                            "Fyller 20 år " + iso(soon["dag"]) + " och omfattas inte längre.", soon["telefon"], soon["epost"]],
        "Målgruppen": [named, named["fran"], named["orsak_in"].map(sheets.REASONS), named["registrerad"], named["alder"],
                       listed_words(named["flaggor"], sheets.FLAGS), named["kontaktstatus"].map(sheets.STATUSES),
                       named["sysselsattning"].map(sheets.OCCUPATIONS), named["sysselsattning_datum"], named["fas"].map(sheets.PHASES),
                       listed_words(named["pagaende_atgard"], sheets.MEASURES), named["fran_kommunkod"]],
    }
    tables = {}
    for sheet, (rows, *columns) in frames.items():
        columns = [shown_number(rows["personnummer"]), rows["namn"], *columns]
        columns = [cells(column, len(rows)) for column in columns]
        for code, row in zip(rows["kommunkod"], map(sheets.dated, zip(*columns)) if sheet == "Avvikelser" else zip(*columns)):
            tables.setdefault(code, {}).setdefault(sheet, []).append(row)
    for code, row in corrections(changes, past, people):
        tables.setdefault(code, {}).setdefault("Ändrade i efterhand", []).append(row)
    return tables


def cells(column, rows):
    """Plain values, one for each row; None for an empty cell."""
    if not isinstance(column, pd.Series):
        return [column] * rows
    if column.dtype.kind == "M":
        return [day.date() if day is not pd.NaT else None for day in column]
    return column.astype(object).where(column.notna(), None).tolist()


def corrections(changes, past, people):
    """What the run before showed otherwise; few rows, told one by one."""
    def value(field, text):
        if field in ("fran", "till", "registrerad"):
            return datetime.date.fromisoformat(text) if text else "Pågår"
        if field == "flaggor":
            return ", ".join(sheets.FLAGS[code] for code in text.split(",")) if text else "Inget"
        return sheets.REASONS[text] if field == "orsak_in" else sheets.GROUNDS.get(text, "Ingen")

    told = changes[changes["typ"].isin(["ANDRAD", "BORTTAGEN"])]
    spells = past.spells[past.spells["personnummer"].isin(told.loc[told["typ"] == "BORTTAGEN", "personnummer"])]
    removed = {(row["personnummer"], row["fran"]): row for row in spells.to_dict("records")}
    told = told.assign(namn=told["personnummer"].map(people["namn"]), nummer=shown_number(told["personnummer"]))
    for row in told.to_dict("records"):
        shown = [row["nummer"], row["namn"], row["datum"].date()]
        if row["typ"] == "ANDRAD":
            field = row["orsak"]
            shown += [sheets.FIELDS[field], value(field, row["fore"]), value(field, row["efter"])]
        else:
            spell = dict(removed[row["personnummer"], row["datum"]])
            spell["fran"] = spell["fran"].date()
            spell["sista"] = None if spell["sista"] is pd.NaT else spell["sista"].date()
            shown += ["Perioden är borttagen", sheets.removed_spell(spell), "Omfattas inte"]
        yield row["kommunkod"], shown


def write_with_openpyxl(path, tables):
    """A workbook of the sheets, row by row: the way that costs openpyxl least."""
    book = openpyxl.Workbook(write_only=True)
    for sheet in sheets.SHEETS:
        page = book.create_sheet(sheet.name)
        page.freeze_panes = "C4"
        for number, width in enumerate(sheet.widths, 1):
            page.column_dimensions[get_column_letter(number)].width = width
        title = WriteOnlyCell(page, sheet.name)
        title.font = Font(bold=True, size=16)
        page.append([title])
        page.append([sheet.about])
        heads = [WriteOnlyCell(page, header) for header in sheet.headers]
        for head in heads:
            head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="D9E2EC")
        page.append(heads)
        rows = tables.get(sheet.name) or [(sheet.empty,)]
        for row in rows:
            page.append([None if value == "" else value for value in row])
        page.auto_filter.ref = f"A3:{get_column_letter(len(sheet.headers))}{len(rows) + 3}"
    book.save(path)


FILES = {
    "malgrupp": ["personnummer", "kommunkod", "fran", "orsak_in", "registrerad", "alder", "flaggor", "kontaktstatus",
                 "sysselsattning", "sysselsattning_datum", "fas", "pagaende_atgard", "fran_kommunkod"],
    "perioder": ["personnummer", "kommunkod", "fran", "till", "orsak_in", "grund_ut", "flaggor"],
    "forandringar": ["personnummer", "kommunkod", "typ", "datum", "orsak", "upptackt", "fore", "efter"],
}


def write_files(out, lists):
    """One folder for each municipality. Each list is written once and cut: the rows stand by municipality."""
    for name, rows in lists.items():
        counts = rows["kommunkod"].value_counts()
        rows = rows[FILES[name]].copy()
        for column in rows.select_dtypes("datetime").columns:
            rows[column] = iso(rows[column])
        lines, at = rows.to_csv(sep=";", index=False, header=False, lineterminator="\r\n").splitlines(keepends=True), 0
        for folder in out:
            count = int(counts.get(folder.name, 0))
            part = [";".join(FILES[name]), "\r\n", *lines[at:at + count]]
            (folder / f"{name}.csv").write_bytes("".join(part).encode("utf-8-sig"))
            at += count


def main():
    inbox, out, days, workbooks = arguments()
    past = Run(inbox, days[0], None)
    past.tables.forget()
    run = Run(inbox, days[1], past)
    group = contacts(run.tables, run.spells)
    changes = changed(run.spells, past, run.as_of)
    listed = run.spells[run.spells["sista"].isna() | (run.spells["sista"] >= run.as_of - pd.DateOffset(years=1))]
    folders = [out / code for code in inbox.municipalities]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    write_files(folders, {"malgrupp": group, "perioder": listed.rename(columns={"sista": "till"}), "forandringar": changes})
    if workbooks:
        tables = workbook_tables(run, past, group, changes)
        sheets.write_all(write_with_openpyxl, [(folder / "avstamning.xlsx", tables.get(folder.name, {})) for folder in folders])


if __name__ == "__main__":
    main()
