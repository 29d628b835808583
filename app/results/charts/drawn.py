"""A chart with the figures it draws, so that both can be shown and taken along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import polars as pl


@dataclass(frozen=True)
class Drawn:
    """`table` has a column for each thing that is told of a mark, named for the reader."""

    figure: go.Figure
    table: pl.DataFrame


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    """Rows as a frame, its columns in this order."""
    return pl.DataFrame([list(row) for row in rows], schema=list(columns), orient="row", infer_schema_length=None)
