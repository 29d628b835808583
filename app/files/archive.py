"""The addresses of Filarkiv: our texts, the paper forms, generated documents, and reports that are subscribed to. They hold only ids and fixed names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app.web import fetched, resources, shell
from checks.errors import RegisterError
from exports import documents, subscribed
from exports.printouts import guide, paper
from ingest import units
from ingest.access import Actor
from ingest.prom import hads_licence

VEILEDNING, SAMTYKKE, RESERVASJON = "Veiledning", "Samtykke", "Reservasjon"
TEXT, READ, PAPER, PICTURE, STARTER = (
    "/filarkiv/tekst/{navn}",
    "/filarkiv/les/{navn}",
    "/filarkiv/papir/{navn}",
    "/filarkiv/bilder/{navn}",
    "/filarkiv/start/{navn}",
)
DOCUMENT, REPORT = "/filarkiv/dokument/{nr}", "/filarkiv/rapport/{nr}"
# A fixed moment in place of the day of printing, so that the same text always gives the same file.
_UNDATED = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Text:
    """A text of Filarkiv: `navn` is its file in docs/, `del_av` the heading it stands under, `om` what it is for. One with
    `leses` is read as a page too.
    """

    navn: str
    del_av: str
    tittel: str
    om: str
    leses: bool


TEXTS = (
    Text("brukerveiledning", VEILEDNING, "Brukerveiledning", "Hvordan SmerteReg brukes, side for side.", True),
    Text("samtykkeskjema", SAMTYKKE, "Samtykkeskjema", "Mal som sykehuset fyller ut med sin egen kontakt.", False),
    Text(
        "informasjon-om-registeret",
        RESERVASJON,
        "Informasjon om registeret",
        "Mal til pasienten: hva som registreres, og retten til å reservere seg.",
        True,
    ),
    Text("handtering-av-samtykke", SAMTYKKE, "Dokument for håndtering av samtykke", "Hva som gjøres når.", True),
)
# Programs in docs/start that a statistician begins with: file -> what it is for.
STARTERS = {
    "indikatorer.py": "Indikatorene og dekningsgraden av den publiserte filen, i Python.",
    "indikatorer.R": "Det samme i R, av en leveranse i csv eller SPSS med tabellene allevarnum, forlopsoversikt, "
    "kvalitetsindikatorer og dekningsgrad.",
    "rapport.Rmd": "Rapport med tabeller og diagrammer av den samme leveransen, i R Markdown. Legges i samme mappe som indikatorer.R.",
}


def routes() -> list[Route]:
    """The addresses: texts as PDF and as a page, paper forms as PDF, the pictures of the texts, the programs to begin with,
    generated documents, and the reports of subscriptions.
    """
    return [
        fetched.route(TEXT, _text),
        fetched.route(READ, _read),
        fetched.route(PAPER, _paper),
        fetched.route(PICTURE, _picture),
        fetched.route(STARTER, _starter),
        fetched.route(DOCUMENT, _document),
        fetched.route(REPORT, _report),
    ]


def _named(request: Request, allowed: Collection[str]) -> str:
    """The name in the address, if it is among ``allowed``: no file is read from a path that a browser sent."""
    name = request.path_params["navn"]
    if name not in allowed:
        raise RegisterError("REG-221")
    return name


def _text(request: Request, _actor: Actor) -> fetched.File:
    name = _named(request, {text.navn for text in TEXTS})
    made = guide.printout(name, _UNDATED).pdf()
    return fetched.File(f"smertereg_{name}.pdf", made, fetched.PDF, saved=False)


def _read(request: Request, _actor: Actor) -> Response:
    name = _named(request, {text.navn for text in TEXTS if text.leses})
    parts = guide.read((guide.DOCS / f"{name}.md").read_text(encoding="utf-8"))
    body = guide.html(parts, PICTURE.removesuffix("/{navn}")) + '<p><a href="/filarkiv">Til Filarkiv</a></p>'
    page = shell.plain(guide.title(parts), f'<div class="tekst">{body}</div>')
    return HTMLResponse(page, headers=fetched.NEVER_KEPT)


def _paper(request: Request, actor: Actor) -> fetched.File:
    held = resources.current()
    texts = hads_licence.texts(held.settings)
    name = _named(request, paper.offered(texts))
    with held.store.read(actor) as tx:
        hospital = units.name(tx, actor.enhet)
    made = paper.printout(name, _UNDATED, texts, hospital).pdf()
    return fetched.File(f"smertereg_{name}_papir.pdf", made, fetched.PDF, saved=False)


def _picture(request: Request, _actor: Actor) -> fetched.File:
    pictures = {path.name: path for path in (guide.DOCS / "bilder").glob("veiledning-*.png")}
    name = _named(request, tuple(pictures))
    return fetched.File(name, pictures[name].read_bytes(), "image/png", saved=False)


def _starter(request: Request, _actor: Actor) -> fetched.File:
    name = _named(request, STARTERS)
    return fetched.File(name, (guide.DOCS / "start" / name).read_bytes(), "text/plain; charset=utf-8")


def _document(request: Request, actor: Actor) -> fetched.File:
    held = resources.current()
    number = fetched.number(request, "nr", "REG-220")
    with held.store.write(actor) as tx:
        found, content = documents.fetch(tx, held.settings.data, number)
    kinds = {documents.KLOKEBOK: fetched.CSV, documents.MODEL: fetched.HTML, documents.YEARLY: fetched.PDF}
    kind = kinds.get(found.slag, "application/zip")
    return fetched.File(found.filnavn, content, kind)


def _report(request: Request, actor: Actor) -> fetched.File:
    held = resources.current()
    number = fetched.number(request, "nr", "REG-220")
    with held.store.write(actor) as tx:
        found, content = subscribed.fetch(tx, held.settings.data, number)
    return fetched.File(found.filnavn, content, fetched.PDF)
