"""A patient's whole record, for the patient's right of access (innsyn): forløp, forms, versions, and who has read them.

For LC the record has what the own unit has, and its part of the log; for SC everything. Internal comments are for
internal use only (manual: «Arbeidsliste») and are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checks.codebook import load
from checks.forlop import ALL_FORMS
from exports.printouts import words
from exports.printouts.answers import sections
from exports.printouts.typeset import Printout
from ingest import audit, units
from ingest.access import may, require
from ingest.lists import innsyn
from ingest.people import users
from ingest.prom import outbox
from ingest.registration import forlop, merged, patients, reservations, versions
from ingest.registration.changes import changes
from ingest.registration.forlop import Forlop
from ingest.store import Tx

TITLE = "Innsyn: det SmerteReg har om deg"
WENT = {
    outbox.WAITING: "Ikke sendt ennå",
    outbox.SENDING: "Under sending",
    outbox.SENT: "Sendt",
    outbox.KEPT: "Ikke sendt ut: registeret er en demo",
    outbox.FAILED: "Kom ikke fram",
    outbox.CANCELLED: "Avlyst",
}


def document(tx: Tx, pasient_id: int) -> dict[str, Any]:
    """The data of the print. Raises REG-046, REG-060 and REG-061."""
    require(tx.actor, "se_logg")
    patient = patients.get(tx, pasient_id)
    names = users.names(tx)
    person = [
        ("Navn", patient.navn),
        ("Fødselsnummer", patients.reveal(tx, pasient_id) or patient.fnr_maskert),
        ("Fødselsdato", words.day(patient.fodselsdato)),
        *([("Avdød", "Ja"), ("Dødsdato", words.day(patient.dodsdato) or "ukjent")] if patient.avdod else []),
        ("Adresse", ", ".join(p for p in (patient.adresse, patient.postnr, patient.poststed) if p)),
        ("Telefon", patient.telefon or ""),
        ("E-post", patient.epost or ""),
        ("PasientID (PID)", str(patient.pasient_id)),
        ("Reservasjon", "; ".join(_reservation(row) for row in reservations.history(tx, patient.pasient_id))),
        ("Tidligere PasientID", ", ".join(map(str, merged.absorbed(tx, patient.pasient_id)))),
    ]
    scope = "alle enheter" if may(tx.actor, "se_nasjonalt") else units.name(tx, tx.actor.enhet)
    return {
        **words.head(tx, TITLE),
        "under": f"Opplysninger ved {scope}. Interne kommentarer er ikke med.",
        "person": [row for row in person if row[1]],
        "forlop": [_forlop(tx, head, names) for head in forlop.of_patient(tx, pasient_id)],
        "logg": _log(tx, pasient_id),
    }


def _reservation(row: Mapping[str, Any]) -> str:
    said = "reservert" if row["status"] == reservations.RESERVED else "ikke reservert"
    return f"{words.moment(row['tid'])}: {said} ({reservations.SOURCES[row['kilde']]})"


def printout(tx: Tx, pasient_id: int) -> Printout:
    """The record, ready to be typeset; logged. Raises as ``document``."""
    made = document(tx, pasient_id)
    audit.log(tx, "innsyn skrevet ut", pasient_id=pasient_id)
    return Printout("journal", made, tx.now)


def _forlop(tx: Tx, head: Forlop, names: Mapping[str, str]) -> dict[str, Any]:
    facts = [
        ("Enhet", units.name(tx, head.enhet)),
        ("Forløpstype", str(head.forlopstype or "ikke avgjort")),
        ("Startdato", words.day(head.startdato)),
        ("Samtykke", words.samtykke(head)),
        ("Opprettet", f"{words.moment(head.opprettet)} av {names.get(head.opprettet_av, head.opprettet_av)}"),
    ]
    places = words.places(tx, head.enhet)
    # Forms that were closed when the forløpstype changed are still in the register, so the patient is to see them too.
    kept = [skjema for skjema in ALL_FORMS if skjema in head.skjema]
    return {
        "tittel": f"Forløp {head.forlop_id}",
        "fakta": facts,
        "skjema": [_form(tx, head, skjema, places, names) for skjema in kept],
        "meldinger": [_message(row) for row in outbox.of_forlop(tx, head.forlop_id)],
    }


def _message(row: Mapping[str, Any]) -> list[str]:
    """A message to the patient: when, about which form, what it was, by which channel, and how it went."""
    what = "Påminnelse" if row["slag"] == outbox.REMINDER else "Spørreskjema"
    back = (row["feil"] or "").startswith(outbox.RETURNED)
    went = "Kom i retur" if back else WENT[row["tilstand"]]
    moment = words.moment(row["sendt"] or row["opprettet"])
    return [moment, load().skjema[row["skjema"]].navn, what, outbox.CHANNELS[row["kanal"]].navn, went]


def _form(
    tx: Tx, head: Forlop, skjema: str, places: Mapping[str, Mapping[int, str]], names: Mapping[str, str]
) -> dict[str, Any]:
    """A form's present answers, and for each save who saved, when, and what was changed."""
    answers = versions.current(tx, head, [skjema])[skjema].svar
    rows = tx.rows(
        "select versjon, tid, bruker, hendelse, grunn, svar from register.skjemaversjon "
        "where forlop_id = ? and skjema = ? order by versjon",
        head.forlop_id,
        skjema,
    )
    saves, before = [], {}
    for row in rows:
        after = versions.parsed(row["svar"], skjema)
        who = names.get(row["bruker"], row["bruker"])
        said = _changed(skjema, before, after) if before else ""
        saves.append([str(row["versjon"]), words.moment(row["tid"]), who, row["hendelse"], row["grunn"] or "", said])
        before = after
    form = load().skjema[skjema]
    return {
        "tittel": f"{form.navn} – {form.tittel}",
        "under": words.STATUS[head.skjema[skjema].status],
        "deler": sections(skjema, answers, places),
        "versjoner": saves,
    }


def _changed(skjema: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    found = changes(skjema, before, after)
    return ", ".join(
        f"{name}: endret"
        if not isinstance(change, dict) or isinstance(change["fra"], list) or isinstance(change["til"], list)
        else f"{name}: {_code(change['fra'])} → {_code(change['til'])}"
        for name, change in found.items()
    )


def _code(value: Any) -> str:
    return "tom" if value is None else str(value)


def _log(tx: Tx, pasient_id: int) -> list[list[str]]:
    """Every event in the log about the patient that the actor may read, newest first."""
    found: list[innsyn.Event] = []
    query = innsyn.Query(pasient_id=pasient_id)
    while True:
        page = innsyn.read(tx, query)
        found += page.events
        if len(found) >= page.antall or not page.events:
            break
        query = innsyn.Query(pasient_id=pasient_id, side=query.side + 1, topp=page.topp)
    book = load().skjema
    return [
        [
            words.moment(event.tid),
            f"{event.navn} ({event.rolle})",
            units.name(tx, event.enhet),
            event.hendelse,
            " ".join(
                p
                for p in (
                    f"FID {event.forlop_id}" if event.forlop_id else "",
                    book[event.skjema].navn if event.skjema and event.skjema in book else "",
                )
                if p
            ),
        ]
        for event in found
    ]
