"""Look-alikes at Ny registrering («Annet»)."""

from __future__ import annotations

from datetime import date

from ingest.registration import patients
from ingest.registration.lookalikes import lookalikes
from tests import support
from tests.support import LU, OTHER_LU


def test_annet_varsler_om_pasienter_ved_enheten_som_ligner(register: support.Register) -> None:
    born = date(1980, 1, 2)
    with register.store.write(LU) as tx:
        known = patients.create_other(tx, "Anna", "Kowalska", born, 2)
    register.forlop(known)
    with register.store.write(LU) as tx:
        assert [p.pasient_id for p in lookalikes(tx, "anna", "KOWALSKA", None)] == [known]
        assert [p.pasient_id for p in lookalikes(tx, "Ana", "Kowalska", born)] == [known]
        assert lookalikes(tx, "Anna", "Kowalska", date(1990, 1, 2)) == []
        assert lookalikes(tx, "Ola", "Nordmann", date(1990, 1, 2)) == []
    with register.store.write(OTHER_LU) as tx:
        assert lookalikes(tx, "Anna", "Kowalska", born) == []
