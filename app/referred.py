"""«Registrert av henvist» beside dekningsgrad: what the kept checks against EPJ found, in figures and words.

The counts are those of the register as it is now (ingest/epj.py); they wait for no publishing.
"""

from __future__ import annotations

from app import texts
from app.charts import period
from app.charts.data import Choice, Period
from ingest import epj
from ingest.epj import Kept
from ingest.store import Tx

NAME = "Registrert av henvist"
NONE = (
    "Registrert av henvist: ingen kontroll mot EPJ er lagret for perioden. Koordinator laster opp sykehusets egen liste "
    "under Innleverte registreringer, «Kontroll mot EPJ»."
)
NO_PLACE = "Registrert av henvist telles ikke per lokasjon: sykehusets liste har avdeling, men ikke lokasjon."


def drawn(tx: Tx, choice: Choice, chosen: Period) -> str:
    """The figure as HTML, or the sentence that stands where there is none. REG-060, REG-061 as ``epj.kept``."""
    if choice.lokasjon is not None:
        return _quiet(NO_PLACE)
    found = epj.kept(tx, choice.unit, chosen.first, chosen.last, choice.avdeling)
    return _figure(found, len(chosen.months), nation=choice.unit is None) if found else _quiet(NONE)


def _figure(found: Kept, months: int, *, nation: bool) -> str:
    asked = texts.count(found.henvist, "henvisning", "henvisninger")
    covered = f"{texts.number(found.maaneder)} av {texts.count(months, 'måned', 'måneder')} i perioden"
    who = f", {texts.count(found.enheter, 'enhet', 'enheter')}" if nation else ""
    return f"""<div class="sr-nokkeltall"><p class="sr-stort">{texts.percent(found.registrert, found.henvist)}</p>
        <p><b>{NAME}:</b> <b>{texts.number(found.registrert)}</b> av <b>{asked}</b> i sykehusets egen liste (EPJ) er
        registrert.<br><span class="sr-dempet">Henvist {period.words(Period(found.fra, found.til))} ({covered}{who}).
        Sist kontrollert {texts.moment(found.tid)}.</span></p></div>"""


def _quiet(sentence: str) -> str:
    return f'<p class="sr-ingress">{sentence}</p>'
