"""Manual: «Fødselsnummer og navn blir hentet direkte fra folkeregister»: no event is lost or read for ever, whatever stops the job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ingest.access import Actor
from ingest.registration import population
from ingest.store import Tx
from tests.national.test_folkeregister_i_drift import DEAD, OTHER, SHE, THIRD, ask, known, read
from tests.national.world import World, number
from tests.support import Register


def test_a_patient_who_is_never_answered_about_does_not_hold_the_events_up(register: Register, national: World) -> None:
    patient, stuck = known(register, SHE, national), known(register, OTHER, national)
    national.people.happens(OTHER.number)
    ask(register, national)
    national.people.happens(OTHER.number)
    national.people.stumbles = {OTHER.number}
    for _ in range(3):
        ask(register, national)
    read_from = [asked.query["sequenceNumber"] for asked in national.people.asked if asked.path.endswith("/event")]
    assert read_from[-1] > read_from[0]
    national.people.happens(SHE.number, "PersonIsDeceased", death=DEAD)
    assert ask(register, national) == {"kontrollert": 1, "døde": 1, "utsatt": 1}
    assert read(register, patient).avdod == 1
    assert read(register, stuck).avdod == 0


@pytest.mark.parametrize("commit", range(1, 4))
def test_a_job_that_is_killed_anywhere_loses_no_event_and_asks_again_only_once(
    register: Register, national: World, monkeypatch: pytest.MonkeyPatch, commit: int
) -> None:
    patients = [known(register, number(serial), national) for serial in range(3)]
    national.people.happens(THIRD.number)
    ask(register, national)
    monkeypatch.setattr(population, "BATCH", 2)
    for serial in range(3):
        national.people.happens(number(serial).number, "PersonIsDeceased", death=DEAD)
    left, write = [commit], register.store.write

    @contextmanager
    def killed(actor: Actor) -> Iterator[Tx]:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        with write(actor) as tx:
            yield tx

    monkeypatch.setattr(register.store, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        population.update(register.store, national.folkeregister)
    monkeypatch.setattr(register.store, "write", write)
    ask(register, national)
    assert [read(register, patient).avdod for patient in patients] == [1, 1, 1]
    assert ask(register, national) == {}
