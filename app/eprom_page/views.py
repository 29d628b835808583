"""Draw the patient's pages from templates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from app.eprom_page import sentences, steps
from app.eprom_page.steps import Step
from app.web import resources
from app.web.static_files import url
from checks import eprom, hads_texts
from checks.codebook import Flervalg, Variabel
from checks.hads_texts import HadsTexts
from ingest.prom import hads_licence
from ingest.prom.patient_answers import Opened

# The pages are about one patient, so no cache and no search engine may keep them.
HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
REVIEW = "send"
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals["url"] = url


def message(code: str, sentence: str, status: int) -> HTMLResponse:
    """A page with one sentence: thanks, too late, wrong link. It is the same for every link of its kind."""
    return _page("beskjed.html", status, tittel=sentences.HEADINGS[code], setning=sentence)


def too_many() -> HTMLResponse:
    return _page("beskjed.html", 429, tittel="Vent litt", setning=sentences.TOO_MANY)


def failed(reference: str, fields: dict[str, str]) -> HTMLResponse:
    """A page that says that something went wrong, and offers to send the same answers again."""
    return _page("feil.html", 503, tittel="Prøv igjen", setning=sentences.FAILED, referanse=reference, felt=fields)


def welcome(opened: Opened) -> HTMLResponse:
    """The first page: what the form is about, how long it is, and until when it can be answered."""
    asked = steps.shown(opened.form, opened.svar)
    at = steps.step(asked, opened.steg) if opened.steg else asked[0]
    return _page(
        "velkommen.html",
        form=opened.skjema,
        om=eprom.FORMS[opened.skjema].om,
        antall=len(asked),
        kan_bli_flere=len(asked) < len(steps.steps(opened.form)),
        frist=sentences.deadline(opened.frist),
        begynt=opened.steg is not None,
        videre=at.nr if at else REVIEW,
    )


def question(
    opened: Opened, at: Step, *, given: dict[str, Any] | None = None, problem: str = "", back: str = ""
) -> HTMLResponse:
    """The page of one question. ``problem`` says kindly why it is asked again; ``back`` is the review when the patient
    came from there.
    """
    asked = steps.shown(opened.form, opened.svar)
    texts = _texts(opened.skjema)
    boxes = [_worded(texts, v) for v in at.variabler if v.type == "avkrysning"]
    felt = _worded(texts, at.felt) if isinstance(at.felt, Variabel) else at.felt
    place = next((i for i, s in enumerate(asked) if s.nr == at.nr), len(asked) - 1)
    open_end = steps.may_open(opened.form, at, asked)
    return _page(
        "sporsmal.html",
        422 if problem else 200,
        form=opened.skjema,
        nr=at.nr,
        felt=felt,
        bokser=boxes,
        seksjon=at.seksjon,
        svar=opened.svar if given is None else given,
        feil=problem,
        fra=back,
        plass=place + 1,
        av=f"Spørsmål {place + 1}" if open_end else f"Spørsmål {place + 1} av {len(asked)}",
        antall=len(steps.steps(opened.form)) if open_end else len(asked),
        lagret=opened.steg is not None,
        flervalg=isinstance(at.felt, Flervalg),
        forste=place == 0,
    )


def review(opened: Opened, problem: str = "") -> HTMLResponse:
    """The page with every answer, a link to change each, and «Send inn»."""
    texts = _texts(opened.skjema)
    lines = []
    for s in steps.shown(opened.form, opened.svar):
        if isinstance(s.felt, Variabel):
            s = Step(s.nr, s.seksjon, _worded(texts, s.felt), s.boks)
        lines.append((s, sentences.answer(s, opened.svar)))
    return _page("se_over.html", 422 if problem else 200, form=opened.skjema, linjer=lines, feil=problem)


def _page(template: str, status: int = 200, *, form: str = "", **values: Any) -> HTMLResponse:
    texts = _texts(form)
    values = {"tittel": eprom.FORMS[form].tittel} | values if form else values
    notice = texts.rettighet if texts else hads_texts.MISSING if form == hads_texts.FORM else ""
    html = _templates.get_template(template).render(
        demo=resources.current().store.demo, merknad=notice, innledning=texts.innledning if texts else "", **values
    )
    return HTMLResponse(html, status, headers=HEADERS)


def _texts(form: str) -> HadsTexts | None:
    return hads_licence.texts(resources.current().settings) if form == hads_texts.FORM else None


def _worded(texts: HadsTexts | None, v: Variabel) -> Variabel:
    return texts.worded(v) if texts else v
