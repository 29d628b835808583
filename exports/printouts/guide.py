"""Our own texts (docs/*.md) as parts that can be shown as HTML and printed as PDF.

The texts use only a part of Markdown: headings, paragraphs, lists, tables, pictures on a line of their own, **bold**.
Other marks would be shown as they are written, so a test looks for such marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from exports.printouts.typeset import Printout

DOCS = Path(__file__).resolve().parents[2] / "docs"
_PICTURE = re.compile(r"!\[(.*)\]\((?:bilder/)?([a-z0-9-]+\.png)\)")
_LISTS = {"punkter": re.compile(r"- (.*)"), "steg": re.compile(r"\d+\. (.*)")}


@dataclass(frozen=True)
class Part:
    """A block: ``slag`` is overskrift, avsnitt, punkter, steg, tabell or bilde. ``tekster`` are its lines, cells or items.

    ``niva`` is the level of a heading, or the number of columns of a table.
    """

    slag: str
    tekster: tuple[str, ...]
    niva: int = 0


def read(text: str) -> list[Part]:
    """The parts of a text, one per block; blocks are separated by empty lines."""
    return [_part(block.splitlines()) for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]


def _part(lines: list[str]) -> Part:
    first = lines[0]
    if heading := re.fullmatch(r"(#{1,3}) (.*)", first):
        return Part("overskrift", (heading[2],), len(heading[1]))
    if picture := _PICTURE.fullmatch(first):
        return Part("bilde", (picture[1], picture[2]))
    if first.startswith("|"):
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in (first, *lines[2:])]
        return Part("tabell", tuple(cell for row in rows for cell in row), len(rows[0]))
    for kind, mark in _LISTS.items():
        if mark.match(first):
            return Part(kind, tuple(_items(lines, mark)))
    return Part("avsnitt", (" ".join(line.strip() for line in lines),))


def _items(lines: list[str], mark: re.Pattern[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        if found := mark.match(line):
            items.append(found[1])
        else:
            items[-1] += " " + line.strip()
    return items


def _bold(text: str) -> list[tuple[str, bool]]:
    """The text in pieces: (text, whether it is bold)."""
    return [(piece, bool(place % 2)) for place, piece in enumerate(text.split("**")) if piece]


def html(parts: list[Part], pictures: str) -> str:
    """The parts after the title as HTML. The addresses of pictures begin with ``pictures``."""
    return "\n".join(_html(part, pictures) for part in parts if part.niva != 1 or part.slag != "overskrift")


def _html(part: Part, pictures: str) -> str:
    said = [_inline(text) for text in part.tekster]
    if part.slag == "overskrift":
        return f"<h{part.niva}>{said[0]}</h{part.niva}>"
    if part.slag == "bilde":
        alt = escape(part.tekster[0])
        return f'<figure><img src="{pictures}/{part.tekster[1]}" alt="{alt}"><figcaption>{alt}</figcaption></figure>'
    if part.slag == "tabell":
        rows = [said[n : n + part.niva] for n in range(0, len(said), part.niva)]
        head = "".join(f'<th scope="col">{cell}</th>' for cell in rows[0])
        body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows[1:])
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    if part.slag == "avsnitt":
        return f"<p>{said[0]}</p>"
    tag = "ol" if part.slag == "steg" else "ul"
    return f"<{tag}>" + "".join(f"<li>{item}</li>" for item in said) + f"</{tag}>"


def _inline(text: str) -> str:
    return "".join(f"<b>{escape(t)}</b>" if bold else escape(t) for t, bold in _bold(text))


def title(parts: list[Part]) -> str:
    """The text's first heading."""
    return parts[0].tekster[0]


def printout(name: str, moment: datetime) -> Printout:
    """The text ``docs/<name>.md``, ready to be typeset."""
    parts = read((DOCS / f"{name}.md").read_text(encoding="utf-8"))
    data: dict[str, Any] = {
        "tittel": title(parts),
        "deler": [
            {
                "slag": p.slag,
                "niva": p.niva,
                "tekster": p.tekster if p.slag == "bilde" else [_bold(t) for t in p.tekster],
            }
            for p in parts
        ],
    }
    return Printout("tekst", data, moment)
