"""Which tests a mutant needs: those that reach the line it changes, and of them what a budget allows.

mutmut knows which tests reach a function. A function that every save passes through has a thousand, and a line in it that
refuses something has three. `tests/mutants.py` keeps which tests reach which line of the mutated files; a mutated file holds
each function as it was (`…__mutmut_orig`) beside its mutants, so that a mutant's line is the first where the two differ.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from coverage import CoverageData
from mutmut.mutation.data import MutantLineSpans
from mutmut.utils.format_utils import mangled_name_from_mutant_name

FOLDER = Path("mutants")
# As tests/mutants.py writes them. Nothing of `tests` is imported here: the mutants' processes would inherit it.
REACHED, SECONDS = FOLDER / ".coverage-by-test", FOLDER / ".seconds-by-test.json"


class Tests:
    """The tests of mutants. `reaching` is mutmut's own: function → tests; `budget` is seconds of the processor."""

    def __init__(self, reaching: dict[str, set[str]], budget: float) -> None:
        self.reaching, self.budget = reaching, budget
        self.breadth = Counter(argument(test) for tests in reaching.values() for test in tests)
        self.seconds: Counter[str] = Counter()
        for test, spent in json.loads(SECONDS.read_text(encoding="utf-8")).items():
            self.seconds[argument(test)] += spent
        self.data = CoverageData(str(REACHED))
        self.data.read()
        self.lines = cache(self._lines)

    def of(self, path: Path, mutant: str) -> list[str]:
        """The tests for a mutant, those that reach the least else first, until the budget is spent; at least one.

        A mutant that only a test beyond the budget would kill counts as living.
        """
        function = self.reaching.get(mangled_name_from_mutant_name(mutant), set())
        tests = {argument(test) for test in self._of_line(path, mutant.rpartition(".")[2]) & function or function}
        return by_file(self._affordable(sorted(tests, key=lambda test: (self.breadth[test], self.seconds[test], test))))

    def _affordable(self, ordered: list[str]) -> list[str]:
        chosen, spent = ordered[:1], sum(self.seconds[test] for test in ordered[:1])
        for test in ordered[1:]:
            if spent + self.seconds[test] <= self.budget:
                spent += self.seconds[test]
                chosen.append(test)
        return chosen

    def _of_line(self, path: Path, name: str) -> set[str]:
        """The tests that reach the mutant's line; of an expression over several lines, the nearest one above that ran."""
        text, spans, reached = self.lines(path)
        original = spans[f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"]
        mutated = spans[name]
        before, after = (text[span.start - 1 : span.end] for span in (original, mutated))
        renamed = (line.replace(f"{name}(", f"{name.rpartition('_')[0]}_orig(") for line in after)
        differs = (n for n, (a, b) in enumerate(zip(before, renamed, strict=False)) if a != b)
        line = original.start + next(differs, 0)
        ran = next((n for n in range(line, original.start, -1) if reached.get(n)), None)
        return set(reached[ran]) if ran else set()

    def _lines(self, path: Path):
        """(lines of the mutated file, where each function lies in it, line → tests)."""
        mutated, spans = FOLDER / path, MutantLineSpans.load(path)
        assert spans is not None
        reached = self.data.contexts_by_lineno(str(mutated.resolve()))
        return mutated.read_text(encoding="utf-8").splitlines(), spans.span_by_function_name, reached


def argument(test: str) -> str:
    """What pytest finds a test by: its name, or its function's when a letter of the name is escaped («l\\xe5st»)."""
    return test.partition("[")[0] if "\\" in test else test


def by_file(tests: Iterable[str]) -> list[str]:
    """The tests file by file, so that what those of a file share is made once; files in the order they first come."""
    files: dict[str, list[str]] = {}
    for test in tests:
        files.setdefault(test.partition("::")[0], []).append(test)
    return [test for of_file in files.values() for test in of_file]
