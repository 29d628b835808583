"""Issue J: a birth date that is corrected in PO gives Tilleggsopplysninger another age, and the publishing agrees."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from app.work import operations
from checks.errors import RegisterError
from ingest.access import Actor
from ingest.registration import numbers, patients
from ingest.settings import Settings
from tests import support
from tests.support import LC, LU, OTHER_LU, OWN, SC, TO, Register


@pytest.fixture
def forlop_id(register: Register) -> int:
    """A forløp of a patient without a Norwegian number, born in 1980, with TO saved and not completed."""
    with register.store.write(LU) as tx:
        patient = patients.create_other(tx, "John", "Doe", date(1980, 2, 3), 1)
    made = register.forlop(patient)
    register.save(made, "to", TO)
    return made


def correct(register: Register, forlop_id: int, born: date, actor: Actor = LU) -> None:
    with register.store.write(actor) as tx:
        numbers.update(tx, register.head(forlop_id).pasient_id, {"fodselsdato": born})


def age(register: Register, forlop_id: int) -> object:
    with register.store.read(SC) as tx:
        return support.answers_of(tx, forlop_id, "to").get("alder")


def test_alderen_regnes_paa_nytt_og_publiseringen_gaar_gjennom(register: Register, forlop_id: int) -> None:
    assert age(register, forlop_id) == 46
    correct(register, forlop_id, date(2010, 2, 3))
    assert age(register, forlop_id) == 16 and register.head(forlop_id).inkl_krit == 0
    settings = Settings(data=register.store.path.parent)
    operations.publish_now(register.store, settings, lambda _: None)
    with duckdb.connect(str(Path(settings.data) / "published" / f"lokal-{OWN}.duckdb"), read_only=True) as con:
        assert con.execute('select "alder", "InklKritOppf" from allevarnum').fetchall() == [(16, 0)]


def test_den_som_ikke_kan_rette_et_laast_skjema_kan_ikke_endre_alderen_i_det(
    register: Register, forlop_id: int
) -> None:
    register.complete(forlop_id, "to")
    with pytest.raises(RegisterError) as caught:
        correct(register, forlop_id, date(1981, 2, 3))
    assert caught.value.code == "REG-536" and "låst" in str(caught.value)
    assert age(register, forlop_id) == 46
    correct(register, forlop_id, date(1981, 2, 3), LC)
    assert age(register, forlop_id) == 45
    with register.store.read(SC) as tx:
        row = tx.row("select grunn from register.skjemaversjon where forlop_id = ? order by versjon desc", forlop_id)
    assert row == {"grunn": numbers.NEW_BIRTH_DATE}


def test_alderen_ved_en_annen_enhet_rettes_bare_av_sc(register: Register, forlop_id: int) -> None:
    other = register.forlop(register.head(forlop_id).pasient_id, actor=OTHER_LU)
    register.save(other, "to", TO, actor=OTHER_LU)
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-524"):
        correct(register, forlop_id, date(1981, 2, 3))
    correct(register, forlop_id, date(1981, 2, 3), SC)
    assert (age(register, forlop_id), age(register, other)) == (45, 45)
