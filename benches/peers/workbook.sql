-- The sheets of the workbook: one view each, kommunkod first, in the order of the rows.

CREATE MACRO hyphenated(number) AS (number // 10000)::VARCHAR || '-' || lpad((number % 10000)::VARCHAR, 4, '0');
CREATE MACRO words(kind, code) AS labels()[kind][code];
CREATE MACRO listed(kind, codes) AS
    array_to_string([words(kind, code) FOR code IN string_split(codes, ',') IF code <> ''], ', ');
CREATE MACRO postal(care_of, street, code, town) AS nullif(concat_ws(', ',
    if(starts_with(lower(care_of), 'c/o'), care_of, 'c/o ' || care_of), street,
    nullif(concat_ws(' ', regexp_replace(code, '^(\d{3})(\d\d)$', '\1 \2'), town), '')), '');

CREATE TEMP TABLE directory AS
WITH wanted AS (SELECT personnummer FROM malgrupp UNION SELECT personnummer FROM forandringar),
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
SELECT personnummer, if(skydd IS NULL, namn, 'SKYDD') AS namn, if(skydd IS NULL, telefon, 'SKYDD') AS telefon,
    if(skydd IS NULL, epost, 'SKYDD') AS epost, if(skydd IS NULL, hem, 'SKYDD') AS hem
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

CREATE TEMP VIEW "Målgruppen" AS
SELECT kommunkod, hyphenated(personnummer), namn, fran, words('orsak', orsak_in), registrerad, alder, listed('flagga', flaggor),
    words('status', kontaktstatus), words('sysselsattning', sysselsattning), sysselsattning_datum, words('fas', fas),
    listed('atgard', pagaende_atgard), fran_kommunkod
FROM malgrupp JOIN directory USING (personnummer) ORDER BY kommunkod, personnummer;
