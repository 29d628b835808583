"""Make PDF from data and a template. Typst runs inside the process with our own font, and reads no other files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).parent
ROOT = HERE.parents[1]  # the repository: typst needs the pictures of our own texts, in docs/bilder


@dataclass(frozen=True)
class Printout:
    """The data of a print. It is read in a transaction and made to PDF after it, so that no transaction waits for that."""

    template: str
    data: Mapping[str, Any]
    moment: datetime

    def pdf(self) -> bytes:
        return typeset(self.template, self.data, self.moment)


def typeset(template: str, data: Mapping[str, Any], moment: datetime, *, accessible: bool = False) -> bytes:
    """The PDF of the template ``<template>.typ`` filled with ``data`` (values that JSON can hold). The template is named by
    itself when it lies in this room, otherwise by its whole path.

    Texts are given as data and never as typst source, so that nothing that a user has written is run. The same data and
    ``moment`` give the same bytes. One that is ``accessible`` keeps to PDF/UA-1; what would break that is an error.
    """
    made = typst.compile(
        str(HERE / f"{template}.typ"),
        root=str(ROOT),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=int(moment.timestamp()),
        pdf_standards="ua-1" if accessible else None,
    )
    assert isinstance(made, bytes)
    return made
