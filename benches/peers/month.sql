-- One run of the monthly job: who is in the group on the as-of date, and why. The tables named as the kinds of sources hold
-- the rows that count on that day; the result is the table `spells`, and `past` the `spells` of the run before.

CREATE OR REPLACE TEMP TABLE changes AS
SELECT * FROM folkbokforing_andringar WHERE datum <= as_of();

-- Of several rows of one person the latest holds.
CREATE OR REPLACE TEMP TABLE snapshot AS
WITH told AS (
    SELECT personnummer, kommunkod, if(folkbokford_fran <= extracted(), folkbokford_fran, NULL) AS since, invandringsdatum, skydd, rowid AS rad
    FROM folkbokforing),
twice AS (SELECT personnummer FROM told GROUP BY ALL HAVING count(*) > 1)
SELECT * FROM told ANTI JOIN twice USING (personnummer)
UNION ALL
SELECT * FROM told SEMI JOIN twice USING (personnummer)
QUALIFY row_number() OVER (PARTITION BY personnummer ORDER BY since DESC NULLS LAST, rad DESC) = 1;

CREATE OR REPLACE TEMP TABLE credentials AS SELECT personnummer, typ, datum FROM betyg WHERE datum <= as_of();

CREATE OR REPLACE TEMP TABLE protected AS
WITH told AS (
    SELECT personnummer, extracted() AS datum, skydd FROM snapshot WHERE skydd <> 'SAKNAS' OR personnummer IN (
        SELECT personnummer FROM changes WHERE handelse = 'SKYDD')
    UNION ALL
    SELECT personnummer, datum, coalesce(skydd, 'SEKRETESSMARKERING') FROM changes WHERE handelse = 'SKYDD')
SELECT personnummer, skydd FROM told
QUALIFY row_number() OVER (PARTITION BY personnummer ORDER BY datum DESC, CASE skydd WHEN 'SAKNAS' THEN 0
    WHEN 'SKYDDAD_FOLKBOKFORING' THEN 2 ELSE 1 END DESC) = 1 AND skydd <> 'SAKNAS';

-- Rule 2: residence.
CREATE OR REPLACE TEMP TABLE turns AS
WITH moves AS (
    SELECT *, handelse IN ('UTVANDRING', 'AVLIDEN', 'AVREGISTRERAD') AS ends, till_kommunkod IS DISTINCT FROM fran_kommunkod AS elsewhere
    FROM changes WHERE handelse NOT IN ('NYTT_PERSONNUMMER', 'SKYDD')),
every AS (
    SELECT personnummer, till_kommunkod AS kommunkod, datum, 1 AS rang, true AS bor FROM moves
    WHERE NOT ends AND elsewhere AND till_kommunkod IS NOT NULL
    UNION ALL
    SELECT personnummer, fran_kommunkod, datum, if(handelse = 'AVLIDEN', 2, 0), false FROM moves
    WHERE (ends OR elsewhere) AND fran_kommunkod IS NOT NULL),
known AS (
    SELECT every.*, snapshot.personnummer IS NOT NULL AS finns,
        coalesce(since, max(datum) FILTER (bor AND datum <= extracted()) OVER (PARTITION BY personnummer, kommunkod), always()) AS forsta
    FROM every LEFT JOIN snapshot USING (personnummer, kommunkod))
SELECT *, finns AND datum <= extracted() AND datum > forsta AS motsagd FROM known;

CREATE OR REPLACE TEMP TABLE gone AS
SELECT personnummer, kommunkod FROM turns WHERE NOT finns AND datum <= extracted()
GROUP BY ALL HAVING arg_max(bor, (datum, rang));

CREATE OR REPLACE TEMP TABLE contradicted AS
SELECT personnummer, kommunkod FROM turns WHERE motsagd UNION SELECT personnummer, kommunkod FROM gone;

CREATE OR REPLACE TEMP TABLE homes AS
WITH kept AS (
    -- What the snapshot says is one more turn; rows up to it that differ are disregarded.
    SELECT personnummer, kommunkod, datum, rang, bor FROM turns WHERE NOT motsagd
    UNION ALL SELECT DISTINCT personnummer, kommunkod, forsta, 3, true FROM turns WHERE finns
    UNION ALL SELECT personnummer, kommunkod, extracted(), 4, false FROM gone),
