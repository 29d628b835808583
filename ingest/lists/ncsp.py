"""The NCSP classification, imported from its official file: it may not be shipped with the program."""

from __future__ import annotations

from collections.abc import Sequence

from checks import ncsp_file
from checks.kodeverk import Kode
from ingest import audit
from ingest.access import require
from ingest.store import Tx
from ingest.tables.table import Limits, read_rows

# A joint list has NCMP's codes of a chapter before NCSP's, so that the sheet is looked through for its first code.
_LIMITS = Limits(50_000_000, 100_000, 200, above=20_000)


def read(content: bytes) -> tuple[ncsp_file.Codes, list[str]]:
    """The codes in the official file, csv or Excel, and sentences about how it was read.

    Raises REG-090 (a line is wrong), REG-214 or REG-215 (the file is).
    """
    rows, notes = read_rows(content, ncsp_file.has_code, _LIMITS)
    return ncsp_file.read(list(rows)), notes


def replace(tx: Tx, codes: Sequence[Kode]) -> int:
    """Make ``codes`` the ones that can be searched for; returns how many. A code registered earlier stays valid."""
    require(tx.actor, "importere_kodeverk")
    tx.run("delete from register.ncsp where not list_contains(?, kode)", [code.kode for code in codes])
    tx.run_many(
        "insert into register.ncsp values (?, ?) on conflict (kode) do update set tekst = excluded.tekst",
        [(code.kode, code.tekst) for code in codes],
    )
    audit.log(tx, "NCSP importert", details={"koder": len(codes)})
    return len(codes)
