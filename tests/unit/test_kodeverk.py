"""Proves that a code is found the way clinicians type it, and that an NCSP file is read or refused by line."""

import io

import pytest
import xlsxwriter

from checks.errors import RegisterError
from checks.kodeindeks import Kode, Kodeindeks
from checks.kodeverk import icd10_text, is_c_diagnosis, search_icd10, valid_ncsp
from checks.word_forms import fold
from ingest.lists import ncsp


def read_ncsp(text: str) -> list[Kode]:
    return list(ncsp.read(text.encode())[0].codes)


def codes(text: str, **options) -> list[str]:
    return [kode.kode for kode in search_icd10(text, **options)]


@pytest.mark.parametrize("typed", ["M79.7", "m79.7", "m797", " M797 ", "fibromyalgi", "FIBROMYALGI", "m79 fibro"])
def test_finds_on_code_with_or_without_dot_and_on_text(typed: str) -> None:
    assert codes(typed)[0] == "M79.7"


def test_finds_fragments_of_several_words_in_any_order() -> None:
    hits = codes("lår brudd")
    assert "S72.0" in hits[:5]
    assert set(hits) == set(codes("brudd lår"))


def test_finds_fragment_inside_a_word() -> None:
    assert "M79.7" in codes("bromyalg")


def test_finds_without_accents_but_keeps_norwegian_letters() -> None:
    assert "N94.6" in codes("dysmenore")
    assert "M35.0" in codes("sjøgren")
    assert fold("Åpent SÅR, dysmenoré") == "åpent sår dysmenore"


def test_ranks_code_then_text_start_then_word_start_then_fragment() -> None:
    index = Kodeindeks(
        [Kode("X10", "Postoperativhode"), Kode("X11", "Vondt hode"), Kode("X12", "Hodepine"), Kode("HODE1", "Annet")]
    )
    assert [kode.kode for kode in index.search("hode")] == ["HODE1", "X12", "X11", "X10"]


def test_a_text_that_starts_with_the_words_comes_before_one_with_the_words_turned() -> None:
    index = Kodeindeks([Kode("X01", "Hode, vondt"), Kode("X99", "Vondt hode"), Kode("X50", "Vondt hår")])
    assert [kode.kode for kode in index.search("vondt hode")] == ["X99", "X01"]
    assert [kode.kode for kode in index.search("vondt ho", limit=1)] == ["X99"]
    assert [kode.kode for kode in index.search("vondt hode", prefix="X0")] == ["X01"]


def test_each_code_once_and_never_more_than_limit() -> None:
    hits = codes("smerte", limit=7)
    assert len(hits) == len(set(hits)) == 7


def test_prefix_keeps_to_c_diagnoses() -> None:
    hits = codes("bryst", prefix="C", limit=100)
    assert "C50.9" in hits
    assert all(kode.startswith("C") for kode in hits)
    assert codes("M79.7", prefix="C") == []


@pytest.mark.parametrize("typed", ["", "   ", "…", "finnesikke"])
def test_nothing_typed_or_nothing_there_gives_nothing(typed: str) -> None:
    assert search_icd10(typed) == []


def test_known_typing_errors_of_the_source_are_corrected() -> None:
    assert icd10_text("G97.1") == "Andre reaksjoner på spinal- og lumbalpunksjon"
    assert icd10_text("K85.9") == "Uspesifisert akutt pankreatitt"
    assert icd10_text("Z36.9") == "Uspesifisert prenatal diagnostikk"


def test_text_of_a_code_follows_the_2026_edition() -> None:
    assert icd10_text("M79.7") == icd10_text("m797") == icd10_text("M 79.7") == "Fibromyalgi"
    assert icd10_text("G56.4") is None


@pytest.mark.parametrize(
    ("kode", "answer"), [("C50.9", True), ("c509", True), ("C99", False), ("D05.9", False), ("", False)]
)
def test_c_diagnosis(kode: str, answer: bool) -> None:
    assert is_c_diagnosis(kode) is answer


@pytest.mark.parametrize(
    ("kode", "answer"),
    [
        ("NFB20", True),
        ("ZSX00", True),
        ("nfb20", False),
        ("NFB2", False),
        ("IFB20", False),
        ("NOB20", False),
        ("RAA00", False),
    ],
)
def test_ncsp_pattern(kode: str, answer: bool) -> None:
    assert valid_ncsp(kode) is answer


EXPECTED = [Kode("AAA00", "Første; inngrep"), Kode("NFB20", "Andre inngrep")]


