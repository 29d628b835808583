"""«Registrert av henvist» beside dekningsgrad: what the stored checks against EPJ found, in figures and words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from app.ui import texts
from exports.figures.data import Choice, Period
from exports.published import has
from ingest.lists import epj
from ingest.store import OSLO, Tx

NAME = "Registrert av henvist"
NONE = (
    "Registrert av henvist: ingen kontroll mot EPJ er lagret for perioden. Koordinator laster opp sykehusets egen liste "
    "under Innleverte registreringer, «Kontroll mot EPJ»."
)
NO_PLACE = "Registrert av henvist telles ikke per lokasjon: sykehusets liste har avdeling, men ikke lokasjon."
_READ = """
    select sum(n_henvist)::int as henvist, sum(n_registrert)::int as registrert, min(maaned) as fra, max(maaned) as til,
        count(distinct maaned) as maaneder, count(distinct "AvdRESH") as enheter, max(kontrollert) as tid
    from registrert_av_henvist
    where maaned between $fra and $til and ($enhet is null or "AvdRESH" = $enhet)
        and ($avdeling is null or avdeling_id = $avdeling)
"""


@dataclass(frozen=True)
class Referred:
    """The checks of a period: for ``maaneder`` months from ``fra`` to ``til``, at ``enheter`` units, the newest stored at
    ``tid``.
    """

    henvist: int
    registrert: int
    fra: date
    til: date
    maaneder: int
    enheter: int
    tid: datetime


def read(con: duckdb.DuckDBPyConnection, choice: Choice, chosen: Period) -> Referred | None:
    """What is published about a choice; None when no check is."""
    if not has(con, "registrert_av_henvist"):
        return None
    values = {"enhet": choice.unit, "avdeling": choice.avdeling, "fra": chosen.first, "til": chosen.last}
    row = con.execute(_READ, values).pl().row(0, named=True)
    return Referred(**row | {"tid": row["tid"].replace(tzinfo=OSLO)}) if row["henvist"] else None


def drawn(con: duckdb.DuckDBPyConnection, tx: Tx, choice: Choice, chosen: Period) -> str:
    """The figure as HTML, or a sentence when there is no figure. Raises as ``epj.last_kept``."""
    if choice.lokasjon is not None:
        return _quiet(NO_PLACE)
    found = read(con, choice, chosen)
    kept = epj.last_kept(tx, choice.unit, chosen.first, chosen.last, choice.avdeling)
    if kept is not None and (found is None or kept > found.tid):
        later = f"Kontrollen som ble lagret {texts.moment(kept, tx.today)}, tas med ved neste publisering."
        return _figure(found, choice, chosen, later) if found else _quiet(f"{NAME}: {later[0].lower()}{later[1:]}")
    return _figure(found, choice, chosen) if found else _quiet(NONE)


def _figure(found: Referred, choice: Choice, chosen: Period, later: str = "") -> str:
    asked = texts.count(found.henvist, "henvisning", "henvisninger")
    covered = f"{texts.number(found.maaneder)} av {texts.count(len(chosen.months), 'måned', 'måneder')} i perioden"
    who = f", {texts.count(found.enheter, 'enhet', 'enheter')}" if choice.unit is None else ""
    return f"""<div class="sr-nokkeltall"><p class="sr-stort">{texts.percent(found.registrert, found.henvist)}</p>
        <p><b>{NAME}:</b> <b>{texts.number(found.registrert)}</b> av <b>{asked}</b> i sykehusets egen liste (EPJ) er
        registrert.<br><span class="sr-dempet">Henvist {Period(found.fra, found.til).words} ({covered}{who}).
        Sist kontrollert {texts.moment(found.tid)}. {later}</span></p></div>"""


def _quiet(sentence: str) -> str:
    return f'<p class="sr-ingress">{sentence}</p>'
