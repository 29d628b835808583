"""The addresses of printouts: the arbeidsliste, one form, a patient's record. They are shown as PDF, logged, never kept."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.routing import Route

from app.web import fetched, resources
from checks.errors import RegisterError
from checks.forlop import ALL_FORMS
from exports.printouts import arbeidsliste, form, record
from exports.printouts.typeset import Printout
from ingest.access import Actor

ARBEIDSLISTE, FORM, RECORD = "/utskrift/arbeidsliste", "/utskrift/skjema", "/utskrift/innsyn"
MOST_WORDS = 300  # characters of the text that says which selection of the arbeidsliste is printed


def routes() -> list[Route]:
    """`/utskrift/arbeidsliste` (a form: `forlop` and `utvalg`), `/utskrift/skjema?forlop=&skjema=`, `/utskrift/innsyn?pasient=`."""
    return [fetched.posted(ARBEIDSLISTE, _arbeidsliste), fetched.route(FORM, _form), fetched.route(RECORD, _record)]


def form_address(forlop_id: int, skjema: str) -> str:
    return f"{FORM}?{urlencode({'forlop': forlop_id, 'skjema': skjema})}"


def record_address(pasient_id: int) -> str:
    return f"{RECORD}?{urlencode({'pasient': pasient_id})}"


def _shown(name: str, made: Printout) -> fetched.File:
    return fetched.File(f"smertereg_{name}.pdf", made.pdf(), fetched.PDF, saved=False)


def _arbeidsliste(fields: Mapping[str, str], actor: Actor) -> fetched.File:
    shown = None
    if "forlop" in fields:
        shown = [int(n) for n in fields["forlop"].split(",") if n.isascii() and n.isdigit() and len(n) <= 9]
    with resources.current().store.write(actor) as tx:
        made = arbeidsliste.printout(tx, shown, fields.get("utvalg", "")[:MOST_WORDS])
    return _shown("arbeidsliste", made)


def _form(request: Request, actor: Actor) -> fetched.File:
    forlop_id = fetched.number(request, "forlop", "REG-027")
    skjema = request.query_params.get("skjema", "")
    if skjema not in ALL_FORMS:
        raise RegisterError("REG-027", forlop=forlop_id)
    with resources.current().store.write(actor) as tx:
        made = form.printout(tx, forlop_id, skjema)
    return _shown(f"{forlop_id}_{skjema}", made)


def _record(request: Request, actor: Actor) -> fetched.File:
    pasient_id = fetched.number(request, "pasient")
    with resources.current().store.write(actor) as tx:
        made = record.printout(tx, pasient_id)
    return _shown(f"innsyn_{pasient_id}", made)
