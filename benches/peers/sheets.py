"""What the workbook holds: the sheets, their headers and the Swedish words for codes; and writing it with XlsxWriter."""

import concurrent.futures
import datetime
import multiprocessing
import os
from typing import NamedTuple

REASONS = {
    "INVANDRAD": "Invandrad", "INFLYTTAD": "Inflyttad", "IM_AVSLUTAT": "Introduktionsprogram avslutat",
    "STUDIEBEVIS_UTAN_EXAMEN": "Studiebevis utan examen", "AVBRUTIT": "Avbrutit gymnasiet",
    "VUXENSTUDIER_AVSLUTADE": "Komvux eller folkhögskola avslutad", "SLUTFOR_GRUNDSKOLA": "Slutför grundskolan",
    "EJ_PABORJAT_GYMNASIET": "Inte påbörjat gymnasiet", "OKAND": "Okänd",
}
GROUNDS = {
    "AVLIDEN": "Avliden", "UTVANDRAD": "Utvandrad", "UTFLYTTAD": "Utflyttad", "FYLLT_20": "Fyllt 20 år",
    "FULLFOLJD_UTBILDNING": "Fullföljd utbildning", "NATIONELLT_PROGRAM": "Nationellt program",
    "INTRODUKTIONSPROGRAM": "Introduktionsprogram", "MOTSVARANDE_UTBILDNING": "Motsvarande utbildning",
}
FLAGS = {
    "SAKNAR_SKOLUPPGIFT": "Skoluppgift saknas", "PLACERING_FORSVUNNEN": "Placering försvunnen",
    "REGISTRET_OPPET": "Öppen i elevregistret", "IB_VANTAR": "Väntar på IB-besked",
    "FOLKBOKFORING_MOTSAGS": "Folkbokföringen motsägs", "SKYDDAD_FOLKBOKFORING": "Skyddad folkbokföring",
    "ANTAGEN_PRELIMINART": "Antagen preliminärt", "I_GRUNDSKOLA": "Går i grundskolan",
    "FELAKTIGT_SLUTDATUM": "Felaktigt slutdatum",
}
STATUSES = {
    "KONTAKTAD": "Kontaktad", "TACKAR_NEJ": "Tackar nej", "KANNEDOM": "Känd sysselsättning utan kontakt",
    "FORSOK_UTAN_SVAR": "Försök utan svar", "EJ_KONTAKTAD": "Inte kontaktad",
}
OCCUPATIONS = {
    "ARBETE": "Arbete", "PRAKTIK": "Praktik", "STUDIER": "Studier (inte nationellt program)",
    "ARBETSSOKANDE": "Arbetssökande", "INGEN": "Ingen sysselsättning", "ANNAN": "Annan sysselsättning", "OKAND": "Okänd",
    "NATIONELLT_PROGRAM": "Nationellt program",
}
MEASURES = {
    "SAMTAL": "Samtal", "VAGLEDNING": "Studie- och yrkesvägledning", "MYNDIGHETSSTOD": "Stöd i kontakt med andra myndigheter",
    "FRISKVARD": "Friskvård", "JOBBSOKARSTOD": "Hjälp att söka jobb eller praktik", "PRAKTIK": "Praktik",
    "SUBVENTIONERAD_ANSTALLNING": "Subventionerad anställning", "STUDIER": "Studier inom komvux eller på folkhögskola",
    "ANNAN_ATGARD": "Annan åtgärd", "ANNAN_AKTOR": "Åtgärd via annan aktör",
}
PHASES = {"UPPSOKANDE": "Uppsökande", "I_ATGARD": "I åtgärd"}
FIELDS = {
    "fran": "I gruppen från", "till": "Sista dag i gruppen", "orsak_in": "Orsak", "grund_ut": "Grund",
    "flaggor": "Att titta på", "registrerad": "Registrerad",
}
# What says that somebody may drop out: the words, and the table that says so, in the order of the list on one day.
WARNINGS = {
    "FRANVARO_UTREDNING": ("Utredning om frånvaro", "Skolans rapport"), "BYTER_UTBILDNING": ("Byter utbildning", "Skolans rapport"),
    "ANDRAD_STUDIEPLAN": ("Ändrad studieplan", "Skolans rapport"), "BEFARAS_EJ_EXAMEN": ("Befaras inte nå examen", "Skolans rapport"),
    "BEFARAS_FORLANGD": ("Befaras få förlängd studietid", "Skolans rapport"), "REDUCERAT": ("Reducerat program", "Elevregistret"),
    "BYTE": ("Har bytt utbildning", "Elevregistret"), "RESERV": ("Utan plats: reserv", "Antagningen"),
    "EJ_ANTAGEN": ("Utan plats: inte antagen", "Antagningen"), "EJ_SOKT": ("Utan plats: har inte sökt", "Antagningen"),
    "TACKAT_NEJ": ("Utan plats: har tackat nej", "Antagningen"),
}
# The differences from the case register: kind, table, field and what to do, in the order of the list.
DISCREPANCIES = {
    "OREGISTRERAD": ("Ej registrerad", "kaa_register", "Registreringsdatum", "Omfattas men är inte registrerad. Registrera med detta datum."),
    "OREGISTRERAD_UT": ("Ej registrerad", "kaa_register", "Registreringsdatum",
                        "Har omfattats utan att vara registrerad. Registrera med detta datum, och avregistrera."),
    "FOR_TIDIG": ("Fel datum", "kaa_register", "Registreringsdatum",
                  "Registreringsdatumet ligger utanför tiden i gruppen. Rätta till periodens första dag."),
    "ORSAK": ("Fel orsak", "kaa_register", "Orsak", "Registrets orsak skiljer sig från källorna. Rätta orsaken, eller källan."),
    "OPPEN": ("Ska avregistreras", "kaa_register", "Avregistreringsdatum",
              "Omfattas inte längre men är öppen i registret. Avregistrera med detta datum."),
    "OPPEN_GRUND": ("Ska avregistreras", "kaa_register", "Grund för avregistrering", "Grunden för avregistreringen ovan."),
    "OMFATTAS": ("Fel datum", "kaa_register", "Avregistreringsdatum",
                 "Avregistrerad men omfattas fortfarande. Ta bort avregistreringen, eller lägg ett undantag."),
    "SENT_20": ("Sent avregistrerad vid 20", "kaa_register", "Avregistreringsdatum",
                "Avregistrerad efter 20-årsdagen. SCB markerar sådana. Rätta datumet."),
    "FEL_DAG": ("Fel datum", "kaa_register", "Avregistreringsdatum",
                "Avregistreringsdatumet är dagen efter den sista i gruppen. Rätta datumet."),
    "GRUND": ("Fel grund", "kaa_register", "Grund för avregistrering",
              "Registrets grund skiljer sig från källorna. Rätta grunden, eller källan."),
    "DUBBEL": ("Registrerad två gånger", "kaa_register", "Registreringsdatum", "Två registreringar gäller samma dagar. Ta bort den ena."),
    "UTANFOR": ("Utanför period", "kaa_register", "Registreringsdatum",
                "Registrerad utan att ha omfattats. Ta bort registreringen, eller lägg ett undantag om källorna har fel."),
    "KONTAKT": ("Utanför period", "kontakter", "Datum",
                "Kontakten ligger utanför tiden i gruppen och tas inte med till SCB. Kontrollera datumet."),
    "ATGARD": ("Utanför period", "atgarder", "Startdatum",
               "Åtgärden ligger utanför tiden i gruppen och tas inte med till SCB. Kontrollera datumen."),
}
# What a flag says, and what to do about it.
INQUIRIES = {
    "SAKNAR_SKOLUPPGIFT": ("Ingen skoluppgift finns om ungdomen. Kan gå i en skola utanför samverkansområdet.",
                           "Fråga ungdomen, vårdnadshavaren eller CSN. Går ungdomen i skola: lägg ett undantag UTBILDNING_UTANFOR_OMRADET med till-datum."),
    "REGISTRET_OPPET": ("Skolan har rapporterat avbrott, men placeringen är öppen i elevregistret.",
                        "Be skolan avsluta placeringen i elevregistret med rätt datum."),
    "IB_VANTAR": ("IB-studierna är slut, men besked om diplom har inte kommit.",
                  "Invänta antagningskansliets lista i augusti, eller fråga skolan."),
    "FOLKBOKFORING_MOTSAGS": ("Folkbokföringens uttag och ändringar säger emot varandra.",
                              "Kontrollera folkbokföringen. Lägg undantag BOR_HAR eller BOR_EJ_HAR om filerna har fel."),
    "SKYDDAD_FOLKBOKFORING": ("Skyddad folkbokföring: hemkommunen kan vara en annan än registret visar.",
                              "Hantera manuellt enligt kommunens rutin för skyddade personuppgifter."),
    "ANTAGEN_PRELIMINART": ("Räknas som elev bara genom en antagning.",
                            "Kontrollera att eleven har börjat. Elevregistret avgör när placeringen kommer."),
    "I_GRUNDSKOLA": ("Går i grundskolan utan uppgift om förlängd skolplikt eller rätt att slutföra.",
                     "Fråga grundskolan. Lägg en rad i tabellen grundskola."),
}
NO_NAME = "Namn saknas i uttaget"
PROTECTED = "SKYDD"
NO_LADDER = "Ingen kontakttrappa är vald i konfigurationen."


