"""«Ny bruker»: an application with the manual's fields, and its approval or rejection by that unit's LC or by SC.

The name is not among the manual's fields, but without it nobody could tell who applies. A username that is taken is
not refused here, since that would tell strangers who has an account: the approval gives the next free one and says
which.
"""

from __future__ import annotations

import re
from typing import Any

from checks import contact, reasons
from checks.errors import InvalidAnswers, Problem, RegisterError, problem
from ingest import audit, units
from ingest.access import ROLES, everywhere, require
from ingest.people import passwords, users
from ingest.services import sending
from ingest.store import Tx

PROJECT = "Smerteregister"
POSITIONS = (
    "Overlege",
    "Lege i spesialisering (LIS)",
    "Anestesisykepleier",
    "Sykepleier",
    "Fagutviklingssykepleier",
    "Fysioterapeut",
    "Psykolog",
    "Farmasøyt",
    "Registerkoordinator",
    "Sekretær",
    "Annet",
)
LABELS = {
    "navn": "Navn",
    "brukernavn": "Brukernavn",
    "mobil": "Primær mobil",
    "epost": "Jobb-e-post",
    "stilling": "Stilling",
    "region": "Region",
    "organisasjon": "Organisasjon",
    "klinikk": "Klinikk",
    "avdeling": "Avdeling",
    "prosjekt": "Prosjekt",
    "sokt_organisasjon": "Organisasjonen du søker til",
    "rolle": "Ønsket rolle",
}
WAITING, APPROVED, REJECTED = "venter", "godkjent", "avslått"
# At one unit: applications sent to one unit by somebody who only disturbs close no other's queue.
MOST_WAITING = 100
# The roles that an application may ask for.
OFFERED = tuple(name for name, role in ROLES.items() if role.applied_for)
_TEXT = r"[^\x00-\x1f<>]"
PATTERNS = {
    "navn": (rf"{_TEXT}{{2,80}}", "fornavn og etternavn"),
    "brukernavn": (r"[a-zæøå0-9._-]{4,30}", "4–30 bokstaver, tall, punktum eller bindestrek"),
    "mobil": (contact.USERS_MOBILE, "8 siffer, eller + og landkode"),
    "epost": (contact.USERS_EMAIL, "en adresse som navn@sykehus.no"),
    "klinikk": (rf"{_TEXT}{{2,80}}", "navnet på klinikken"),
}


def normalised(form: dict[str, str]) -> dict[str, str]:
    """The fields as they are stored: trimmed, the username in small letters, the mobile without spaces and +47."""
    clean = {name: " ".join(form.get(name, "").split()) for name in LABELS}
    clean["brukernavn"] = clean["brukernavn"].casefold()
    return clean | {"mobil": contact.mobile(clean["mobil"])}


def fits(name: str, value: str) -> bool:
    """Whether a field of PATTERNS is rightly written; an e-mail address must also be one that can be sent to."""
    return re.fullmatch(PATTERNS[name][0], value) is not None and (name != "epost" or contact.is_users_email(value))


def apply(tx: Tx, form: dict[str, str]) -> None:
    """Store an application. Raises InvalidAnswers with a problem for each wrong field (REG-130, REG-131), and REG-140
    when too many applications wait at the unit.
    """
    clean = normalised(form)
    problems = _problems(clean, units.all_units(tx))
    if problems:
        raise InvalidAnswers(tuple(problems))
    waiting = tx.rows(
        "select brukernavn, mobil, avdeling from tilgang.soknad where tilstand = ? and avdeling = ?",
        WAITING,
        clean["avdeling"],
    )
    if len(waiting) >= MOST_WAITING:
        raise RegisterError("REG-140")
    if any(all(row[k] == clean[k] for k in row) for row in waiting):
        return  # the same application sent twice counts as one
    number = tx.next_id("soknad")
    tx.run(
        f"insert into tilgang.soknad (soknad_id, tilstand, sendt, {', '.join(LABELS)}) "
        f"values (?, ?, ?{', ?' * len(LABELS)})",
        number,
        WAITING,
        tx.now,
        *(clean[name] for name in LABELS),
    )
    audit.log(tx, "søknad om bruker sendt", details={"søknad": number, "enhet": clean["avdeling"]})


