"""The job bounces: read what came back to the sender's mailbox, and let the staff see which messages did not arrive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from checks import eprom
from checks.errors import CATALOGUE, RegisterError
from ingest.access import JOB, require
from ingest.disk import cause
from ingest.prom import cases, inbox, place
from ingest.prom.outbox import EMAIL, FORM, RETURNED, SENT
from ingest.services import returned, sending
from ingest.services.moments import Outcome
from ingest.services.returned import FAILED, MOST_BYTES, Report
from ingest.store import Store, Tx

NEW, SEEN, PUT_ASIDE = "new", "cur", "lest"  # a Maildir has the first two, another folder of mail gets the last
MOST_FILES = 1000  # in one run; the rest is read in the next
UNKNOWN, NO_REPORT, KNOWN = "uten kjent melding", "ikke lest", "kjent fra før"
TO_USERS = "til brukere"


def read(store: Store, folder: Path | None) -> Outcome:
    """Read the reports in the folder (a Maildir, or a folder with a file for each mail); nothing without a folder.

    What is understood is deleted, since it may hold a patient's address and link; what is not is put aside for people to
    read. A report that is read twice changes nothing the second time.
    """
    outcome = Outcome("bounces")
    if folder is None:
        return outcome
    try:
        found = _waiting(folder)
    except OSError as error:
        outcome.feil.append(CATALOGUE["REG-490"].format(mappe=folder, grunn=cause(error)))
        return outcome
    for file in found:
        try:
            said = _handle(store, file)
            outcome.count(said)
            if said in (UNKNOWN, NO_REPORT):
                _put_aside(folder, file)
            else:
                file.unlink(missing_ok=True)
        except OSError as error:  # one file that is closed to us keeps no other from being read
            if not outcome.feil:
                outcome.feil.append(CATALOGUE["REG-490"].format(mappe=folder, grunn=cause(error)))
    return outcome


def _waiting(folder: Path) -> list[Path]:
    inbox = folder / NEW if (folder / NEW).is_dir() else folder
    found = sorted(file for file in inbox.iterdir() if not file.name.startswith("."))
    return [file for file in found if file.is_file() and not file.is_symlink()][:MOST_FILES]


def _put_aside(folder: Path, file: Path) -> None:
    if file.parent == folder / NEW:
        (folder / SEEN).mkdir(exist_ok=True)
        file.rename(folder / SEEN / f"{file.name.partition(':')[0]}:2,")
    else:
        (folder / PUT_ASIDE).mkdir(mode=0o700, exist_ok=True)
        file.rename(folder / PUT_ASIDE / file.name)


def _handle(store: Store, file: Path) -> str:
    """What came of the mail in the file, in words that are counted."""
    with file.open("rb") as content:
        report = returned.read(content.read(MOST_BYTES + 1))
    if report is None:
        return NO_REPORT
    if report.nokkel is None:
        return UNKNOWN
    with store.write(JOB) as tx:
        require(tx.actor, "kjøre_jobber")
        return _note(tx, report, report.nokkel)


def _note(tx: Tx, report: Report, key: str) -> str:
    row = of_key(tx, key, (EMAIL,))
    if row is None:
        to_user = sending.number_of(tx, key)
        if to_user is None:
            return UNKNOWN
        if report.slag == FAILED:
            sending.came_back(tx, to_user)
        return f"{TO_USERS}, {report.slag}"
    if report.slag != FAILED:
        return report.slag
    return came_back(tx, row, f"{RETURNED}, {report.status}" if report.status else RETURNED)


def of_key(tx: Tx, key: str, kanaler: Sequence[str]) -> dict[str, Any] | None:
    """The message to a patient with this key that goes by one of these channels; None without one."""
    return tx.row(
        "select m.melding_id, m.slag, m.tilstand, m.feil, o.bestilling_id, o.forlop_id, o.skjema, f.pasient_id "
        "from prom.utboks m join prom.bestilling o using (bestilling_id) join register.forlop f using (forlop_id) "
        "where m.nokkel = ? and m.kanal in (select unnest(?::varchar[]))",
        key,
        list(kanaler),
    )


def came_back(tx: Tx, row: Mapping[str, Any], said: str) -> str:
    """Note that a message which was sent did not arrive, and let its form count as not sent; ``said`` begins as RETURNED. Returns
    FAILED, or KNOWN when there was nothing to note.
    """
    if row["tilstand"] != SENT or (row["feil"] or "").startswith(RETURNED):
        return KNOWN
    tx.run("update prom.utboks set feil = ? where melding_id = ?", said, row["melding_id"])
    if row["slag"] == FORM:
        inbox.settle(tx, [row["forlop_id"]])
        try:
            sak = cases.of_form(tx, row["forlop_id"], row["skjema"])
        except RegisterError:  # the forløp is deleted, or has no patient forms any more
            return KNOWN
        if sak.bestilling_id == row["bestilling_id"] and eprom.may_be_lost(sak):
            place.lost(tx, sak, {"kilde": said})
    return FAILED