daily AS (
    SELECT * FROM kept QUALIFY row_number() OVER (PARTITION BY personnummer, kommunkod, datum ORDER BY rang DESC) = 1),
turned AS (
    SELECT *, lag(bor) OVER person AS fore FROM daily WINDOW person AS (PARTITION BY personnummer, kommunkod ORDER BY datum)
    QUALIFY fore IS DISTINCT FROM bor),
stays AS (
    SELECT *, lead(datum) OVER (PARTITION BY personnummer, kommunkod ORDER BY datum) AS nasta FROM turned)
SELECT personnummer, kommunkod, datum AS bor_fran, coalesce(nasta, forever()) AS bor_till FROM stays WHERE bor
UNION ALL
SELECT personnummer, kommunkod, always(), datum FROM stays WHERE NOT bor AND fore IS NULL AND datum <= extracted()
UNION ALL
SELECT personnummer, kommunkod, coalesce(since, always()), forever() FROM snapshot ANTI JOIN turns USING (personnummer, kommunkod);

-- Rules 4 and 5: education.
CREATE OR REPLACE TEMP TABLE reports AS
SELECT * FROM huvudmannarapport WHERE datum <= as_of();

CREATE OR REPLACE TEMP TABLE enrolments AS
WITH every AS (
    SELECT rowid AS rad, *, skolform = 'GY' AND coalesce(starts_with(studievag, 'IM'), false) AS im,
        if(im, greatest(startdatum, DATE '2018-07-01'), startdatum) AS fran, end_of(slutdatum) AS till,
        coalesce(avbrottsorsak = 'AVBROTT', false) AND slutdatum IS NOT NULL AS avbruten
    FROM elevregister WHERE skolform IN ('GY', 'GYAN')),
about AS (
    SELECT rad, handelse = 'EJ_PABORJAT' AS ej, datum, startdatum, fran, till FROM every
    JOIN reports AS r USING (personnummer)
    WHERE handelse IN ('EJ_PABORJAT', 'AVBROTT', 'UTEBLIVEN_MANAD')
        AND coalesce(every.skolenhetskod = r.skolenhetskod, every.skola = r.skola, true)),
told AS (
    SELECT rad, bool_or(ej AND startdatum BETWEEN datum - 30 AND datum) AS borta,
        min(datum) FILTER (NOT ej AND fran <= datum AND datum < till) AS avbrott,
        bool_or(NOT ej AND till - 1 BETWEEN datum - 30 AND datum - 1) AS sent
    FROM about GROUP BY rad)
SELECT every.rad AS elevrad, every.* EXCLUDE (rad) REPLACE (coalesce(avbrott, till) AS till, avbruten OR avbrott IS NOT NULL OR coalesce(sent, false) AS avbruten),
    coalesce(borta, false) AS borta, (borta OR avbrott IS NOT NULL) AND coalesce(slutdatum >= as_of(), true) AS oppen
FROM every LEFT JOIN told ON told.rad = every.rad;

CREATE OR REPLACE TEMP TABLE admissions AS
WITH every AS (SELECT rowid AS rad, * FROM antagning WHERE datum <= as_of()),
admitted AS (
    SELECT rad, personnummer, datum, skola, terminsstart AS fran, terminsstart + 30 AS till, coalesce(starts_with(studievag, 'IM'), false) AS im
    FROM every WHERE status = 'ANTAGEN' AND terminsstart IS NOT NULL),
told AS (
    SELECT rad, a.fran, handelse, r.datum FROM admitted AS a JOIN reports AS r USING (personnummer)
    WHERE handelse IN ('EJ_PABORJAT', 'AVBROTT', 'UTEBLIVEN_MANAD') AND coalesce(a.skola = r.skola, true)
        AND a.fran <= r.datum AND r.datum < a.till),
undone AS (
    SELECT rad FROM told WHERE handelse = 'EJ_PABORJAT'
    UNION SELECT a.rad FROM admitted AS a JOIN every AS e USING (personnummer)
    WHERE e.status IN ('EJ_ANTAGEN', 'EJ_SOKT', 'TACKAT_NEJ') AND a.datum < e.datum AND e.datum < a.till),
