"""Proves that a list is read in the shapes that programs and people give it, or refused with a sentence that says where it is
wrong and what to do. The shapes are from reports of systems that do this job.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

import pytest
import xlsxwriter

from checks import epj_file, identity, written
from checks.errors import RegisterError
from ingest.lists import epj_import
from ingest.tables.kinds import OLD_EXCEL

TODAY = date(2026, 11, 23)
FIRST, SECOND = identity.make(date(1970, 5, 4), 2, 1), identity.make(date(1981, 2, 3), 1, 1)
LATER = identity.make(date(1950, 5, 4), 2, 3)
HEAD = ["Fødselsnummer", "Henvist dato", "Avdeling"]
ROWS = [[FIRST, "02.11.2026", "Kir"], [SECOND, "03.11.2026", "Øye"]]
EXPECTED = [(2, FIRST, date(2026, 11, 2), "Kir"), (3, SECOND, date(2026, 11, 3), "Øye")]


def lines(*rows: list[str], separator: str = ";", end: str = "\r\n") -> str:
    return "".join(separator.join(row) + end for row in rows)


PLAIN = lines(HEAD, *ROWS)
QUOTED = lines(*([f'"{cell}"' for cell in row] for row in [HEAD, *ROWS]))


def book(*rows: Sequence[object], front: bool = False) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        if front:
            workbook.add_worksheet("Forside").write(0, 0, "Henvisninger til smerteteamet")
        sheet = workbook.add_worksheet("Liste")
        day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(number, place, value, day)
                else:
                    sheet.write(number, place, value)
    return made.getvalue()


def zipped(**parts: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name.replace("_", "/"), text)
    return made.getvalue()


def dated(*days: str) -> str:
    return lines(HEAD, *([row[0], day, row[2]] for row, day in zip(ROWS, days, strict=True)))


READ: dict[str, str | bytes] = {
    "semikolon": PLAIN,
    "komma": PLAIN.replace(";", ","),
    "tabulator": PLAIN.replace(";", "\t"),
    "loddrett strek": PLAIN.replace(";", "|"),
    "skilletegn sist på hver linje": PLAIN.replace("\r\n", ";\r\n"),
    "mange skilletegn sist på radene": PLAIN.replace("Kir\r\n", "Kir;;;\r\n"),
    "alt i anførselstegn": QUOTED,
    "alt i anførselstegn, med komma": QUOTED.replace(";", ","),
    "UTF-8 med BOM": PLAIN.encode("utf-8-sig"),
    "UTF-8 med BOM, alt i anførselstegn": QUOTED.encode("utf-8-sig"),
    "Windows-1252": PLAIN.encode("cp1252"),
    "UTF-16 (Unicode-tekst fra Excel)": PLAIN.replace(";", "\t").encode("utf-16"),
    "UTF-16 uten BOM": PLAIN.encode("utf-16-le"),
    "linjeskift fra Mac": PLAIN.replace("\r\n", "\r"),
    "linjeskift fra Unix": PLAIN.replace("\r\n", "\n"),
    "linjeskift lagt på to ganger": PLAIN.replace("\r\n", "\r\r\n"),
    "sep= på første linje": f"sep=;\r\n{PLAIN}",
    "uten linjeskift til slutt": PLAIN.removesuffix("\r\n"),
    "overskrift med mellomrom og store bokstaver": PLAIN.replace(HEAD[0], "  FØDSELS\u00adNUMMER\u00a0").replace(
        HEAD[1], "\u200bHENVIST   DATO "
    ),
    "tegn ingen ser rundt nummeret": PLAIN.replace(FIRST, f"\u200b{FIRST[:6]}\u00a0{FIRST[6:]}\ufeff"),
    "nummer som formel": PLAIN.replace(FIRST, f'"=""{FIRST}"""'),
    "tid på dagen": dated("02.11.2026 08:30", "03.11.2026 kl. 15.10"),
    "ISO": dated("2026-11-02", "2026-11-03T23:59:59"),
    "ISO i UTC, som er neste dag i Norge": dated("2026-11-01T23:30:00Z", "2026-11-02T23:30:00.000Z"),
    "ISO med norsk tidssone": dated("2026-11-02T00:30:00+01:00", "2026-11-03T00:30:00+0100"),
    "to siffer for år": dated("2.11.26", "03.11.26"),
    "måneden som ord": dated("02-NOV-2026", "3. november 2026"),
    "uten skilletegn": dated("20261102", "03112026"),
    "Excels løpenummer": dated("46328", "46329,5"),
    "Excel": book(HEAD, *ROWS),
    "Excel med datoer": book(HEAD, [FIRST, datetime(2026, 11, 2), "Kir"], [SECOND, datetime(2026, 11, 3), "Øye"]),
    "Excel med datoer vist som tall": book(HEAD, [FIRST, 46328, "Kir"], [SECOND, 46329, "Øye"]),
    "Excel med forside": book(HEAD, *ROWS, front=True),
    "Excel med tomme kolonner": book([*HEAD, "", ""], *([*row, "", ""] for row in ROWS)),
}


