"""Which figures of the national file are left out because they are small; what is small, checks/small_numbers.py decides.

Both tables are one row per month and unit. Totals over units and months are taken to be known, from annual reports and
the app's own pages, and so is the number of forløp in each unit and month, which both tables tell.
"""

from itertools import pairwise

import numpy as np
import polars as pl

from checks.small_numbers import hidden

KEY = ("AvdRESH", "maaned")
STATES = (
    "avventer",
    "ja",
    "nei_aktivt",
    "nei_passivt",
    "ikke_aktuelt",
    "nei_ikke_spurt",
    "tilbaketrukket",
    "nei_uten_type",
)


def suppress_coverage(frame: pl.DataFrame, limit: int) -> pl.DataFrame:
    """The mart dekningsgrad with small counts empty, and a column `undertrykt` (bool) that says where.

    Forløp in all, then what they divide into, then the states of consent: a division is shown whole or not at all, and
    never where what it divides is hidden.
    """
    if frame.is_empty():
        return _emptied(frame, {})
    whole = frame.select("n_forlop")
    middle = frame.select(
        inne="n_inklusjon_status",
        formelt=pl.col("n_formelt_henvist") - pl.col("n_inklusjon_status"),
        uformelt=pl.col("n_inkl_krit_oppf") - pl.col("n_formelt_henvist"),
        ubesvart="n_krit_ubesvart",
        ikke=pl.col("n_forlop") - pl.col("n_inkl_krit_oppf") - pl.col("n_krit_ubesvart"),
    )
    formal = frame.select(f"n_formelt_{state}" for state in STATES if state != "ja")
    informal = frame.select(pl.col(f"n_{state}") - pl.col(f"n_formelt_{state}") for state in STATES)
    table = _Table(frame)
    out_whole = table.hidden(whole, limit)
    out_middle = table.hidden(middle, limit, out_whole)
    out_states = table.hidden(formal, limit, out_middle) | table.hidden(informal, limit, out_middle)
    gone = {
        "n_forlop": out_whole,
        "n_pasienter": out_whole,
        "n_inkl_krit_oppf": out_middle,
        "n_inklusjon_status": out_middle,
        "n_pasienter_krit": out_middle,
        "n_pasienter_inkludert": out_middle,
        "n_krit_ubesvart": out_middle,
        "n_formelt_henvist": out_middle,
    } | {f"n_{kind}{state}": out_states for kind in ("", "formelt_") for state in STATES}
    masks = {name: table.rows(mask) for name, mask in gone.items()}
    # Patients are not divided as forløp are, so each count stands for itself, and for those of them not included.
    left_out = frame["n_pasienter_krit"] - frame["n_pasienter_inkludert"]
    for name in ("n_pasienter", "n_pasienter_krit", "n_pasienter_inkludert"):
        masks[name] = masks[name] | _small(frame[name], limit)
    masks["n_pasienter_inkludert"] |= _small(left_out, limit)
    return _emptied(frame, masks)


def suppress_indicators(frame: pl.DataFrame, limit: int) -> pl.DataFrame:
    """The mart kvalitetsindikatorer with small figures empty, and a column `undertrykt` (bool) that says where.

    An indicator and its variant are hidden together: the one is had from the other.
    """
    if frame.is_empty():
        return _emptied(frame, {})
    families = frame.with_columns(pl.coalesce("hoved", "indikator").alias("familie"))
    return pl.concat(
        [_family(rows.drop("familie"), limit) for rows in families.partition_by("familie", maintain_order=True)]
    )


def _family(frame: pl.DataFrame, limit: int) -> pl.DataFrame:
    """One indicator with its variants."""
    figures = ("teller", "kvadratsum", "nevner", "ekskludert", "andel", "nedre", "ovre")
    if frame["nevner"].null_count() == frame.height:  # ikke aktuelt
        return _emptied(frame, dict.fromkeys(figures, np.zeros(frame.height, dtype=bool)))
    # The narrowest denominator first: what each wider one adds is a category of its own.
    sizes = frame.group_by("indikator", maintain_order=True).agg(pl.col("nevner").sum()).sort("nevner")
    variants = [frame.filter(pl.col("indikator") == name).sort(KEY) for name in sizes["indikator"]]
    narrow, wide = variants[0], variants[-1]
    parts = {f"n{i}": rows["nevner"] - before["nevner"] for i, (before, rows) in enumerate(pairwise(variants))}
    if narrow["maal"][0] == "andel":
        hits = narrow["teller"].cast(pl.Int64)
        parts |= {"ja": hits, "nei": narrow["nevner"] - hits}
    else:
        parts |= {"antall": narrow["nevner"]}
    parts["ekskludert"] = wide["ekskludert"]
    table = _Table(narrow)
    whole = table.hidden(pl.DataFrame({"n": wide["nevner"] + wide["ekskludert"]}), limit)
    out = table.hidden(pl.DataFrame(parts), limit, whole)
    mask = _Table(frame).rows(out)
    return _emptied(frame, dict.fromkeys(figures, mask))


class _Table:
    """The units and months of a frame's rows, and the way from rows to a table and back."""

    def __init__(self, frame: pl.DataFrame) -> None:
        places = [frame[name].rank("dense").to_numpy().astype(np.int64) - 1 for name in KEY]
        self._unit, self._month = places
        self._shape = tuple(int(place.max()) + 1 if len(place) else 0 for place in places)

    def hidden(self, parts: pl.DataFrame, limit: int, outside: np.ndarray | None = None) -> np.ndarray:
        """checks.small_numbers.hidden of one column for each category; a month without a row has nothing."""
        counts = np.zeros((*self._shape, parts.width), dtype=np.int64)
        counts[self._unit, self._month] = parts.fill_null(0).to_numpy()
        return hidden(counts, limit, outside)

    def rows(self, mask: np.ndarray) -> np.ndarray:
        """The mask for each row."""
        return mask[self._unit, self._month]


def _small(counts: pl.Series, limit: int) -> np.ndarray:
    return counts.is_between(1, limit - 1).fill_null(False).to_numpy()


def _emptied(frame: pl.DataFrame, masks: dict[str, np.ndarray]) -> pl.DataFrame:
    """`frame` with what the masks say empty. A cell without forløp stays 0: that nobody was there is no secret."""
    empty = [pl.when(pl.Series(mask)).then(None).otherwise(pl.col(name)).alias(name) for name, mask in masks.items()]
    anything = np.logical_or.reduce([np.zeros(frame.height, dtype=bool), *masks.values()])
    return frame.with_columns(*empty, pl.Series("undertrykt", anything, dtype=pl.Boolean))
