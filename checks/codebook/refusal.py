"""How a codebook file is refused: REG-084 with the file, the variable and what is wrong."""

from __future__ import annotations

from pydantic import ValidationError

from checks.errors import RegisterError


def refuse(file: str, where: str, message: str) -> RegisterError:
    """REG-084: the file, the variable, and what is wrong."""
    return RegisterError("REG-084", fil=file, hvor=where, melding=message)


def invalid(file: str, where: str, error: ValidationError) -> RegisterError:
    """REG-084 for the first thing that breaks the format."""
    first = error.errors()[0]
    spot = ".".join(str(part) for part in first["loc"])
    what = {"extra_forbidden": "ukjent nøkkel", "missing": "nøkkelen mangler"}.get(first["type"], first["msg"])
    return refuse(file, where, f"«{spot}»: {what}")
