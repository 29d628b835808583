"""Names and numbers as people write and paste them find the patient: in Pasientsøk, Ny registrering and the check against EPJ."""

from __future__ import annotations

import unicodedata
from datetime import date

import polars as pl
import pytest

from benchmarks import likeness as made_up
from checks import epj_file, identity, names
from checks.errors import RegisterError
from checks.likeness import ALIKE
from ingest.lists import epj, search
from ingest.prom import orders, reach
from ingest.prom.outside import Services
from ingest.registration import patients
from ingest.registration.lookalikes import lookalikes
from tests import support
from tests.channels import LocalChannel
from tests.support import LC, LU, OTHER_LU, SC, Register

BORN = date(1970, 5, 4)
TODAY = date(2026, 11, 23)
NO_BREAK_HYPHEN, NO_BREAK_SPACE, NO_WIDTH = "\u2011", "\u00a0", "\u200b"


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def named(register: Register, fornavn: str, etternavn: str) -> int:
    patient = register.head(register.forlop()).pasient_id
    with register.store.write(LU) as tx:
        patients.update(tx, patient, {"fornavn": fornavn, "etternavn": etternavn})
    return patient


def find(register: Register, text: str, actor=LU) -> list[int]:
    with register.store.write(actor) as tx:
        return [hit.pasient_id for hit in search.by_name_or_number(tx, text, test_persons=True).hits]


ODEGARD = ("odegard", "oedegaard", "Ødegård", "ødegaard", "ÖDEGÅRD", "Odegaard")
WAYS = [
    ("André", "Dahl", ("andre", "ANDRÉ", "dahl andre")),
    ("Áilu", "Gaup", ("ailu", "Áilu", "aailu")),
    ("Åse", "Bråthen", ("ase", "aase", "åse", "braathen", "brathen åse")),
    *(("Kari", written, ODEGARD) for written in ODEGARD),
    ("Heinz", "Müller", ("muller", "mueller", "Müller")),
    ("Ulla", "Strauß", ("strauss", "strauß", "STRAUSS", "straus")),
    ("Siobhán", "Ní Dhuibhne", ("siobhan", "ni dhuibhne", "nidhuibhne")),
    ("Đorđe", "Živković", ("dorde", "djordje", "zivkovic", "Živković Đorđe")),
    ("Thị Hoa", "Nguyễn", ("nguyen", "thi hoa nguyen", "Nguyễn Thị")),
    ("Pat", "O'Brien", ("o'brien", "o’brien", "o‘brien", "oʼbrien", "o´brien", "obrien", "brien", "o brien")),
    ("Pat", "O’Brien", ("o'brien", "o’brien", "obrien", "brien")),
    ("Sara", "Al-Hassan", ("al-hassan", f"al{NO_BREAK_HYPHEN}hassan", "al–hassan", "al hassan", "hassan", "alhassan")),
    ("Sara", f"Al{NO_BREAK_HYPHEN}Hassan", ("al-hassan", "al hassan", "hassan")),
    ("İpek", "Yıldız", ("İpek", "ipek", "IPEK", "yildiz", "YILDIZ", "Yıldız")),
    ("Čáhppe", "Njuorjoš", ("cahppe", "njuorjos")),
    ("Máŋŋá", "Bieŧŧar", ("manna", "biettar")),
    ("Jan  Ove", f"van{NO_BREAK_SPACE}den Berg", ("jan ove", "vandenberg", "berg  jan", f"den{NO_BREAK_SPACE}berg")),
    ("Józef", "Wałęsa", ("jozef walesa",)),
    ("Annemarie", "Vangjelsten", ("anne marie", "anne-marie vangjelsten", "vangjelsten anne marie", "vang jel sten")),
    ("Þór", "Guðmundsson", ("thor", "tor gudmundsson", "þor")),
    ("Thorbjørn", "Mathisen", ("torbjorn", "thorbjoern matisen", "þorbjørn")),
]


@pytest.mark.manual("Andre sider 2")
@pytest.mark.parametrize("stored", ["NFC", "NFD"], ids=["sammensatt", "dekomponert"])
def test_navnet_finnes_hvordan_det_enn_skrives(register: Register, stored) -> None:
    written = {(fornavn, etternavn): searches for fornavn, etternavn, searches in WAYS}
    ids = {name: named(register, *(unicodedata.normalize(stored, part) for part in name)) for name in written}
    for name, searches in written.items():
        for text in searches:
            for typed in (text, unicodedata.normalize("NFD", text)):
                assert ids[name] in find(register, typed), (name, typed)


