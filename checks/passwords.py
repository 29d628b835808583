"""What a password must be: pure rules, without the user's old ones and without storing anything.

Source: the manual, «Hvordan bytte passord?» (store og små bokstaver, tall og tegn). The least length and the list of
common passwords are ours; the setting ``lengde`` asks for length alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from checks.errors import RegisterError

Policy = Literal["tegn", "lengde"]
LEAST: dict[Policy, int] = {"tegn": 12, "lengde": 15}
MOST = 200
KINDS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("stor bokstav", str.isupper),
    ("liten bokstav", str.islower),
    ("tall", str.isdigit),
    ("tegn", lambda c: not c.isalnum()),
)
# The stems people choose first; compared without case, digits and symbols, so that «Sommer-2026!!» is one of them.
COMMON = frozenset(Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").split())


def require(password: str, username: str, policy: Policy = "tegn") -> None:
    """Raise REG-123 (length), REG-124 (kinds of characters) or REG-125 (common, or like the username)."""
    least = LEAST[policy]
    if not least <= len(password) <= MOST:
        raise RegisterError("REG-123", antall=least, mest=MOST)
    missing = [name for name, has in KINDS if not any(map(has, password))]
    if policy == "tegn" and missing:
        raise RegisterError("REG-124", hva=", ".join(missing))
    if _guessable(password.casefold(), username.casefold()):
        raise RegisterError("REG-125")


def _guessable(password: str, username: str) -> bool:
    # «P@ssw0rd-2026!» is «password»: what stands before and after goes first, then disguises become letters.
    core = re.sub(r"^[^a-zæøå]+|[^a-zæøå]+$", "", password)
    disguised = re.sub(r"[^a-zæøå]", "", core.translate(str.maketrans("0134@$5", "oleaass")))
    letters = re.sub(r"[^a-zæøå]", "", password)
    return len(set(password)) < 6 or bool({disguised, letters} & COMMON) or (len(username) > 3 and username in password)
