"""Internal comments, one text per form, stored outside documents and snapshot, so that they can never be exported.

Every save is a version, a deletion too. The numbers give the order, never the clock, which may have gone back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checks.errors import RegisterError
from ingest import audit
from ingest.access import require
from ingest.registration import drafts, forlop
from ingest.store import OSLO, Tx

LONGEST = 4000
PO = "po"


@dataclass(frozen=True)
class Comment:
    """A version of a form's comment; ``tekst`` is empty where it was deleted. ``navn`` is the user's."""

    versjon: int
    tekst: str
    bruker: str
    navn: str
    tid: datetime


@dataclass(frozen=True)
class Typed:
    """What the actor has typed in a form's comment and not saved, from the version ``versjon``."""

    versjon: int
    tekst: str


class StaleComment(RegisterError):
    """Somebody else saved the comment first. ``deres`` is what stands now."""

    def __init__(self, deres: Comment) -> None:
        super().__init__("REG-258", hvem=deres.navn, tid=f"{deres.tid.astimezone(OSLO):%H:%M}")
        self.deres = deres


def write(tx: Tx, forlop_id: int, skjema: str, tekst: str, grunnversjon: int) -> int:
    """Add a version of the form's comment and return its number; an empty text deletes the comment.

    ``grunnversjon`` is the version the text was written from, 0 when there was none. A text that stands already gives no
    new version. Raises REG-021 (the forløp has no such form), REG-259 (too long), StaleComment.
    """
    head = forlop.get(tx, forlop_id)
    require(tx.actor, "registrere", head.enhet)
    if skjema != PO and skjema not in head.skjema:
        raise RegisterError("REG-021", skjema=skjema)
    text = tekst.strip()
    if len(text) > LONGEST:
        raise RegisterError("REG-259", grense=LONGEST)
    last = next(reversed(history(tx, forlop_id, skjema)), None)
    number = last.versjon if last else 0
    if text == (last.tekst if last else ""):
        drafts.drop(tx, forlop_id, _draft(skjema))
        return number
    if last and last.versjon != grunnversjon:
        raise StaleComment(last)
    tx.run(
        "insert into register.kommentar values (?, ?, ?, ?, ?, ?)",
        forlop_id,
        skjema,
        number + 1,
        text,
        tx.actor.bruker,
        tx.now,
    )
    tx.run(
        "update register.skjema set har_kommentar = ? where forlop_id = ? and skjema = ?", bool(text), forlop_id, skjema
    )
    drafts.drop(tx, forlop_id, _draft(skjema))
    event = "kommentar endret" if text else "kommentar slettet"
    audit.log(
        tx, event, pasient_id=head.pasient_id, forlop_id=forlop_id, skjema=skjema, details={"versjon": number + 1}
    )
    return number + 1


def keep(tx: Tx, forlop_id: int, skjema: str, tekst: str, grunnversjon: int) -> None:
    """Keep what the actor has typed and not saved, in place of what was kept before; what stands already is not kept. Raises
    REG-255 for what cannot be stored.
    """
    last = read(tx, forlop_id, skjema)
    drafts.keep(tx, forlop_id, _draft(skjema), grunnversjon, {"tekst": tekst})
    if tekst.strip() == (last.tekst if last else ""):
        drafts.drop(tx, forlop_id, _draft(skjema))


def typed(tx: Tx, forlop_id: int, skjema: str) -> Typed | None:
    """What the actor has typed and not saved; None when there is nothing."""
    found = drafts.get(tx, forlop_id, _draft(skjema))
    return found and Typed(found.grunnversjon, found.svar["tekst"])


def _draft(skjema: str) -> str:
    """The name under which the draft of a form's comment lies, beside that of the form."""
    return f"{skjema}{drafts.COMMENT}"


def history(tx: Tx, forlop_id: int, skjema: str) -> list[Comment]:
    """Every version of the form's comment, the first one first."""
    forlop.get(tx, forlop_id)
    rows = tx.rows(
        "select k.versjon, k.tekst, k.bruker, coalesce(b.navn, k.bruker) as navn, k.tid from register.kommentar k "
        "left join tilgang.bruker b on b.bruker_id = k.bruker where k.forlop_id = ? and k.skjema = ? order by k.versjon",
        forlop_id,
        skjema,
    )
    return [Comment(**row) for row in rows]


def read(tx: Tx, forlop_id: int, skjema: str) -> Comment | None:
    """The comment that stands; None when there is none, or it is deleted."""
    last = next(reversed(history(tx, forlop_id, skjema)), None)
    return last if last and last.tekst else None