ended AS (
    SELECT rad, min((slut, avbruten)) AS forst FROM (
        SELECT a.rad, e.fran AS slut, false AS avbruten FROM admitted AS a JOIN enrolments AS e USING (personnummer)
        WHERE NOT e.borta AND e.fran < e.till AND a.fran <= e.fran AND e.fran < a.till
        UNION ALL SELECT rad, datum, true FROM told WHERE handelse <> 'EJ_PABORJAT')
    GROUP BY rad)
SELECT personnummer, fran, coalesce(forst[1], till) AS till, coalesce(forst[2], false) AS avbruten, im, skola
FROM admitted ANTI JOIN undone USING (rad) LEFT JOIN ended USING (rad) WHERE fran < coalesce(forst[1], till);

CREATE OR REPLACE TEMP TABLE educations AS
SELECT * FROM (
    SELECT NULL::VARCHAR AS kommunkod, personnummer, fran, till, if(im, 'IM', 'GY') AS slag, avbruten,
        coalesce(slutdatum < beraknat_slut, false) AS tidigt, coalesce(starts_with(studievag, 'IB'), false) AS ib,
        skola, skolenhetskod
    FROM enrolments WHERE NOT borta
    UNION ALL
    SELECT NULL, personnummer, fran, till, if(im, 'ANTAGEN_IM', 'ANTAGEN'), avbruten, false, false, skola, NULL FROM admissions
    UNION ALL
    SELECT NULL, personnummer, startdatum, least(end_of(slutdatum), avbrottsdatum), 'VUX', false, false, false, anordnare, NULL
    FROM vuxenutbildning WHERE niva IN ('GYMNASIAL', 'ANPASSAD_GYMNASIAL')
    UNION ALL
    SELECT NULL, personnummer, startdatum, least(end_of(slutdatum), avbrottsdatum), 'FOLK', false, false, false, skola, NULL
    FROM folkhogskola WHERE niva = 'GYMNASIAL' AND kurstyp <> 'SMF'
    UNION ALL
    SELECT kommunkod, personnummer, fran, end_of(till), 'UNDANTAG', false, false, false, NULL, NULL
    FROM undantag WHERE beslut IN ('UTBILDNING_UTANFOR_OMRADET', 'UTLANDSSTUDIER', 'ANNAN_MOTSVARANDE'))
WHERE fran < till;