@pytest.mark.manual("Andre sider 2")
def test_andre_navn_finnes_ikke(register: Register) -> None:
    named(register, "Åse", "Ødegård")
    named(register, "Annemarie", "Dahl")
    for text in (
        "degard",
        "ase hansen",
        "odegardd",
        "asegard",
        "øst",
        "marie",
        "marie anne",
        "anne dahl marie",
        "anne kari",
    ):
        assert find(register, text) == []
    for text in ("%%", "- '", "_r", " å "):
        with refused("REG-210"):
            find(register, text)
    with refused("REG-483"):
        find(register, "a" * 81)


@pytest.mark.manual("Ny registrering 1")
@pytest.mark.parametrize(
    ("known", "typed"),
    [
        (("André", "Nguyễn"), ("Andre", "Nguyen")),
        (("Nguyen", "Andre"), ("Andre", "Nguyen")),
        (("Mohammed", "Al-Hassan"), ("Mohamed", "Al Hassan")),
        (("María José", "García López"), ("María", "García")),
        (("Per Arne", "Hansen"), ("Per A.", "Hanssen")),
        (("Anna", "Kowalska"), ("Anna", "Nowak")),
        (("Annemarie", "Hansen"), ("Anne", "Marie Hansen")),
        (("Anne", "Marie Hanssen"), ("Annemarie", "Hansen")),
    ],
)
def test_annet_varsler_om_en_som_er_fodt_samme_dag_og_heter_nesten_det_samme(
    register: Register, known: tuple[str, str], typed: tuple[str, str]
) -> None:
    with register.store.write(LU) as tx:
        patient = patients.create_other(tx, *known, BORN, 2)
        stranger = patients.create_other(tx, "Ingeborg", "Solheim", BORN, 2)
    register.forlop(patient)
    register.forlop(stranger)
    with register.store.write(LU) as tx:
        assert [p.pasient_id for p in lookalikes(tx, *typed, BORN)] == [patient]
        assert lookalikes(tx, *typed, date(1971, 5, 4)) == []
    with register.store.write(OTHER_LU) as tx:
        assert lookalikes(tx, *typed, BORN) == []


def test_uten_fodselsdato_varsles_det_bare_om_samme_navn(register: Register) -> None:
    with register.store.write(LU) as tx:
        patient = patients.create_other(tx, "José", "Núñez", BORN, 1)
    register.forlop(patient)
    with register.store.write(LU) as tx:
        assert [p.pasient_id for p in lookalikes(tx, "jose", "nunez", None)] == [patient]
        assert lookalikes(tx, "José", "Nun", None) == lookalikes(tx, "José", "Alonso", None) == []


def test_varselet_finner_de_fleste_dobbeltregistrerte_og_faa_andre() -> None:
    people = made_up.People(7)
    assert made_up.rates(made_up.doubles(people, 1500))[ALIKE] >= 0.95
    assert made_up.rates(made_up.strangers(people, 1500))[ALIKE] <= 0.02


PASTED = (
    "{0} {1}",
    "{0}-{1}",
    "{0}\u2011{1}",
    "{0}–{1}",
    "{0}\u00a0{1}",
    "\u200b{0}\u200b {1}\ufeff",
    " {0}.{1}\t",
    '="{0}{1}"',
    "'{0}{1}",
)


def full_width(number: str) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in number)


@pytest.mark.parametrize("way", [*PASTED, "full bredde"])
def test_nummeret_leses_som_folk_limer_det_inn_overalt(register: Register, way: str) -> None:
    patient = register.patient(BORN)
    register.forlop(patient)
    number = identity.make(BORN, 2, 1)
    typed = full_width(number) if way == "full bredde" else way.format(number[:6], number[6:])
    with register.store.write(LU) as tx:
        assert patients.find(tx, typed, test_persons=True)[1] == patient
    assert find(register, typed) == [patient]
    table = pl.DataFrame({"fnr": [typed], "dato": ["23.11.2026"]})
    lines, unreadable, _ = epj_file.read(table, {"pasient": "fnr", "dato": "dato"}, today=TODAY, test_persons=True)
    assert ([line.nummer for line in lines], unreadable) == ([number], [])
    assert epj_file.guess(table)["pasient"] == "fnr"
    with register.store.write(LU) as tx:
        assert search.by_patient(tx, f"{NO_WIDTH}{patient}{NO_BREAK_SPACE}").pasient_id == patient
        assert search.by_patient(tx, f"PID {patient}").pasient_id == patient, "as the header of a form has it"
        with refused("REG-212"):
            search.by_patient(tx, f"FID {patient}")


def with_control(start: str) -> str:
    """The first valid number that begins with these digits."""
    found = (identity._with_control(f"{start}{serial:0{9 - len(start)}}", 0) for serial in range(1, 90))
    return next(number for number in found if number)


