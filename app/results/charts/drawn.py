"""A chart together with its figures, so that both can be shown and downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import polars as pl


@dataclass(frozen=True)
class Drawn:
    """A chart and its figures. `table` has a row for each mark, and columns named for the reader.

    `notes` are sentences that stand under the chart: what must be known to read it right, and why something is not drawn.
    """

    figure: go.Figure
    table: pl.DataFrame
    notes: tuple[str, ...] = ()


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    """The rows as a frame with these columns, in this order."""
    return pl.DataFrame([list(row) for row in rows], schema=list(columns), orient="row", infer_schema_length=None)
