"""The reports that are subscribed to: the job that makes them of a publication and tells that they are ready, and their fetching.

A report is made once for each subscription and period, of the newest publication begun after the period ended. Its document,
what came of it, and the message are one transaction; the message is sent after it. So the job may be skipped, run late or often,
or be killed anywhere: the next run does the rest, once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from checks import abonnement
from checks.abonnement import Months
from checks.errors import RegisterError
from checks.timetable import SUBSCRIPTIONS
from exports import documents
from exports.documents import Document
from exports.publish import begun, published_at
from exports.reports.report import Kind, Period, Report, make
from ingest import audit, units
from ingest.access import JOB, require
from ingest.people import subscriptions, users
from ingest.people.subscriptions import Subscription
from ingest.registration import erasure
from ingest.services import sending
from ingest.services.moments import Outcome, writing
from ingest.settings import Settings
from ingest.store import OSLO, Store, Tx

WAITS = "venter på publisering"
# No forløp in the period: nothing is wrong, and the error tells how to choose another one.
EMPTY, NOTHING = "REG-461", "Ingen forløp har startdato i perioden. Blir det registrert noen, kommer rapporten."
OTHERWISE = "Rapporten kunne ikke lages, på grunn av en uventet feil ({henvisning}). Den prøves igjen av seg selv."
_MOST_SHOWN = 50


@dataclass(frozen=True)
class Made:
    """What came of a subscription for a period: a document, or ``feil``, the sentence about why there is none. ``epost`` is the
    state of the message about it, None where the user had no address.
    """

    abonnement: Subscription
    months: Months
    dokument: Document | None
    feil: str | None
    epost: str | None


def due(tx: Tx) -> list[tuple[Subscription, Months]]:
    """The reports of periods that have ended that are not made, or were made before a patient was erased."""
    erased = erasure.last(tx)
    made = {
        (row["abonnement_id"], row["fra"], row["til"])
        for row in tx.rows(
            "select r.abonnement_id, r.fra, r.til, d.laget from register.abonnement_rapport r "
            "join register.dokument d using (dokument_id)"
        )
        if not documents.is_outdated(row["laget"], erased)
    }
    periods = [(found, found.due(tx.today)) for found in subscriptions.running(tx)]
    return [(found, m) for found, m in periods if m and (found.abonnement_id, m.fra, m.til) not in made]


def ready(tx: Tx, published: datetime | None) -> int:
    """How many reports the job would make of the publication begun at the moment ``published``."""
    return len(due(tx)) - waiting(tx, published)


def waiting(tx: Tx, published: datetime | None) -> int:
    """How many reports wait for a publication newer than the one begun at the moment ``published``."""
    erased = erasure.last(tx)
    return sum(not _is_after(published, erased, months) for _, months in due(tx))


def _is_after(published: datetime | None, erased: datetime | None, months: Months) -> bool:
    """Whether the publication was begun after the months, and after ``erased``, the last time that a patient was erased."""
    if published is None or published.astimezone(OSLO).date() <= months.til:
        return False
    return erased is None or published > erased


def make_due(store: Store, settings: Settings, note: Callable[[Exception], str], at: datetime | None = None) -> Outcome:
    """The job subscriptions. ``note`` keeps an error that nobody foresaw, and returns its reference."""
    outcome = Outcome(SUBSCRIPTIONS)
    with writing(store, JOB, at) as tx:
        require(tx.actor, "kjøre_jobber")
        outcome.count("stoppet", subscriptions.stop_ended(tx))
        _let_go_of_lost(tx, settings.data)
        wanted, moment, erased = due(tx), published_at(settings.data), erasure.last(tx)
        now = [one for one in wanted if _is_after(moment, erased, one[1])]
    outcome.count(WAITS, len(wanted) - len(now))
    published = (settings.data / "published").resolve()
    reports: dict[tuple[str, str, Months], Report] = {}
    for found, months in now:
        store.give_way()
        try:
            key = found.omfang, found.slag, months
            if key not in reports:
                reports[key] = _report(published, found, months, settings.minste_celle)
            if _keep(store, settings, found, months, reports[key], at):
                outcome.count("laget")
        except RegisterError as error:
            empty = error.code == EMPTY
            _failed(store, found, months, published.name, NOTHING if empty else str(error), at)
            if empty:
                outcome.count("uten forløp")
            else:
                outcome.feil.append(f"abonnement {found.abonnement_id}: {error.code}")
        except Exception as error:
            reference = note(error)
            _failed(store, found, months, published.name, OTHERWISE.format(henvisning=reference), at)
            outcome.feil.append(f"abonnement {found.abonnement_id}: uventet feil {reference}")
    _send(store, settings, outcome)
    return outcome


def _let_go_of_lost(tx: Tx, data: Path) -> None:
    """Let a report whose file is gone count as not made: documents are in no backup."""
    rows = tx.rows("select distinct dokument_id from register.abonnement_rapport where dokument_id is not null")
    for row in rows:
        if not documents.is_there(data, row["dokument_id"]):
            tx.run(
                "update register.abonnement_rapport set dokument_id = null where dokument_id = ?", row["dokument_id"]
            )


def _report(published: Path, found: Subscription, months: Months, smallest: int) -> Report:
    unit = None if found.omfang == abonnement.NATION else int(found.omfang)
    return make(published, Kind(found.slag), unit, Period(months.fra, months.til), smallest=smallest)


def _keep(
    store: Store, settings: Settings, found: Subscription, months: Months, report: Report, at: datetime | None
) -> bool:
    """Keep the report and queue the message about it; False where it is wanted no more."""
    with documents.workplace(settings.data) as work, writing(store, JOB, at) as tx:
        if subscriptions.ended(tx, found) or (found, months) not in due(tx):
            return False
        if not _is_after(begun(report.publication), erasure.last(tx), months):
            return False  # a patient was erased meanwhile
        document = _same(tx, found, months, report.publication)
        if document is None:
            file = work / report.name
            file.write_bytes(report.pdf)
            about = {"publisering": report.publication, "sha256": documents.checksum(file)}
            document = documents.put(tx, settings.data, found.slag, found.omfang, file, tx.today, about)
        account, message = users.account(tx, found.bruker), None
        if account is not None and account["epost"]:
            text = abonnement.mail(found.slag, name(tx, found.omfang), months, settings.public_address)
            message = sending.queue(tx, sending.EMAIL, account["epost"], text)
        _note(tx, found, months, report.publication, document, message, None)
        details = {"abonnement": found.abonnement_id, "bruker": found.bruker, "dokument": document}
        audit.log(tx, "rapport til abonnent", details=details)
    return True


def _same(tx: Tx, found: Subscription, months: Months, publication: str) -> int | None:
    """The document that another subscriber has got, when it is the same."""
    rows = tx.rows(
        "select d.dokument_id, d.laget from register.abonnement_rapport r join register.dokument d using (dokument_id) "
        "where d.omfang = ? and d.slag = ? and r.fra = ? and r.til = ? and r.publisering = ?",
        found.omfang,
        found.slag,
        months.fra,
        months.til,
        publication,
    )
    erased = erasure.last(tx)
    return next((row["dokument_id"] for row in rows if not documents.is_outdated(row["laget"], erased)), None)


def _failed(
    store: Store, found: Subscription, months: Months, publication: str, sentence: str, at: datetime | None
) -> None:
    with writing(store, JOB, at) as tx:
        _note(tx, found, months, publication, None, None, sentence)


def _note(
    tx: Tx,
    found: Subscription,
    months: Months,
    publication: str,
    document: int | None,
    message: int | None,
    sentence: str | None,
) -> None:
    tx.run(
        "insert or replace into register.abonnement_rapport values (?, ?, ?, ?, ?, ?, ?, ?)",
        found.abonnement_id,
        months.fra,
        months.til,
        tx.now,
        publication,
        document,
        message,
        sentence,
    )


def _send(store: Store, settings: Settings, outcome: Outcome) -> None:
    """Send the messages about reports that wait: those of this run, and those that a stopped run left."""
    with store.read(JOB) as tx:
        rows = tx.rows(
            "select melding_id from register.abonnement_rapport join tilgang.utboks using (melding_id) "
            "where tilstand = ? order by melding_id",
            sending.WAITING,
        )
    ways = sending.channels(settings)
    for row in rows:
        sent = sending.deliver(store, ways, row["melding_id"])
        outcome.count("e-post sendt" if sent else "e-post ikke sendt")


def name(tx: Tx, omfang: str) -> str:
    """Whose figures a report has, in words."""
    return "hele landet" if omfang == abonnement.NATION else units.name(tx, omfang)


def listed(tx: Tx) -> list[Made]:
    """What has come of the actor's subscriptions in the role and at the unit of now, newest first: the reports that may be
    fetched, and why there is none where the newest try made none. Raises REG-060.
    """
    own = {found.abonnement_id: found for found in subscriptions.own(tx, stopped=True) if _may_have(tx, found)}
    columns = ", ".join(f"d.{column}" for column in Document.__dataclass_fields__)
    rows = tx.rows(
        f"select {columns}, r.abonnement_id, r.fra, r.til, r.feil, u.tilstand from register.abonnement_rapport r "
        "left join register.dokument d using (dokument_id) left join tilgang.utboks u using (melding_id) "
        "where list_contains(?, r.abonnement_id) and (d.dokument_id is not null or r.feil is not null) "
        "order by r.til desc, r.fra, r.abonnement_id limit ?",
        list(own),
        _MOST_SHOWN,
    )
    found, erased = [], erasure.last(tx)
    for row in rows:
        document = Document(**{column: row[column] for column in Document.__dataclass_fields__})
        if document.dokument_id is None or not documents.is_outdated(document.laget, erased):
            kept = document if document.dokument_id is not None else None
            months = Months(row["fra"], row["til"])
            found.append(Made(own[row["abonnement_id"]], months, kept, row["feil"], row["tilstand"]))
    return found


def _may_have(tx: Tx, found: Subscription) -> bool:
    """Whether its reports may be fetched: not of one that has stopped by itself, nor of one that is about to."""
    return found.stoppet_grunn in (None, abonnement.BY_USER) and subscriptions.ended(tx, found) is None


def fetch(tx: Tx, data: Path, dokument_id: int) -> tuple[Document, bytes]:
    """A report of one's own subscriptions; logged. Raises REG-060, and REG-220 as documents.fetch."""
    found = next((m.dokument for m in listed(tx) if m.dokument and m.dokument.dokument_id == dokument_id), None)
    if found is None:
        raise RegisterError("REG-220")
    return found, documents.handed_out(tx, data, found)