-- Rules 3, 6, 7 and 8: the spells.
CREATE OR REPLACE TEMP TABLE bounded AS
WITH school AS (
    SELECT personnummer, least(
        greatest(make_date((personnummer // 100000000)::INT + 16, 6, 30), max(CASE WHEN typ = 'FORLANGD_SKOLPLIKT'
            THEN coalesce(slutdatum, make_date((personnummer // 100000000)::INT + 17, 6, 30)) END)),
        birthday(personnummer, 18) - 1, min(CASE WHEN typ = 'TIDIGARE_SKOLPLIKT_SLUT' THEN slutdatum END)) AS sista
    FROM grundskola GROUP BY personnummer),
done AS (
    SELECT personnummer, min(datum) AS klar FROM credentials WHERE typ IN ('EXAMENSBEVIS', 'KOMVUXEXAMEN',
        'GYMNASIEBEVIS_ANPASSAD', 'IB_DIPLOM', 'UTLANDSK_EXAMEN', 'FHSK_BEHORIGHET') GROUP BY personnummer)
SELECT homes.*, coalesce(sista + 1, make_date((personnummer // 100000000)::INT + 16, 7, 1)) AS a,
    birthday(personnummer, 20) AS fyller_20, coalesce(klar, forever()) AS klar,
    greatest(bor_fran, a) AS lo, least(bor_till, fyller_20, klar, as_of() + 1) AS hi
FROM homes LEFT JOIN school USING (personnummer) LEFT JOIN done USING (personnummer)
WHERE kommunkod IN (SELECT kod FROM kommuner);

CREATE OR REPLACE TEMP TABLE people AS SELECT * FROM bounded WHERE lo < hi;

CREATE OR REPLACE TEMP TABLE cases AS
SELECT row_number() OVER () AS fall, * FROM (SELECT DISTINCT personnummer, kommunkod FROM people);

CREATE OR REPLACE TEMP TABLE of_case AS
SELECT fall, e.* EXCLUDE (kommunkod, skola, skolenhetskod) FROM educations AS e JOIN cases AS c USING (personnummer)
WHERE e.kommunkod IS NULL OR e.kommunkod = c.kommunkod;

CREATE OR REPLACE TEMP TABLE candidates AS
WITH reached AS (
    SELECT fall, fran, max(till) OVER (PARTITION BY fall ORDER BY fran ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS fore
    FROM of_case),
gaps AS (
    SELECT fall, coalesce(fore, always()) AS lucka, fran AS lucka_till FROM reached WHERE fore IS NULL OR fore < fran
    UNION ALL SELECT fall, max(till), forever() FROM of_case GROUP BY fall HAVING max(till) < forever()
    UNION ALL SELECT fall, always(), forever() FROM cases ANTI JOIN of_case USING (fall))
SELECT row_number() OVER () AS rad, fall, people.*, lucka, lucka_till, greatest(lo, lucka) AS fran, least(hi, lucka_till) AS till
FROM people JOIN cases USING (personnummer, kommunkod) JOIN gaps USING (fall)
WHERE greatest(lo, lucka) < least(hi, lucka_till);

CREATE OR REPLACE TEMP TABLE bridged AS
WITH pauses AS (
    SELECT rad, fall, personnummer, a AS forsta, lucka_till AS mal, 5 AS manad FROM candidates WHERE lucka <= a AND a < lucka_till
    UNION ALL
    SELECT rad, fall, personnummer, lucka, if(klar >= lucka, least(lucka_till, klar), lucka_till), 6 FROM candidates WHERE lucka > always()),
paused AS (
    SELECT * FROM pauses WHERE mal - forsta <= 30 OR (month(forsta) >= manad AND mal <= make_date(year(forsta)::INT, 9, 15)))
SELECT rad FROM paused
ANTI JOIN (SELECT fall, till AS forsta FROM of_case WHERE avbruten) USING (fall, forsta)
ANTI JOIN (
    SELECT rad, forsta FROM paused JOIN credentials USING (personnummer)
    WHERE typ IN ('STUDIEBEVIS', 'IB_UTAN_DIPLOM') AND near(datum, forsta - 1)) USING (rad, forsta);

CREATE OR REPLACE TEMP TABLE members AS SELECT *, till <= as_of() AS closed FROM candidates ANTI JOIN bridged USING (rad);

-- Rules 9, 10 and 11: reason, ground and flags.
CREATE OR REPLACE TEMP TABLE begun AS
SELECT rad, m.personnummer, m.fran, m.till, slag, avbruten, tidigt, ib, e.fran AS utb_fran, e.till AS utb_till,
    NOT starts_with(slag, 'ANTAGEN') AS akta
FROM members AS m JOIN of_case AS e USING (fall);

CREATE OR REPLACE TEMP TABLE described AS
WITH at_end AS (SELECT * FROM begun WHERE utb_till = fran),
ended AS (
    SELECT * FROM at_end WHERE akta
    UNION ALL
    -- Where only an admission ended: the real education that ended last.
    SELECT * FROM begun WHERE akta AND utb_till <= fran AND rad IN (SELECT rad FROM at_end GROUP BY rad HAVING NOT bool_or(akta))
    QUALIFY utb_till = max(utb_till) OVER (PARTITION BY rad)),
close AS (
    SELECT rad, bool_or(typ IN ('STUDIEBEVIS', 'IB_UTAN_DIPLOM')) AS utan FROM ended JOIN credentials USING (personnummer)
    WHERE near(datum, utb_till - 1) GROUP BY rad),
why AS (
    SELECT rad, bool_or(slag = 'IM') AS im, bool_or(slag IN ('GY', 'IM') AND coalesce(utan, false)) AS utan_examen,
        bool_or(slag IN ('GY', 'IM') AND (avbruten OR (tidigt AND utan IS NULL))) AS avbrutit, bool_or(slag IN ('VUX', 'FOLK')) AS vux
    FROM ended LEFT JOIN close USING (rad) GROUP BY rad),
started AS (SELECT DISTINCT rad FROM begun WHERE akta AND utb_fran < fran),
immigrated AS (
    SELECT personnummer, till_kommunkod AS kommunkod, datum AS fran FROM changes WHERE handelse = 'INVANDRING'
    UNION SELECT personnummer, kommunkod, invandringsdatum FROM snapshot WHERE invandringsdatum IS NOT NULL),
finishing AS (
    SELECT DISTINCT rad FROM members AS m JOIN grundskola AS g USING (personnummer)
    WHERE typ = 'RATT_ATT_SLUTFORA' AND ((startdatum <= fran AND fran < end_of(slutdatum))
        OR (fran < startdatum AND startdatum <= make_date(year(fran)::INT, 9, 15)))),
follows AS (
    SELECT rad, min(CASE slag WHEN 'GY' THEN 0 WHEN 'IM' THEN 1 WHEN 'ANTAGEN' THEN 3 WHEN 'ANTAGEN_IM' THEN 4 ELSE 2 END) AS slag_ut
    FROM begun WHERE utb_fran = till GROUP BY rad),
died AS (SELECT personnummer, min(datum) AS dog FROM changes WHERE handelse = 'AVLIDEN' GROUP BY personnummer),
emigrated AS (SELECT DISTINCT personnummer, datum AS till FROM changes WHERE handelse = 'UTVANDRING'),
still_open AS (
    SELECT DISTINCT rad FROM members AS m JOIN enrolments AS e USING (personnummer)
    WHERE oppen AND startdatum < m.till AND m.fran < end_of(slutdatum)),
ib_pending AS (
    SELECT DISTINCT rad FROM at_end WHERE ib AND NOT avbruten AND year(utb_till - 1) = year(as_of()) AND NOT EXISTS (
        FROM credentials AS c WHERE c.personnummer = at_end.personnummer AND c.datum >= utb_till - 61)),
pupils AS (
    SELECT DISTINCT personnummer FROM elevregister
    WHERE skolform IN ('GR', 'GRAN') AND startdatum <= as_of() AND end_of(slutdatum) > as_of() AND personnummer NOT IN (
        SELECT personnummer FROM grundskola WHERE startdatum <= as_of() AND end_of(slutdatum) > as_of())),
told AS (
    SELECT personnummer FROM enrolments UNION SELECT personnummer FROM credentials
    UNION SELECT personnummer FROM vuxenutbildning UNION SELECT personnummer FROM folkhogskola
    UNION SELECT personnummer FROM reports UNION SELECT personnummer FROM grundskola
    UNION SELECT personnummer FROM antagning WHERE status = 'ANTAGEN' AND datum <= as_of()),
origin AS (
    SELECT personnummer, till_kommunkod AS kommunkod, datum AS bor_fran, any_value(fran_kommunkod) AS fran_kommunkod FROM changes
    WHERE fran_kommunkod IS DISTINCT FROM till_kommunkod AND fran_kommunkod IS NOT NULL GROUP BY ALL)
SELECT m.personnummer, m.kommunkod, m.fran, m.till AS dag_efter, if(closed, m.till - 1, NULL) AS sista, closed,
    CASE WHEN m.fran = m.bor_fran THEN if(immigrated.fran IS NOT NULL, 'INVANDRAD', 'INFLYTTAD')
        WHEN im THEN 'IM_AVSLUTAT' WHEN utan_examen THEN 'STUDIEBEVIS_UTAN_EXAMEN' WHEN avbrutit THEN 'AVBRUTIT'
        WHEN vux THEN 'VUXENSTUDIER_AVSLUTADE' WHEN finishing.rad IS NOT NULL THEN 'SLUTFOR_GRUNDSKOLA'
        WHEN m.fran = a OR started.rad IS NULL THEN 'EJ_PABORJAT_GYMNASIET' ELSE 'OKAND' END AS orsak_in,
    CASE WHEN NOT closed THEN NULL
        WHEN m.till = bor_till THEN CASE WHEN dog <= m.till THEN 'AVLIDEN' WHEN emigrated.till IS NOT NULL THEN 'UTVANDRAD'
            ELSE 'UTFLYTTAD' END
        WHEN m.till = fyller_20 THEN 'FYLLT_20' WHEN m.till = klar THEN 'FULLFOLJD_UTBILDNING'
        WHEN slag_ut IN (0, 3) THEN 'NATIONELLT_PROGRAM' WHEN slag_ut IN (1, 4) THEN 'INTRODUKTIONSPROGRAM'
        ELSE 'MOTSVARANDE_UTBILDNING' END AS grund_ut,
    concat_ws(',',
        if(told.personnummer IS NULL, 'SAKNAR_SKOLUPPGIFT', NULL),
        if(still_open.rad IS NOT NULL, 'REGISTRET_OPPET', NULL),
        if(ib_pending.rad IS NOT NULL, 'IB_VANTAR', NULL),
        if(contradicted.personnummer IS NOT NULL, 'FOLKBOKFORING_MOTSAGS', NULL),
        if(protected.skydd = 'SKYDDAD_FOLKBOKFORING', 'SKYDDAD_FOLKBOKFORING', NULL),
        if(closed AND m.till NOT IN (bor_till, fyller_20, klar) AND slag_ut >= 3, 'ANTAGEN_PRELIMINART', NULL),
        if(NOT closed AND pupils.personnummer IS NOT NULL, 'I_GRUNDSKOLA', NULL)) AS flaggor,
    origin.fran_kommunkod
FROM members AS m
LEFT JOIN why USING (rad) LEFT JOIN started USING (rad) LEFT JOIN finishing USING (rad) LEFT JOIN follows USING (rad)
LEFT JOIN still_open USING (rad) LEFT JOIN ib_pending USING (rad)
LEFT JOIN immigrated ON immigrated.personnummer = m.personnummer AND immigrated.kommunkod = m.kommunkod AND immigrated.fran = m.fran
LEFT JOIN died ON died.personnummer = m.personnummer
LEFT JOIN emigrated ON emigrated.personnummer = m.personnummer AND emigrated.till = m.till
LEFT JOIN pupils ON pupils.personnummer = m.personnummer
LEFT JOIN told ON told.personnummer = m.personnummer
LEFT JOIN protected ON protected.personnummer = m.personnummer
LEFT JOIN contradicted ON contradicted.personnummer = m.personnummer AND contradicted.kommunkod = m.kommunkod
LEFT JOIN origin ON origin.personnummer = m.personnummer AND origin.kommunkod = m.kommunkod AND origin.bor_fran = m.bor_fran;

-- The two time axes: the spell of the run before, the day it was first seen, and the case register.
CREATE OR REPLACE TEMP TABLE numbered AS
SELECT row_number() OVER (ORDER BY kommunkod, personnummer, fran) AS period, * FROM described;

CREATE OR REPLACE TEMP TABLE claims AS
WITH fitting AS (
    SELECT n.period, k.rowid AS rad, greatest(0, least(coalesce(avregistreringsdatum, forever()), dag_efter)
        - greatest(registreringsdatum, fran)) AS dagar
    FROM kaa_register AS k JOIN numbered AS n USING (kommunkod, personnummer)
    WHERE registreringsdatum <= as_of() AND (dagar > 0 OR fran BETWEEN greatest(registreringsdatum, avregistreringsdatum - 1)
        AND greatest(registreringsdatum, avregistreringsdatum - 1) + 60))
SELECT rad, period FROM fitting QUALIFY row_number() OVER (PARTITION BY rad ORDER BY dagar DESC, period) = 1;

CREATE OR REPLACE TEMP TABLE spells AS
WITH pairs AS (
    SELECT n.period, p.period AS gammal, p.upptackt FROM numbered AS n JOIN past AS p USING (kommunkod, personnummer)
    WHERE n.fran < if(p.closed, p.dag_efter, past_as_of() + 1) AND p.fran < n.dag_efter),
-- The first takes the first; where one old meets two new, the first keeps it.
first_old AS (SELECT * FROM pairs QUALIFY row_number() OVER (PARTITION BY period ORDER BY gammal) = 1),
same AS (SELECT * FROM first_old QUALIFY row_number() OVER (PARTITION BY gammal ORDER BY period) = 1),
register AS (
    SELECT period, min(registreringsdatum) AS i_registret FROM claims JOIN kaa_register AS k ON k.rowid = claims.rad GROUP BY period)
SELECT n.*, gammal, i_registret,
    CASE WHEN gammal IS NOT NULL THEN least(same.upptackt, coalesce(sista, as_of())) WHEN closed THEN fran ELSE as_of() END AS upptackt,
    coalesce(i_registret, CASE WHEN gammal IS NOT NULL THEN least(same.upptackt, coalesce(sista, as_of()))
        WHEN closed THEN fran ELSE as_of() END) AS registrerad
FROM numbered AS n LEFT JOIN same USING (period) LEFT JOIN register USING (period);
