"""decisions: «Comments are versions like forms: who saved last on an older base is asked, order is a number, not a clock»."""

from __future__ import annotations

import pytest

from checks.errors import RegisterError
from ingest import migrations
from ingest.lists import arbeidsliste
from ingest.registration import comments
from ingest.registration.comments import StaleComment
from ingest.registration.erasure import erase
from tests.support import COLLEAGUE, LU, SC, Actor, Register


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def write(register: Register, forlop: int, text: str, based_on: int, actor: Actor = LU, skjema: str = "b22") -> int:
    with register.store.write(actor) as tx:
        return comments.write(tx, forlop, skjema, text, based_on)


def versions(register: Register, forlop: int, skjema: str = "b22") -> list[tuple[int, str, str]]:
    with register.store.read(SC) as tx:
        return [(c.versjon, c.tekst, c.bruker) for c in comments.history(tx, forlop, skjema)]


@pytest.fixture
def forlop(register: Register) -> int:
    made = register.forlop()
    register.complete(made, "to")
    return made


def test_hver_lagring_er_en_versjon_med_nummer_hvem_og_naar(register: Register, forlop: int) -> None:
    write(register, forlop, " Ring posten ", 0)
    register.clock.turn(hours=1)
    write(register, forlop, "Ring posten kl. 12", 1, COLLEAGUE)
    assert versions(register, forlop) == [(1, "Ring posten", LU.bruker), (2, "Ring posten kl. 12", COLLEAGUE.bruker)]
    with register.store.read(SC) as tx:
        first, second = comments.history(tx, forlop, "b22")
        assert comments.read(tx, forlop, "b22") == second
    assert (second.tid - first.tid).total_seconds() == 3600


def test_den_som_lagrer_paa_en_eldre_kommentar_blir_spurt_og_ingenting_er_mistet(
    register: Register, forlop: int
) -> None:
    write(register, forlop, "Tolk bestilt", 0)
    write(register, forlop, "Tolk bestilt til kl. 12", 1)
    with pytest.raises(StaleComment) as asked:
        write(register, forlop, "Pårørende vil ringes", 1, COLLEAGUE)
    assert (asked.value.deres.versjon, asked.value.deres.tekst) == (2, "Tolk bestilt til kl. 12")
    assert f"endret av {LU.bruker} kl. 10:00" in str(asked.value)
    assert [text for _, text, _ in versions(register, forlop)] == ["Tolk bestilt", "Tolk bestilt til kl. 12"]
    assert write(register, forlop, "Tolk kl. 12. Pårørende vil ringes", asked.value.deres.versjon, COLLEAGUE) == 3


def test_to_som_skriver_den_forste_kommentaren_samtidig_blir_ogsaa_spurt(register: Register, forlop: int) -> None:
    write(register, forlop, "Min", 0)
    with refused("REG-258"):
        write(register, forlop, "Din", 0, COLLEAGUE)


def test_den_samme_teksten_er_ingen_ny_versjon(register: Register, forlop: int) -> None:
    assert write(register, forlop, "", 0) == 0
    write(register, forlop, "Samme", 0)
    assert write(register, forlop, "Samme ", 0, COLLEAGUE) == 1
    assert len(versions(register, forlop)) == 1


def test_en_sletting_er_en_versjon_som_ogsaa_andre_blir_spurt_om(register: Register, forlop: int) -> None:
    write(register, forlop, "Feil pasient", 0)
    write(register, forlop, " ", 1)
    assert versions(register, forlop)[-1] == (2, "", LU.bruker)
    assert not register.head(forlop).skjema["b22"].har_kommentar
    with register.store.read(SC) as tx:
        assert comments.read(tx, forlop, "b22") is None
    with pytest.raises(StaleComment) as asked:
        write(register, forlop, "Feil pasient, se journal", 1, COLLEAGUE)
    assert asked.value.deres.tekst == ""


def test_etter_at_klokken_er_stilt_tilbake_er_den_nyeste_kommentaren_fortsatt_sist(
    register: Register, forlop: int
) -> None:
    write(register, forlop, "Før", 0)
    register.clock.turn(days=-3)
    write(register, forlop, "Etter", 1)
    with register.store.read(LU) as tx:
        found = comments.read(tx, forlop, "b22")
        (line,) = arbeidsliste.rows(tx)
    assert found is not None
    assert (found.tekst, line["kommentar_b22"]) == ("Etter", "Etter")
    write(register, forlop, "", 2)
    with register.store.read(LU) as tx:
        assert comments.read(tx, forlop, "b22") is None
        assert arbeidsliste.rows(tx)[0]["kommentar_b22"] == ""


@pytest.mark.parametrize(
    ("skjema", "text", "code"),
    [
        ("finnes ikke", "x", "REG-021"),
        ("b22", "x" * 4001, "REG-259"),
        ("b22", "a\x00", "REG-255"),
        ("po", "\ud800", "REG-255"),
    ],
)
def test_det_som_ikke_kan_lagres_avvises_med_en_setning(
    register: Register, forlop: int, skjema: str, text: str, code: str
) -> None:
    with refused(code):
        write(register, forlop, text, 0, skjema=skjema)
    assert versions(register, forlop, skjema) == []


def test_sletting_av_pasienten_fjerner_alle_versjoner(register: Register, forlop: int) -> None:
    patient = register.head(forlop).pasient_id
    write(register, forlop, "Én", 0)
    write(register, forlop, "To", 1)
    with register.store.write(SC) as tx:
        erase(tx, patient, str(patient), "krav")
        assert tx.rows("select * from register.kommentar") == []


def test_kommentarer_fra_for_versjonene_nummereres_i_den_rekkefolgen_de_ble_skrevet(register: Register) -> None:
    migration = next(file for number, file in migrations.available() if number == 12)
    with register.store.cursor() as con:
        con.execute("drop table register.kommentar")
        con.execute(
            "create table register.kommentar (forlop_id integer not null, skjema varchar not null, tekst varchar not null, "
            "bruker varchar not null, tid timestamptz not null)"
        )
        for text, day in (("først", 3), ("sist, etter at klokken gikk tilbake", 1)):
            con.execute(f"insert into register.kommentar values (1, 'to', '{text}', 'b', timestamptz '2026-01-0{day}')")
        con.execute(migration.read_text(encoding="utf-8"))
        found = con.execute("select versjon, tekst from register.kommentar order by versjon").fetchall()
    assert found == [(1, "først"), (2, "sist, etter at klokken gikk tilbake")]
