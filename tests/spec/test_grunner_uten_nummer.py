"""What a user writes as a reason is kept, and read by others: a patient's number in it is refused, wherever it is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from checks import patient_numbers
from checks.errors import RegisterError
from ingest.access import Actor
from ingest.prom import samtykke
from ingest.registration import forlop
from ingest.results import quality
from tests.support import LC, SC, TO, Register

# Of the kind that no person has: the month is the month plus 80.
DAY, REST = ("04", "85", "70"), ("123", "45")
DATE, END = "".join(DAY), "".join(REST)
WRITTEN = [
    f"{DATE}{END}",
    f"var {DATE} {END}.",
    f"({DATE}-{END})",
    f"{DATE}\u200b{END}",
    f"{DATE}\u00a0–\u00a0{END}",
    f"født {'.'.join(DAY)} {END}",
    f"{' '.join(DAY)} {' '.join(REST)}",
    f"{DATE}{END}".translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"}),
    "DUF 201612345678",
]
PLAIN = [
    "Forløp 10001 og 10002",
    "Se 100001, 10002",
    "Ringt 91 23 45 67, +47 912 34 567",
    "Innlagt 20.11.2026 kl. 10.30",
]


def _correct(register: Register, actor: Actor, forlop_id: int, reason: str) -> None:
    register.complete(forlop_id, "to")
    register.save(forlop_id, "to", {"HenvistDato": "2026-10-31"}, actor=actor, grunn=reason)


def _withdraw(register: Register, actor: Actor, forlop_id: int, reason: str) -> None:
    register.complete(forlop_id, "to", TO)
    with register.store.write(actor) as tx:
        samtykke.withdraw(tx, forlop.get(tx, forlop_id).pasient_id, date(2026, 11, 21), reason)


def _delete(register: Register, actor: Actor, forlop_id: int, reason: str) -> None:
    with register.store.write(actor) as tx:
        forlop.delete(tx, forlop_id, reason)


def _look_at(register: Register, actor: Actor, forlop_id: int, reason: str) -> None:
    with register.store.write(actor) as tx:
        quality.look_at(tx, "hads_sum", forlop_id, reason)


ACTS: dict[str, tuple[Callable[..., None], Actor]] = {
    "retting av ferdigstilt skjema": (_correct, LC),
    "kilden til trukket samtykke": (_withdraw, SC),
    "slettet forløp": (_delete, LC),
    "funn som er sett på": (_look_at, LC),
}


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize(("act", "actor"), ACTS.values(), ids=list(ACTS))
def test_en_grunn_med_et_nummer_tas_ikke_imot(
    register: Register, act: Callable[..., None], actor: Actor, written: str
) -> None:
    with pytest.raises(RegisterError) as caught:
        act(register, actor, register.forlop(), written)
    assert caught.value.code == "REG-561"
    assert written not in str(caught.value)
    with register.store.read(SC) as tx:
        kept: Any = [
            tx.rows(f"select * from {table}") for table in ("tilgang.logg", "register.forlop", "register.skjemaversjon")
        ]
    assert written not in str(kept)


@pytest.mark.parametrize("written", PLAIN)
@pytest.mark.parametrize(("act", "actor"), ACTS.values(), ids=list(ACTS))
def test_andre_tall_i_en_grunn_tas_imot(
    register: Register, act: Callable[..., None], actor: Actor, written: str
) -> None:
    act(register, actor, register.forlop(), written)


def test_et_forlop_slettes_ikke_uten_grunn(register: Register) -> None:
    forlop_id = register.forlop()
    with pytest.raises(RegisterError, match="Skriv hvorfor") as caught:
        _delete(register, LC, forlop_id, "  ")
    assert caught.value.code == "REG-650"
    assert register.head(forlop_id).forlop_id == forlop_id


@pytest.mark.parametrize("written", WRITTEN)
def test_et_nummer_skjules_helt_i_en_rapport(written: str) -> None:
    hidden = patient_numbers.hidden(f"Verdien «{written}» kan ikke leses.", "[skjult]")
    assert "[skjult]" in hidden
    assert not patient_numbers.held(hidden)
    assert all(patient_numbers.hidden(text, "[skjult]") == text for text in PLAIN)
