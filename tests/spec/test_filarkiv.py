"""Brukerveiledningen, «Filarkiv»: registerfilene som er relevante for behandlere, og «Genererte dokumenter»."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from streamlit.testing.v1 import AppTest

from app.web import resources, session
from checks import hads_texts
from checks.codebook import load
from checks.errors import RegisterError
from checks.forlop import PATIENT_FORMS
from exports import documents
from exports.klokebok_files import klokebok_name
from exports.printouts import guide, paper
from ingest.registration import erasure
from ingest.services.folkeregister import LocalFolkeregister
from ingest.settings import Settings
from tests.made_up_hads import right
from tests.support import LC, LU, OTHER_LC, SC, Register

DAY = date(2026, 11, 23)

PAGES = Path(__file__).parents[2] / "app" / "pages"
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
TEXTS = ("brukerveiledning", "samtykkeskjema", "handtering-av-samtykke", "informasjon-om-registeret")


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


@pytest.mark.manual("Andre sider 4")
@pytest.mark.parametrize("name", TEXTS)
def test_veiledning_og_samtykkedokumenter_som_side_og_pdf(name: str) -> None:
    parts = guide.read((guide.DOCS / f"{name}.md").read_text(encoding="utf-8"))
    shown = guide.html(parts, "/filarkiv/bilder")
    assert guide.title(parts) and not any(left in shown for left in ("**", "](", "\n#", "|--", "`"))
    assert guide.printout(name, MOMENT).pdf().startswith(b"%PDF")


def test_veiledningens_bilder_finnes_og_er_smaa() -> None:
    parts = guide.read((guide.DOCS / "brukerveiledning.md").read_text(encoding="utf-8"))
    pictures = [guide.DOCS / "bilder" / part.tekster[1] for part in parts if part.slag == "bilde"]
    assert len(pictures) >= 4 and all(path.stat().st_size < 250_000 for path in pictures)


def test_det_som_er_skrevet_i_en_tekst_er_ikke_html() -> None:
    assert guide.html(guide.read("# T\n\n<b>x</b> & **y**"), "") == "<p>&lt;b&gt;x&lt;/b&gt; &amp; <b>y</b></p>"


@pytest.mark.manual("Andre sider 4")
@pytest.mark.parametrize("skjema", paper.offered(None))
def test_pasientskjema_papirversjon_har_alle_sporsmaal_og_ingen_identitet(skjema: str) -> None:
    made = paper.document(skjema, DAY)
    printed = {text for part in made["deler"] for q in part["sporsmaal"] for text in (q["tekst"], *q["svar"])}
    asked = [v for v in load().skjema[skjema].variabler.values() if v.besvares]
    assert asked and all(v.ledetekst in printed for v in asked)
    assert made["dato"] == "Dato for utfylling"
    assert not any(word in str(made).lower() for word in ("fødselsnummer", "navn:"))
    assert paper.printout(skjema, MOMENT).pdf().startswith(b"%PDF")


def test_hads_lages_ikke_uten_lisensiert_tekst() -> None:
    assert set(PATIENT_FORMS) - set(paper.offered(None)) == {"hads"}
    with pytest.raises(KeyError):
        paper.document("hads", DAY)


def test_hads_papirversjon_har_den_lisensierte_filens_ord_og_rettighet(tmp_path: Path) -> None:
    path = tmp_path / "hads.yml"
    path.write_text(yaml.safe_dump(right()), encoding="utf-8")
    texts = hads_texts.read(path)
    assert paper.offered(texts) == PATIENT_FORMS
    made = paper.document("hads", DAY, texts)
    asked = [q for part in made["deler"] for q in part["sporsmaal"]]
    assert [q["tekst"] for q in asked] == [f"Oppdiktet {n}" for n in range(1, 15)]
    codes = [k.kode for k in load().variabel("HADSSpm1").koder if k.tilbys]
    assert asked[0]["svar"] == [f"Valg 1-{code}" for code in codes]
    assert (made["innledning"], made["rettighet"]) == ("Oppdiktet innledning", "Oppdiktet rettighet")
    assert "HADS ledd" not in str(made) and "Svar 1" not in str(made)
    assert paper.document("eval", DAY, texts) == paper.document("eval", DAY)
    assert paper.printout("hads", MOMENT, texts).pdf().startswith(b"%PDF")


def test_filarkiv_sier_hvorfor_hads_mangler_og_har_den_naar_tekstene_er_der(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "hads.yml"
    path.write_text(yaml.safe_dump(right()), encoding="utf-8")
    address = "/filarkiv/papir/hads"

    def shown(texts: Path | None) -> str:
        @contextmanager
        def held() -> Iterator[resources.Resources]:
            settings = Settings(data=tmp_path, hads_tekster=texts)
            yield resources.Resources(settings, register.store, LocalFolkeregister())

        monkeypatch.setattr(session, "current_actor", lambda: LU)
        with resources.holding(held()):
            page = AppTest.from_file(str(PAGES / "filarkiv.py"), default_timeout=30).run()
        assert not page.exception
        return " ".join(str(element.proto.body) for element in page.get("html"))

    without, licensed = shown(None), shown(path)
    assert "tekstene er lisensiert" in without and address not in without
    assert "tekstene er lisensiert" not in licensed and address in licensed


@pytest.fixture
def packed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package in place of the published one, which test_uttrekk.py and others prove."""

    def make(_data: Path, to: Path, scope: str, day, progress) -> Path:
        progress("Skriver …")
        folder = to / day.isoformat()
        folder.mkdir(parents=True)
        (folder / klokebok_name(day)).write_text("klokebok", encoding="utf-8")
        (folder / "smertereg_mce.csv").write_text(scope, encoding="utf-8")
        return folder

    monkeypatch.setattr(documents, "make_package", make)


