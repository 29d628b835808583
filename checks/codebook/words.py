"""How the codebook's questions, dates and conditions are said in Norwegian."""

from __future__ import annotations

from datetime import date

from checks.codebook.model import Variabel
from checks.codebook.time import Tid
from checks.conditions import Betingelse, Eller, Er, Ikke, Og


def quoted(v: Variabel) -> str:
    """«Er pasienten gravid?» (Gravid12)."""
    label = v.ledetekst.strip().rstrip(":")
    return f"«{label}» ({v.navn})" if label else v.navn


def day(dag: date) -> str:
    return f"{dag:%d.%m.%Y}"


def dates(tid: Tid) -> str:
    """« fra 01.01.2027 til 01.06.2028», with the edition where there is one; empty for what is always asked."""
    parts = [f"fra {day(tid.fra)}"] if tid.fra else []
    parts += [f"til {day(tid.til)}"] if tid.til else []
    if tid.utgave:
        parts.append(f"(utgaven «{tid.utgave.navn}»{'' if tid.i_bruk else ', som ikke er i bruk'})")
    return "".join(f" {part}" for part in parts)


def span(fra: date | None, til: date | None) -> str:
    """What an edition's dates say."""
    return dates(Tid(fra, til)).strip() or "uten dato"


def condition(betingelse: Betingelse | None) -> str:
    """«når Tilsett er 1 eller 2»; «alltid» without a condition."""
    return "alltid" if betingelse is None else f"når {_said(betingelse)}"


def _said(betingelse: Betingelse) -> str:
    match betingelse:
        case Er(variabel=name, verdier=values):
            return f"{name} er {' eller '.join(str(v) for v in values)}"
        case Og(deler=parts):
            return "(" + " og ".join(_said(part) for part in parts) + ")"
        case Eller(deler=parts):
            return "(" + " eller ".join(_said(part) for part in parts) + ")"
        case Ikke(del_=part):
            return f"ikke {_said(part)}"
