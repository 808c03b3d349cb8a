-- The sheets of the workbook: one view each, kommunkod first, in the order of the rows.

CREATE MACRO hyphenated(number) AS (number // 10000)::VARCHAR || '-' || lpad((number % 10000)::VARCHAR, 4, '0');
CREATE MACRO words(kind, code) AS labels()[kind][code];
CREATE MACRO listed(kind, codes) AS
    array_to_string([words(kind, code) FOR code IN string_split(codes, ',') IF code <> ''], ', ');
CREATE MACRO postal(care_of, street, code, town) AS nullif(concat_ws(', ',
    if(starts_with(lower(care_of), 'c/o'), care_of, 'c/o ' || care_of), street,
    nullif(concat_ws(' ', regexp_replace(code, '^(\d{3})(\d\d)$', '\1 \2'), town), '')), '');

-- Residents who are no members and may become so.
CREATE MACRO summer() AS make_date((year(as_of()) - (month(as_of()) < 6)::INT)::INT, 6, 1);
CREATE MACRO now(since, until) AS since <= as_of() AND until > as_of();

CREATE TEMP TABLE warnings AS
SELECT row_number() OVER () AS rapport, * FROM reports WHERE handelse NOT IN ('EJ_PABORJAT', 'AVBROTT', 'UTEBLIVEN_MANAD');

CREATE TEMP TABLE of_register AS
SELECT personnummer, skola, slutdatum AS datum, 'BYTE' AS typ FROM enrolments WHERE avbrottsorsak = 'BYTE' AND slutdatum BETWEEN summer() AND as_of()
UNION ALL
SELECT personnummer, skola, startdatum, 'REDUCERAT' FROM enrolments WHERE reducerat = 'J' AND NOT borta AND now(fran, till);

CREATE TEMP TABLE without_place AS
SELECT personnummer, arg_max(status, (datum, status = 'ANTAGEN', rowid)) AS typ, max(datum) AS datum,
    arg_max(coalesce(skola, ''), (datum, status = 'ANTAGEN', rowid)) AS skola
FROM antagning WHERE datum <= as_of() AND year(datum) = year(as_of()) GROUP BY personnummer HAVING typ <> 'ANTAGEN';

CREATE TEMP TABLE at_risk AS
SELECT row_number() OVER () AS fall, personnummer, kommunkod FROM bounded
SEMI JOIN (SELECT personnummer FROM warnings UNION SELECT personnummer FROM of_register UNION SELECT personnummer FROM without_place)
    USING (personnummer)
ANTI JOIN malgrupp USING (personnummer, kommunkod)
WHERE now(bor_fran, bor_till) AND fyller_20 > as_of() AND klar > as_of() AND a <= make_date(year(as_of())::INT, 9, 15);

CREATE TEMP TABLE held AS
SELECT fall, e.fran, e.till, slag, skola, skolenhetskod FROM educations AS e JOIN at_risk AS r USING (personnummer)
WHERE e.kommunkod IS NULL OR e.kommunkod = r.kommunkod;

CREATE TEMP TABLE risker AS
WITH over AS (
    -- A report is about the educations at its school that held its day, else about all that did.
    SELECT rapport, fall, h.fran, h.till, slag, h.skola, h.skolenhetskod,
        coalesce(h.skolenhetskod = w.skolenhetskod, h.skola = w.skola, true) AS om
    FROM warnings AS w JOIN at_risk USING (personnummer) JOIN held AS h USING (fall) WHERE h.fran <= datum AND datum < h.till
    QUALIFY om OR NOT bool_or(om) OVER (PARTITION BY rapport, fall)),
going AS (
    SELECT rapport, fall FROM over WHERE now(fran, till)
    UNION SELECT rapport, fall FROM over AS o JOIN held AS h USING (fall, slag)
    WHERE now(h.fran, h.till) AND coalesce(h.skolenhetskod = o.skolenhetskod, h.skola = o.skola, true)),
told AS (
    SELECT fall, datum, handelse AS typ, skola FROM warnings AS w JOIN at_risk USING (personnummer)
    WHERE CASE WHEN handelse = 'BYTER_UTBILDNING' THEN datum >= summer()
        WHEN handelse = 'FRANVARO_UTREDNING' AND datum < summer() THEN false
        WHEN (rapport, fall) IN (SELECT (rapport, fall) FROM over) THEN (rapport, fall) IN (SELECT (rapport, fall) FROM going)
        ELSE datum >= summer() END
    UNION SELECT fall, datum, typ, skola FROM of_register JOIN at_risk USING (personnummer)
    UNION SELECT fall, datum, typ, nullif(skola, '') FROM without_place JOIN at_risk USING (personnummer)
    WHERE fall NOT IN (SELECT fall FROM held WHERE NOT starts_with(slag, 'ANTAGEN') AND till > as_of())),
pupils AS (
    SELECT fall, skola AS gar_i, studievag, im, coalesce(slutdatum, beraknat_slut) AS slut
    FROM at_risk JOIN enrolments USING (personnummer) WHERE NOT borta AND now(fran, till)
    QUALIFY row_number() OVER (PARTITION BY fall ORDER BY fran DESC, elevrad DESC) = 1)
SELECT * FROM told JOIN at_risk USING (fall) LEFT JOIN pupils USING (fall);

-- Where the case register differs from the spells.
CREATE MACRO since() AS make_date(year(as_of() - 62)::INT, if(month(as_of() - 62) < 7, 1, 7), 1);

CREATE TEMP TABLE skillnader AS
WITH register AS (
    SELECT k.*, k.rowid AS rad, period, s.fran, sista, dag_efter, closed, orsak_in, grund_ut
    FROM kaa_register AS k LEFT JOIN claims ON claims.rad = k.rowid LEFT JOIN spells AS s USING (period)
    WHERE registreringsdatum <= as_of()),
judged AS (
    SELECT *, avregistreringsdatum AS dag, closed AND dag > birthday(personnummer, 20) AS sent FROM register
    WHERE period IS NOT NULL AND NOT coalesce(sista < since() AND avregistreringsdatum IS NOT NULL, false)),
differences AS (
    SELECT kommunkod, personnummer, rad, unnest([
        if(registreringsdatum < fran - 60, {'typ': 'FOR_TIDIG', 'nu': registreringsdatum::VARCHAR, 'nytt': fran::VARCHAR}, NULL),
        if(orsak <> orsak_in AND orsak_in <> 'OKAND', {'typ': 'ORSAK', 'nu': words('orsak', orsak), 'nytt': words('orsak', orsak_in)}, NULL),
        if(closed AND dag IS NULL, {'typ': 'OPPEN', 'nu': NULL, 'nytt': dag_efter::VARCHAR}, NULL),
        if(closed AND dag IS NULL, {'typ': 'OPPEN_GRUND', 'nu': NULL, 'nytt': words('grund', grund_ut)}, NULL),
        if(NOT closed AND dag <= as_of(), {'typ': 'OMFATTAS', 'nu': dag::VARCHAR, 'nytt': NULL}, NULL),
        if(sent, {'typ': 'SENT_20', 'nu': dag::VARCHAR, 'nytt': dag_efter::VARCHAR}, NULL),
        if(closed AND NOT sent AND dag <> dag_efter, {'typ': 'FEL_DAG', 'nu': dag::VARCHAR, 'nytt': dag_efter::VARCHAR}, NULL),
        if(closed AND avregistreringsgrund <> grund_ut,
            {'typ': 'GRUND', 'nu': words('grund', avregistreringsgrund), 'nytt': words('grund', grund_ut)}, NULL)], recursive := true)
    FROM judged)
SELECT kommunkod, personnummer, if(closed, 'OREGISTRERAD_UT', 'OREGISTRERAD') AS typ, NULL AS nu, registrerad::VARCHAR AS nytt,
    0 AS del, period AS ordning
FROM spells WHERE i_registret IS NULL AND (NOT closed OR sista >= since())
UNION ALL
SELECT kommunkod, personnummer, typ, nu, nytt, 1, rad FROM differences WHERE typ IS NOT NULL
UNION ALL
SELECT kommunkod, personnummer, 'DUBBEL', registreringsdatum::VARCHAR, NULL, 2, rad FROM (
    SELECT * FROM register WINDOW person AS (PARTITION BY kommunkod, personnummer ORDER BY registreringsdatum, rad)
    QUALIFY registreringsdatum < lag(coalesce(avregistreringsdatum, forever())) OVER person
        AND lag(registreringsdatum) OVER person < coalesce(avregistreringsdatum, forever()))
UNION ALL
SELECT kommunkod, personnummer, 'UTANFOR', registreringsdatum::VARCHAR, NULL, 3, rad FROM register
WHERE period IS NULL AND coalesce(avregistreringsdatum >= since(), true)
UNION ALL
SELECT kommunkod, personnummer, 'KONTAKT', datum::VARCHAR, NULL, 4, rowid FROM kontakter AS k
WHERE datum BETWEEN since() AND as_of() AND NOT EXISTS (
    FROM spells AS s WHERE s.kommunkod = k.kommunkod AND s.personnummer = k.personnummer AND k.datum >= s.fran - 30
        AND k.datum < least(s.dag_efter, as_of() + 1))
UNION ALL
SELECT kommunkod, personnummer, 'ATGARD', startdatum::VARCHAR, NULL, 5, rowid FROM atgarder AS m
WHERE startdatum <= as_of() AND coalesce(slutdatum, as_of()) >= since() AND NOT EXISTS (
    FROM spells AS s WHERE s.kommunkod = m.kommunkod AND s.personnummer = m.personnummer AND m.startdatum < least(s.dag_efter, as_of() + 1)
        AND s.fran <= coalesce(m.slutdatum, as_of()));

CREATE TEMP TABLE directory AS
WITH wanted AS (
    SELECT personnummer FROM malgrupp UNION SELECT personnummer FROM forandringar
    UNION SELECT personnummer FROM risker UNION SELECT personnummer FROM skillnader),
own AS (
    SELECT * FROM kontaktuppgifter SEMI JOIN wanted USING (personnummer)
    QUALIFY row_number() OVER (PARTITION BY personnummer ORDER BY datum DESC, rowid DESC) = 1),
shown AS (
    SELECT personnummer, coalesce(nullif(concat_ws(' ', f.fornamn, f.efternamn), ''),
            nullif(concat_ws(' ', b.fornamn, b.efternamn), ''), 'Namn saknas i uttaget') AS namn, telefon, epost,
        if(own.adress IS NOT NULL OR own.postort IS NOT NULL, postal(own.co_adress, own.adress, own.postnummer, own.postort),
            postal(f.co_adress, f.adress, f.postnummer, f.postort)) AS hem
    FROM wanted LEFT JOIN folkbokforing AS f USING (personnummer) LEFT JOIN own USING (personnummer)
    -- The names of those with a spell stay known.
    LEFT JOIN (SELECT * FROM folkbokforing_fore SEMI JOIN past USING (personnummer)) AS b USING (personnummer))
-- The word stands in place of everything that could show where a protected person is.
SELECT personnummer, skydd IS NOT NULL AS skyddad, if(skyddad, 'SKYDD', namn) AS namn, if(skyddad, 'SKYDD', telefon) AS telefon,
    if(skyddad, 'SKYDD', epost) AS epost, if(skyddad, 'SKYDD', hem) AS hem
FROM shown LEFT JOIN protected USING (personnummer);

CREATE TEMP VIEW "Nya" AS
SELECT s.kommunkod, hyphenated(s.personnummer), namn, s.fran, words('orsak', s.orsak_in), s.registrerad, age_on(s.personnummer, as_of()),
    s.fran_kommunkod, words('status', g.kontaktstatus), listed('flagga', s.flaggor), s.sista
FROM forandringar AS f JOIN spells AS s ON s.kommunkod = f.kommunkod AND s.personnummer = f.personnummer AND s.fran = f.datum
JOIN directory AS d ON d.personnummer = s.personnummer LEFT JOIN malgrupp AS g USING (period)
WHERE typ IN ('IN', 'IN_OCH_UT') ORDER BY s.kommunkod, s.personnummer, s.fran;

CREATE TEMP VIEW "Lämnar" AS
SELECT s.kommunkod, hyphenated(s.personnummer), namn, s.fran, sista, dag_efter, words('grund', grund_ut), words('orsak', orsak_in),
    registrerad, age_on(s.personnummer, sista), listed('flagga', flaggor)
FROM forandringar AS f JOIN spells AS s ON s.kommunkod = f.kommunkod AND s.personnummer = f.personnummer
    AND ((typ = 'UT' AND dag_efter = f.datum) OR (typ = 'IN_OCH_UT' AND s.fran = f.datum))
JOIN directory AS d ON d.personnummer = s.personnummer ORDER BY s.kommunkod, s.personnummer, s.fran;

CREATE TEMP VIEW "Ändrade i efterhand" AS
WITH told AS (
    SELECT f.*, namn, p.sista, p.orsak_in AS p_orsak, p.grund_ut AS p_grund FROM forandringar AS f JOIN directory USING (personnummer)
    LEFT JOIN past AS p ON typ = 'BORTTAGEN' AND p.kommunkod = f.kommunkod AND p.personnummer = f.personnummer AND p.fran = f.datum
    WHERE typ IN ('ANDRAD', 'BORTTAGEN'))
SELECT kommunkod, hyphenated(personnummer), namn, datum, if(typ = 'ANDRAD', words('falt', orsak), 'Perioden är borttagen'),
    if(typ = 'ANDRAD', said(orsak, fore), concat(datum, ' – ', coalesce(sista::VARCHAR, 'pågår'), ', ', words('orsak', p_orsak),
        ', ' || words('grund', p_grund))),
    if(typ = 'ANDRAD', said(orsak, efter), 'Omfattas inte'), if(typ = 'ANDRAD', orsak, '')
FROM told ORDER BY kommunkod, personnummer, datum, rang, orsak;

CREATE TEMP VIEW "Kontakt saknas" AS
SELECT kommunkod, hyphenated(personnummer), namn, fran, alder, as_of() - fran + 1, words('status', kontaktstatus), forsok, senaste_forsok,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'Ingen kontakttrappa är vald i konfigurationen.', telefon, epost, hem
FROM malgrupp JOIN directory USING (personnummer) WHERE kontaktstatus IN ('EJ_KONTAKTAD', 'FORSOK_UTAN_SVAR')
ORDER BY kommunkod, fran, personnummer;

CREATE TEMP VIEW "Fyller snart 20" AS
SELECT kommunkod, hyphenated(personnummer), namn, 'Fyller snart 20', birthday(personnummer, 20), NULL,
    'Fyller 20 år ' || birthday(personnummer, 20) || ' och omfattas inte längre.', telefon, epost
FROM malgrupp JOIN directory USING (personnummer) WHERE birthday(personnummer, 20) - INTERVAL 6 MONTH <= as_of()
ORDER BY kommunkod, birthday(personnummer, 20), personnummer;

CREATE TEMP VIEW "Att utreda" AS
SELECT kommunkod, hyphenated(personnummer), namn, words('flagga', typ), fran, a, b, 'Att utreda'
FROM (SELECT kommunkod, personnummer, fran, unnest(string_split(flaggor, ',')) AS typ FROM malgrupp WHERE flaggor <> '')
JOIN directory USING (personnummer) JOIN texts USING (typ) WHERE slag = 'utreda' ORDER BY kommunkod, personnummer, rang;

CREATE TEMP VIEW "Avvikelser" AS
SELECT kommunkod, hyphenated(personnummer), namn, a, b, c, nu, nytt, d
FROM skillnader JOIN directory USING (personnummer) JOIN texts USING (typ) WHERE slag = 'avvikelse'
ORDER BY kommunkod, personnummer, del, ordning, rang;

CREATE TEMP VIEW "Risk för avbrott" AS
SELECT kommunkod, hyphenated(personnummer), namn, a, datum, if(skyddad, 'SKYDD', skola), if(skyddad, 'SKYDD', gar_i),
    if(skyddad, 'SKYDD', studievag), if(im, 'IM', NULL), slut, b
FROM risker JOIN directory USING (personnummer) JOIN texts USING (typ) WHERE slag = 'risk'
ORDER BY kommunkod, personnummer, datum, rang, skola NULLS FIRST;

CREATE TEMP VIEW "Målgruppen" AS
SELECT kommunkod, hyphenated(personnummer), namn, fran, words('orsak', orsak_in), registrerad, alder, listed('flagga', flaggor),
    words('status', kontaktstatus), words('sysselsattning', sysselsattning), sysselsattning_datum, words('fas', fas),
    listed('atgard', pagaende_atgard), fran_kommunkod
FROM malgrupp JOIN directory USING (personnummer) ORDER BY kommunkod, personnummer;
