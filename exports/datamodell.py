"""«Datamodellen»: one web page with every table and column of the warehouse, what it is, and what it is made from.

dbt makes it of the models alone, on a register without rows, so that there is nothing of a patient and no count in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from checks.codebook import load
from checks.errors import RegisterError
from exports import project, snapshot
from exports.build import PLAN, BuildError, build, dbt
from exports.codebook_tables import codebook_tables
from exports.documents import MODEL, keep, workplace
from exports.files import OWN_WORDS
from exports.whole import whole_file
from ingest import migrations
from ingest.access import Actor, require
from ingest.store import Store

OWN_TABLES = "publisering"  # the source of models/staging/kilder.yml that has what the publishing itself adds
# Where dbt's page has room for what it shows.
_ROOM = {"manifest.json": '"MANIFEST.JSON INLINE DATA"', "catalog.json": '"CATALOG.JSON INLINE DATA"'}


def page_name(day: date) -> str:
    """The name of the page's file."""
    return f"smertereg_datamodellen_{day.isoformat()}.html"


def make(store: Store, actor: Actor, data: Path, progress: Callable[[str], None]) -> int:
    """Make the page, and return its number as a document. ``progress`` gets a Norwegian sentence per step.

    Raises REG-060 and as ``write``; no document is left then.
    """
    require(actor, "hente_data")
    with store.read(actor) as tx:
        day = tx.today
    with workplace(data) as work:
        file = work / page_name(day)
        write(file, progress)
        return keep(store, actor, data, MODEL, file, day, {})


def write(file: Path, progress: Callable[[str], None] = lambda _: None) -> None:
    """Write the page to ``file``; no register is needed. Raises REG-450 when dbt cannot make it, REG-190 and REG-191."""
    with TemporaryDirectory() as place:
        work = Path(place)
        progress("Bygger tabellene uten rader …")
        with duckdb.connect() as empty:
            migrations.run(empty)
            snapshot.take(empty, work / "snapshot.duckdb", codebook_tables(load()))
        try:
            build(work, work / PLAN)
        except BuildError as error:
            raise RegisterError("REG-450") from error
        progress("Beskriver dem …")
        if dbt(work, "docs", "generate").returncode != 0:
            raise RegisterError("REG-450")
        text = _page(work)
    with whole_file(file) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def _page(work: Path) -> str:
    """dbt's page with its data in it. No path of this machine is left: only those within the project are."""
    target = work / "target"
    said = {name: json.loads((target / name).read_text(encoding="utf-8")) for name in _ROOM}
    _describe(said["manifest.json"]["nodes"], work)
    _describe_own(said["manifest.json"]["sources"])
    text = (target / "index.html").read_text(encoding="utf-8")
    for name, room in _ROOM.items():
        # A «</» would end the script that the data stands in.
        written = json.dumps(said[name], ensure_ascii=False).replace("</", "<\\/")
        for place in (work.resolve(), project.kept()):
            written = written.replace(f"{place}/", "").replace(str(place), "")
        assert room in text, "dbt's page has another room for its data"
        text = text.replace(room, written)
    return text


def _describe(nodes: dict[str, Any], work: Path) -> None:
    """Describe the columns that the codebook gives the marts, as the published table kolonner does; their yml names only the
    others.
    """
    with duckdb.connect(str(work / "warehouse.duckdb"), read_only=True) as con:
        found = con.execute("select tabell, kolonne, beskrivelse from kolonner").fetchall()
    for table, name, words in found:
        node = nodes.get(f"model.smertereg.{table}")
        if node is not None and name not in node["columns"]:
            node["columns"][name] = {"name": name, "description": words, "meta": {}, "tags": [], "constraints": []}


def _describe_own(sources: dict[str, Any]) -> None:
    """Describe the columns of what the publishing itself adds to each file, in the words that the file has."""
    for source in sources.values():
        if source["source_name"] == OWN_TABLES:
            for name, column in source["columns"].items():
                column["description"] = OWN_WORDS[name]
