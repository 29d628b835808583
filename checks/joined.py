"""The draft of a user who has the same form open on two machines: neither takes away what was answered on the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def joined(base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> dict[str, Any]:
    """The draft that has the changes of both since ``base``, which both began from; where both have changed the same answer,
    mine. All three are drafts, by variable; an answer that is not there is empty.
    """
    names = [*mine, *(name for name in theirs if name not in mine)]
    chosen = {n: (theirs if mine.get(n) == base.get(n) else mine).get(n) for n in names}
    return {n: value for n, value in chosen.items() if value is not None}
