"""Run a sample of the mutants and say what lived: `python -m benchmarks.mutants`, or `make mutate`.

mutmut makes and runs the mutants (`[tool.mutmut]` in pyproject.toml). Here is only what it lacks: a sample with a seed,
so that a run fits in an hour, and a report by file. A second run goes on where the first stopped; what has changed
since is run again.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections import Counter
from collections.abc import Iterable
from fnmatch import fnmatch
from math import ceil
from pathlib import Path
from typing import Any, cast

import click
from mutmut import __main__ as mutmut
from mutmut.mutation.data import SourceFileMutationData
from mutmut.state import state
from mutmut.utils.file_utils import walk_mutatable_files

from benchmarks.mutant_tests import Tests, by_file

REPORT = Path("mutants/report.md")
STATS = Path("mutants/mutmut-stats.json")
# What a process that tried a mutant ends with. mutmut calls 255 a timeout, but it is pytest that could not begin.
KILLED, SURVIVED, TIMEOUT = (1, 3), (0,), (-24, 24, 36, 152)
NO_TEST = (5, 33)
DEAD = ("killed", "timeout")


def sample(names: Iterable[str], share: float, seed: int) -> set[str]:
    """The share of one file's mutants, rounded up; the same seed gives the same mutants in every run."""
    ordered = sorted(names, key=lambda name: hashlib.sha256(f"{seed}:{name}".encode()).digest())
    return set(ordered[: ceil(share * len(ordered))])


def choose(share: float, seed: int, only: tuple[str, ...], budget: float, again: bool) -> None:
    """Let mutmut try the sample of each file, and of those only names that match a pattern of ``only``.

    mutmut looks a mutant's tests up by its function's name; here each mutant of the sample has its own. It tries none
    that it has tried; with ``again`` those of the sample that lived are tried, and no others.
    """
    tool: Any = mutmut
    all_of_them, function_of = tool.collect_source_file_mutation_data, tool.mangled_name_from_mutant_name
    needed: dict[str, list[str]] = {}

    def chosen(*, mutant_names: tuple[str, ...] | list[str]):
        mutants, by_path = all_of_them(mutant_names=mutant_names)
        tests = Tests(state().tests_by_mangled_function_name, budget)
        for path, data in by_path.items():
            for name in sample(data.exit_code_by_key, share, seed):
                code = data.exit_code_by_key[name]
                wanted = not only or any(fnmatch(name, pattern) for pattern in only)
                if wanted and (not again or (code is not None and status(code) not in DEAD)):
                    needed[name] = tests.of(Path(path), name)
        # mutmut only counts these and hands them on to pytest: a list keeps the order that a set would lose.
        cast(dict[str, list[str]], state().tests_by_mangled_function_name).update(needed)
        state().duration_by_test.update(tests.seconds)
        if again:
            return [(data, name, None) for data, name, _ in mutants if name in needed], by_path
        return [mutant for mutant in mutants if mutant[1] in needed], by_path

    # Before the mutants mutmut runs the tests without any. In a run that begins afresh all of them have just passed.
    just_passed = not STATS.exists()

    def all_needed(_names: object) -> list[str]:
        return by_file(sorted({test for tests in needed.values() for test in tests}))[: 1 if just_passed else None]

    tool.collect_source_file_mutation_data = chosen
    tool.mangled_name_from_mutant_name = lambda name: name if name in needed else function_of(name)
    tool.tests_for_mutant_names = all_needed


def results() -> dict[str, dict[str, str]]:
    """File → mutant → status, of the mutants that have been tried."""
    found: dict[str, dict[str, str]] = {}
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        found[str(path)] = {name: status(code) for name, code in data.exit_code_by_key.items() if code is not None}
    return found


def status(code: int) -> str:
    """What became of a mutant, by the exit code that mutmut kept."""
    words = {"killed": KILLED, "lives": SURVIVED, "timeout": TIMEOUT, "no test": NO_TEST}
    return next((word for word, codes in words.items() if code in codes), f"error {code}")


def report(found: dict[str, dict[str, str]]) -> str:
    """A table of files and the mutants that live."""
    lines = ["| file | tried | killed | share |", "|---|---|---|---|"]
    totals = Counter(fate for file in found.values() for fate in file.values())
    for file, mutants in [*sorted(found.items()), ("all", {})]:
        count = Counter(mutants.values()) if file != "all" else totals
        dead = sum(count[fate] for fate in DEAD)
        if tried := count.total():
            lines.append(f"| {file} | {tried} | {dead} | {dead / tried:.1%} |")
    lines += ["", ", ".join(f"{fate}: {n}" for fate, n in sorted(totals.items())), ""]
    lines += [
        f"- {fate}: {name}"
        for _, mutants in sorted(found.items())
        for name, fate in mutants.items()
        if fate not in DEAD
    ]
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--share", default=0.15, show_default=True, help="Share of each file's mutants.")
@click.option("--seed", default=1, show_default=True)
@click.option("--processes", default=2, show_default=True)
@click.option("--budget", default=12.0, show_default=True, help="Seconds of tests for each mutant.")
@click.option("--again", is_flag=True, help="Try those that lived, with the tests and the budget of now.")
@click.argument("only", nargs=-1)
def main(share: float, seed: int, processes: int, budget: float, again: bool, only: tuple[str, ...]) -> None:
    """Try a sample of the mutants, of those ONLY the ones that match a pattern (checks.identity.*)."""
    started = time.monotonic()
    choose(share, seed, only, budget, again)
    mutmut._run([], processes)
    text = report(results())
    REPORT.write_text(text, encoding="utf-8")
    print(f"\n{text}\n{(time.monotonic() - started) / 60:.0f} minutes; share {share}, seed {seed}; {REPORT}")


if __name__ == "__main__":
    sys.exit(main())
