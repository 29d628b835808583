"""How often each question is answered, at a unit and at all units."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import polars as pl

from exports.figures.indicator_data import Value, others_share


@dataclass(frozen=True)
class Line:
    """A question at the unit, counted in forms. `everybody` is the share answered at all units (None: not shown);
    `lowest` is the unit with the lowest share, and that share.
    """

    skjema: str
    variabel: str
    paakrevd: bool
    stilt: int
    besvart: int
    vet_ikke: int | None
    everybody: float | None
    lowest: tuple[str, float] | None

    @property
    def share(self) -> float:
        return self.besvart / self.stilt


def counted(con: duckdb.DuckDBPyConnection, form: str | None, year: int | None) -> pl.DataFrame:
    """Every unit's counts per question, of one form and one year (None: of all)."""
    return con.execute(
        """select "AvdRESH", skjema, variabel, bool_or(paakrevd) as paakrevd, sum(n_stilt)::int as stilt,
        sum(n_besvart)::int as besvart, sum(n_vet_ikke)::int as vet_ikke, from kompletthet
        where ($form is null or skjema = $form) and ($year is null or aar = $year) group by all order by all""",
        {"form": form, "year": year},
    ).pl()


def lines(counts: pl.DataFrame, unit: str, smallest: int, *, every_unit: bool) -> list[Line]:
    """The unit's questions, the least answered first; questions that are equally answered by the share of «Vet ikke».

    The share of all units is shown as others_share allows with `smallest`. With `every_unit` (SC) nothing is hidden, and
    the unit with the lowest share is named, among those where the question was asked in at least `smallest` forms and was
    not always answered.
    """
    found = []
    for rows in counts.partition_by("skjema", "variabel"):
        own = rows.filter(pl.col("AvdRESH") == unit).drop("AvdRESH").to_dicts()
        if not own:
            continue
        mine = Value(own[0]["besvart"], own[0]["stilt"])
        everybody = Value(int(rows["besvart"].sum()), int(rows["stilt"].sum()))
        shown = others_share(mine, everybody, True, 1 if every_unit else smallest)
        many = rows.filter(pl.col("stilt") >= smallest).select("AvdRESH", share=pl.col("besvart") / pl.col("stilt"))
        low = many.filter(pl.col("share") < 1).sort("share", "AvdRESH").rows()[:1] if every_unit else []
        found.append(Line(**own[0], everybody=shown, lowest=low[0] if low else None))
    return sorted(found, key=lambda line: (line.share, -(line.vet_ikke or 0) / max(line.besvart, 1), line.variabel))
