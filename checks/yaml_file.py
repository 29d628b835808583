"""Reads a file that a setting names: YAML in UTF-8, as one of our own models, with a reason in words when it is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

_Model = TypeVar("_Model", bound=BaseModel)
_ABSENT = {"missing": "mangler", "string_too_short": "er tom", "too_short": "er tom"}
_WRONG = {"extra_forbidden": "er en ukjent nøkkel"} | _ABSENT


def read(path: Path, model: type[_Model], refused: Callable[[str], Exception]) -> _Model:
    """The contents of the file. Raises what ``refused`` makes of the reason why it cannot be used, in Norwegian."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise refused("filen kan ikke leses") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise refused(f"filen er ikke YAML i UTF-8{f', se linje {mark.line + 1}' if mark else ''}") from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise refused(_reasons(error)) from error


def _reasons(error: ValidationError) -> str:
    """What is wrong: everything that is missing or empty when that is more than one thing, otherwise the first."""
    named = {" ".join(str(p + 1) if isinstance(p, int) else p for p in one["loc"]): one for one in error.errors()}
    # A list counts as empty when all that is in it is wrong, which is what is to be told then.
    found = {place: one for place, one in named.items() if not any(other.startswith(f"{place} ") for other in named)}
    absent = [f"«{place}»" for place, one in found.items() if one["type"] in _ABSENT]
    if len(absent) > 1:
        return f"{', '.join(absent)} mangler eller er tomme"
    place, one = next(iter(found.items()))
    ours = one.get("ctx", {}).get("error") if one["type"] == "value_error" else None
    said = str(ours or _WRONG.get(one["type"], "har feil form"))
    return f"«{place}» {said}" if place else said if ours else f"filen {said}"
