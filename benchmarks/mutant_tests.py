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
from itertools import zip_longest
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
        """The tests for a mutant, as many as the budget allows and at least one.

        Half of it goes to those that reach the least else, which are most likely to be about the line. The other half
        goes round the files, one test of each, as a line that everything reaches is the business of many. A mutant
        that only a test beyond the budget would kill counts as living.
        """
        function = self.reaching.get(mangled_name_from_mutant_name(mutant), set())
        tests = {argument(test) for test in self._of_line(path, mutant.rpartition(".")[2]) & function or function}
        ordered = sorted(tests, key=lambda test: (self.breadth[test], self.seconds[test], test))
        near = self._affordable(ordered, self.budget / 2)
        far = self._affordable(rounds([test for test in ordered if test not in near]), self.budget / 2)
        return by_file([*(near or ordered[:1]), *far])

    def _affordable(self, ordered: list[str], budget: float) -> list[str]:
        chosen, spent = [], 0.0
        for test in ordered:
            if spent + self.seconds[test] <= budget:
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


def of_files(tests: Iterable[str]) -> dict[str, list[str]]:
    """The tests of each file; files in the order they first come."""
    files: dict[str, list[str]] = {}
    for test in tests:
        files.setdefault(test.partition("::")[0], []).append(test)
    return files


def by_file(tests: Iterable[str]) -> list[str]:
    """The tests file by file, so that what those of a file share is made once."""
    return [test for of_file in of_files(tests).values() for test in of_file]


def rounds(tests: Iterable[str]) -> list[str]:
    """The first test of every file, then the second of every file, and so on."""
    return [test for turn in zip_longest(*of_files(tests).values()) for test in turn if test is not None]