def read(content: str | bytes):
    table, notes = epj_import.read_table(content.encode() if isinstance(content, str) else content)
    found, refused, doubled = epj_file.read(table, epj_file.guess(table), today=TODAY, test_persons=True)
    return [(x.rad, x.nummer or x.pasient_id, x.dato, x.avdeling) for x in found], refused, doubled, notes


@pytest.mark.parametrize("content", READ.values(), ids=list(READ))
def test_en_liste_leses_i_alle_former(content: str | bytes) -> None:
    found, refused, doubled, _ = read(content)
    assert (found, refused, doubled) == (EXPECTED, [], [])


def test_den_som_lastet_opp_far_vite_hva_som_ble_gjettet() -> None:
    assert read(PLAIN.encode("cp1252"))[3] == (
        "Filen er lest i tegnsettet Windows-1252. Er æ, ø eller å blitt feil, lagre den som CSV UTF-8.",
    )
    assert read(PLAIN)[3] == ()


OUT_OF_PLACE: dict[str, tuple[str, list[int]]] = {
    "tomme linjer": (PLAIN.replace("\r\n", "\r\n\r\n"), [3, 5]),
    "bare skilletegn mellom": (PLAIN.replace("Kir\r\n", "Kir\r\n;;\r\n"), [2, 4]),
    "overskriften en gang til": (PLAIN + lines([name.upper() for name in HEAD], [LATER, "04.11.2026", ""]), [2, 3, 5]),
    "tittel over": (lines(["Rapport"], [""]) + PLAIN, [4, 5]),
    "linjeskift i en tekst": (PLAIN.replace("Kir", '"Kir\r\nB, 2. etg; ""sør"""'), [2, 3]),
    "korte linjer": (lines(HEAD, ROWS[0][:2], ROWS[1]), [2, 3]),
    "første null borte": (lines(HEAD, [LATER.lstrip("0"), "02.11.2026", ""], ROWS[1]), [2, 3]),
    "samme overskrift to ganger": (lines([*HEAD, "Avdeling"], *([*row, "x"] for row in ROWS)), [2, 3]),
}


@pytest.mark.parametrize(("content", "where"), OUT_OF_PLACE.values(), ids=list(OUT_OF_PLACE))
def test_linjene_har_numrene_regnearket_viser(content: str, where: list[int]) -> None:
    found, refused, doubled, _ = read(content)
    assert ([line[0] for line in found], refused, doubled) == (where, [], [])


LINE_REFUSED = {
    "050403": "Fødselsnummer eller PasientID: nummeret har 6 siffer og begynner med 0",
    "4,05701E+10": "Fødselsnummer eller PasientID: regnearket har kortet ned nummeret",
    "12345678901": "Fødselsnummeret inneholder en umulig dato",
}


@pytest.mark.parametrize(("number", "sentence"), LINE_REFUSED.items())
def test_et_nummer_som_ikke_er_et_avvises_paa_sin_linje(number: str, sentence: str) -> None:
    """Found on ad0e55f: «050403» became PasientID 50403."""
    found, refused, _, _ = read(lines(HEAD, [number, *ROWS[0][1:]], ROWS[1]))
    assert [line[0] for line in found] == [3]
    assert [(one.rad, one.hvorfor.startswith(sentence)) for one in refused] == [(2, True)]
    assert number not in refused[0].hvorfor


