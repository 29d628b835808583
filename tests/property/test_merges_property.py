"""Random merges, undone in the reverse order: the log's chain and every control hold all the way, the journal rebuilds the same
register, and in the end every row is as it was.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from checks import identity
from checks.errors import RegisterError
from exports.integrity import check_register
from ingest.capture.contents import digests
from ingest.identity import merging
from ingest.prom import samtykke
from ingest.registration import forlop, patients
from ingest.safekeeping import compare
from tests import support
from tests.sizes import examples
from tests.support import LU, SC, TO, Register, moved

PATIENTS = 5
KINDS = st.sampled_from(["fodselsnummer", "d-nummer", "annet"])
PERSON = st.tuples(KINDS, st.booleans(), st.booleans(), st.integers(0, 2))
PAIR = st.tuples(st.integers(0, PATIENTS - 1), st.integers(0, PATIENTS - 1))
# A merge that withdraws a consent closes the patient's open forms, and they stay closed when it is undone.
OF_FORMS = {"register.skjema", "register.skjemaversjon"}
# What says that it was done.
OF_THE_ACT = {
    "register.sammenslaing",
    "register.sammenslatt_forlop",
    "register.teller",
    "register.journal",
    "tilgang.logg",
    "tilgang.logghode",
}


def add(register: Register, serial: int, kind: Any, has_phone: bool, withdrew: bool, forlop_count: int) -> int:
    with register.store.write(LU) as tx:
        if kind == "annet":
            made = patients.create_other(tx, "Anna", f"Nr{serial}", date(1970, 5, 4), None)
        else:
            number = identity.make(date(1970, 5, 4), 2, serial, kind=kind)
            made = patients.create(tx, identity.parse(number, test_persons=True, today=tx.today), None)
        if has_phone:
            patients.update(tx, made, {"telefon": f"+479123456{serial}"})
    for n in range(forlop_count):
        register.save(register.forlop(made), "to", moved(TO, n * 3))
    if withdrew and forlop_count:
        with register.store.write(SC) as tx:
            samtykke.withdraw(tx, made, date(2026, 11, 4), "Brev")
    return made


def rows(register: Register, left_out: set[str]) -> dict[str, Any]:
    with register.store.cursor() as con:
        return {n: d for n, d in digests(con, register.store.path).items() if n not in OF_THE_ACT | left_out}


def controls(register: Register) -> None:
    with register.store.read(SC) as tx:
        assert [f"{f.hva}: {f.feil}" for f in check_register(tx) if f.feil] == []


# Found: undoing the newest merge saved a form anew for the age, and the one before it could then not be undone.
@example(
    [("fodselsnummer", False, False, 0)] * 3 + [("fodselsnummer", False, False, 1), ("fodselsnummer", False, True, 1)],
    [(3, 0), (3, 4)],
)
@settings(max_examples=examples(3))
@given(st.lists(PERSON, min_size=PATIENTS, max_size=PATIENTS), st.lists(PAIR, min_size=1, max_size=6))
def test_merges_are_undone_to_the_last_row(
    people: list[tuple[Any, bool, bool, int]], pairs: list[tuple[int, int]]
) -> None:
    with TemporaryDirectory() as folder:
        register = support.make(Path(folder) / "smertereg.duckdb")
        found = register.keep_journal()
        everybody = [add(register, serial, *one) for serial, one in enumerate(people)]
        with register.store.read(SC) as tx:
            forlop_of = {p: {f.forlop_id for f in forlop.of_patient(tx, p)} for p in everybody}
        left_out = OF_FORMS if any(withdrew for _, _, withdrew, _ in people) else set[str]()
        states, done = [rows(register, left_out)], list[int]()
        for a, b in pairs:
            try:
                with register.store.write(SC) as tx:
                    done.append(merging.merge(tx, everybody[a], everybody[b], "Samme person"))
            except RegisterError as error:
                assert error.code in {"REG-046", "REG-531", "REG-533"}
                continue
            states.append(rows(register, left_out))
            controls(register)
        with register.store.read(SC) as tx:
            known = [row["pasient_id"] for row in tx.rows("select distinct pasient_id from register.forlop")]
            now = {p: {f.forlop_id for f in forlop.of_patient(tx, p)} for p in known}
        assert set().union(*now.values()) == set().union(*forlop_of.values())
        for number, state in zip(reversed(done), reversed(states[:-1]), strict=True):
            with register.store.write(SC) as tx:
                merging.undo(tx, number)
            assert rows(register, left_out) == state
        controls(register)
        assert list(compare.differing(register.store, found)) == []
        register.store.close()
