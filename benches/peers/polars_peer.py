"""The monthly job in Polars, with XlsxWriter for the workbooks. README.md says what it leaves out."""

import concurrent.futures
import datetime
from functools import cache

import fastexcel
import polars as pl
from polars import col

import sheets
from inbox import DATES, arguments, every_column

ALWAYS = datetime.date(1, 1, 1)
FOREVER = datetime.date(9999, 12, 31)
DAY = datetime.timedelta(days=1)
KEY = ["kommunkod", "personnummer"]

COMPLETING = ["EXAMENSBEVIS", "KOMVUXEXAMEN", "GYMNASIEBEVIS_ANPASSAD", "IB_DIPLOM", "UTLANDSK_EXAMEN", "FHSK_BEHORIGHET"]
WITHOUT_DIPLOMA = ["STUDIEBEVIS", "IB_UTAN_DIPLOM"]
ENDS_EVERYWHERE = ["UTVANDRING", "AVLIDEN", "AVREGISTRERAD"]
NO_MOVE = ["NYTT_PERSONNUMMER", "SKYDD"]
EDUCATION_DECISIONS = ["UTBILDNING_UTANFOR_OMRADET", "UTLANDSSTUDIER", "ANNAN_MOTSVARANDE"]
TYPES = {"personnummer": pl.Int64, **dict.fromkeys(DATES, pl.Date)}


# ---------------------------------------------------------------- reading
def load_csv(files, columns):
    """The wanted columns of CSV files; whose file it was, for those of one municipality."""
    types = {name: TYPES[name] for name in columns if name in TYPES}
    own = files[0].municipality is not None
    rows = pl.scan_csv([file.path for file in files], separator=";", infer_schema=False, schema_overrides=types,
                       include_file_paths="fil" if own else None)
    codes = {str(file.path): file.municipality for file in files}
    return rows.select(*columns, *([col("fil").replace(codes).alias("kommunkod")] if own else []))


def load_workbooks(kind, files, columns):
    """The same of workbooks, several at a time."""
    own = [] if files[0].municipality is None else ["kommunkod"]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        return pl.concat(pool.map(lambda file: read_sheet(kind, file), files)).lazy().select(*columns, *own)


@cache
def read_sheet(kind, file):
    """All that is used of a workbook."""
    types = {name: "date" if name in DATES else "string" for name in every_column(kind)}
    sheet = fastexcel.read_excel(file.path).load_sheet(0, use_columns=list(types), dtypes=types)
    rows = sheet.to_polars().select(list(types)).with_columns(col("personnummer").str.replace("-", "").cast(pl.Int64))
    return rows if file.municipality is None else rows.with_columns(kommunkod=pl.lit(file.municipality))


class Tables:
    """The tables as they count on a day."""

    def __init__(self, inbox, as_of):
        self.inbox, self.as_of = inbox, as_of

    def forget(self):
        """Lets go of what only the lists of the last run are made of."""
        self.__dict__ = {"inbox": self.inbox, "as_of": self.as_of}

    def scan(self, kind, *columns):
        files = self.inbox.sources(kind, self.as_of)
        return load_workbooks(kind, files, columns) if files[0].path.suffix == ".xlsx" else load_csv(files, columns)

    def dated(self, kind, *columns):
        """Rows dated after the as-of date are not used."""
        return self.scan(kind, "personnummer", "datum", *columns).filter(col("datum") <= self.as_of)


# ---------------------------------------------------------------- days
def end_of(last):
    """The day after an inclusive last day; none: for ever."""
    return (last + DAY).fill_null(FOREVER)


def september_15(day):
    return pl.date(day.dt.year(), 9, 15)


def near(day, last):
    """At most 60 days from the last day, or after it and by 15 September when it lies in the summer."""
    summer = (last >= pl.date(last.dt.year(), 6, 1)) & (last <= september_15(last))
    return ((day - last).dt.total_days().abs() <= 60) | (summer & (day > last) & (day <= september_15(last)))