@pytest.mark.parametrize(
    "text",
    [
        'Kode;Kodetekst\nAAA00;"Første; inngrep"\nNFB20;Andre inngrep\n',
        "\ufeffAAA00\tFørste; inngrep\r\n\r\nNFB20\tAndre inngrep\r\n",
        'Kodeverk,Kode,Gyldig,Tekst\nNCSP,aaa00,2026,"Første; inngrep"\nNCSP,NFB20,2026,Andre inngrep',
        'A;Nervesystemet\nAAA00;"Første; inngrep"\nFPFE00;En medisinsk prosedyre\nSCH0AK;MR\nNFB20;Andre inngrep\nNFB20;Andre inngrep',
        'Kode;Kodetekst\nA0099;Medisinsk\nAAA00;"Første; inngrep"\nKapittel B;Hormoner\nNFB20;Andre inngrep\n',
        'Kodeverk;Kode;Kodetekst\nNCMP;NFB10;Medisinsk\nNCSP;AAA00;"Første; inngrep"\nNCSP;NFB20;Andre inngrep\n',
        'Prosedyrekoder;\n;\nKode;Kodetekst;\nAAA00;"Første; inngrep";\nNFB20;Andre inngrep;\n',
    ],
    ids=[
        "semicolon",
        "tab, bom, no heading",
        "further columns",
        "headings, NCMP, NCRP, repeated",
        "A0099 first",
        "the system named",
        "a title",
    ],
)
def test_reads_the_official_ncsp_file_in_its_shapes(text: str) -> None:
    assert read_ncsp(text) == EXPECTED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Filen er tom"),
        ("Kode;Tekst\n", "ingen NCSP-koder"),
        ("Kode;Tekst\nAAA00;Første\n\nAA100;Andre\n", "Linje 4: «AA100»"),
        ("Kode;Tekst\nAAA00;\n", "Linje 2: koden AAA00 mangler tekst"),
        ("AAA00;Første\nAAA00;Noe annet\n", "Linje 2: koden AAA00 står to ganger"),
        ("Kode;Tekst\n12345;Første\n", "Linje 2: fant ingen NCSP-kode"),
        ('Kode;Tekst\nAAA00;"Første\nNFB20;Andre\n', "anførselstegn som begynner på linje 2 er ikke avsluttet"),
        ('Kode;Tekst\nAAA00;"Første\nNFB20;Andre"\n', "felt 2 på linje 2 er ikke avsluttet"),
    ],
)
def test_a_broken_ncsp_file_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(RegisterError, match=said):
        read_ncsp(text)


def test_every_wrong_line_of_an_ncsp_file_is_told() -> None:
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-507") as refused:
        read_ncsp("Kode;Tekst\nAAA00;Første\nAA100;Andre\nAAA10;\nAAA00;Tredje\n")
    assert [told.rad for told in refused.value.problems] == [3, 4, 5]
    assert "har 3 feil" in str(refused.value)


def test_imported_ncsp_is_searched_like_icd10() -> None:
    index = Kodeindeks(read_ncsp("AAA00;Første inngrep\nNFB20;Hofteprotese\n"))
    assert [kode.kode for kode in index.search("nfb")] == ["NFB20"]
    assert [kode.kode for kode in index.search("protese")] == ["NFB20"]


def test_the_official_workbook_is_read_from_the_sheet_with_ncsp() -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        made.add_worksheet("Les meg").write(0, 0, "Alle prosedyrekoder")
        medical = made.add_worksheet("NCMP")
        for row, line in enumerate([("Kode", "Kodetekst"), ("A0099", "En"), ("AAFE00", "To")]):
            medical.write_row(row, 0, line)
        surgical = made.add_worksheet("NCSP")
        for row, line in enumerate([("Prosedyrekoder 2026",), (), ("Kode", "Kodetekst"), *EXPECTED]):
            surgical.write_row(row, 0, [line.kode, line.tekst] if isinstance(line, Kode) else line)
    found, notes = ncsp.read(book.getvalue())
    assert (list(found.codes), found.sisters, notes) == (EXPECTED, 0, [])
    joint = [("Kode", "Kodetekst", "Kodeverk"), ("A0099", "En", "NCMP"), *((c.kode, c.tekst, "NCSP") for c in EXPECTED)]
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet()
        for row, line in enumerate(joint):
            sheet.write_row(row, 0, line)
    found, _ = ncsp.read(book.getvalue())
    assert (list(found.codes), found.sisters) == (EXPECTED, 1)