class Sheet(NamedTuple):
    """A sheet of the workbook: a title, what it is about, headers, and what stands there when no row does."""

    name: str
    about: str
    empty: str
    headers: list[str]
    widths: list[int]


def _sheet(name, about, empty, **columns):
    return Sheet(name, about, empty, [header.replace("_", " ") for header in columns], list(columns.values()))


SHEETS = [
    _sheet("Nya", "Har kommit in i gruppen sedan den jämförda avstämningen. Den som redan har lämnat den har en sista dag.",
           "Inga nya.",
           Personnummer=15, Namn=24, I_gruppen_från=12, Orsak=26, Registrerad=12, Ålder=7, Flyttade_från=10, Kontakt=20,
           Att_titta_på=26, Sista_dag_i_gruppen=12),
    _sheet("Lämnar", "Har lämnat gruppen sedan den jämförda avstämningen. Avregistreras: dagen efter den sista dagen i gruppen.",
           "Inga har lämnat gruppen.",
           Personnummer=15, Namn=24, I_gruppen_från=12, Sista_dag_i_gruppen=12, Avregistreras=14, Grund=26, Orsak_in=26,
           Registrerad=12, Ålder=7, Att_titta_på=26),
    _sheet("Ändrade i efterhand", "Uppgifter som den jämförda avstämningen visade på ett annat sätt. En rad för varje ändrad uppgift.",
           "Inga uppgifter har ändrats i efterhand.",
           Personnummer=15, Namn=26, I_gruppen_från=12, Vad_som_har_ändrats=26, Före=44, Nu=40),
    _sheet("Kontakt saknas", "Ungdomar i gruppen som någon ska nå, med nästa steg i planens kontakttrappa. Den som har väntat längst står först. Färg: steget är sent.",
           "Inga ungdomar saknar kontakt.",
           **{"Personnummer": 15, "Namn": 20, "I gruppen från": 11, "Ålder": 6, "Dagar i gruppen": 9, "Kontakt": 15, "Försök": 8,
              "Senaste försök": 11, "Nästa steg": 18, "Hur": 16, "Tidigast": 11, "Senast": 11, "Dagar sen": 7, "Till": 13,
              "Ansvarig": 20, "Varför": 40, "Telefon": 14, "E-post": 26, "Adress": 32}),
    _sheet("Fyller snart 20", "Ungdomar i gruppen som fyller 20 inom sex månader. De omfattas till och med dagen före.",
           "Ingen fyller 20 inom sex månader.",
           **{"Personnummer": 15, "Namn": 22, "Vad": 20, "Senast": 11, "Ansvarig": 24, "Varför": 60, "Telefon": 14, "E-post": 28}),
    _sheet("Att utreda", "Uppgifter som en människa måste titta på. Det som redan är utrett står sist.", "Inget att utreda.",
           Personnummer=15, Namn=22, Vad=22, Sedan=11, Beskrivning=44, Gör_så_här=44, Läge=20),
    _sheet("Avvikelser", "Där KAA-registret eller en annan källa skiljer sig från avstämningen, och vad som ska skrivas in.",
           "Inga avvikelser.",
           Personnummer=15, Namn=24, Avvikelse=20, Källa=20, Fält=22, Står_nu=22, Skriv_in=22, Beskrivning=50),
    _sheet("Risk för avbrott", "Ungdomar som inte omfattas men riskerar att göra det. Listan görs om vid varje körning och sparas inte. Filtrera på Går nu i inför ett möte med en skola.",
           "Inga kända risker.",
           **{"Personnummer": 15, "Namn": 22, "Varför": 27, "Datum": 11, "Skola enligt uppgiften": 24, "Går nu i": 24, "Studieväg": 11,
              "IM-elev": 8, "Beräknat slut": 11, "Källa": 20}),
    _sheet("Målgruppen", "Alla som omfattas på avstämningsdatum. Färg: någon ska kontakta ungdomen eller titta på uppgifterna.",
           "Inga ungdomar omfattas.",
           Personnummer=15, Namn=22, I_gruppen_från=11, Orsak=22, Registrerad=11, Ålder=6, Att_titta_på=25, Kontakt=18,
           Sysselsättning=19, Uppgift_från=11, Fas=12, Pågående_åtgärd=20, Flyttade_från=9),
]


