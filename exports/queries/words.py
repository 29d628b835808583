"""Why a query was refused, in one Norwegian sentence, and the word in it that the sentence is about."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any

from checks.errors import RegisterError

_WORD = re.compile(r'::\w+|"[^"]+"|\'[^\']*\'|[\w.]+|\S')
_LONGEST = 80


@dataclass(frozen=True)
class Place:
    """The word that is wrong: the number of its line, and the line in three parts, the word in the middle."""

    line: int
    before: str
    word: str
    after: str


class QueryRefused(RegisterError):
    """A query that was refused, and where in it the reason is, when that is known."""

    def __init__(self, code: str, where: Place | None = None, **values: object) -> None:
        super().__init__(code, problems=(), **values)
        self.where = where


def refusal(told: dict[str, Any], sql: str) -> QueryRefused:
    """The refusal of ``sql`` that the query's process has told of (exports/queries/process.py)."""
    word = str(told.get("ord", ""))[:_LONGEST]
    match told["slag"]:
        case "tom":
            return QueryRefused("REG-382")
        case "flere":
            return QueryRefused("REG-386", hva="og her står det flere")
        case "pivot":
            return QueryRefused(
                "REG-388", find(sql, word), melding="«pivot» må si hvilke verdier: on kolonne in (1, 2)."
            )
        case "ikke spørring":
            return QueryRefused("REG-386", find(sql, word), hva=f"og dette begynner med «{word}»")
        case "tabell" | "kilde" | "funksjon":
            return QueryRefused("REG-387", at(sql, told.get("posisjon")) or find(sql, word), ord=word)
        case "duckdb":
            return _of_duckdb(told["feil"], sql)
    return QueryRefused("REG-384")


def _of_duckdb(error: dict[str, str], sql: str) -> QueryRefused:
    kind, said = error.get("exception_type", ""), error.get("exception_message", "")
    where = at(sql, error.get("position"))
    word = (where.word if where else "").strip('"')
    if "Out of Memory" in kind or "could not allocate" in said:
        return QueryRefused("REG-384")
    if kind in ("Permission", "IO", "Invalid Configuration", "HTTP", "Not implemented") and not where:
        return QueryRefused("REG-388", melding="Spørringen bruker noe som ikke kan brukes her.")
    if kind == "Permission":
        return QueryRefused("REG-387", where, ord=word)
    for pattern, sentence in _SENTENCES:
        if found := re.search(pattern, said, re.IGNORECASE | re.DOTALL):
            values = {name: (value or "")[:_LONGEST] for name, value in found.groupdict().items()}
            hint = _nearest(values.get("navn", ""), error.get("candidates", "") or said.partition("Did you mean ")[2])
            return QueryRefused("REG-388", where, melding=sentence.format(ord=word, hint=hint, **values))
    if where:
        return QueryRefused("REG-388", where, melding=f"Spørringen kan ikke kjøres slik den står ved «{word}».")
    return QueryRefused("REG-388", melding="Spørringen kan ikke kjøres slik den står.")


# What DuckDB's message is like → our sentence. The first that fits is used.
_SENTENCES = (
    (r'Referenced column "(?P<navn>[^"]+)" (?:not found|was not found)', "Kolonnen «{navn}» finnes ikke.{hint}"),
    (
        r'Ambiguous reference to column name "(?P<navn>[^"]+)"',
        "Kolonnen «{navn}» finnes i flere av tabellene. Skriv tabellen foran.",
    ),
    (
        r'Referenced table "(?P<navn>[^"]+)" not found',
        "Tabellen «{navn}» er ikke med i spørringen. Ta den med i «from».",
    ),
    (r"Table with name (?P<navn>\S+) does not exist", "Tabellen «{navn}» finnes ikke i filen. Velg en fra ordboken."),
    (
        r"(?:Scalar|Aggregate|Table) Function with name (?P<navn>\S+) does not exist",
        "Funksjonen «{navn}» finnes ikke.{hint}",
    ),
    (
        r'column "(?P<navn>[^"]+)" must appear in the GROUP BY',
        "«{navn}» må stå i «group by», eller i en funksjon som count eller median.",
    ),
    (
        r"aggregates? .*WHERE clause cannot contain|WHERE clause cannot contain aggregates",
        "«where» kan ikke ha funksjoner som count eller sum. Bruk «having».",
    ),
    (
        r"No function matches the given name and argument types '(?P<navn>[^(']+)",
        "Funksjonen «{navn}» kan ikke brukes på denne typen verdier. Se typen i ordboken.",
    ),
    (
        r"Cannot compare values of type (?P<en>\S+) and (?:type )?(?P<to>\S+)",
        "En verdi av typen {en} kan ikke sammenlignes med en av typen {to}.",
    ),
    (r"Could not convert string '(?P<navn>[^']*)' to (?P<til>\w+)", "«{navn}» kan ikke gjøres om til {til}."),
    (r"Parser Error|syntax error", "Spørringen kan ikke leses ved «{ord}»."),
)


def _nearest(name: str, candidates: str) -> str:
    """« Mente du «x»?» of the name among DuckDB's proposals that is most like ``name``; empty when none is."""
    proposed = [text.strip('"? ') for text in candidates.split(",")]
    close = difflib.get_close_matches(name, proposed, 1, 0.6)
    return f" Mente du «{close[0][:_LONGEST]}»?" if close else ""


def at(sql: str, position: object) -> Place | None:
    """The word at a position that DuckDB gives, counted in bytes from the beginning of the query."""
    try:
        begin = len(sql.encode()[: int(str(position))].decode(errors="ignore"))
    except ValueError:
        return None
    found = _WORD.match(sql, begin)
    return _place(sql, begin, found.end()) if found else None


def find(sql: str, word: str) -> Place | None:
    """The first place where the query has the word."""
    begin = sql.lower().find(word.lower()) if word else -1
    return _place(sql, begin, begin + len(word)) if begin >= 0 else None


def _place(sql: str, begin: int, end: int) -> Place:
    first = sql.rfind("\n", 0, begin) + 1
    last = sql.find("\n", begin)
    last = len(sql) if last < 0 else last
    end = min(end, last)
    return Place(sql.count("\n", 0, begin) + 1, sql[first:begin], sql[begin:end], sql[end:last])