def _problems(form: dict[str, str], listed: list[dict[str, Any]]) -> list[Problem]:
    active = [u for u in listed if u["aktiv"]]
    choices = {
        "stilling": set(POSITIONS),
        "region": {u["rhf"] for u in active},
        "organisasjon": {u["hf"] for u in active if u["rhf"] == form["region"]},
        "avdeling": {u["resh"] for u in active if u["hf"] == form["sokt_organisasjon"]},
        "prosjekt": {PROJECT},
        "sokt_organisasjon": {u["hf"] for u in active},
        "rolle": set(OFFERED),
    }
    found = []
    for name, label in LABELS.items():
        if not form[name] or (name in choices and form[name] not in choices[name]):
            found.append(problem("REG-130", variabel=name, felt=label))
        elif name in PATTERNS and not fits(name, form[name]):
            found.append(problem("REG-131", variabel=name, felt=label, forventet=PATTERNS[name][1]))
    return found


def waiting(tx: Tx) -> list[dict[str, Any]]:
    """The applications that the acting LC (own unit) or SC (all units) may decide, oldest first. REG-060 for others."""
    require(tx.actor, "godkjenne_brukere")
    return tx.rows(
        "select * from tilgang.soknad where tilstand = ? and (? or avdeling = ?) order by soknad_id",
        WAITING,
        everywhere(tx.actor),
        tx.actor.enhet,
    )


def approve(tx: Tx, soknad_id: int, rolle: str, first: passwords.FirstPassword) -> int:
    """Make the user and queue an SMS with the first password; returns the message's number.

    REG-132 when the application is decided already, REG-134 for a role the actor cannot give, REG-238 when the unit is
    not active any more, REG-060 or REG-061 when the actor may not decide it.
    """
    application = _undecided(tx, soknad_id)
    if rolle not in OFFERED:
        raise RegisterError("REG-134", rolle=rolle)
    units.require_active_unit(tx, application["avdeling"], "roller")
    user, name = users.new_id(tx), users.free_username(tx, application["brukernavn"])
    users.add(
        tx,
        user,
        application["navn"],
        [(application["avdeling"], rolle)],
        brukernavn=name,
        mobil=application["mobil"],
        epost=application["epost"],
        stilling=application["stilling"],
        passord_hash=first.hash,
        maa_bytte=True,
    )
    users.expect_first_password(tx, user)
    _decide(tx, soknad_id, APPROVED, bruker_id=user)
    audit.log(tx, "søknad om bruker godkjent", details={"søknad": soknad_id, "bruker": user, "rolle": rolle})
    return sending.queue(tx, sending.SMS, application["mobil"], passwords.message(name, first.text))


def reject(tx: Tx, soknad_id: int, grunn: str) -> int:
    """Reject the application and queue an e-mail with the reason; returns the message's number.

    REG-132 when the application is decided already, REG-133 without a reason, REG-561 (checks/reasons.py).
    """
    application = _undecided(tx, soknad_id)
    grunn = reasons.required(grunn, "REG-133")
    _decide(tx, soknad_id, REJECTED, grunn=grunn)
    audit.log(tx, "søknad om bruker avslått", details={"søknad": soknad_id})
    text = f"Søknaden din om tilgang til SmerteReg er avslått. Grunn: {grunn}"
    return sending.queue(tx, sending.EMAIL, application["epost"], text)


def _undecided(tx: Tx, soknad_id: int) -> dict[str, Any]:
    require(tx.actor, "godkjenne_brukere")
    row = tx.row("select * from tilgang.soknad where soknad_id = ? and tilstand = ?", soknad_id, WAITING)
    if row is None:
        raise RegisterError("REG-132")
    require(tx.actor, "godkjenne_brukere", row["avdeling"])
    return row


def _decide(tx: Tx, soknad_id: int, state: str, *, grunn: str | None = None, bruker_id: str | None = None) -> None:
    tx.run(
        "update tilgang.soknad set tilstand = ?, behandlet = ?, behandlet_av = ?, grunn = ?, bruker_id = ? "
        "where soknad_id = ?",
        state,
        tx.now,
        tx.actor.bruker,
        grunn,
        bruker_id,
        soknad_id,
    )
