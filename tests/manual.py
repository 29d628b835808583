"""The manual's sentences and the tests that prove them: `python -m tests.manual` writes docs/veiledning-og-tester.md.

The sentences stand in tests/manual.yml; a test says which it proves with `@pytest.mark.manual("Arbeidsliste 3")`.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import yaml

TESTS = Path(__file__).parent
LIST = TESTS.parent / "docs" / "veiledning-og-tester.md"
HEAD = """# Veiledningen og testene

Hver setning i brukerveiledningen om hva programmet gjør, med våre ord, og testene som viser at det er slik.
Laget av `make manual` fra `tests/manual.yml` og merkene i testene. Rådene til behandlere er ikke med.
"""


def sections() -> dict[str, tuple[str, dict[str, str]]]:
    """By the section's short name: its title, and its sentences by their full number («TO 3»)."""
    read = yaml.safe_load((TESTS / "manual.yml").read_text(encoding="utf-8"))
    return {
        name: (section["tittel"], {f"{name} {number}": text for number, text in section["setninger"].items()})
        for name, section in read.items()
    }


def proofs() -> dict[str, list[str]]:
    """By the number of a sentence: the tests marked with it, as «spec/test_x.py::test_y»."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(TESTS.rglob("test_*.py")):
        for test in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(test, ast.FunctionDef):
                for number in _marks(test):
                    found[number].append(f"{file.relative_to(TESTS).as_posix()}::{test.name}")
    return dict(found)


def _marks(test: ast.FunctionDef) -> Iterator[str]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.manual":
            yield from (ast.literal_eval(number) for number in mark.args)


def document() -> str:
    """The list, as it stands in docs/."""
    proved, parts = proofs(), [HEAD]
    for title, sentences in sections().values():
        rows = [f"| {number} | {text} | {_links(proved.get(number, []))} |" for number, text in sentences.items()]
        parts.append("\n".join([f"## {title}", "", "| Nr. | Setning | Tester |", "|---|---|---|", *rows, ""]))
    return "\n".join(parts)


def _links(tests: list[str]) -> str:
    named = (test.partition("::") for test in tests)
    return "<br>".join(f"[`{name}`](../tests/{file})" for file, _, name in named) or "ingen"


if __name__ == "__main__":
    LIST.write_text(document(), encoding="utf-8")
