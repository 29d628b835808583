"""The job population: name, address and death from the Folkeregister (manual: «Personopplysninger», PO).

Patients with an open patient form are looked up every day, because a death must stop their forms, and so are those whose forms
a death has closed lately, because it may be withdrawn; others, also the dead, once a month. ``dato_innhentet``, the date the Folkeregister was last asked, decides whether a patient is due.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from checks import identity
from checks.errors import RegisterError
from checks.forlop import PATIENT_FORMS, PATIENT_TYPE
from ingest import audit
from ingest import standin as standins
from ingest.access import JOB, require
from ingest.registration import deaths, events, merged, numbers, patients, protected, requests
from ingest.services.fates import Plan
from ingest.services.folkeregister import Borger, Changes, Folkeregister, LocalFolkeregister, NoFolkeregister
from ingest.services.moments import Outcome, reading, writing
from ingest.services.national import connected
from ingest.services.patience import Patience
from ingest.settings import Settings
from ingest.standin import Faults, ServiceDown
from ingest.store import OSLO, Store, Tx

BATCH = 50
MONTH = timedelta(days=30)
MADE = "demoregister laget"  # in the log of a demo
NORWEGIAN = 1  # Adressetype: an address of another kind was given by the patient, and is not replaced

_DUE = f"""
select p.pasient_id, i.idnr
from register.pasient p
join identitet.person i using (pasient_id)
where i.idtype = 'fnr' and p.pasient_id not in ({merged.GONE}) and (
    coalesce(p.dato_innhentet, date '1900-01-01') < $1
    or (p.dato_innhentet < $2 and p.pasient_id in (
        select f.pasient_id from register.forlop f join register.skjema s using (forlop_id)
        where f.forlopstype = {PATIENT_TYPE} and f.slettet is null and s.status < 1 and s.skjema in {PATIENT_FORMS}
        union {deaths.LATELY_CLOSED}
    ))
)
order by p.pasient_id
"""


def update(store: Store, folkeregister: Folkeregister, at: datetime | None = None) -> Outcome:
    """Ask the Folkeregister about every patient who is due, or whom it says that something has happened to, and write what has
    changed. Without one nothing is done.

    A patient about whom it does not answer stays due, or becomes it, and is counted as «utsatt»: so the events are read on, and one
    whom it never answers about holds up nobody.
    """
    outcome, patience = Outcome("population"), Patience()
    with reading(store, JOB, at) as tx:
        require(tx.actor, "kjøre_jobber")
        waiting, today, after = _due(tx), tx.today, events.last(tx)
    if isinstance(folkeregister, NoFolkeregister):
        return outcome
    try:
        news = folkeregister.changes(after)
        with reading(store, JOB, at) as tx:
            waiting = _with_news(tx, waiting, news)
    except ServiceDown as error:
        news = None
        outcome.put_off(error)
    unanswered: set[int] = set()
    for start in range(0, len(waiting), BATCH):
        rows = {row["idnr"]: row["pasient_id"] for row in waiting[start : start + BATCH]}
        numbers = {number: identity.parse(number, test_persons=True, today=today) for number in rows}
        answers = patience.ask_many(numbers, folkeregister.find_many, folkeregister.find, outcome)
        unanswered |= {pasient_id for idnr, pasient_id in rows.items() if idnr not in answers}
        store.give_way()
        if answers:
            with writing(store, JOB, at) as tx:
                _write(tx, {rows[number]: (number, borger) for number, borger in answers.items()}, outcome)
    if news is not None and news.last != after:
        with writing(store, JOB, at) as tx:
            _make_due(tx, unanswered, news)
            events.read_to(tx, news.last)
    return outcome


def due(tx: Tx) -> int:
    """How many patients the job population would ask about now."""
    return len(_due(tx))


def _due(tx: Tx) -> list[dict[str, Any]]:
    return tx.rows(_DUE, tx.today - MONTH, tx.today, tx.now - deaths.DOUBT)


def _with_news(tx: Tx, waiting: list[dict[str, Any]], news: Changes) -> list[dict[str, Any]]:
    """Those who are due, and the other patients with a number in the news, also the dead: a death may have been withdrawn."""
    known = {row["pasient_id"] for row in waiting}
    return waiting + [row for row in _touched(tx, news) if row["pasient_id"] not in known]


def _touched(tx: Tx, news: Changes) -> list[dict[str, Any]]:
    """The patients with a number in the news."""
    return tx.rows(
        "select i.pasient_id, i.idnr from identitet.person i where i.idtype = 'fnr' and i.pasient_id not in "
        f"({merged.GONE}) and (i.idnr in (select unnest($1::varchar[])) or i.pasient_id in (select pasient_id from "
        "identitet.tidligere_nummer t where t.idnr in (select unnest($1::varchar[])))) order by i.pasient_id",
        sorted(news.numbers),
    )


def _make_due(tx: Tx, unanswered: set[int], news: Changes) -> None:
    """Let those with news who could not be asked about be due, so that the events need not be read again."""
    again = [row["pasient_id"] for row in _touched(tx, news) if row["pasient_id"] in unanswered]
    tx.run("update register.pasient set dato_innhentet = null where pasient_id in (select unnest(?::integer[]))", again)


def _write(tx: Tx, told: Mapping[int, tuple[str, Borger | None]], outcome: Outcome) -> None:
    """Write for all patients at once that the Folkeregister was asked, then what is new about the few who changed."""
    asked = list(told)
    tx.run(
        "update register.pasient set dato_innhentet = ? where pasient_id in (select unnest(?::integer[]))",
        tx.today,
        asked,
    )
    # A patient who has been erased since the question was asked is not among these.
    known = tx.rows(
        "select i.*, p.adressetype, p.avdod, p.dodsdato from register.pasient p join identitet.person i using (pasient_id) "
        "where p.pasient_id in (select unnest(?::integer[])) order by p.pasient_id",
        asked,
    )
    # Nor is an answer about another number than the patient has now taken for the patient's.
    answers = [(row, told[row["pasient_id"]][1]) for row in known if told[row["pasient_id"]][0] == row["idnr"]]
    events = [event for row, borger in answers if (event := _update(tx, row, borger, outcome))]
    outcome.count("kontrollert", len(known))
    if events:
        audit.log_all(tx, events)
    for row, borger in answers:
        if borger is not None and borger.nummer not in (None, row["idnr"]):
            _new_number(tx, row["pasient_id"], borger.nummer, outcome)


def _update(tx: Tx, row: dict[str, Any], borger: Borger | None, outcome: Outcome) -> audit.Event | None:
    """Write where the Folkeregister differs from the row; returns the event to log, None when nothing differs."""
    if borger is None:
        return None
    protection = _protection(tx, row, borger, outcome)
    changed = _changes(row, borger)
    death = deaths.heard(tx, row["pasient_id"], (row["avdod"], row["dodsdato"]), borger.dodsdato)
    if changed:
        assignments = ", ".join(f"{name} = ?" for name in changed)
        tx.run(
            f"update identitet.person set {assignments}, oppdatert = ? where pasient_id = ?",
            *changed.values(),
            tx.now,
            row["pasient_id"],
        )
        outcome.count("endret")
    if death:
        outcome.count(death)
    if not changed and not death and not protection:
        return None
    # Of a changed identity field only the name is logged.
    details: dict[str, Any] = dict.fromkeys(changed, "endret") | ({"avdod": death} if death else {}) | protection
    return audit.Event("oppdatert fra Folkeregisteret", row["pasient_id"], details=details)


def _protection(tx: Tx, row: dict[str, Any], borger: Borger, outcome: Outcome) -> dict[str, str]:
    """Take the address away when it has been protected, and let it be kept again when it is not; returns what to log."""
    if bool(row["skjermet"]) == borger.skjermet:
        return {}
    (protected.protect if borger.skjermet else protected.open_again)(tx, row["pasient_id"])
    outcome.count("skjermet" if borger.skjermet else "ikke lenger skjermet")
    return {"adresse": "skjermet" if borger.skjermet else "ikke lenger skjermet"}


def _new_number(tx: Tx, pasient_id: int, text: str, outcome: Outcome) -> None:
    """Give the patient the number that the Folkeregister says is the patient's now, when that is certain: nobody else has it,
    and it says the same birth date. Otherwise it is left for SC to decide, once.
    """
    try:
        number = identity.parse(text, test_persons=True, today=tx.today)
    except RegisterError:
        outcome.count("uleselige nummer")
        return
    patient, other = patients.get(tx, pasient_id), patients.with_number(tx, number.number)
    if other not in (None, pasient_id):
        if requests.propose(
            tx, pasient_id, "Folkeregisteret: nummeret som gjelder nå, har en annen pasient", annen=other
        ):
            outcome.count("forslag")
    elif patient.fodselsdato is None or patient.fodselsdato not in number.possible_dates:
        if requests.propose(tx, pasient_id, "Folkeregisteret: nytt nummer med annen fødselsdato", idnr=number.number):
            outcome.count("forslag")
    else:
        numbers.write(tx, patient, number, former_was_right=True)
        audit.log(tx, numbers.EVENT, pasient_id=pasient_id, details={"fra": "Folkeregisteret"})
        requests.settle(tx)
        outcome.count("nye nummer")


def _changes(row: dict[str, Any], borger: Borger) -> dict[str, str]:
    fields = numbers.NAMES + (protected.ADDRESS if row["adressetype"] == NORWEGIAN and not borger.skjermet else ())
    return {f: getattr(borger, f) for f in fields if getattr(borger, f) and getattr(borger, f) != row[f]}


def asks(store: Store, settings: Settings) -> bool:
    """Whether there is a Folkeregister to ask."""
    return store.demo or bool(settings.persontjenesten_url)


def folkeregister(store: Store, settings: Settings, at: datetime | None = None) -> Folkeregister:
    """The population register of ``store``: Persontjenesten when the settings name it; else none in operation, and in a demo one
    that knows the demo's own patients and what has happened to them since it was made (as of ``at``, or now), and fails as the
    settings say.
    """
    if (real := connected.persontjenesten(settings)) is not None:
        return real
    if not store.demo:
        return NoFolkeregister()
    faults = standins.told(settings.etterligning).get("folkeregister", Faults())
    plan = _plan(store)
    if plan is None:
        return LocalFolkeregister(known=of_register(store), faults=faults)
    today = lambda: (at or store.clock()).astimezone(OSLO).date()  # noqa: E731
    return LocalFolkeregister(
        known=of_register(store), now=lambda number, borger: plan.on(number, borger, today()), faults=faults
    )


def _plan(store: Store) -> Plan | None:
    """What is to happen to the patients of the demo, which wrote in its log when it was made, and by which seed."""
    with store.read(JOB) as tx:
        row = tx.row("select tid, detaljer ->> 'frø' as seed from tilgang.logg where hendelse = ? order by nr", MADE)
    return Plan(int(row["seed"]), row["tid"].astimezone(OSLO).date()) if row and row["seed"] else None


def of_register(store: Store) -> Callable[[str], Borger | None]:
    """A function that finds the register's own patient with a number, as the population of the demo's stand-in."""

    def find(number: str) -> Borger | None:
        with store.read(JOB) as tx:
            row = tx.row(
                "select i.fornavn, i.etternavn, p.fodselsdato, p.kjonn, i.adresse, i.postnr, i.poststed, "
                # What SC has corrected, the Folkeregister has not.
                "case when r.pasient_id is null then p.dodsdato else r.sagt end as dodsdato, "
                "coalesce(i.skjermet, false) as skjermet "
                "from identitet.person i join register.pasient p using (pasient_id) "
                "left join register.dodsfall_rettet r using (pasient_id) where i.idnr = ?",
                number,
            )
        if row is None:
            return None
        born, sex, died = row.pop("fodselsdato"), row.pop("kjonn"), row.pop("dodsdato")
        hidden = bool(row.pop("skjermet"))
        names = {name: text or "" for name, text in row.items()}
        return Borger(fodselsdato=born, kjonn=sex, dodsdato=died, skjermet=hidden, **names)

    return find