def test_et_fodselsnummer_i_feil_kolonne_vises_ikke() -> None:
    _, refused, _, _ = read(lines(HEAD, [FIRST, SECOND, ""], ROWS[1]))
    assert "et nummer er ikke en mulig dato" in refused[0].hvorfor and SECOND[:6] not in refused[0].hvorfor


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "PDF": (b"%PDF-1.7\n...", "Den er en PDF. Lagre listen som CSV UTF-8 eller .xlsx"),
    "zip": (zipped(liste_csv=PLAIN), "Den er en pakket fil (zip). Pakk den ut"),
    "gzip": (gzip.compress(PLAIN.encode()), "Den er en pakket fil (gzip)"),
    "Word": (zipped(word_document="x"), "Den er et Word-dokument"),
    "rtf": (b"{\\rtf1 Liste}", "Den er et tekstdokument"),
    "bilde": (b"\x89PNG\r\n\x1a\n", "Den er et bilde"),
    "html som heter Excel": ("<html><table><tr><td>Fødselsnummer", "Den er en nettside (html eller xml)"),
    "Excels xml fra 2003": ('<?xml version="1.0"?><Workbook/>', "Åpne den i Excel og lagre den som .xlsx"),
    "Excel med passord": (OLD_EXCEL + "EncryptedPackage".encode("utf-16-le"), "Den har passord"),
    "skadet Excel": (book(HEAD, *ROWS)[:-200], "Excel-filen er skadet"),
    "json": (json.dumps([{"fnr": 1}]), "bare én kolonne"),
    "én kolonne": ("Fødselsnummer\r\n1\r\n", "Lagre den som Excel, eller som csv med semikolon"),
    "anførselstegn som ikke avsluttes": (PLAIN.replace("Øye", '"Øye'), "begynner på linje 3 er ikke avsluttet"),
    "anførselstegn som tar med neste linje": (
        PLAIN.replace("Kir", '"Kir').replace("Øye", 'Øye"'),
        "felt 3 på linje 2 er ikke avsluttet. Avslutt eller fjern det.",
    ),
    "anførselstegn inne i en tekst": (PLAIN.replace("Kir", '"Kir "B" 2"'), "på linje 2 står inne i en tekst"),
    "for mange felt": (PLAIN.replace("Kir", "Kir;B"), "Linje 2 har 4 felt, men overskriften har 3."),
    "for mange felt på flere linjer": (
        PLAIN.replace(";02", ";;02").replace(";03", ";;03"),
        "Også 1 annen linje er slik.",
    ),
    "NUL": (PLAIN.replace("Øye", "Øy\0"), "Linje 3 har tegn i Avdeling som ikke kan lagres. Fjern dem."),
    "to tegnsett": (PLAIN.encode() + "Å".encode("cp1252"), "Filen har to tegnsett: linje 1 har UTF-8"),
    "MS-DOS": (PLAIN.encode("cp850"), "Linje 1 har æ, ø eller å i tegnsettet til MS-DOS eller Macintosh"),
    "Macintosh": (PLAIN.encode("mac_roman"), "i tegnsettet til MS-DOS eller Macintosh. Lagre den som CSV UTF-8."),
    "måned/dag/år": (dated("11/02/2026", "11/13/2026"), "Linje 3, «Henvist dato»: 11/13/2026 må være måned/dag/år"),
    "ingen overskrift": (lines(*ROWS), "Listen har ingen overskrift"),
    "ingen overskrift, bare PasientID": (lines(["1001", "02.11.2026"], ["1002", "03.11.2026"]), "ingen overskrift"),
    "Excel uten overskrift": (book(*ROWS), "Listen har ingen overskrift"),
    "ingen linjer": (lines(HEAD), "Filen har ingen linjer."),
    "feil kolonner": (lines(HEAD, ["x", "y", "z"]), "Den første, linje 2: "),
    "tom": (b"\xef\xbb\xbf", "Filen er tom."),
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=list(REFUSED))
def test_en_fil_som_ikke_kan_leses_far_en_setning_om_hvor_og_hva(content: str | bytes, sentence: str) -> None:
    with pytest.raises(RegisterError) as refused:
        read(content)
    assert sentence in str(refused.value)


def test_det_som_ble_skrevet_med_et_skilletegn_til_slutt_er_ikke_kuttet() -> None:
    whole = PLAIN.replace("\r\n", ";\r\n").encode()
    assert epj_import.read_table(whole)[1] == ()
    assert "Siste linje (3) er kortere enn overskriften" in epj_import.read_table(PLAIN[:-12].encode())[1][0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,5", 1.5),
        ("1.5", 1.5),
        ("1 234,5", 1234.5),
        ("1\u00a0234", 1234.0),
        ("\u22121", -1.0),
        ("1,0", 1.0),
        ("1E-05", 0.00001),
        ("1,2,3", None),
        ("12 34", None),
        ("NaN", None),
        ("inf", None),
        ("5,", None),
        ("-", None),
        ("\u0661", None),
        ("", None),
    ],
)
def test_tall_som_folk_og_programmer_skriver_dem(text: str, expected: float | None) -> None:
    assert written.number(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023", None),  # a year, and not day 2023 of a spreadsheet
        ("9999", None),
        ("45261", date(2023, 12, 1)),
        ("45261,5", None),
        ("02.11.26", None),
        ("02.11.2026 00:00:00", date(2026, 11, 2)),
        ("02.11.2026 08:30", None),
        ("31.11.2026", None),
        ("2026-11-02x", None),
    ],
)
def test_en_dag_er_en_hel_dag(text: str, expected: date | None) -> None:
    assert written.day(text) == expected