HELPING = with_control("8123")
NHN = with_control("047070")
NUMBERS = [
    (HELPING, "felles hjelpenummer"),
    (with_control("95"), "felles hjelpenummer"),
    (NHN, "testnummer fra Norsk helsenett"),
    ("201234567890", "DUF-nummer"),
]


@pytest.mark.manual("Ny registrering 2")
@pytest.mark.parametrize(("number", "words"), NUMBERS)
def test_et_nummer_av_et_annet_slag_sies_i_ord_og_folger_pasienten_som_annet(
    register: Register, number: str, words: str
) -> None:
    with pytest.raises(RegisterError, match=words) as caught:
        identity.parse(number, test_persons=True, today=TODAY)
    assert caught.value.code == "REG-480"
    assert "«Annet»" in str(caught.value)
    assert number not in str(caught.value)
    with register.store.write(LU) as tx:
        other, known = patients.find(tx, f" {number[:6]} {number[6:]}", test_persons=True)
        assert isinstance(other, identity.Hjelpenummer)
        assert (other.number, known) == (number, None)
        patient = patients.create_other(tx, "Anna", "Kowalska", BORN, 2, other)
        assert patients.create_other(tx, "Anna", "Kowalska", BORN, 2, other) == patient
    register.forlop(patient)
    assert find(register, number) == [patient]
    with register.store.write(LU) as tx:
        assert patients.find(tx, number, test_persons=True)[1] == patient
        assert patients.get(tx, patient).idtype == patients.OTHER
        assert patients.reveal(tx, patient) == number


def test_et_feilskrevet_hjelpenummer_har_feil_kontrollsiffer() -> None:
    for number in (HELPING, NHN):
        wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
        with refused("REG-042"):
            identity.read(wrong, test_persons=True, today=TODAY)


def test_norsk_helsenetts_testnummer_er_ikke_tillatt_i_et_virkelig_register() -> None:
    with refused("REG-481"):
        identity.read(NHN, test_persons=False, today=TODAY)


def test_d_nummer_og_h_nummer_kjennes_igjen() -> None:
    for kind in ("d-nummer", "h-nummer"):
        number = identity.make(BORN, 1, 0, synthetic=False, kind=kind)
        read = identity.read(number, test_persons=False, today=TODAY)
        assert isinstance(read, identity.Fodselsnummer)
        assert read.kind == kind


def test_et_hjelpenummer_er_ingen_adresse_for_skjema(register: Register) -> None:
    with register.store.write(LU) as tx:
        other = identity.read(HELPING, test_persons=True, today=TODAY)
        assert isinstance(other, identity.Hjelpenummer)
        patient = patients.create_other(tx, "Anna", "Kowalska", BORN, 2, other)
    forlop_id = register.forlop(patient)
    with register.store.write(LU) as tx:
        services = Services(support.LocalKontaktregister(), {"sikker": LocalChannel()}, "")
        assert reach.check(tx, forlop_id, services) == reach.Reach(False, ())
        assert not orders.test_person(tx, patient)


@pytest.mark.manual("Andre sider 2")
def test_seks_siffer_maa_kunne_vaere_en_dato(register: Register) -> None:
    for text in ("310270", "320170", "011370", "290281", "000000"):
        with refused("REG-482"):
            find(register, text)
    for text in ("280270", "680270", "288270", "286770", "284270", "290280", "290200", HELPING[:6]):
        assert find(register, text) == []


def test_oppslag_sier_hvor_det_er_lett(register: Register) -> None:
    for actor, where in ((LU, "ved enheten"), (LC, "ved enheten"), (SC, "i registeret")):
        for call in (search.by_patient, search.by_forlop):
            for text in ("999999", "1" * 20):
                with (
                    register.store.write(actor) as tx,
                    pytest.raises(RegisterError, match=f"finnes ikke {where}") as caught,
                ):
                    call(tx, text)
                assert caught.value.code == "REG-211"


def test_avdelingens_navn_i_listen_fra_epj_kjennes_igjen_hvordan_det_enn_skrives(register: Register) -> None:
    patient = register.patient(BORN)
    register.forlop(patient)
    with register.store.write(LC) as tx:
        entry = epj.units.entries(tx, "avdeling", LC.enhet)[0]
        name = unicodedata.normalize("NFD", entry["visningsnavn"].upper().replace(" ", NO_BREAK_SPACE))
        line = epj_file.Line(2, None, patient, TODAY, name)
        checked = epj.check(tx, LC.enhet, [line], 60)
    assert [match.referral.avdeling_id for match in checked.result.funnet] == [entry["id"]]


def test_arbeidslistens_navn_har_delene_som_det_sokes_i() -> None:
    assert names.openings("O’Brien, Åse-Marie") == ["obrienasemarie", "brienasemarie", "asemarie", "marie"]
