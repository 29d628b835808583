"""Scripts in every text that is stored: what they are, and how they are put there."""

from __future__ import annotations

import json
import re
from typing import Any

from ingest.store import Tx

INSIDE = {"svar", "detaljer"}  # JSON: the texts inside it
PLAIN = {("identitet.onske", "svar")}


def attack(number: int) -> str:
    return (
        f'"><img src=x{number} onerror="window.kjort={number}"><script>window.kjort={number}</script>{{{{{number}}}}}'
    )


def poison(tx: Tx, table: str, column: str, text: str) -> None:
    """The attack in every row of the column; in JSON, in the texts inside it."""
    if column not in INSIDE or (table, column) in PLAIN:
        tx.run(f"update {table} set {column} = ? || rowid", text)
        return
    for row in tx.rows(f"select rowid as rad, {column}::varchar as verdi from {table} where {column} is not null"):
        value = json.dumps(poisoned(json.loads(row["verdi"]), text))
        tx.run(f"update {table} set {column} = ? where rowid = ?", value, row["rad"])


def poisoned(value: Any, text: str) -> Any:
    """Sentences, and what people type, are attacked; dates and codes are not."""
    if isinstance(value, dict):
        return {name: poisoned(v, text) for name, v in value.items()}
    if isinstance(value, list):
        return [poisoned(v, text) for v in value]
    return text if isinstance(value, str) and re.search("[a-zæøå]", value) else value