def made(register: Register, tmp_path: Path, actor, slag: str) -> documents.Document:
    said: list[str] = []
    number = documents.make(register.store, actor, tmp_path, slag, said.append)
    with register.store.read(actor) as tx:
        found = documents.listed(tx)[0]
    assert found.dokument_id == number and said
    return found


def fetch(register: Register, tmp_path: Path, actor, number: int) -> bytes:
    with register.store.write(actor) as tx:
        return documents.fetch(tx, tmp_path, number)[1]


@pytest.mark.manual("Andre sider 5")
@pytest.mark.usefixtures("packed")
def test_klokebok_og_datadump_ligger_under_genererte_dokumenter(register: Register, tmp_path: Path) -> None:
    book = made(register, tmp_path, LC, documents.KLOKEBOK)
    assert fetch(register, tmp_path, LC, book.dokument_id) == b"klokebok"
    dump = made(register, tmp_path, SC, documents.DATADUMP)
    content = fetch(register, tmp_path, SC, dump.dokument_id)
    assert (dump.omfang, dump.storrelse, dump.sha256) == ("nasjonal", len(content), hashlib.sha256(content).hexdigest())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("2026-11-23/smertereg_mce.csv") == b"nasjonal"
    register.clock.turn(hours=1)
    assert made(register, tmp_path, SC, documents.DATADUMP).sha256 == dump.sha256
    with register.store.read(SC) as tx:
        events = [row["hendelse"] for row in tx.rows("select hendelse from tilgang.logg order by nr")]
    assert events[-5:] == ["dokument laget", "dokument hentet", "dokument laget", "dokument hentet", "dokument laget"]


@pytest.mark.usefixtures("packed")
def test_dokumentene_er_for_koordinatorer_og_egen_enhet(register: Register, tmp_path: Path) -> None:
    own = made(register, tmp_path, LC, documents.DATADUMP)
    for actor, code in ((LU, "REG-060"), (OTHER_LC, "REG-220"), (SC, "REG-220")):
        with refused(code):
            fetch(register, tmp_path, actor, own.dokument_id)
    with refused("REG-060"):
        documents.make(register.store, LU, tmp_path, documents.DATADUMP, lambda _: None)


@pytest.mark.usefixtures("packed")
def test_bare_de_nyeste_beholdes_og_ingenting_fra_for_en_sletting(register: Register, tmp_path: Path) -> None:
    patient = register.head(register.forlop()).pasient_id
    for _ in range(documents.KEPT[documents.KLOKEBOK] + 2):
        register.clock.turn(minutes=1)
        last = made(register, tmp_path, LC, documents.KLOKEBOK)
    assert sum(path.is_file() for path in (tmp_path / "dokumenter").iterdir()) == documents.KEPT[documents.KLOKEBOK]
    register.clock.turn(minutes=1)
    with register.store.write(SC) as tx:
        erasure.erase(tx, patient, str(patient), "Krav i brev")
    with refused("REG-220"):
        fetch(register, tmp_path, LC, last.dokument_id)
    register.clock.turn(minutes=1)
    made(register, tmp_path, LC, documents.KLOKEBOK)
    assert sum(path.is_file() for path in (tmp_path / "dokumenter").iterdir()) == 1


@pytest.mark.usefixtures("packed")
def test_en_fil_som_er_endret_blir_ikke_levert(register: Register, tmp_path: Path) -> None:
    book = made(register, tmp_path, LC, documents.KLOKEBOK)
    (tmp_path / "dokumenter" / str(book.dokument_id)).write_bytes(b"endret")
    with refused("REG-220"):
        fetch(register, tmp_path, LC, book.dokument_id)


def test_ingenting_blir_igjen_naar_det_ikke_gaar(register: Register, tmp_path: Path) -> None:
    with refused("REG-085"):
        documents.make(register.store, LC, tmp_path, documents.DATADUMP, lambda _: None)
    assert list((tmp_path / "dokumenter").iterdir()) == []


def test_papiret_sier_hvem_som_skal_svare_slik_skjermen_gjor_og_hvilket_sykehus_det_er_fra() -> None:
    made = paper.document("opioid", DAY, sykehus="Haukeland universitetssjukehus")
    questions = {q["nr"]: q for part in made["deler"] for q in part["sporsmaal"]}
    skip = "Svar bare hvis du svarte «Ja» på spørsmål {}. Ellers hopper du over."
    assert (questions[1]["naar"], questions[2]["naar"]) == ("", skip.format(1))
    assert [part["naar"] for part in made["deler"]] == ["", *[skip.format("1 og «Ja» på spørsmål 2")] * 5]
    asked = {q["tekst"]: q for q in questions.values()}
    assert asked["Forsto du at plagene var abstinenser?"]["naar"] == skip.format(9)
    assert questions[9]["tekst"].startswith("Har du hatt plagsomme abstinenser")
    assert made["sykehus"] == "Haukeland universitetssjukehus"
    hidden = [v for v in load().skjema["opioid"].variabler.values() if v.besvares and v.vises_naar]
    assert len(hidden) > len([q for q in questions.values() if not q["naar"]])


def test_papir_uten_noe_aa_hoppe_over_har_ikke_numre() -> None:
    parts = paper.document("pasreg", DAY)["deler"]
    assert {(part["naar"], q["naar"], q["nr"]) for part in parts for q in part["sporsmaal"]} == {("", "", None)}
