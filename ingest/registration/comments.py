"""Internal comments, one text per form, stored outside documents and snapshot, so that they can never be exported."""

from __future__ import annotations

from typing import Any

from ingest import audit
from ingest.access import require
from ingest.registration import forlop
from ingest.store import Tx


def write(tx: Tx, forlop_id: int, skjema: str, tekst: str) -> None:
    """Set the form's comment; an empty text removes it. Earlier texts stay in the register."""
    head = forlop.get(tx, forlop_id)
    require(tx.actor, "registrere", head.enhet)
    text = tekst.strip()
    tx.run("insert into register.kommentar values (?, ?, ?, ?, ?)", forlop_id, skjema, text, tx.actor.bruker, tx.now)
    tx.run(
        "update register.skjema set har_kommentar = ? where forlop_id = ? and skjema = ?", bool(text), forlop_id, skjema
    )
    audit.log(tx, "kommentar endret", pasient_id=head.pasient_id, forlop_id=forlop_id, skjema=skjema)


def read(tx: Tx, forlop_id: int, skjema: str) -> dict[str, Any] | None:
    """The current comment: tekst, bruker, navn (the user's), tid; None when there is none."""
    forlop.get(tx, forlop_id)
    row = tx.row(
        "select k.tekst, k.bruker, coalesce(b.navn, k.bruker) as navn, k.tid from register.kommentar k "
        "left join tilgang.bruker b on b.bruker_id = k.bruker where k.forlop_id = ? and k.skjema = ? "
        "order by k.tid desc limit 1",
        forlop_id,
        skjema,
    )
    return row if row and row["tekst"] else None
