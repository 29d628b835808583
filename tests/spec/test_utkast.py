"""docs/adr/021: what a user has typed and not saved is the user's own draft of the form, and of its comment."""

from __future__ import annotations

import pytest

from checks.errors import RegisterError
from ingest.registration import comments, drafts
from tests.support import COLLEAGUE, LC, LU, OTHER_LU, Register

TYPED = {"HenvistDato": "2026-11-20"}


@pytest.fixture
def forlop(register: Register) -> int:
    return register.forlop()


def draft(register: Register, forlop: int, actor=LU) -> drafts.Draft | None:
    with register.store.read(actor) as tx:
        return drafts.get(tx, forlop, "to")


def test_hver_bruker_har_sitt_utkast_med_tid_og_versjon(register: Register, forlop: int) -> None:
    with register.store.write(LU) as tx:
        drafts.keep(tx, forlop, "to", 3, TYPED)
    assert draft(register, forlop) == drafts.Draft(3, TYPED, register.clock.now)
    assert draft(register, forlop, COLLEAGUE) is None


def test_utkastet_byttes_bare_naar_det_er_som_den_andre_maskinen_saa_det(register: Register, forlop: int) -> None:
    newer, answered = TYPED | {"Tilsett": 1}, TYPED | {"Tilsett": 2}
    with register.store.write(LU) as tx:
        assert not drafts.replace(tx, forlop, "to", {}, 0, TYPED)
        drafts.keep(tx, forlop, "to", 0, TYPED)
        assert drafts.replace(tx, forlop, "to", TYPED, 0, newer)
        assert not drafts.replace(tx, forlop, "to", TYPED, 0, answered)
    found = draft(register, forlop)
    assert found and found.svar == newer


def test_et_utkast_byttes_bare_av_den_som_kan_registrere_ved_enheten(register: Register, forlop: int) -> None:
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-061"), register.store.write(OTHER_LU) as tx:
        drafts.replace(tx, forlop, "to", {}, 0, TYPED)


def test_kommentaren_som_skrives_er_et_utkast_til_den_staar(register: Register, forlop: int) -> None:
    with register.store.write(LU) as tx:
        comments.keep(tx, forlop, "to", "Tolk bestilt", 0)
        assert comments.typed(tx, forlop, "to") == comments.Typed(0, "Tolk bestilt")
        comments.write(tx, forlop, "to", "Tolk bestilt", 0)
        assert comments.typed(tx, forlop, "to") is None
        comments.keep(tx, forlop, "to", "Tolk bestilt til kl. 12", 1)
        comments.keep(tx, forlop, "to", "Tolk bestilt ", 1)
        assert comments.typed(tx, forlop, "to") is None


def test_den_som_sletter_forlopet_ser_hvem_andre_som_har_utkast_i_hvilke_skjemaer(
    register: Register, forlop: int
) -> None:
    other = register.forlop()
    with register.store.write(LU) as tx:
        drafts.keep(tx, forlop, "to", 0, TYPED)
        comments.keep(tx, forlop, "b22", "Tolk bestilt", 0)
        drafts.keep(tx, other, "b11", 0, {})
    with register.store.write(LC) as tx:
        drafts.keep(tx, forlop, "to", 0, TYPED)
        assert drafts.of_others(tx, forlop) == {LU.bruker: {"to", "b22"}}
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-060"), register.store.read(LU) as tx:
        drafts.of_others(tx, forlop)
