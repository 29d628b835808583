"""The files for the results portal: made of the year's figures, held against the portal's controls and ours, then written.

The portal deletes what it has of an indicator and a year before it takes the new rows, for all units. Therefore a unit without
an orgnr stops everything. What is too small to show is held back, at every level, so that no sum has it either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from checks.errors import RegisterError
from checks.resultatportal import own, receiver
from checks.resultatportal.ids import Ids, Unit
from exports.resultatportal.figures import TYPES, Definition, Figure

MEAN = TYPES["snitt"]
SHARES, MEANS = "andeler", "gjennomsnitt"
CAREGIVER = "caregiver"  # the hospital that treats; where the patient lives is not known to the datasets
CHECKED = (*receiver.CONTROLS, *own.CONTROLS)
_DECIMALS = Decimal("0.001")  # the portal keeps three


@dataclass(frozen=True)
class Row:
    """One row of the file; ``var`` is as it is written there."""

    ind_id: str
    context: str
    year: int
    orgnr: str
    var: str
    denominator: int


@dataclass(frozen=True)
class Files:
    """``texts`` has the contents of each file, by «andeler» or «gjennomsnitt». ``held`` are figures that are too small,
    ``empty`` the chosen indicators without any figure to send, and ``sent`` the figures that are in the files.
    """

    year: int
    texts: Mapping[str, str]
    sent: tuple[Figure, ...]
    held: tuple[Figure, ...]
    empty: tuple[str, ...]

    @property
    def digest(self) -> str:
        """What tells one delivery from another: SHA-256 of the contents."""
        return hashlib.sha256("".join(self.texts[name] for name in sorted(self.texts)).encode()).hexdigest()

    @property
    def rows(self) -> int:
        """How many rows the files have, without their headings."""
        return sum(text.count("\n") - 1 for text in self.texts.values())

    def name(self, kind: str) -> str:
        return f"smertereg_skde_{self.year}_{kind}.csv"


def make(
    year: int, figures: Iterable[Figure], known: Mapping[str, Definition], ids: Ids, file: str, smallest: int
) -> Files:
    """The files of the year. ``known`` are the register's indicators, ``file`` the name of the file that ``ids`` came from.

    Raises REG-352 (a unit without orgnr), REG-354 (an indicator that is none), REG-355 (a control was not passed) and REG-356
    (everything is too small).
    """
    wanted = [i.indikator for i in ids.indikatorer]
    for name in wanted:
        if name not in known:
            raise RegisterError("REG-354", verdi=name, fil=file, kjente=", ".join(known))
    chosen = [f for f in figures if f.indikator in wanted and f.nevner]
    units = ids.units(year)
    for figure in chosen:
        if figure.resh not in units:
            raise RegisterError("REG-352", enhet=figure.enhet, resh=figure.resh, aar=year, fil=file)
    held = tuple(f for f in chosen if f.is_small(smallest))
    sent = tuple(f for f in chosen if f not in held)
    if not sent:
        raise RegisterError("REG-356", aar=year, grense=smallest)
    ind_ids = {i.indikator: i.ind_id for i in ids.indikatorer}
    rows = {
        SHARES: [_share(year, f, ind_ids[f.indikator], units[f.resh].orgnr) for f in sent if TYPES[f.maal] != MEAN],
        MEANS: _means(year, [f for f in sent if TYPES[f.maal] == MEAN], ind_ids, units, ids.nasjon),
    }
    files = Files(
        year,
        {kind: _text(found) for kind, found in rows.items() if found},
        sent,
        held,
        tuple(name for name in wanted if name not in {f.indikator for f in sent}),
    )
    _check(files, known, ids, smallest)
    return files


def _share(year: int, figure: Figure, ind_id: str, orgnr: str) -> Row:
    return Row(ind_id, CAREGIVER, year, orgnr, str(int(figure.teller)), figure.nevner)


def _means(
    year: int, figures: list[Figure], ind_ids: Mapping[str, str], units: Mapping[str, Unit], nation: str
) -> list[Row]:
    """The mean of each unit, and of all that is above it: the portal adds up fractions by itself, but no means."""
    sums: dict[tuple[str, str], tuple[Decimal, int]] = {}
    for figure in figures:
        unit = units[figure.resh]
        for orgnr in filter(None, (unit.orgnr, unit.hf, unit.rhf, nation)):
            key = (ind_ids[figure.indikator], orgnr)
            total, count = sums.get(key, (Decimal(0), 0))
            sums[key] = (total + figure.teller, count + figure.nevner)
    return [
        Row(ind_id, CAREGIVER, year, orgnr, written(total / count), count)
        for (ind_id, orgnr), (total, count) in sums.items()
    ]


def written(number: Decimal) -> str:
    """A number as the portal takes it: decimal comma, no more than three decimals."""
    text = str(number.quantize(_DECIMALS, ROUND_HALF_UP))
    return text.rstrip("0").rstrip(".").replace(".", receiver.DECIMAL)


def _text(rows: list[Row]) -> str:
    """The csv file: no BOM, «;», LF, sorted, the columns in the portal's order."""
    ordered = sorted(rows, key=lambda row: (row.ind_id, row.context, row.year, row.orgnr))
    lines = [receiver.SEPARATOR.join(receiver.COLUMNS)]
    lines += [receiver.SEPARATOR.join(str(getattr(row, name)) for name in receiver.COLUMNS) for row in ordered]
    return "".join(f"{line}\n" for line in lines)


def _check(files: Files, known: Mapping[str, Definition], ids: Ids, smallest: int) -> None:
    """Read the files as the portal does. Raises REG-355 with what is wrong."""
    portal = ids.portal(files.year, {name: definition.type for name, definition in known.items()})
    meant = own.Meant(files.year, smallest, ids.trusts(files.year))
    wrong: list[str] = []
    for kind, text in files.texts.items():
        table = receiver.read(text)
        meanings = receiver.MEANING | own.MEANING
        names = [*receiver.failed(table, portal), *own.failed(table, portal, meant)]
        wrong += [f"{meanings[name]} ({name}, {kind})" for name in names]
    if wrong:
        raise RegisterError("REG-355", melding="; ".join(wrong))


def held_back(held: Iterable[Figure], known: Mapping[str, Definition]) -> list[str]:
    """Sentences on what is held back, one for each indicator; the units are named, the counts not."""
    return [
        f"{known[indikator].navn}: {', '.join(f.enhet for f in figures)}"
        for indikator, figures in groupby(sorted(held, key=lambda f: (f.indikator, f.enhet)), lambda f: f.indikator)
    ]