def dated(row):
    """A row of differences with its days as days."""
    number, name, kind, source, field, now, new, text = row
    if "datum" in field.lower():
        now, new = (datetime.date.fromisoformat(day) if day else None for day in (now, new))
    return number, name, kind, source, field, now, new, text


def removed_spell(spell):
    """A spell that is no more, as the run before listed it."""
    ground = f", {GROUNDS[spell['grund_ut']]}" if spell["grund_ut"] else ""
    return f"{spell['fran']} – {spell['sista'] or 'pågår'}, {REASONS[spell['orsak_in']]}{ground}"


def write_with_xlsxwriter(path, tables):
    """A workbook of the sheets; `tables` gives the rows of each, by its name."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    title = book.add_format({"bold": True, "font_size": 16})
    head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#D9E2EC"})
    for sheet in SHEETS:
        page = book.add_worksheet(sheet.name)
        page.write_string(0, 0, sheet.name, title)
        page.write_string(1, 0, sheet.about)
        for column, (header, width) in enumerate(zip(sheet.headers, sheet.widths)):
            page.set_column(column, column, width)
            page.write_string(2, column, header, head)
        rows = tables.get(sheet.name) or [(sheet.empty,)]
        for number, row in enumerate(rows, 3):
            for column, value in enumerate(row):
                if value is None or value == "":
                    continue
                if isinstance(value, str):
                    page.write_string(number, column, value)
                elif isinstance(value, int):
                    page.write_number(number, column, value)
                else:
                    page.write_datetime(number, column, value)
        page.autofilter(2, 0, len(rows) + 2, len(sheet.headers) - 1)
        page.freeze_panes(3, 2)
    book.close()


def write_all(write, books):
    """Writes every workbook, on all cores: `books` is a list of path and tables."""
    if len(books) < 4:
        for book in books:
            write(*book)
        return
    # Not forked: the threads of a dataframe library do not survive that.
    processes = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count(), processes) as pool:
        list(pool.map(write, *zip(*books), chunksize=4))
