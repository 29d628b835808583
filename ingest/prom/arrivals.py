"""Whether messages that Altinn took arrived: its feed read on from where it was last read, and what did not arrive shown to the staff.

Lines may come twice, or in another order. One about a message that is not sent yet as far as we know is read again the next time.
"""

from __future__ import annotations

from collections.abc import Iterable

from ingest.access import JOB, require
from ingest.prom import returns
from ingest.prom.outbox import EMAIL, RETURNED, SENDING, SMS, WAITING
from ingest.prom.returns import FAILED, KNOWN, TO_USERS, UNKNOWN
from ingest.services import sending
from ingest.services.moments import Outcome
from ingest.services.national.altinn import Altinn, Fate
from ingest.standin import ServiceDown
from ingest.store import Store, Tx

COUNTER, MOST_PAGES = "altinn", 20
# Why a message failed, by the end of its status.
WHY = {
    "InvalidRecipient": "nummeret eller adressen finnes ikke",
    "InvalidFormat": "adressen er skrevet feil",
    "RecipientReserved": "mottakeren er reservert",
    "RecipientNotIdentified": "mottakeren er ukjent",
    "BarredReceiver": "nummeret er sperret",
    "SuppressedRecipient": "adressen tar ikke imot",
    "Bounced": "adressen sendte den i retur",
    "FilteredSpam": "stanset som søppelpost",
    "Quarantined": "holdt tilbake hos mottakeren",
    "Rejected": "avvist hos mottakeren",
    "Expired": "ikke levert i tide",
    "TTL": "ikke levert i tide",
    "Undelivered": "ikke levert",
}
OTHERWISE, ARRIVED, UNDER_WAY, LATER = "ikke levert", "kom fram", "underveis", "leses igjen"


def read(store: Store, ways: Iterable[Altinn], outcome: Outcome) -> Outcome:
    """Read the feed to its end, and count in ``outcome`` what it said; nothing without Altinn. A line that was read before changes
    nothing.
    """
    way = next(iter(ways), None)
    if way is None:
        return outcome
    with store.read(JOB) as tx:
        after, kept = _place(tx), None
    try:
        for _ in range(MOST_PAGES):
            fates = way.fates(after)
            if not fates:
                break
            after = fates[-1].nr
            with store.write(JOB) as tx:
                require(tx.actor, "kjøre_jobber")
                for fate in fates:
                    said = _note(tx, fate)
                    outcome.count(said)
                    if said == LATER and kept is None:
                        kept = fate.nr - 1
                _keep(tx, after if kept is None else kept)
    except ServiceDown as error:
        outcome.feil.append(str(error))
    return outcome


def _note(tx: Tx, fate: Fate) -> str:
    """What came of a line, in words that are counted."""
    failed = "_Failed" in fate.status
    row = returns.of_key(tx, fate.nokkel, (SMS, EMAIL))
    if row is None:
        to_user = sending.number_of(tx, fate.nokkel, (SMS, EMAIL))
        if to_user is None:
            return UNKNOWN
        if failed:
            sending.came_back(tx, to_user)
        return f"{TO_USERS}, {FAILED if failed else ARRIVED}"
    if not failed:
        return ARRIVED if fate.status.endswith(("_Delivered", "_Succeeded")) else UNDER_WAY
    if row["tilstand"] in (WAITING, SENDING):
        return LATER
    said = returns.came_back(tx, row, f"{RETURNED}, {WHY.get(fate.status.rpartition('_')[2], OTHERWISE)}")
    return KNOWN if said == KNOWN else FAILED


def _place(tx: Tx) -> int:
    row = tx.row("select neste from register.teller where navn = ?", COUNTER)
    return row["neste"] if row else 0


def _keep(tx: Tx, after: int) -> None:
    if tx.row("select 1 from register.teller where navn = ?", COUNTER) is None:
        tx.run("insert into register.teller values (?, ?)", COUNTER, after)
    else:
        tx.run("update register.teller set neste = ? where navn = ?", after, COUNTER)
