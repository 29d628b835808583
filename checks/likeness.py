"""How alike two names are, for people of the same birth date who may be one person registered twice."""

from __future__ import annotations

from rapidfuzz import fuzz

from checks import names

# Measured by benchmarks/likeness.py: with a higher one more pairs of one person are missed, with a lower one there are more
# false warnings.
ALIKE = 80
# How alike two born the same day are when all that is the same is the whole first name: surnames change.
RENAMED = 95
# From where on two names that are compared whole are alike: a short surname is little of a whole name.
TOGETHER = 90

Name = tuple[str, str]  # fornavn, etternavn


def of_same_day(one: Name, other: Name) -> float:
    """How alike the names of two who were born the same day are, 0–100."""
    same_first = names.fold(one[0]) == names.fold(other[0]) != ""
    return max(likeness(one, other), RENAMED if same_first else 0)


def likeness(one: Name, other: Name) -> float:
    """0–100: how well the parts of the shorter name are found again in the longer one, in any order.

    The part that is found worst decides, so that two people who have one name in common are not alike. Names of which one
    may have parts that are written together are compared whole too, from each part on and round; with as many parts in
    each they must then be the same.
    """
    short, long = sorted((names.words(" ".join(one)), names.words(" ".join(other))), key=len)
    if not short:
        return 0
    parts = _in_parts(short, long) if len(short) > 1 else 0
    whole = max(fuzz.ratio("".join(short), "".join(long[first:] + long[:first])) for first in range(len(long)))
    least = TOGETHER if len(short) == 1 or len(short) < len(long) else 100
    return max(parts, whole if whole >= least else 0)


def _in_parts(short: list[str], long: list[str]) -> float:
    left, worst = list(long), 100.0
    for part in sorted(short, key=len, reverse=True):
        best = max(left, key=lambda one: _part(part, one))
        worst = min(worst, _part(part, best))
        left.remove(best)
    return worst


def _part(one: str, other: str) -> float:
    """An initial is as good as the name that it begins."""
    if min(len(one), len(other)) == 1:
        return 100.0 if one[0] == other[0] else 0.0
    return fuzz.ratio(one, other)
