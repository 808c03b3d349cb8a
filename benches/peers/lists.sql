-- The lists of the second run: the contacts of the group, and what differs from the run before.

CREATE TEMP TABLE attempts AS
WITH days AS (
    SELECT k.rowid AS rad, period, k.personnummer, k.datum, mottagare, utfall, sysselsattning, closed,
        s.fran <= k.datum AND k.datum < s.dag_efter AS holds
    FROM kontakter AS k JOIN spells AS s USING (kommunkod, personnummer)
    WHERE k.datum <= as_of() AND (holds OR s.fran BETWEEN k.datum + 1 AND k.datum + 30)
    -- The spell that holds the day, else the next that begins within 30 days.
    QUALIFY row_number() OVER (PARTITION BY rad ORDER BY holds DESC, s.fran) = 1)
SELECT *, utfall IN ('KONTAKT', 'TACKAR_NEJ') AS svar,
    svar AND NOT (coalesce(mottagare, '') = 'VARDNADSHAVARE' AND age_on(personnummer, datum) >= 18) AS kontakt
FROM days WHERE NOT closed;

CREATE TEMP TABLE knowledge AS
WITH days AS (
    SELECT k.rowid AS rad, period, k.datum, sysselsattning, closed, s.fran <= k.datum AND k.datum < s.dag_efter AS holds
    FROM kannedom AS k JOIN spells AS s USING (kommunkod, personnummer)
    WHERE k.datum <= as_of() AND (holds OR s.fran BETWEEN k.datum + 1 AND k.datum + 30)
    QUALIFY row_number() OVER (PARTITION BY rad ORDER BY holds DESC, s.fran) = 1)
SELECT period, datum, sysselsattning, 0 AS rang, rad FROM days WHERE NOT closed
UNION ALL
SELECT period, datum, sysselsattning, 1, rad FROM attempts WHERE svar AND NOT kontakt AND sysselsattning IS NOT NULL;

CREATE TEMP TABLE malgrupp AS
WITH tried AS (
    SELECT period, count(*) AS forsok, max(datum) AS senaste_forsok, arg_max(utfall, (datum, rad)) FILTER (kontakt) AS svar
    FROM attempts GROUP BY period),
told AS (SELECT period, max((datum, rang, rad, sysselsattning)) AS sist FROM knowledge GROUP BY period),
said AS (
    SELECT period, max((datum, rad, sysselsattning)) AS sist FROM attempts WHERE kontakt AND sysselsattning IS NOT NULL GROUP BY period),
occupation AS (
    SELECT period, max((ord <> 'OKAND', datum, rang, ord)) AS sist FROM (
        SELECT period, sist[4] AS ord, sist[1] AS datum, 1 AS rang FROM told
        UNION ALL SELECT period, sist[3], sist[1], 2 FROM said) GROUP BY period),
measures AS (
    SELECT kommunkod, personnummer, string_agg(DISTINCT innehall, ',' ORDER BY innehall) AS pagaende_atgard FROM atgarder
    WHERE startdatum <= as_of() AND end_of(slutdatum) > as_of() GROUP BY ALL)
SELECT spells.*, age_on(personnummer, as_of()) AS alder, coalesce(forsok, 0) AS forsok, senaste_forsok,
    CASE WHEN svar = 'TACKAR_NEJ' THEN 'TACKAR_NEJ' WHEN svar IS NOT NULL THEN 'KONTAKTAD'
        WHEN told.sist[4] NOT IN ('INGEN', 'OKAND') THEN 'KANNEDOM' WHEN forsok IS NULL THEN 'EJ_KONTAKTAD'
        ELSE 'FORSOK_UTAN_SVAR' END AS kontaktstatus,
    occupation.sist[4] AS sysselsattning, occupation.sist[2] AS sysselsattning_datum,
    if(pagaende_atgard IS NULL, 'UPPSOKANDE', 'I_ATGARD') AS fas, pagaende_atgard
FROM spells LEFT JOIN tried USING (period) LEFT JOIN told USING (period) LEFT JOIN occupation USING (period)
LEFT JOIN measures USING (kommunkod, personnummer) WHERE NOT closed;

CREATE TEMP TABLE forandringar AS
WITH same AS (
    SELECT s.personnummer, s.kommunkod, s.fran AS dag, s.dag_efter, NOT p.closed AND s.closed AS lamnat, s.grund_ut AS grund,
        unnest([
            {'falt': 'fran', 'fore': p.fran::VARCHAR, 'efter': s.fran::VARCHAR},
            {'falt': 'till', 'fore': coalesce(p.sista::VARCHAR, ''), 'efter': coalesce(s.sista::VARCHAR, '')},
            {'falt': 'orsak_in', 'fore': p.orsak_in, 'efter': s.orsak_in},
            {'falt': 'grund_ut', 'fore': coalesce(p.grund_ut, ''), 'efter': coalesce(s.grund_ut, '')},
            {'falt': 'flaggor', 'fore': p.flaggor, 'efter': s.flaggor},
            {'falt': 'registrerad', 'fore': p.registrerad::VARCHAR, 'efter': s.registrerad::VARCHAR}], recursive := true)
    FROM spells AS s JOIN past AS p ON p.period = s.gammal
    WHERE (s.fran, s.sista, s.orsak_in, s.grund_ut, s.flaggor, s.registrerad) IS DISTINCT FROM
        (p.fran, p.sista, p.orsak_in, p.grund_ut, p.flaggor, p.registrerad))
SELECT personnummer, kommunkod, if(closed, 'IN_OCH_UT', 'IN') AS typ, fran AS datum,
    if(closed, orsak_in || '/' || grund_ut, orsak_in) AS orsak, '' AS fore, '' AS efter, if(closed, 1, 0) AS rang
FROM spells WHERE gammal IS NULL
UNION ALL
SELECT personnummer, kommunkod, 'UT', dag_efter, grund, '', '', 2 FROM same WHERE lamnat AND falt = 'till'
UNION ALL
SELECT personnummer, kommunkod, 'ANDRAD', dag, falt, fore, efter, 3 FROM same
WHERE fore <> efter AND NOT (lamnat AND falt IN ('till', 'grund_ut'))
UNION ALL
SELECT personnummer, kommunkod, 'BORTTAGEN', fran, orsak_in, '', '', 4 FROM past
WHERE period NOT IN (SELECT gammal FROM spells WHERE gammal IS NOT NULL);
