"""A box that is not ticked is stored in one way, whether it was ticked first or never touched."""

from __future__ import annotations

from ingest.registration import versions
from tests.support import LU, TO, Register


def test_en_boks_som_er_krysset_av_og_tomt_igjen_er_som_en_ingen_har_roert(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", TO)
    stored = []
    for answers in ({"Opioid4a": 1, "Benzo4a": 1}, {"Opioid4a": 1, "Benzo4a": 0}, {"Opioid4a": 1}):
        register.save(forlop_id, "b11", answers)
        with register.store.read(LU) as tx:
            stored.append(versions.answers_of(tx, forlop_id, "b11", register.head(forlop_id).skjema["b11"].versjon))
    assert stored[0]["Benzo4a"] == 1
    assert "Benzo4a" not in stored[1] and stored[1] == stored[2]
