"""How users change their own mobile and e-mail on Min side: password, a code to the new one, a notice to the old one.

Codes for login go to the mobile, so whoever borrows a session must not be able to change it unseen.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from checks.errors import RegisterError
from ingest import audit
from ingest.access import Actor
from ingest.people import applications, login, sessions, users
from ingest.services import sending
from ingest.store import Store, Tx

PURPOSE = "kontakt"
CHANNEL = {"mobil": sending.SMS, "epost": sending.EMAIL}
WORDS = {"mobil": "Mobilnummeret ditt", "epost": "E-postadressen din"}
MOST_CODES, WITHIN = 5, timedelta(hours=1)


@dataclass(frozen=True)
class Pending:
    """A change that waits for its code: ``token`` stays with the page, ``melding`` is the message to deliver."""

    token: str
    melding: int


def begin(store: Store, actor: Actor, felt: str, verdi: str, passord: str) -> Pending:
    """Queue a code to the new mobile or e-mail (``felt`` is mobil or epost).

    REG-131 when the new value is wrongly written, REG-152 when it is the present one, REG-128 for a wrong password,
    REG-139 for too many codes.
    """
    clean = applications.normalised({felt: verdi})[felt]
    if not applications.fits(felt, clean):
        raise RegisterError("REG-131", felt=applications.LABELS[felt], forventet=applications.PATTERNS[felt][1])
    with store.read(actor) as tx:
        if clean == _current(tx, felt):
            raise RegisterError("REG-152", felt=applications.LABELS[felt])
    login.check_own_password(store, actor, passord)
    token, code = secrets.token_urlsafe(32), login.draw_code()
    with store.write(actor) as tx:
        _not_too_often(tx)
        tx.run(
            "update tilgang.engangskode set brukt = ? where bruker_id = ? and formaal = ? and brukt is null",
            tx.now,
            actor.bruker,
            PURPOSE,
        )
        tx.run(
            "insert into tilgang.engangskode values (?, ?, ?, ?, ?, ?, null, 0)",
            sessions.digest(token),
            actor.bruker,
            PURPOSE,
            login.code_digest(token, code),
            tx.now,
            tx.now + login.CODE_LIFE,
        )
        tx.run("insert into tilgang.kontaktbytte values (?, ?, ?)", sessions.digest(token), felt, clean)
        text = f"SmerteReg: Koden for å ta i bruk dette er {code}. {login.CODE_LASTS}"
        return Pending(token, sending.queue(tx, CHANNEL[felt], clean, text))


def confirm(store: Store, actor: Actor, token: str, code: str) -> int | None:
    """Take the new mobile or e-mail into use; returns the number of the notice to the old one, None without an old one.

    REG-121 for a wrong code, REG-153 when the user must begin again.
    """
    with store.write(actor) as tx:
        found = tx.row(
            "select * from tilgang.engangskode join tilgang.kontaktbytte using (nokkel) "
            "where nokkel = ? and bruker_id = ? and brukt is null and utloper > ?",
            sessions.digest(token),
            actor.bruker,
            tx.now,
        )
        right = found is not None and hmac.compare_digest(
            login.code_digest(token, "".join(code.split())), found["kode"]
        )
        if found is not None and right:
            return _change(tx, found["nokkel"], found["felt"], found["verdi"])
        over = found is None or found["forsok"] + 1 >= login.CODE_ATTEMPTS
        tx.run(
            "update tilgang.engangskode set forsok = forsok + 1, brukt = ? where nokkel = ?",
            tx.now if over else None,
            sessions.digest(token),
        )
    raise RegisterError("REG-153" if over else "REG-121")


def _change(tx: Tx, key: str, felt: str, verdi: str) -> int | None:
    old = _current(tx, felt)
    tx.run("update tilgang.engangskode set brukt = ? where nokkel = ?", tx.now, key)
    tx.run("delete from tilgang.kontaktbytte where nokkel = ?", key)
    tx.run(f"update tilgang.konto set {felt} = ? where bruker_id = ?", verdi, tx.actor.bruker)
    audit.log(tx, f"{felt} byttet")
    if not old:
        return None
    text = f"SmerteReg: {WORDS[felt]} er byttet. Var det ikke deg? Si fra til lokal koordinator med en gang."
    return sending.queue(tx, CHANNEL[felt], old, text)


def _current(tx: Tx, felt: str) -> str:
    account = users.account(tx, tx.actor.bruker)
    return str(account[felt] or "") if account else ""


def _not_too_often(tx: Tx) -> None:
    row = tx.row(
        "select count(*) as n from tilgang.engangskode where bruker_id = ? and formaal = ? and opprettet > ?",
        tx.actor.bruker,
        PURPOSE,
        tx.now - WITHIN,
    )
    if row is not None and row["n"] >= MOST_CODES:
        raise RegisterError("REG-139")
