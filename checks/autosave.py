"""What may be saved while the user types (manual: «Autolagring skjer hvert 5. minutt»), and what waits for the user."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from checks.codebook import Variabel
from checks.samtykke import recorded_yes


def waits_for_user(
    before: Mapping[str, Any], after: Mapping[str, Any], taken: Collection[Variabel], closes: Collection[str]
) -> bool:
    """Whether the answers ``after`` may be saved only by the user, who sees what the save does.

    That is so when it records a consent that ``before`` does not have, which only SC could withdraw; when it would close
    the forms ``closes``; and when it would lose the answers to ``taken``, which another startdato took off the screen.
    """
    new_samtykke = recorded_yes(after) and not recorded_yes(before)
    return new_samtykke or bool(closes) or bool(taken)
