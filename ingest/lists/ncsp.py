"""The NCSP classification, imported from its official file: it may not be shipped with the program."""

from __future__ import annotations

from collections.abc import Sequence

from checks.kodeverk import Kode
from ingest import audit
from ingest.access import require
from ingest.store import Tx


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
