"""From data and a template to PDF. Typst runs inside the process, with our own font, and reads and asks for nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).parent
ROOT = HERE.parents[1]  # the pictures of our own texts are in docs/bilder


@dataclass(frozen=True)
class Printout:
    """What a print holds, as read in a transaction; made to PDF after it, so that nobody waits for the typesetting."""

    template: str
    data: Mapping[str, Any]
    moment: datetime

    def pdf(self) -> bytes:
        return typeset(self.template, self.data, self.moment)


def typeset(template: str, data: Mapping[str, Any], moment: datetime) -> bytes:
    """The PDF of the template ``<template>.typ`` filled with ``data``, which holds what JSON can hold.

    Texts go in as data, never as typst source, so that nothing a user has written is run. The same data and ``moment``
    give the same bytes.
    """
    made = typst.compile(
        str(HERE / f"{template}.typ"),
        root=str(ROOT),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=int(moment.timestamp()),
    )
    assert isinstance(made, bytes)
    return made
