"""SC can erase a patient who demands it: the log keeps that it was done, and its chain stays valid (docs/adr/007)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from checks.codebook import load
from checks.errors import RegisterError
from exports import snapshot
from exports.codebook_tables import codebook_tables
from exports.integrity import check_register
from ingest.access import Actor
from ingest.prom import samtykke
from ingest.registration import comments, drafts, erasure, patients
from ingest.store import Store
from tests.support import B12, LC, LU, SC, TO, Register

NAMES = {
    "fornavn": "Kanarifornavnet",
    "etternavn": "Kanarietternavnet",
    "telefon": "+4799887766551",
    "epost": "kanari@eksempelpost.no",
}
COMMENT, DRAFT, SOURCE = "Kanarikommentar om pasienten", "Kanariutkast fra brukeren", "Kanarikilde for trekk"
CANARIES = (*NAMES.values(), COMMENT, DRAFT, SOURCE)


@pytest.fixture
def patient(register: Register) -> int:
    """A patient with everything that can be kept of one, with a canary in each place, and another without."""
    register.completed_forlop()
    pasient_id = register.patient(date(1961, 2, 3))
    forlop_id = register.forlop(pasient_id)
    register.complete(forlop_id, "to")
    register.save(forlop_id, "b12", B12)
    register.save(forlop_id, "to", {"HenvistDato": "2026-10-30"}, actor=LC, grunn="Kanarigrunn", hendelse="ferdigstilt")
    with register.store.write(LU) as tx:
        patients.update(tx, pasient_id, NAMES)
        comments.write(tx, forlop_id, "to", COMMENT, 0)
        drafts.keep(tx, forlop_id, "po", 0, {"Fornavn": DRAFT})
    with register.store.write(SC) as tx:
        samtykke.withdraw(tx, pasient_id, date(2026, 11, 20), SOURCE)
    return pasient_id


def erase(
    register: Register, pasient_id: int, actor: Actor = SC, bekreftet: str | None = None, grunn: str = "Krav"
) -> int:
    with register.store.write(actor) as tx:
        return erasure.erase(tx, pasient_id, str(pasient_id) if bekreftet is None else bekreftet, grunn)


def everything(register: Register) -> str:
    """Every value of every table."""
    with register.store.cursor() as con:
        tables = con.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        return str([con.execute(f"select * from {table}").fetchall() for (table,) in tables])


def wrong(register: Register) -> list[str]:
    with register.store.read(SC) as tx:
        return [f"{f.hva}: {f.feil}" for f in check_register(tx) if f.feil]


def raw(path: Path) -> bytes:
    return b"".join(p.read_bytes() for p in path.parent.glob(f"{path.name}*"))


def test_identitet_og_svar_er_borte_fra_alle_tabeller(register: Register, patient: int) -> None:
    with register.store.read(SC) as tx:
        number = tx.rows("select idnr from identitet.person where pasient_id = ?", patient)[0]["idnr"]
    before = everything(register)
    assert all(canary in before for canary in (*CANARIES, number))
    assert erase(register, patient) == 1
    after = everything(register)
    assert [canary for canary in (*CANARIES, number) if canary in after] == []
    with register.store.read(SC) as tx:
        head = tx.rows("select * from register.forlop where pasient_id = ?", patient)[0]
        versions = tx.rows("select * from register.skjemaversjon where forlop_id = ?", head["forlop_id"])
        log = tx.rows("select * from tilgang.logg where pasient_id = ? and hendelse <> 'pasient slettet'", patient)
    assert {(v["svar"], v["bekreftet"], v["grunn"], v["salt"]) for v in versions} == {(None, None, None, b"")}
    assert all(v["digest"] for v in versions)
    assert (head["startdato"], head["samtykke"], head["trukket_kilde"]) == (None, None, None)
    assert head["slettet"] is not None
    assert {(row["detaljer"], row["salt"]) for row in log} == {(None, b"")}


def test_loggen_beholder_at_det_er_gjort_og_kontrollen_er_gronn(register: Register, patient: int) -> None:
    erase(register, patient)
    assert wrong(register) == []
    with register.store.read(SC) as tx:
        (row,) = tx.rows("select * from tilgang.logg where hendelse = 'pasient slettet'")
        (kept,) = tx.rows("select * from register.sletting")
    assert (row["pasient_id"], row["bruker"], json.loads(row["detaljer"])["forløp"]) == (patient, SC.bruker, 1)
    assert (kept["pasient_id"], kept["bruker"], kept["grunn"]) == (patient, SC.bruker, "Krav")


@pytest.mark.parametrize(
    "edit",
    [
        "update tilgang.logg set bruker = 'bruker9' where nr = (select min(nr) from tilgang.logg where salt = ''::blob)",
        "delete from register.sletting",
        "update register.skjemaversjon set svar = '{}' where svar is null",
        "update register.skjemaversjon set digest = 'x' where forlop_id = 10001",
        "update register.forlop set slettet = null",
    ],
)
def test_kontrollen_finner_endringer_ogsa_etter_en_sletting(register: Register, patient: int, edit: str) -> None:
    erase(register, patient)
    with register.store.write(SC) as tx:
        tx.run(edit)
    assert wrong(register)


def test_innholdet_forlater_selve_filen(register: Register, patient: int) -> None:
    store = register.store
    erase(register, patient)
    with store.cursor() as con:
        con.execute("checkpoint")
    left = raw(store.path)
    assert [c for c in CANARIES if c.encode() in left] != []  # a checkpoint alone leaves some of it
    store.rewrite()
    assert [c for c in CANARIES if c.encode() in raw(store.path)] == []
    assert wrong(register) == []
    assert sorted(p.name for p in store.path.parent.iterdir()) == [store.path.name]
    forlop_id = register.completed_forlop()
    assert register.head(forlop_id).startdato == date.fromisoformat(TO["StartdatoTO"])


def test_den_nye_filen_har_de_samme_tabellene_noklene_og_radene(register: Register, patient: int) -> None:
    def described() -> list[Any]:
        with register.store.cursor() as con:
            return [
                con.execute(sql).fetchall()
                for sql in (
                    "select schema_name, table_name, sql from duckdb_tables() order by all",
                    "select schema_name, index_name, sql from duckdb_indexes() order by all",
                    "select table_name, constraint_type, constraint_text from duckdb_constraints() order by all",
                )
            ]

    before, rows = described(), everything(register)
    register.store.rewrite()
    assert described() == before
    assert everything(register) == rows


def test_en_avbrutt_sletting_fullfores_neste_gang_filen_apnes(register: Register, patient: int) -> None:
    erase(register, patient)
    path = register.store.path
    register.store.close()
    register.store = Store(path, clock=register.clock, random_bytes=register.store.random_bytes)
    assert [c for c in CANARIES if c.encode() in raw(path)] == []
    with register.store.read(SC) as tx:
        assert [r["renset"] for r in tx.rows("select renset from register.sletting")] == [register.clock.now]


def test_den_som_leser_far_lese_ferdig(register: Register, patient: int) -> None:
    erase(register, patient)
    with register.store.read(SC), pytest.raises(RegisterError, check=lambda e: e.code == "REG-110"):
        register.store.rewrite(patience=0)
    assert wrong(register) == []
    register.store.rewrite()
    assert wrong(register) == []


def test_pasienten_finnes_ikke_mer_og_er_ikke_i_oyeblikksbildet(
    register: Register, patient: int, tmp_path: Path
) -> None:
    erase(register, patient)
    with register.store.read(SC) as tx, pytest.raises(RegisterError, check=lambda e: e.code == "REG-046"):
        patients.get(tx, patient)
    with register.store.cursor() as con:
        snapshot.take(con, tmp_path / "snap.duckdb", codebook_tables(load()))
    with duckdb.connect(str(tmp_path / "snap.duckdb"), read_only=True) as con:
        for table in ("pasient", "forlop"):
            assert con.execute(f"select count(*) from {table} where pasient_id = {patient}").fetchall() == [(0,)]
        assert con.execute("select count(distinct forlop_id) from skjemaversjon").fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("bekreftet", "grunn", "code"), [("1", "Krav", "REG-108"), ("", "Krav", "REG-108"), (None, " ", "REG-109")]
)
def test_sletting_krever_pid_og_grunn(
    register: Register, patient: int, bekreftet: str | None, grunn: str, code: str
) -> None:
    before = everything(register)
    with pytest.raises(RegisterError, check=lambda e: e.code == code):
        erase(register, patient, bekreftet=bekreftet, grunn=grunn)
    assert everything(register) == before


def test_en_slettet_pasient_slettes_ikke_igjen(register: Register, patient: int) -> None:
    erase(register, patient)
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-046"):
        erase(register, patient)


@pytest.mark.parametrize("actor", [LU, LC], ids=lambda a: a.rolle)
def test_bare_sc_sletter(register: Register, patient: int, actor: Actor) -> None:
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-060"):
        erase(register, patient, actor)
