"""A poster for the corridor: the unit's figures of a period as bars, for everybody who passes.

Visitors read it, so no patient may be recognised. A figure is left out where few forløp have an answer or few do not
(checks/small_numbers.py), and where the difference between two denominators would give such a count away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checks import in_words
from checks.small_numbers import small
from exports.printouts.typeset import Printout


@dataclass(frozen=True)
class Share:
    """`n` of `whole` forløp. When it is `around` the later figures, their forløp are all among these n."""

    label: str
    n: int
    whole: int
    around: bool = False

    def shown(self, smallest: int) -> bool:
        """Whether the share may be shown in public: neither the part nor the rest of the whole is small."""
        counts = (self.n, self.whole - self.n)
        return self.whole >= smallest and not any(small(n, smallest) for n in counts)


@dataclass(frozen=True)
class Change:
    """Means at the first and the last visit of `n` forløp; `most` is the end of the scale."""

    label: str
    first: float
    last: float
    n: int
    most: float


@dataclass(frozen=True)
class Sheet:
    """The contents of the poster. `forlop` is how many forløp it is about; counts under `smallest` may not be seen."""

    enhet: str
    periode: str
    publisert: str
    forlop: int
    shares: Sequence[Share]
    changes: Sequence[Change]
    smallest: int


def printout(sheet: Sheet, moment: datetime) -> Printout:
    """The poster, ready to be typeset."""
    enough = sheet.forlop >= sheet.smallest
    shares, told = _shares(sheet)
    changes = [
        change for change in sheet.changes if change.n >= sheet.smallest and _apart(change.n, told, sheet.smallest)
    ]
    return Printout(
        "korridor",
        {
            "tittel": "Smerteteamet i tall",
            "topp": sheet.enhet,
            "bunn": f"SmerteReg, publisert {sheet.publisert}",
            "enhet": sheet.enhet,
            "periode": sheet.periode,
            "forlop": in_words.number(sheet.forlop) if enough else None,
            "andeler": shares if enough else [],
            "endringer": [_change(change) for change in changes] if enough else [],
        },
        moment,
    )


def _shares(sheet: Sheet) -> tuple[list[dict[str, Any]], list[int]]:
    """The lines of the shares, and the counts on the poster of which the forløp of every later figure are a part."""
    lines, told = [], [sheet.forlop]
    for share in sheet.shares:
        may = share.shown(sheet.smallest) and _apart(share.whole, told, sheet.smallest)
        lines.append(_share(share, may))
        if may and share.around:
            told.append(share.n)
    return lines, told


def _apart(part: int, told: Sequence[int], smallest: int) -> bool:
    """Whether the difference between `part` and each count in `told`, of which it is a part, is not small."""
    return not any(small(whole - part, smallest) for whole in told)


def _share(share: Share, may: bool) -> dict[str, Any]:
    if not may:
        why = "for få svar til å vises" if share.whole else "ingen svar i perioden"
        return {"navn": share.label, "andel": None, "tekst": why}
    part = 100 * share.n / share.whole
    return {
        "navn": share.label,
        "andel": part,
        "tekst": f"{in_words.number(part)} % (av {in_words.number(share.whole)})",
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "navn": change.label,
        "n": in_words.number(change.n),
        "forste": {"del": change.first / change.most, "tekst": in_words.number(change.first, 1)},
        "siste": {"del": change.last / change.most, "tekst": in_words.number(change.last, 1)},
    }
