"""Writes the description into a folder: the European and the Norwegian one, each as Turtle and as JSON-LD."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rdflib import Graph

from checks.katalog import Description
from exports.katalog import graph
from exports.katalog.difference import since
from exports.katalog.published import Published, read
from exports.package import SPILL, open_file
from exports.whole import whole_folder

EUROPEAN, NORWEGIAN = "smertereg_healthdcat-ap", "smertereg_dcat-ap-no"


@dataclass(frozen=True)
class Written:
    """The names of the files, what the log is to keep, and what whoever hands them on is told."""

    names: tuple[str, ...]
    details: dict[str, Any]
    told: tuple[str, ...]


def write(file: Path, folder: Path, description: Description, limit: int) -> Written:
    """Describe the published ``file`` in ``folder``; counts under ``limit`` are not told. What is different from a description
    that is there already, is told.

    The same publishing and description give the same bytes. Raises REG-092, REG-190, REG-191 and REG-357; nothing is written
    then.
    """
    with whole_folder(folder) as unfinished:
        with open_file(file, unfinished / SPILL) as con:
            published = read(con, limit)
        european, norwegian = graph.european(description, published), graph.norwegian(description, published)
        changed = since(folder / f"{NORWEGIAN}.ttl", norwegian)
        texts: dict[str, str] = {}
        for name, made in ((EUROPEAN, european), (NORWEGIAN, norwegian)):
            texts |= {f"{name}.ttl": made.serialize(format="turtle"), f"{name}.jsonld": _json(made)}
        for name, text in texts.items():
            (unfinished / name).write_bytes(text.encode())
    digest = hashlib.sha256("".join(texts[name] for name in sorted(texts)).encode()).hexdigest()
    details = {"publisering": published.id, "kolonner": _columns(published), "avtrykk": digest}
    return Written(tuple(texts), details, (*_told(published, limit), *changed))


def _columns(published: Published) -> int:
    return sum(len(table.kolonner) for table in published.tabeller)


def _told(published: Published, limit: int) -> tuple[str, ...]:
    told = [
        f"Publisering {published.id}: {_columns(published)} kolonner i {len(published.tabeller)} tabeller.",
        f"Forløp og pasienter er rundet av til nærmeste {limit}: {published.forlop} og {published.pasienter}."
        if published.forlop is not None
        else f"Antall forløp og pasienter er ikke med, for det er færre enn {limit} pasienter.",
    ]
    bare = [
        f"{table.navn}.{column.navn}"
        for table in published.tabeller
        for column in table.kolonner
        if not column.beskrevet
    ]
    if bare:
        told.append(f"Uten annen beskrivelse enn navnet ({len(bare)}): {', '.join(bare)}.")
    return tuple(told)


def _json(made: Graph) -> str:
    """The graph as JSON-LD, with everything in the order of its names, so that it is the same each time."""
    context = {prefix: str(namespace) for prefix, namespace in made.namespaces()}
    found = json.loads(made.serialize(format="json-ld", context=context, auto_compact=False))
    return json.dumps(_sorted(found), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(part) for key, part in value.items()}
    if isinstance(value, list):
        return sorted((_sorted(part) for part in value), key=lambda part: json.dumps(part, sort_keys=True))
    return value
