"""What is different in a description since the one that lies where it is written, in words."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import CSVW, DCTERMS

Said = frozenset[tuple[URIRef, URIRef | Literal]]


def since(before: Path, after: Graph) -> tuple[str, ...]:
    """Sentences about what has come, gone and changed since the Turtle file ``before``; none when there is no such file."""
    if not before.is_file():
        return ()
    try:
        last = Graph().parse(before, format="turtle")
    except Exception:  # the parser has errors of many kinds
        return ("Den forrige beskrivelsen i mappen kan ikke leses, så det sies ikke hva som er endret.",)
    then, now = _columns(last), _columns(after)
    changed = [name for name in now if name in then and now[name] != then[name]]
    told = [
        f"{what} siden forrige beskrivelse ({len(names)}): {', '.join(sorted(names))}."
        for what, names in (
            ("Nye kolonner", now.keys() - then.keys()),
            ("Kolonner som er borte", then.keys() - now.keys()),
            ("Kolonner som er endret", set(changed)),
        )
        if names
    ]
    other = {after.qname(str(predicate)) for _, predicate, _ in _rest(last) ^ _rest(after)}
    told += [f"Annet som er endret siden forrige beskrivelse: {', '.join(sorted(other))}."] if other else []
    return tuple(told) or ("Ingenting er endret siden forrige beskrivelse, utenom datoen.",)


def _columns(graph: Graph) -> dict[str, Said]:
    """«table.column» -> all that is said of the column."""
    found: dict[str, Said] = {}
    for table, column in graph.subject_objects(CSVW.column):
        name = f"{unquote(str(table).partition('#tabell-')[2])}.{graph.value(column, CSVW.name)}"
        found[name] = frozenset(graph.predicate_objects(column))  # pyright: ignore[reportArgumentType]
    return found


def _rest(graph: Graph) -> set[tuple[object, object, object]]:
    """All that is said of other things than columns, but not the day it was said."""
    columns = set(graph.objects(None, CSVW.column))
    return {
        (subject, predicate, value)
        for subject, predicate, value in graph
        if subject not in columns and predicate not in (CSVW.column, DCTERMS.modified)
    }
