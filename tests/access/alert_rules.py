"""The expressions of the alerts, worked out over what /metrics said before and after, as Prometheus would."""

from __future__ import annotations

import re

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def value(samples: Samples, name: str, labels: str) -> list[float]:
    """The values of the series that a selector chooses."""
    wanted = re.findall(r'(\w+)=(~?)"([^"]*)"', labels)
    return [
        number
        for (found, having), number in samples.items()
        if found == name
        and all(
            re.fullmatch(text if like else re.escape(text), dict(having).get(key, "")) for key, like, text in wanted
        )
    ]


def grown(before: Samples, after: Samples, name: str, labels: str) -> float:
    """How much the series have grown. As to Prometheus, one that was not there before has not."""
    return sum(value({key: after[key] for key in before if key in after}, name, labels)) - sum(
        value(before, name, labels)
    )


def fires(expression: str, before: Samples, after: Samples) -> bool:
    """Whether an expression of the kind the rules use holds: sums of increases, or one selector, compared with a number."""
    left, operator, limit = re.fullmatch(r"(.*) (==|>) (\d+)", expression).groups()  # pyright: ignore[reportOptionalMemberAccess]
    if "increase(" in left:
        total, sign = 0.0, 1
        for part in left.split(" - ignoring(le) "):
            name, labels = re.fullmatch(r"increase\((\w+)(?:\{(.*)\})?\[\w+\]\)", part).groups()  # pyright: ignore[reportOptionalMemberAccess]
            total += sign * grown(before, after, name, labels or "")
            sign = -1
        return total > float(limit)
    name, labels = re.fullmatch(r"(\w+)\{(.*)\}", left).groups()  # pyright: ignore[reportOptionalMemberAccess]
    assert operator == "=="
    return any(number == float(limit) for number in value(after, name, labels))
