"""Empty the figures of the national file that are too small to show, as checks/small_numbers.py decides.

Both tables have one row per month and unit. It is assumed that everybody knows the totals over units and months, from
annual reports and the app's own pages, and the number of forløp in each unit and month, which is in both tables.
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


def suppress_dekningsgrad(frame: pl.DataFrame, limit: int) -> pl.DataFrame:
    """The mart dekningsgrad with small counts emptied, and a column `undertrykt` (bool) that marks the rows.

    The counts are taken from the whole to its parts: all forløp, then groups of forløp, then the states of samtykke.
    All parts of a whole are shown or none is, and none where the whole is hidden.
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
    # Counts of patients do not add up as those of forløp do (a patient may have several forløp), so each count is judged
    # alone, and so is the number of patients who are not included.
    left_out = frame["n_pasienter_krit"] - frame["n_pasienter_inkludert"]
    for name in ("n_pasienter", "n_pasienter_krit", "n_pasienter_inkludert"):
        masks[name] = masks[name] | _small(frame[name], limit)
    masks["n_pasienter_inkludert"] |= _small(left_out, limit)
    return _emptied(frame, masks)


def suppress_indicators(frame: pl.DataFrame, limit: int) -> pl.DataFrame:
    """The mart kvalitetsindikatorer with small figures emptied, and a column `undertrykt` (bool) that marks the rows.

    An indicator and its variant are hidden together, since the one can be found from the other.
    """
    if frame.is_empty():
        return _emptied(frame, {})
    families = frame.with_columns(pl.coalesce("hoved", "indikator").alias("familie"))
    return pl.concat(
        [_family(rows.drop("familie"), limit) for rows in families.partition_by("familie", maintain_order=True)]
    )


def _family(frame: pl.DataFrame, limit: int) -> pl.DataFrame:
    """The rows of one indicator and its variants, with small figures emptied."""
    figures = ("teller", "kvadratsum", "nevner", "ekskludert", "andel", "nedre", "ovre")
    if frame["nevner"].null_count() == frame.height:  # ikke aktuelt
        return _emptied(frame, dict.fromkeys(figures, np.zeros(frame.height, dtype=bool)))
    # The variants are sorted by denominator, because the forløp that each wider denominator adds are a category.
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
    """Turns the rows of a frame into a table of units by months, and a mask of the table into a mask of the rows."""

    def __init__(self, frame: pl.DataFrame) -> None:
        places = [frame[name].rank("dense").to_numpy().astype(np.int64) - 1 for name in KEY]
        self._unit, self._month = places
        self._shape = tuple(int(place.max()) + 1 if len(place) else 0 for place in places)

    def hidden(self, parts: pl.DataFrame, limit: int, outside: np.ndarray | None = None) -> np.ndarray:
        """The cells to hide (checks.small_numbers.hidden); each column of `parts` is a category of the rows.

        A unit has no forløp in a month without a row. `outside` marks cells that are hidden already.
        """
        counts = np.zeros((*self._shape, parts.width), dtype=np.int64)
        counts[self._unit, self._month] = parts.fill_null(0).to_numpy()
        return hidden(counts, limit, outside)

    def rows(self, mask: np.ndarray) -> np.ndarray:
        """The mask of the table as a mask of the rows."""
        return mask[self._unit, self._month]


def _small(counts: pl.Series, limit: int) -> np.ndarray:
    return counts.is_between(1, limit - 1).fill_null(False).to_numpy()


def _emptied(frame: pl.DataFrame, masks: dict[str, np.ndarray]) -> pl.DataFrame:
    """`frame` with the cells of the masks (column -> rows) emptied. A count of 0 stays: that there were no forløp is no
    secret.
    """
    empty = [pl.when(pl.Series(mask)).then(None).otherwise(pl.col(name)).alias(name) for name, mask in masks.items()]
    anything = np.logical_or.reduce([np.zeros(frame.height, dtype=bool), *masks.values()])
    return frame.with_columns(*empty, pl.Series("undertrykt", anything, dtype=pl.Boolean))
