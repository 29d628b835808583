"""Inklusjonskriterier and forløpstype (manual, Tilleggsopplysninger; docs/adr/004).

Each rule stands twice: as a function of one forløp for the screen and as a Polars expression for frames. The
tests hold the two together over every combination of answers. Codes: tilsett 1 = ja, 2–6 = nei; norsktalende
1 = ja, 0 = nei; kognitivt svekket 0 = nei, 1 = ja; 9 = vet ikke (imports only) settles nothing.
"""

import polars as pl

ADULT = 18
UNKNOWN = 9
UNMET = {"Norsktalende": 0, "KognSvekket": 1}
"""What «vet ikke» counts as in the edition with reservation, where a criterion that nobody knows is not met (docs/adr/037)."""


def settled(name: str, answer: int | None) -> int | None:
    """The answer of a criterion as it counts in the edition with reservation."""
    return UNMET[name] if answer == UNKNOWN and name in UNMET else answer


def settled_expr(name: str) -> pl.Expr:
    """``settled`` for the column of the criterion."""
    column = pl.col(name)
    return pl.when(column == UNKNOWN).then(UNMET[name]).otherwise(column) if name in UNMET else column


def inklusjonskriterier(
    tilsett: int | None, norsktalende: int | None, alder: int | None, kognitivt_svekket: int | None
) -> int | None:
    """1 when seen, norsktalende, 18 years or more and not impaired; 0 as soon as one fails; else None."""
    if tilsett not in (None, 1) or norsktalende == 0 or (alder is not None and alder < ADULT) or kognitivt_svekket == 1:
        return 0
    met = tilsett == 1 and norsktalende == 1 and alder is not None and kognitivt_svekket == 0
    return 1 if met else None


def inklusjonskriterier_expr(
    tilsett: pl.Expr, norsktalende: pl.Expr, alder: pl.Expr, kognitivt_svekket: pl.Expr
) -> pl.Expr:
    """`inklusjonskriterier` for columns (Int8)."""
    fails = (tilsett != 1) | (norsktalende == 0) | (alder < ADULT) | (kognitivt_svekket == 1)
    met = (tilsett == 1) & (norsktalende == 1) & (alder >= ADULT) & (kognitivt_svekket == 0)
    return pl.when(fails).then(0).when(met).then(1).cast(pl.Int8)


def forlopstype(
    tilsett: int | None, norsktalende: int | None, alder: int | None, kognitivt_svekket: int | None
) -> int | None:
    """1 not seen, 2 seen without meeting the criteria, 3 seen and meeting them; None while tilsett is blank.

    Kognitivt svekket may stay blank until the last visit and then counts as not impaired; blank norsktalende
    or alder means that the criteria are not known to be met.
    """
    if tilsett is None:
        return None
    if tilsett != 1:
        return 1
    adult = alder is not None and alder >= ADULT
    return 3 if norsktalende == 1 and adult and kognitivt_svekket != 1 else 2


def forlopstype_expr(tilsett: pl.Expr, norsktalende: pl.Expr, alder: pl.Expr, kognitivt_svekket: pl.Expr) -> pl.Expr:
    """`forlopstype` for columns (Int8)."""
    criteria = (norsktalende == 1) & (alder >= ADULT) & kognitivt_svekket.ne_missing(1)
    return (
        pl.when(tilsett.is_null())
        .then(None)
        .when(tilsett != 1)
        .then(1)
        .when(criteria)
        .then(3)
        .otherwise(2)
        .cast(pl.Int8)
    )