def born(number):
    return pl.date(number // 100_000_000, number // 1_000_000 % 100, number // 10_000 % 100)


def age(number, day):
    birthday = number // 10_000
    return ((day.dt.year() * 10_000 + day.dt.month().cast(pl.Int32) * 100 + day.dt.day()) - birthday) // 10_000


# ---------------------------------------------------------------- rule 2: residence
def residence(tables):
    """Who lives where: personnummer, kommunkod, bor_fran, bor_till (the day after), motsagt."""
    extracted = tables.inbox.extracted("folkbokforing", tables.as_of)
    since = col("folkbokford_fran")
    snapshot = (
        tables.scan("folkbokforing", "personnummer", "kommunkod", "folkbokford_fran", "invandringsdatum", "skydd")
        .with_columns(pl.when(since <= extracted).then(since))
        .collect()
    )
    if snapshot["personnummer"].is_duplicated().any():
        snapshot = snapshot.sort("folkbokford_fran", nulls_last=False, maintain_order=True)
        snapshot = snapshot.unique("personnummer", keep="last")
    changes = tables.dated("folkbokforing_andringar", "handelse", "fran_kommunkod", "till_kommunkod", "skydd").collect()
    moves = changes.filter(~col("handelse").is_in(NO_MOVE))
    elsewhere = col("till_kommunkod").ne_missing(col("fran_kommunkod"))
    ends = col("handelse").is_in(ENDS_EVERYWHERE)
    opening = moves.filter(~ends & elsewhere & col("till_kommunkod").is_not_null()).select(
        "personnummer", "datum", kommunkod="till_kommunkod", rang=1, bor=True)
    closing = moves.filter((ends | elsewhere) & col("fran_kommunkod").is_not_null()).select(
        "personnummer", "datum", kommunkod="fran_kommunkod", rang=pl.when(col("handelse") == "AVLIDEN").then(2).otherwise(0),
        bor=False)
    turns = pl.concat([opening, closing]).join(
        snapshot.select(*KEY, "folkbokford_fran", finns=True), on=KEY, how="left")
    listed, before = col("finns").fill_null(False), col("datum") <= extracted
    last_opening = col("datum").filter(col("bor") & before).max().over(KEY)
    turns = turns.with_columns(finns=listed, forsta=pl.coalesce("folkbokford_fran", last_opening, pl.lit(ALWAYS)))
    turns = turns.sort("datum", "rang")
    after_first = col("datum") > col("forsta")
    contradicted = turns.group_by(KEY).agg(
        motsagt=(col("finns") & before & after_first).any()
        | (~col("finns").first() & col("bor").filter(before).last().fill_null(False)))
    # What the snapshot says is one more turn; rows up to it that differ are disregarded.
    kept = turns.filter(~(col("finns") & before & after_first)).select(*KEY, "datum", "rang", "bor")
    first_days = turns.filter("finns").unique(KEY).select(*KEY, datum="forsta", rang=3, bor=True)
    gone = contradicted.join(turns.filter(~col("finns")).unique(KEY), on=KEY, how="semi").filter("motsagt").select(
        *KEY, datum=pl.lit(extracted), rang=4, bor=False)
    turned = (
        pl.concat([kept, first_days.cast(kept.schema), gone.cast(kept.schema)])
        .sort(*KEY, "datum", "rang")
        .unique([*KEY, "datum"], keep="last", maintain_order=True)
        .filter(col("bor").ne_missing(col("bor").shift(1).over(KEY)))
        .with_columns(nasta=col("datum").shift(-1).over(KEY).fill_null(FOREVER), ett=pl.int_range(pl.len()).over(KEY) == 0)
    )
    moved = pl.concat([
        turned.filter("bor").select(*KEY, bor_fran="datum", bor_till="nasta"),
        turned.filter(~col("bor") & col("ett") & (col("datum") <= extracted)).select(
            *KEY, bor_fran=pl.lit(ALWAYS), bor_till="datum"),
    ]).join(contradicted, on=KEY, how="left")
    settled = snapshot.join(turns, on=KEY, how="anti").select(
        *KEY, bor_fran=col("folkbokford_fran").fill_null(ALWAYS), bor_till=pl.lit(FOREVER), motsagt=pl.lit(False))
    homes = pl.concat([settled, moved.select(settled.columns)]).filter(
        col("kommunkod").is_in(tables.inbox.municipalities))
    return homes, snapshot, changes


# ---------------------------------------------------------------- rules 4 and 5: education
def enrolments(tables):
    """Enrolments in upper-secondary school after the schools' reports; and those that a report overruled."""
    rows = tables.scan("elevregister", "personnummer", "skolform", "studievag", "skola", "skolenhetskod", "startdatum",
                       "slutdatum", "beraknat_slut", "avbrottsorsak", "reducerat")
    programme = col("studievag").fill_null("")
    introductory = (col("skolform") == "GY") & programme.str.starts_with("IM")
    rows = rows.collect()
    pupils = rows.filter(col("skolform").is_in(["GR", "GRAN"])).select("personnummer", "startdatum", "slutdatum")
    rows = rows.filter(col("skolform").is_in(["GY", "GYAN"])).with_columns(
        im=introductory, ib=programme.str.starts_with("IB"), till=end_of(col("slutdatum")),
        fran=pl.when(introductory).then(pl.max_horizontal("startdatum", pl.date(2018, 7, 1))).otherwise("startdatum"),
        avbruten=col("avbrottsorsak").eq_missing("AVBROTT") & col("slutdatum").is_not_null(),
    ).with_row_index("rad")
    reports = tables.dated("huvudmannarapport", "handelse", "skola", "skolenhetskod").collect()
    ending = reports.filter(col("handelse").is_in(["EJ_PABORJAT", "AVBROTT", "UTEBLIVEN_MANAD"]))
    same = pl.coalesce(col("skolenhetskod") == col("skolenhetskod_right"), col("skola") == col("skola_right"), True)
    about = rows.join(ending, on="personnummer").filter(same)
    not_begun = (col("handelse") == "EJ_PABORJAT") & col("startdatum").is_between(col("datum") - 30 * DAY, col("datum"))
    holds = (col("handelse") != "EJ_PABORJAT") & (col("fran") <= col("datum")) & (col("datum") < col("till"))
    late = (col("handelse") != "EJ_PABORJAT") & (col("till") - DAY).is_between(col("datum") - 30 * DAY, col("datum") - DAY)
    told = about.group_by("rad").agg(borta=not_begun.any(), avbrott=col("datum").filter(holds).min(), sent=late.any())
    rows = rows.join(told, on="rad", how="left").with_columns(
        till=pl.coalesce("avbrott", "till"), borta=col("borta").fill_null(False),
        avbruten=col("avbruten") | col("avbrott").is_not_null() | col("sent").fill_null(False))
    tables.enrolments = rows
    overruled = rows.filter((col("borta") | col("avbrott").is_not_null())
                            & (col("slutdatum").is_null() | (col("slutdatum") >= tables.as_of)))
    return rows.filter(~col("borta")), overruled, reports, ending, pupils


def admissions(tables, enrolled, ending):
    """Provisional admissions: thirty days from the beginning of term, until an enrolment starts."""
    rows = tables.dated("antagning", "status", "terminsstart", "studievag", "skola").collect()
    admitted = rows.filter((col("status") == "ANTAGEN") & col("terminsstart").is_not_null()).select(
        "personnummer", "datum", "skola", fran="terminsstart", till=col("terminsstart") + 30 * DAY,
        im=col("studievag").fill_null("").str.starts_with("IM")).with_row_index("rad")
    refused = rows.filter(col("status").is_in(["EJ_ANTAGEN", "EJ_SOKT", "TACKAT_NEJ"]))
    undone = admitted.join(refused, on="personnummer").filter(
        (col("datum") < col("datum_right")) & (col("datum_right") < col("till")))
    told = admitted.join(ending, on="personnummer", suffix="_rapport").filter(
        (col("skola") == col("skola_rapport")).fill_null(True) & col("datum_rapport").is_between("fran", "till", closed="left"))
    not_begun = told.filter(col("handelse") == "EJ_PABORJAT")
    admitted = admitted.join(undone, on="rad", how="anti").join(not_begun, on="rad", how="anti")
    starts = admitted.join(enrolled.filter(col("fran") < col("till")).select("personnummer", start="fran"), on="personnummer")
    starts = starts.filter(col("start").is_between("fran", "till", closed="left"))
    ended = pl.concat([
        starts.select("rad", slut="start", avbrott=pl.lit(False)),
        told.filter(col("handelse") != "EJ_PABORJAT").select("rad", slut="datum_rapport", avbrott=pl.lit(True)),
    ]).sort("slut", "avbrott").unique("rad", keep="first")
    admitted = admitted.join(ended, on="rad", how="left").with_columns(
        till=pl.coalesce("slut", "till"), avbruten=col("avbrott").fill_null(False))
    tables.admissions = admitted = admitted.filter(col("fran") < col("till"))
    return admitted, rows


EDUCATION = {"kommunkod": pl.String, "personnummer": pl.Int64, "fran": pl.Date, "till": pl.Date, "slag": pl.String,
             "avbruten": pl.Boolean, "tidigt": pl.Boolean, "ib": pl.Boolean, "skola": pl.String, "skolenhetskod": pl.String}


def educations(tables):
    """Everything that counts as education, as half-open periods; and who any school has told of."""
    enrolled, overruled, reports, ending, pupils = enrolments(tables)
    admitted, admission_rows = admissions(tables, enrolled, ending)
    days = ["startdatum", "slutdatum", "avbrottsdatum"]
    adult = tables.scan("vuxenutbildning", "personnummer", "niva", *days, "anordnare").collect()
    folk = tables.scan("folkhogskola", "personnummer", "kurstyp", "niva", *days, "skola").collect()
    decided = tables.scan("undantag", "personnummer", "beslut", "fran", "till")
    if "kommunkod" not in decided.collect_schema():
        decided = decided.with_columns(kommunkod=pl.lit(None, pl.String))
    until = pl.min_horizontal(end_of(col("slutdatum")), col("avbrottsdatum").fill_null(FOREVER))
    no = pl.lit(False)
    frames = [
        enrolled.select("personnummer", "fran", "till", "avbruten", "ib", "skola", "skolenhetskod", slag=pl.when("im").then(pl.lit("IM")).otherwise(pl.lit("GY")),
                        tidigt=(col("slutdatum") < col("beraknat_slut")).fill_null(False)),
        admitted.select("personnummer", "fran", "till", "avbruten", "skola", ib=no, tidigt=no,
                        slag=pl.when("im").then(pl.lit("ANTAGEN_IM")).otherwise(pl.lit("ANTAGEN"))),
        adult.filter(col("niva").is_in(["GYMNASIAL", "ANPASSAD_GYMNASIAL"])).select(
            "personnummer", skola="anordnare", fran="startdatum", till=until, avbruten=no, ib=no, tidigt=no, slag=pl.lit("VUX")),
        folk.filter((col("niva") == "GYMNASIAL") & (col("kurstyp") != "SMF")).select(
            "personnummer", "skola", fran="startdatum", till=until, avbruten=no, ib=no, tidigt=no, slag=pl.lit("FOLK")),
        decided.filter(col("beslut").is_in(EDUCATION_DECISIONS)).select(
            "kommunkod", "personnummer", "fran", till=end_of(col("till")), avbruten=no, ib=no, tidigt=no, slag=pl.lit("UNDANTAG"))
        .collect(),
    ]
    tables.reports, tables.admission_rows = reports, admission_rows
    every = pl.concat([frame.cast({"fran": pl.Date, "till": pl.Date}) for frame in frames], how="diagonal").select(
        [pl.col(name).cast(kind) for name, kind in EDUCATION.items()]).filter(col("fran") < col("till"))
    tables.every = every
    known = [enrolled, overruled, adult, folk, reports, admission_rows.filter(col("status") == "ANTAGEN")]
    known = pl.concat([frame.select("personnummer") for frame in known]).unique()
    return every, overruled, known, pupils


# ---------------------------------------------------------------- rules 3, 6, 7 and 8: the spells
def school_ages(tables):
    """The last day of compulsory schooling where it is not 30 June of the year of the 16th birthday."""
    rows = tables.scan("grundskola", "personnummer", "typ", "startdatum", "slutdatum").collect()
    number = col("personnummer")
    year = number // 100_000_000 + 16
    usual, cap = pl.date(year, 6, 30), born(number + 18 * 100_000_000) - DAY
    long = pl.when(col("typ") == "FORLANGD_SKOLPLIKT").then(pl.coalesce("slutdatum", pl.date(year + 1, 6, 30)))
    short = pl.when(col("typ") == "TIDIGARE_SKOLPLIKT_SLUT").then("slutdatum")
    last = rows.group_by("personnummer").agg(long.max().alias("lang"), short.min().alias("kort"))
    last = last.select("personnummer", sista=pl.min_horizontal(pl.max_horizontal(usual, "lang"), cap, "kort"))
    return rows, last


def members(tables, homes, every, credentials, last_days):
    """The spells: personnummer, kommunkod, fran, till (the day after the last), and what bounds them."""
    number = col("personnummer")
    done = credentials.filter(col("typ").is_in(COMPLETING)).group_by("personnummer").agg(klar=col("datum").min())
    people = homes.join(done, on="personnummer", how="left").join(last_days, on="personnummer", how="left").with_columns(
        klar=col("klar").fill_null(FOREVER), fyller_20=born(number + 20 * 100_000_000),
        a=pl.coalesce(col("sista") + DAY, pl.date(number // 100_000_000 + 16, 7, 1)))
    people = people.with_columns(
        lo=pl.max_horizontal("bor_fran", "a"),
        hi=pl.min_horizontal("bor_till", "fyller_20", "klar", pl.lit(tables.as_of + DAY)))
    tables.people = people
    people = people.filter(col("lo") < col("hi"))
    cases = people.select(KEY).unique().with_row_index("fall")
    of_case = cases.join(every.rename({"kommunkod": "egen"}), on="personnummer").filter(
        col("egen").is_null() | (col("egen") == col("kommunkod"))).sort("fall", "fran")
    # The cases stand in order, so one running maximum of case and day does for all of them: `over` would hash each.
    start = col("fall").cast(pl.Int64) * 2**32
    reached = of_case.select(
        "fall", "fran", hittills=((start + col("till").to_physical()).cum_max() - start).cast(pl.Int32).cast(pl.Date))
    reached = reached.with_columns(fore=pl.when(col("fall") == col("fall").shift(1)).then(col("hittills").shift(1)))
    gaps = pl.concat([
        reached.filter(col("fore").is_null() | (col("fore") < col("fran"))).select(
            "fall", lucka=col("fore").fill_null(ALWAYS), lucka_till="fran"),
        reached.group_by("fall").agg(lucka=col("hittills").max(), lucka_till=pl.lit(FOREVER)).filter(
            col("lucka") < FOREVER),
        cases.join(of_case, on="fall", how="anti").select("fall", lucka=pl.lit(ALWAYS), lucka_till=pl.lit(FOREVER)),
    ])
    spells = people.join(cases, on=KEY).join(gaps, on="fall").with_columns(
        fran=pl.max_horizontal("lo", "lucka"), till=pl.min_horizontal("hi", "lucka_till")).filter(
        col("fran") < col("till")).with_row_index("period")
    bridged = bridges(spells, of_case, credentials)
    return spells.join(bridged, on="period", how="anti"), of_case


def bridges(spells, of_case, credentials):
    """Gaps that are no time in the group: a pause before what follows."""
    def reaches(first, day, month):
        summer = first >= pl.date(first.dt.year(), month, 1)
        return ((day - first) <= 30 * DAY) | (summer & (day <= september_15(first)))

    done = pl.when(col("klar") >= col("lucka")).then("klar").otherwise(pl.lit(FOREVER))
    after_school = spells.filter((col("lucka") <= col("a")) & (col("a") < col("lucka_till"))).select(
        "period", "fall", "personnummer", forsta="a", mal="lucka_till", manad=5)
    after_education = spells.filter(col("lucka") > ALWAYS).select(
        "period", "fall", "personnummer", forsta="lucka", mal=pl.min_horizontal("lucka_till", done), manad=6)
    paused = pl.concat([after_school, after_education]).filter(reaches(col("forsta"), col("mal"), col("manad")))
    interrupted = of_case.filter("avbruten").select("fall", forsta="till")
    failed = credentials.filter(col("typ").is_in(WITHOUT_DIPLOMA)).select("personnummer", "datum")
    failed = paused.join(failed, on="personnummer").filter(near(col("datum"), col("forsta") - DAY))
    return paused.join(interrupted, on=["fall", "forsta"], how="anti").join(failed, on=["period", "forsta"], how="anti")


# ---------------------------------------------------------------- rules 9, 10 and 11
def described(tables, spells, of_case, snapshot, changes, credentials, every_school, overruled, compulsory,
              pupils):
    """The spells with reason, ground and flags."""
    as_of = tables.as_of
    last = col("till_utb") - DAY
    education = of_case.select("fall", "slag", "avbruten", "tidigt", "ib", fran_utb="fran", till_utb="till")
    real = ~col("slag").str.starts_with("ANTAGEN")
    begun = spells.join(education, on="fall")
    at_end = begun.filter(col("till_utb") == col("fran"))
    # Where only an admission ended: the real education that ended last.
    only_admitted = at_end.group_by("period").agg(real.any().alias("r")).filter(~col("r"))
    earlier = begun.join(only_admitted, on="period", how="semi").filter(real & (col("till_utb") <= col("fran")))
    earlier = earlier.filter(col("till_utb") == col("till_utb").max().over("period"))
    ended = pl.concat([at_end.filter(real), earlier])
    close = ended.join(credentials, on="personnummer").filter(near(col("datum"), last)).group_by("period").agg(
        bevis=pl.lit(True), utan=col("typ").is_in(WITHOUT_DIPLOMA).any())
    school = col("slag").is_in(["GY", "IM"])
    why = ended.join(close, on="period", how="left").group_by("period").agg(
        im=(col("slag") == "IM").any(), utan_examen=(school & col("utan").fill_null(False)).any(),
        avbrutit=(school & (col("avbruten") | (col("tidigt") & col("bevis").is_null()))).any(),
        vux=col("slag").is_in(["VUX", "FOLK"]).any())
    started = begun.group_by("period").agg(borjat=(real & (col("fran_utb") < col("fran"))).any())
    immigrated = pl.concat([
        changes.filter(col("handelse") == "INVANDRING").select("personnummer", kommunkod="till_kommunkod", fran="datum"),
        snapshot.filter(col("invandringsdatum").is_not_null()).select("personnummer", "kommunkod", fran="invandringsdatum"),
    ]).unique().with_columns(invandrad=True)
    right = compulsory.filter(col("typ") == "RATT_ATT_SLUTFORA")
    right = spells.join(right.select("personnummer", s="startdatum", e="slutdatum"), on="personnummer").filter(
        ((col("s") <= col("fran")) & (col("fran") < end_of(col("e"))))
        | ((col("fran") < col("s")) & (col("s") <= september_15(col("fran"))))).select("period", slutfor=True).unique()
    yes = lambda name: col(name).fill_null(False)
    reason = (
        pl.when(col("fran") == col("bor_fran")).then(pl.when(yes("invandrad")).then(pl.lit("INVANDRAD")).otherwise(pl.lit("INFLYTTAD")))
        .when(yes("im")).then(pl.lit("IM_AVSLUTAT"))
        .when(yes("utan_examen")).then(pl.lit("STUDIEBEVIS_UTAN_EXAMEN"))
        .when(yes("avbrutit")).then(pl.lit("AVBRUTIT"))
        .when(yes("vux")).then(pl.lit("VUXENSTUDIER_AVSLUTADE"))
        .when(yes("slutfor")).then(pl.lit("SLUTFOR_GRUNDSKOLA"))
        .when((col("fran") == col("a")) | ~yes("borjat")).then(pl.lit("EJ_PABORJAT_GYMNASIET"))
        .otherwise(pl.lit("OKAND")))

    follows = begun.filter(col("fran_utb") == col("till")).group_by("period").agg(
        slag_ut=col("slag").replace_strict({"GY": 0, "IM": 1, "VUX": 2, "FOLK": 2, "UNDANTAG": 2, "ANTAGEN": 3, "ANTAGEN_IM": 4}).min())
    ended_by = changes.filter(col("handelse").is_in(["AVLIDEN", "UTVANDRING"]))
    died = ended_by.filter(col("handelse") == "AVLIDEN").group_by("personnummer").agg(dog=col("datum").min())
    left = ended_by.filter(col("handelse") == "UTVANDRING").select("personnummer", till="datum", utvandrade=True).unique()
    closed = col("till") <= as_of
    ground = (
        pl.when(~closed).then(None)
        .when(col("till") == col("bor_till")).then(
            pl.when(col("dog") <= col("till")).then(pl.lit("AVLIDEN")).when(yes("utvandrade")).then(pl.lit("UTVANDRAD"))
            .otherwise(pl.lit("UTFLYTTAD")))
        .when(col("till") == col("fyller_20")).then(pl.lit("FYLLT_20"))
        .when(col("till") == col("klar")).then(pl.lit("FULLFOLJD_UTBILDNING"))
        .when(col("slag_ut").is_in([0, 3])).then(pl.lit("NATIONELLT_PROGRAM"))
        .when(col("slag_ut").is_in([1, 4])).then(pl.lit("INTRODUKTIONSPROGRAM"))
        .otherwise(pl.lit("MOTSVARANDE_UTBILDNING")))

    still_open = spells.join(overruled.select("personnummer", s="startdatum", e=end_of(col("slutdatum"))), on="personnummer").filter(
        (col("s") < col("till")) & (col("fran") < col("e"))).select("period", oppet=True).unique()
    ib = at_end.filter(col("ib") & ~col("avbruten") & (last.dt.year() == as_of.year))
    has_credential = ib.join(credentials, on="personnummer").filter(col("datum") >= last - 60 * DAY)
    ib = ib.join(has_credential, on="period", how="anti").select("period", vantar=True).unique()
    holds = (col("startdatum") <= as_of) & (end_of(col("slutdatum")) > as_of)
    pupils = pupils.filter(holds).select("personnummer", i_grundskola=True).unique()
    pupils = pupils.join(compulsory.filter(holds), on="personnummer", how="anti")
    protected = protection(tables, snapshot, changes)
    told = every_school.with_columns(kand=True)
    provisional = closed & ~(col("till") == col("bor_till")) & (col("till") != col("fyller_20")) & (col("till") != col("klar"))
    flags = {
        "SAKNAR_SKOLUPPGIFT": ~yes("kand"),
        "REGISTRET_OPPET": yes("oppet"),
        "IB_VANTAR": yes("vantar"),
        "FOLKBOKFORING_MOTSAGS": yes("motsagt"),
        "SKYDDAD_FOLKBOKFORING": col("skydd").eq_missing("SKYDDAD_FOLKBOKFORING"),
        "ANTAGEN_PRELIMINART": provisional & (col("slag_ut") >= 3).fill_null(False),
        "I_GRUNDSKOLA": ~closed & yes("i_grundskola"),
    }
    codes = pl.concat_str([pl.when(holds).then(pl.lit(code)) for code, holds in flags.items()], separator=",", ignore_nulls=True)
    origin = changes.filter(col("fran_kommunkod").ne_missing(col("till_kommunkod")) & col("fran_kommunkod").is_not_null()).select(
        "personnummer", kommunkod="till_kommunkod", bor_fran="datum", fran_kommunkod="fran_kommunkod").unique(
        [*KEY, "bor_fran"], keep="first", maintain_order=True)
    for frame, on in [(why, "period"), (started, "period"), (right, "period"), (follows, "period"), (still_open, "period"),
                      (ib, "period"), (immigrated, [*KEY, "fran"]), (died, "personnummer"), (left, ["personnummer", "till"]),
                      (pupils, "personnummer"), (protected, "personnummer"), (told, "personnummer"), (origin, [*KEY, "bor_fran"])]:
        spells = spells.join(frame, on=on, how="left")
    return spells.select(
        *KEY, "fran", sista=pl.when(closed).then(col("till") - DAY), dag_efter="till", orsak_in=reason, grund_ut=ground,
        flaggor=codes, fran_kommunkod="fran_kommunkod").sort(*KEY, "fran").with_row_index("period")


def protection(tables, snapshot, changes):
    """The protection of those who have any."""
    extracted = tables.inbox.extracted("folkbokforing", tables.as_of)
    rows = pl.concat([
        snapshot.select("personnummer", datum=pl.lit(extracted), skydd=col("skydd").fill_null("SAKNAS")),
        changes.filter(col("handelse") == "SKYDD").select("personnummer", "datum", col("skydd").fill_null("SEKRETESSMARKERING")),
    ]) if changes["handelse"].eq("SKYDD").any() else snapshot.select("personnummer", datum=pl.lit(extracted), skydd="skydd")
    if rows.height > snapshot.height:
        rank = col("skydd").replace_strict({"SAKNAS": 0, "SEKRETESSMARKERING": 1, "SKYDDAD_FOLKBOKFORING": 2}, default=1)
        rows = rows.sort("datum", rank).unique("personnummer", keep="last")
    return rows.filter(col("skydd") != "SAKNAS").select("personnummer", "skydd")


# ---------------------------------------------------------------- registration, changes
def registered(tables, spells, past):
    """The spells with their dates of detection and registration, and the spell of the run before (`gammal`)."""
    as_of = tables.as_of
    if past is None:
        spells = spells.with_columns(gammal=pl.lit(None, pl.UInt32), upptackt_fore=pl.lit(None, pl.Date))
    else:
        old_end = pl.when(col("sista").is_null()).then(pl.lit(past.as_of + DAY)).otherwise(col("dag_efter"))
        old = past.spells.select(*KEY, gammal="period", g_fran="fran", g_till=old_end, upptackt_fore="upptackt")
        pairs = spells.select("period", *KEY, "fran", "dag_efter").join(old, on=KEY).filter(
            (col("fran") < col("g_till")) & (col("g_fran") < col("dag_efter")))
        # The first takes the first; where one old meets two new, the first keeps it.
        pairs = pairs.sort("period", "gammal").unique("period", keep="first", maintain_order=True).unique("gammal", keep="first")
        spells = spells.join(pairs.select("period", "gammal", "upptackt_fore"), on="period", how="left")
    first_seen = pl.when(col("sista").is_null()).then(pl.lit(as_of)).otherwise("fran")
    kept = pl.min_horizontal("upptackt_fore", col("sista").fill_null(as_of))
    spells = spells.with_columns(upptackt=pl.coalesce(pl.when(col("gammal").is_not_null()).then(kept), first_seen))
    rows = tables.scan("kaa_register", "personnummer", "registreringsdatum", "avregistreringsdatum", "orsak", "avregistreringsgrund").filter(
        col("registreringsdatum") <= as_of).with_row_index("rad").collect()
    to = col("avregistreringsdatum").fill_null(FOREVER)
    pairs = rows.join(spells.select("period", *KEY, "fran", "dag_efter"), on=KEY).with_columns(
        dagar=(pl.min_horizontal(to, "dag_efter") - pl.max_horizontal("registreringsdatum", "fran")).dt.total_days(),
        senast=pl.max_horizontal("registreringsdatum", col("avregistreringsdatum") - DAY))
    fits = (col("dagar") > 0) | col("fran").is_between(col("senast"), col("senast") + 60 * DAY)
    claims = pairs.filter(fits).sort(
        "rad", pl.max_horizontal("dagar", 0), "period", descending=[False, True, False]).unique("rad", keep="first", maintain_order=True)
    tables.registrations = rows.join(claims.select("rad", "period"), on="rad", how="left", maintain_order="left")
    claims = claims.group_by("period").agg(i_registret=col("registreringsdatum").min())
    return spells.join(claims, on="period", how="left").with_columns(registrerad=pl.coalesce("i_registret", "upptackt")).sort("period")


FIELDS = ["fran", "till", "orsak_in", "grund_ut", "flaggor", "registrerad"]


def changed(spells, past, as_of):
    """What differs from the run before, one row for each change; none in the first run."""
    text = lambda frame: frame.select(
        "period", *KEY, "sista", "dag_efter", *(col(name).cast(pl.String).fill_null("") for name in FIELDS if name != "till"),
        till=col("sista").cast(pl.String).fill_null(""), dag=col("fran"))
    now, old = text(spells), text(past.spells).select(
        gammal="period", *(col(name).alias("g_" + name) for name in FIELDS), g_sista="sista", g_dag="dag", g_kod="kommunkod",
        g_person="personnummer")
    now = now.join(spells.select("period", "gammal"), on="period").join(old, on="gammal", how="left")
    known = col("gammal").is_not_null()
    empty = pl.lit("")
    new = now.filter(~known).select(
        *KEY, typ=pl.when(col("sista").is_null()).then(pl.lit("IN")).otherwise(pl.lit("IN_OCH_UT")), datum="dag",
        orsak=pl.when(col("sista").is_null()).then("orsak_in").otherwise(pl.concat_str("orsak_in", "grund_ut", separator="/")),
        fore=empty, efter=empty)
    left = known & col("g_sista").is_null() & col("sista").is_not_null()
    out = now.filter(left).select(*KEY, typ=pl.lit("UT"), datum="dag_efter", orsak="grund_ut", fore=empty, efter=empty)
    fields = [
        now.filter(known & (col(name) != col("g_" + name)) & (~left if name in ("till", "grund_ut") else True)).select(
            *KEY, typ=pl.lit("ANDRAD"), datum="dag", orsak=pl.lit(name), fore="g_" + name, efter=name)
        for name in FIELDS
    ]
    gone = old.join(spells, on="gammal", how="anti").select(
        kommunkod="g_kod", personnummer="g_person", typ=pl.lit("BORTTAGEN"), datum="g_dag", orsak="g_orsak_in", fore=empty, efter=empty)
    rank = col("typ").replace_strict({"IN": 0, "IN_OCH_UT": 1, "UT": 2, "ANDRAD": 3, "BORTTAGEN": 4})
    rows = pl.concat([new, out, *fields, gone]).sort(*KEY, "datum", rank, "orsak")
    return rows.with_columns(upptackt=pl.lit(as_of))


# ---------------------------------------------------------------- contacts
def contacts(tables, spells):
    """The open spells with the status of contact, the occupation and the measures under way."""
    as_of = tables.as_of
    periods = spells.select("period", *KEY, "fran", "dag_efter", oppen=col("sista").is_null())

    def of_open(rows):
        """Each row belongs to the spell that holds its day, else to the next that begins within 30 days."""
        days = rows.with_row_index("rad").join(periods, on=KEY)
        holds = (col("fran") <= col("datum")) & (col("datum") < col("dag_efter"))
        soon = col("fran").is_between(col("datum") + DAY, col("datum") + 30 * DAY)
        days = days.filter(holds | soon).sort("rad", ~holds, "fran").unique("rad", keep="first", maintain_order=True)
        return days.filter("oppen")

    attempts = of_open(tables.dated("kontakter", "mottagare", "utfall", "sysselsattning").collect()).sort("period", "datum", "rad")
    knowledge = of_open(tables.dated("kannedom", "sysselsattning").collect())
    answer = col("utfall").is_in(["KONTAKT", "TACKAR_NEJ"])
    guardian = col("mottagare").eq_missing("VARDNADSHAVARE") & (age(col("personnummer"), col("datum")) >= 18)
    contact, named = answer & ~guardian, col("sysselsattning").is_not_null()
    tried = attempts.group_by("period").agg(
        forsok=pl.len(), senaste_forsok=col("datum").max(), svar=col("utfall").filter(contact).last())
    told = pl.concat([
        knowledge.select("period", "datum", "sysselsattning", rang=0),
        attempts.filter(answer & guardian & named).select("period", "datum", "sysselsattning", rang=1),
    ]).sort("period", "datum", "rang", maintain_order=True).unique("period", keep="last", maintain_order=True)
    said = attempts.filter(contact & named).unique("period", keep="last", maintain_order=True).select(
        "period", "datum", "sysselsattning", rang=2)
    occupation = pl.concat([told, said]).sort(
        "period", col("sysselsattning") != "OKAND", "datum", "rang").unique("period", keep="last", maintain_order=True)
    under_way = tables.scan("atgarder", "personnummer", "startdatum", "slutdatum", "innehall").filter(
        (col("startdatum") <= as_of) & (end_of(col("slutdatum")) > as_of)).group_by(KEY).agg(
        pagaende_atgard=col("innehall").unique().sort().str.join(",")).collect()
    known = told.filter(~col("sysselsattning").is_in(["INGEN", "OKAND"])).select("period", kand=True)
    group = spells.filter(col("sista").is_null()).join(tried, on="period", how="left")
    group = group.join(known, on="period", how="left").join(under_way, on=KEY, how="left").join(
        occupation.select("period", "sysselsattning", sysselsattning_datum="datum"), on="period", how="left")
    return group.with_columns(
        alder=age(col("personnummer"), pl.lit(as_of)),
        kontaktstatus=pl.when(col("svar") == "TACKAR_NEJ").then(pl.lit("TACKAR_NEJ")).when(col("svar").is_not_null())
        .then(pl.lit("KONTAKTAD")).when("kand").then(pl.lit("KANNEDOM")).when(col("forsok").is_null())
        .then(pl.lit("EJ_KONTAKTAD")).otherwise(pl.lit("FORSOK_UTAN_SVAR")),
        fas=pl.when(col("pagaende_atgard").is_null()).then(pl.lit("UPPSOKANDE")).otherwise(pl.lit("I_ATGARD")),
    ).sort("period")


# ---------------------------------------------------------------- who may drop out, and what the case register lacks
def risks(tables, group):
    """Residents who are no members and may become so: kommunkod, personnummer, datum, typ, skola, and where they go to school."""
    as_of = tables.as_of
    summer = as_of.replace(year=as_of.year - (as_of.month < 6), month=6, day=1)
    holds_now = (col("fran") <= as_of) & (col("till") > as_of)
    reports = tables.reports.filter(~col("handelse").is_in(["EJ_PABORJAT", "AVBROTT", "UTEBLIVEN_MANAD"]))
    changed = tables.enrolments.filter(
        (col("avbrottsorsak") == "BYTE") & col("slutdatum").is_between(summer, as_of))
    reduced = tables.enrolments.filter((col("reducerat") == "J") & ~col("borta") & holds_now)
    last = tables.admission_rows.filter(col("datum").dt.year() == as_of.year).sort(
        "datum", col("status") == "ANTAGEN", maintain_order=True).unique("personnummer", keep="last", maintain_order=True)
    without_place = last.filter(col("status") != "ANTAGEN")
    concerned = pl.concat([frame.select("personnummer") for frame in (reports, changed, reduced, without_place)]).unique()
    cases = tables.people.filter(
        (col("bor_fran") <= as_of) & (as_of < col("bor_till")) & (col("fyller_20") > as_of) & (col("klar") > as_of)
        & (col("a") <= as_of.replace(month=9, day=15))).select(KEY).join(group, on=KEY, how="anti").join(
        concerned, on="personnummer", how="semi").with_row_index("fall")
    held = cases.join(tables.every.rename({"kommunkod": "egen"}), on="personnummer").filter(
        col("egen").is_null() | (col("egen") == col("kommunkod"))).select("fall", "fran", "till", "slag", "skola", "skolenhetskod")
    now = held.filter(holds_now)
    # A report is about the educations at its school that held its day, else about all that did.
    of_case = cases.join(reports, on="personnummer").with_row_index("rapport")
    same = pl.coalesce(col("skolenhetskod") == col("skolenhetskod_right"), col("skola") == col("skola_right"), True)
    over = of_case.join(held, on="fall").filter((col("fran") <= col("datum")) & (col("datum") < col("till"))).with_columns(om=same)
    over = over.filter(col("om") | ~col("om").any().over("rapport"))
    here = over.select("rapport", "fall", "slag", "fran", "till", skola="skola_right", skolenhetskod="skolenhetskod_right")
    going = pl.concat([
        here.filter(holds_now).select("rapport"),
        here.join(now, on=["fall", "slag"]).filter(same).select("rapport"),
    ]).unique().with_columns(gar=True)
    of_case = of_case.join(going, on="rapport", how="left").join(over.select("rapport", fanns=True).unique(), on="rapport", how="left")
    this_year = col("datum") >= summer
    of_case = of_case.filter(
        pl.when(col("handelse") == "BYTER_UTBILDNING").then(this_year)
        .when((col("handelse") == "FRANVARO_UTREDNING") & ~this_year).then(False)
        .when(col("fanns").is_null()).then(this_year).otherwise(col("gar").fill_null(False)))
    placed = held.filter(~col("slag").str.starts_with("ANTAGEN") & (col("till") > as_of))
    rows = pl.concat([
        of_case.select("fall", "datum", "skola", typ="handelse"),
        cases.join(reduced, on="personnummer").select("fall", "skola", datum="startdatum", typ=pl.lit("REDUCERAT")),
        cases.join(changed, on="personnummer").select("fall", "skola", datum="slutdatum", typ=pl.lit("BYTE")),
        cases.join(without_place, on="personnummer").join(placed, on="fall", how="anti").select("fall", "datum", "skola", typ="status"),
    ], how="diagonal").unique()
    pupils = cases.join(tables.enrolments.filter(~col("borta") & holds_now), on="personnummer").sort("fall", "fran", "rad").unique(
        "fall", keep="last").select("fall", "studievag", "im", gar_i="skola", slut=pl.coalesce("slutdatum", "beraknat_slut"))
    order = {code: number for number, code in enumerate(sheets.WARNINGS)}
    return rows.join(cases, on="fall").join(pupils, on="fall", how="left").sort(
        *KEY, "datum", col("typ").replace_strict(order), "skola")


def discrepancies(tables, spells):
    """Where the case register differs from the spells: kommunkod, personnummer, typ, nu, nytt, in the order of the list."""
    as_of = tables.as_of
    since = as_of - 62 * DAY
    since = since.replace(month=1 if since.month < 7 else 7, day=1)
    rows = tables.registrations.join(
        spells.select("period", "fran", "sista", "dag_efter", "orsak_in", "grund_ut"), on="period", how="left", maintain_order="left")
    text = lambda column: pl.col(column).cast(pl.String)
    no = pl.lit(None, pl.String)

    def found(frame, which, code, now, new, part, order="rad"):
        return frame.filter(which).select(
            *KEY, typ=pl.lit(code), nu=now, nytt=new, del_=pl.lit(part), ordning=col(order).cast(pl.Int64),
            steg=pl.lit(list(sheets.DISCREPANCIES).index(code)))

    unregistered = spells.filter(col("i_registret").is_null() & (col("sista").is_null() | (col("sista") >= since)))
    closed = col("sista").is_not_null()
    judged = rows.filter(col("period").is_not_null() & ~(closed & (col("sista") < since) & col("avregistreringsdatum").is_not_null())
                         ).with_columns(grund_ut=pl.when(closed).then("grund_ut"))
    day, ended = col("avregistreringsdatum"), closed
    late = ended & (day > born(col("personnummer") + 20 * 100_000_000))
    double = rows.sort(*KEY, "registreringsdatum", "rad").with_columns(
        fore=day.fill_null(FOREVER).shift(1).over(KEY), start=col("registreringsdatum").shift(1).over(KEY))
    loose = rows.filter(col("period").is_null() & (day.is_null() | (day >= since)))
    attempts = tables.dated("kontakter").filter(col("datum") >= since).with_row_index("rad").collect()
    measures = tables.scan("atgarder", "personnummer", "startdatum", "slutdatum").with_row_index("rad").with_columns(
        slut=(col("slutdatum") + DAY).fill_null(as_of + DAY)).filter(
        (col("startdatum") <= as_of) & (col("slut") > since)).collect()
    periods = spells.select(*KEY, "fran", "dag_efter", till=pl.min_horizontal("dag_efter", pl.lit(as_of + DAY)))
    inside = attempts.join(periods, on=KEY).filter((col("datum") >= col("fran") - 30 * DAY) & (col("datum") < col("till")))
    under = measures.join(periods, on=KEY).filter((col("startdatum") < col("till")) & (col("fran") < col("slut")))
    every = [
        found(unregistered, ~closed, "OREGISTRERAD", no, text("registrerad"), 0, "period"),
        found(unregistered, closed, "OREGISTRERAD_UT", no, text("registrerad"), 0, "period"),
        found(judged, col("registreringsdatum") < col("fran") - 60 * DAY, "FOR_TIDIG", text("registreringsdatum"), text("fran"), 1),
        found(judged, col("orsak").is_not_null() & (col("orsak") != col("orsak_in")) & (col("orsak_in") != "OKAND"), "ORSAK",
              words("orsak", sheets.REASONS), words("orsak_in", sheets.REASONS), 1),
        found(judged, ended & day.is_null(), "OPPEN", no, text("dag_efter"), 1),
        found(judged, ended & day.is_null(), "OPPEN_GRUND", no, words("grund_ut", sheets.GROUNDS), 1),
        found(judged, ~ended & (day <= as_of), "OMFATTAS", text("avregistreringsdatum"), no, 1),
        found(judged, late, "SENT_20", text("avregistreringsdatum"), text("dag_efter"), 1),
        found(judged, ended & ~late & (day != col("dag_efter")), "FEL_DAG", text("avregistreringsdatum"), text("dag_efter"), 1),
        found(judged, col("avregistreringsgrund") != col("grund_ut"), "GRUND", words("avregistreringsgrund", sheets.GROUNDS),
              words("grund_ut", sheets.GROUNDS), 1),
        found(double, (col("registreringsdatum") < col("fore")) & (col("start") < day.fill_null(FOREVER)), "DUBBEL",
              text("registreringsdatum"), no, 2),
        found(loose, True, "UTANFOR", text("registreringsdatum"), no, 3),
        found(attempts.join(inside, on="rad", how="anti"), True, "KONTAKT", text("datum"), no, 4),
        found(measures.join(under, on="rad", how="anti"), True, "ATGARD", text("startdatum"), no, 5),
    ]
    return pl.concat(every).sort(*KEY, "del_", "ordning", "steg")


# ---------------------------------------------------------------- the two runs
class Run:
    """The monthly reconciliation of one day."""

    def __init__(self, inbox, as_of, past):
        self.as_of = as_of
        self.tables = tables = Tables(inbox, as_of)
        homes, self.snapshot, self.changes = residence(tables)
        every, overruled, told, pupils = educations(tables)
        credentials = tables.dated("betyg", "typ").collect()
        compulsory, last_days = school_ages(tables)
        told = pl.concat([told, credentials.select("personnummer"), compulsory.select("personnummer")]).unique()
        spells, of_case = members(tables, homes, every, credentials, last_days)
        spells = described(tables, spells, of_case, self.snapshot, self.changes, credentials, told, overruled, compulsory,
                           pupils)
        self.spells = registered(tables, spells, past)


# ---------------------------------------------------------------- the workbook
def shown_number(number):
    digits = number.cast(pl.String)
    return digits.str.head(8) + "-" + digits.str.tail(4)


def words(column, labels):
    return col(column).replace(labels)


def listed_words(column, labels):
    """The words for codes joined by a comma."""
    return col(column).str.replace_many(labels).str.replace_all(",", ", ", literal=True)


def directory(run, past, numbers):
    """Name, telephone, e-mail and address of those in the lists."""
    wanted = numbers.unique()
    columns = ["personnummer", "fornamn", "efternamn", "co_adress", "adress", "postnummer", "postort"]
    people = run.tables.scan("folkbokforing", *columns).join(wanted.lazy(), on="personnummer", how="semi").collect()
    before = past.tables.scan("folkbokforing", *columns[:3]).join(
        past.spells.lazy(), on="personnummer", how="semi").select("personnummer", namn_fore=full_name()).unique().collect()
    details = run.tables.scan("kontaktuppgifter", "personnummer", "datum", "telefon", "epost", *columns[3:]).join(
        wanted.lazy(), on="personnummer", how="semi").collect()
    details = details.sort("datum", maintain_order=True).unique("personnummer", keep="last")
    own = col("adress_egen").is_not_null() | col("postort_egen").is_not_null()
    found = wanted.join(people, on="personnummer", how="left").join(
        details, on="personnummer", how="left", suffix="_egen").join(before, on="personnummer", how="left").join(
        protection(run.tables, run.snapshot, run.changes), on="personnummer", how="left")
    shown = {
        "namn": pl.coalesce(full_name(), "namn_fore", pl.lit(sheets.NO_NAME)), "telefon": col("telefon"), "epost": col("epost"),
        "hem": pl.when(own).then(postal("_egen")).otherwise(postal("")),
    }
    # The word stands in place of everything that could show where a protected person is.
    return found.select("personnummer", skyddad=col("skydd").is_not_null(), **{
        name: pl.when(col("skydd").is_not_null()).then(pl.lit(sheets.PROTECTED)).otherwise(value) for name, value in shown.items()})


def full_name():
    return pl.concat_str("fornamn", "efternamn", separator=" ", ignore_nulls=True).replace("", None)


def postal(suffix):
    care_of, code = col("co_adress" + suffix), col("postnummer" + suffix)
    care_of = pl.when(care_of.str.to_lowercase().str.starts_with("c/o")).then(care_of).otherwise("c/o " + care_of)
    town = pl.concat_str(code.str.replace(r"^(\d{3})(\d\d)$", "$1 $2"), col("postort" + suffix), separator=" ", ignore_nulls=True)
    return pl.concat_str(care_of, col("adress" + suffix), town.replace("", None), separator=", ", ignore_nulls=True)


def workbook_tables(run, past, group, changes):
    """The rows of every sheet by municipality and sheet."""
    as_of = run.as_of
    tables = run.tables
    at_risk, differing = risks(tables, group), discrepancies(tables, run.spells)
    people = directory(run, past, pl.concat([frame.select("personnummer") for frame in (group, changes, at_risk, differing)]))
    number, flags = shown_number(col("personnummer")), listed_words("flaggor", sheets.FLAGS)
    status = words("kontaktstatus", sheets.STATUSES)
    named = group.join(people, on="personnummer", how="left", maintain_order="left")
    days = (pl.lit(as_of) - col("fran")).dt.total_days() + 1
    birthday = born(col("personnummer") + 20 * 100_000_000)
    none = pl.lit(None)
    spells = run.spells.join(group.select("period", "kontaktstatus"), on="period", how="left")
    told = changes.join(people, on="personnummer", how="left", maintain_order="left")
    came = told.filter(col("typ").is_in(["IN", "IN_OCH_UT"])).select(*KEY, "namn", fran="datum").join(
        spells, on=[*KEY, "fran"], maintain_order="left")
    went = pl.concat([
        told.filter(col("typ") == "UT").join(spells, left_on=[*KEY, "datum"], right_on=[*KEY, "dag_efter"]).select(*KEY, "namn", "period"),
        told.filter(col("typ") == "IN_OCH_UT").join(spells, left_on=[*KEY, "datum"], right_on=[*KEY, "fran"]).select(*KEY, "namn", "period"),
    ]).join(spells.drop(KEY), on="period").sort(*KEY, "fran")
    flagged = named.filter(col("flaggor") != "").with_columns(col("flaggor").str.split(",")).explode("flaggor")
    at_risk = at_risk.join(people, on="personnummer", how="left", maintain_order="left")
    school = lambda name: pl.when("skyddad").then(pl.lit(sheets.PROTECTED)).otherwise(name).alias(name)
    part = lambda labels, number: {code: texts[number] for code, texts in labels.items()}
    differing = differing.join(people, on="personnummer", how="left", maintain_order="left")
    kind = lambda number, name: col("typ").replace_strict(part(sheets.DISCREPANCIES, number)).alias(name)
    frames = {
        "Att utreda": flagged.select(
            "kommunkod", number, "namn", words("flaggor", sheets.FLAGS), "fran",
            col("flaggor").replace_strict(part(sheets.INQUIRIES, 0)).alias("text"),
            col("flaggor").replace_strict(part(sheets.INQUIRIES, 1)).alias("gor"), pl.lit("Att utreda").alias("lage")),
        "Avvikelser": differing.select(
            "kommunkod", number, "namn", kind(0, "vad"), kind(1, "kalla"), kind(2, "falt"), "nu", "nytt", kind(3, "text")),
        "Risk för avbrott": at_risk.select(
            "kommunkod", number, "namn", col("typ").replace_strict(part(sheets.WARNINGS, 0)).alias("vad"), "datum", school("skola"),
            school("gar_i"), school("studievag"), pl.when("im").then(pl.lit("IM")), "slut",
            col("typ").replace_strict(part(sheets.WARNINGS, 1)).alias("kalla")),
        "Nya": came.select(
            "kommunkod", number, "namn", "fran", words("orsak_in", sheets.REASONS), "registrerad",
            age(col("personnummer"), pl.lit(as_of)).alias("alder"), "fran_kommunkod", status, flags, "sista"),
        "Lämnar": went.select(
            "kommunkod", number, "namn", "fran", "sista", "dag_efter", words("grund_ut", sheets.GROUNDS),
            words("orsak_in", sheets.REASONS), "registrerad", age(col("personnummer"), col("sista")).alias("alder"), flags),
        "Kontakt saknas": named.filter(col("kontaktstatus").is_in(["EJ_KONTAKTAD", "FORSOK_UTAN_SVAR"])).sort(
            days, descending=True, maintain_order=True).select(
            "kommunkod", number, "namn", "fran", "alder", days.alias("dagar"), status, col("forsok").fill_null(0), "senaste_forsok",
            *(none.alias(f"tom{i}") for i in range(7)), pl.lit(sheets.NO_LADDER).alias("skal"), "telefon", "epost", "hem"),
        "Fyller snart 20": named.filter(birthday.dt.offset_by("-6mo") <= as_of).sort(
            birthday, "personnummer").select(
            "kommunkod", number, "namn", pl.lit("Fyller snart 20").alias("vad"), birthday.alias("dag"), none.alias("ansvarig"),
            pl.format("Fyller 20 år {} och omfattas inte längre.", birthday).alias("skal"), "telefon", "epost"),
        "Målgruppen": named.select(
            "kommunkod", number, "namn", "fran", words("orsak_in", sheets.REASONS), "registrerad", "alder", flags, status,
            words("sysselsattning", sheets.OCCUPATIONS), "sysselsattning_datum", words("fas", sheets.PHASES),
            listed_words("pagaende_atgard", sheets.MEASURES), "fran_kommunkod"),
    }
    tables = {}
    for sheet, frame in frames.items():
        for (code,), rows in frame.partition_by("kommunkod", as_dict=True, include_key=False).items():
            rows = rows.rows()
            tables.setdefault(code, {})[sheet] = [sheets.dated(row) for row in rows] if sheet == "Avvikelser" else rows
    for code, row in corrections(told, past):
        tables.setdefault(code, {}).setdefault("Ändrade i efterhand", []).append(row)
    return tables


def corrections(told, past):
    """What the run before showed otherwise; few rows, told one by one."""
    removed = {(row["personnummer"], row["fran"]): row for row in past.spells.join(
        told.filter(col("typ") == "BORTTAGEN"), on="personnummer", how="semi").iter_rows(named=True)}

    def value(field, text):
        if field in ("fran", "till", "registrerad"):
            return datetime.date.fromisoformat(text) if text else "Pågår"
        if field == "flaggor":
            return ", ".join(sheets.FLAGS[code] for code in text.split(",")) if text else "Inget"
        return sheets.REASONS[text] if field == "orsak_in" else sheets.GROUNDS.get(text, "Ingen")

    for row in told.filter(col("typ").is_in(["ANDRAD", "BORTTAGEN"])).iter_rows(named=True):
        digits, field = str(row["personnummer"]), row["orsak"]
        shown = [f"{digits[:8]}-{digits[8:]}", row["namn"], row["datum"]]
        if row["typ"] == "ANDRAD":
            shown += [sheets.FIELDS[field], value(field, row["fore"]), value(field, row["efter"])]
        else:
            spell = removed[row["personnummer"], row["datum"]]
            shown += ["Perioden är borttagen", sheets.removed_spell(spell), "Omfattas inte"]
        yield row["kommunkod"], shown


FILES = {
    "malgrupp": ["personnummer", "kommunkod", "fran", "orsak_in", "registrerad", "alder", "flaggor", "kontaktstatus",
                 "sysselsattning", "sysselsattning_datum", "fas", "pagaende_atgard", "fran_kommunkod"],
    "perioder": ["personnummer", "kommunkod", "fran", "till", "orsak_in", "grund_ut", "flaggor"],
    "forandringar": ["personnummer", "kommunkod", "typ", "datum", "orsak", "upptackt", "fore", "efter"],
}


def write_files(out, lists):
    """One folder for each municipality. Each list is written once and cut: the rows stand by municipality."""
    for name, rows in lists.items():
        counts = dict(rows["kommunkod"].value_counts().iter_rows())
        # An empty text is an empty cell, without quotes.
        columns = [pl.when(col(c) != "").then(c).alias(c) if rows.schema[c] == pl.String else col(c) for c in FILES[name]]
        text = rows.select(columns).write_csv(separator=";", line_terminator="\r\n", include_header=False)
        lines, at = text.splitlines(keepends=True), 0
        for folder in out:
            count = counts.get(folder.name, 0)
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
    year_ago = run.as_of.replace(year=run.as_of.year - 1)
    listed = run.spells.filter(col("sista").is_null() | (col("sista") >= year_ago)).rename({"sista": "till"})
    folders = [out / code for code in inbox.municipalities]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    write_files(folders, {"malgrupp": group, "perioder": listed, "forandringar": changes})
    if workbooks:
        tables = workbook_tables(run, past, group, changes)
        sheets.write_all(sheets.write_with_xlsxwriter, [
            (folder / "avstamning.xlsx", tables.get(folder.name, {})) for folder in folders])


if __name__ == "__main__":
    main()
