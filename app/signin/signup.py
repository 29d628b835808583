"""«Ny bruker»: applying for access without being signed in (manual: «Opprette ny bruker»)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from app.web import plain, resources
from app.web.plain import Fields, Shown
from app.web.session import ROLE_NAMES, SIGN_IN
from checks.errors import RegisterError
from ingest import units
from ingest.access import GATE, Actor
from ingest.people import applications as ap

ADDRESS = "/ny-bruker"
_APPLICANT = Actor("søker", "", "", "")


def routes() -> list[Route]:
    """The address of the application's page."""
    return plain.route(ADDRESS, lambda _request, _fields: _form({}, {}), _send)


def _form(given: Fields, wrong: dict[str, str], problem: str = "") -> Shown:
    with resources.current().store.read(GATE) as tx:
        listed = [u for u in units.all_units(tx) if u["aktiv"]]
    regions = [(rhf, rhf, "") for rhf in sorted({u["rhf"] for u in listed})]
    trusts = sorted({(u["hf"], u["rhf"]) for u in listed})

    def text(name: str, **extra: str) -> str:
        return plain.field(name, ap.LABELS[name], given.get(name, ""), problem=wrong.get(name, ""), **extra)

    def choose(name: str, options: list[tuple[str, str, str]], hint: str = "") -> str:
        return plain.select(name, ap.LABELS[name], options, given.get(name, ""), problem=wrong.get(name, ""), hint=hint)

    you = (
        text("navn", autocomplete="name", maxlength="80")
        + text(
            "brukernavn",
            autocomplete="username",
            maxlength="30",
            autocapitalize="none",
            spellcheck="false",
            hint="Velg selv: små bokstaver, tall, punktum eller bindestrek.",
        )
        + text("mobil", type="tel", autocomplete="tel", maxlength="20", hint="Her får du koden når du logger inn.")
        + text("epost", type="email", autocomplete="email", maxlength="255")
        + choose("stilling", [(p, p, "") for p in ap.POSITIONS])
    )
    place = (
        choose("region", regions)
        + choose("organisasjon", [(hf, hf, rhf) for hf, rhf in trusts], hint="Den du tilhører.")
        + text("klinikk", maxlength="80", hint="For eksempel Akuttklinikken.")
    )
    wanted = (
        choose("prosjekt", [(ap.PROJECT, ap.PROJECT, "")])
        + choose("sokt_organisasjon", [(hf, hf, "") for hf, _ in trusts])
        + choose(
            "avdeling",
            [(u["resh"], f"Smerteteamet, {u['navn']}", u["hf"]) for u in listed],
            hint="Smerteavdelingen du søker tilgang til.",
        )
        + choose("rolle", [(role, ROLE_NAMES[role], "") for role in ap.OFFERED])
    )
    groups = "".join(
        f"<fieldset><legend>{legend}</legend>{inside}</fieldset>"
        for legend, inside in (("Om deg", you), ("Hvor du arbeider", place), ("Hva du søker", wanted))
    )
    words = (
        "<p>Søknaden behandles av lokal koordinator ved enheten. Når den er godkjent, får du et passord på mobilen.</p>"
    )
    form = plain.form(ADDRESS, groups + plain.submit("Send skjema"), css="skjema bredt")
    body = f"{words}{plain.error(problem)}{form}{plain.link(SIGN_IN, 'Til innlogging')}"
    return Shown("Ny bruker", body, 422 if problem else 200, script="ny_bruker.js")


def _send(request: Request, fields: Fields) -> Shown:
    source, sent = request.client.host if request.client else "", resources.current().rates.applications
    try:
        if sent.too_many(source):
            raise RegisterError("REG-249")
        with resources.current().store.write(_APPLICANT) as tx:
            ap.apply(tx, dict(fields))
        sent.add(source)
    except RegisterError as error:
        wrong = {p.variabel: p.melding for p in error.problems if p.variabel}
        return _form(fields, wrong, str(error) if len(wrong) < 2 else f"{len(wrong)} felt må rettes.")
    words = "Søknaden er sendt. Når den er godkjent, får du brukernavn og et førstegangspassord på mobilen."
    return Shown("Søknaden er sendt", plain.note(words) + plain.link(SIGN_IN, "Til innlogging"))
