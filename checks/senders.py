"""Who a message to a patient says that it is from. Others may see it, so it names a hospital and nothing of an illness
(docs/adr/032).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from checks import contact
from checks.errors import Problem, problem

LABELS = {"navn": "Avsender i meldinger til pasienter", "telefon": "Telefon pasienter kan ringe"}
LONGEST = {"navn": 40, "telefon": 20}
# What of a hospital's name tells what its patients are treated for.
REVEALING = ("smerte", "kreft", "radium", "onkolog", "palliativ", "psyk")
ANY_HOSPITAL = "sykehuset"
_NAME = re.compile(r"[\w .,&'()/-]+")


@dataclass(frozen=True)
class Sender:
    """``navn`` as patients know the hospital; ``telefon`` is empty when none is known."""

    navn: str = ""
    telefon: str = ""

    @property
    def tidy(self) -> Sender:
        """The same without spaces at the ends, or several in a row."""
        return Sender(" ".join(self.navn.split()), " ".join(self.telefon.split()))


def of_trust(hf: str) -> Sender:
    """What stands in the messages of a unit that has set nothing: its health trust."""
    name = re.sub(r"\s+HF$", "", " ".join(hf.split()))
    return Sender(name if name and not _wrong_name(name) else ANY_HOSPITAL)


def problems(sender: Sender) -> list[Problem]:
    """What is wrong with a (tidy) sender, each with its field: REG-101, REG-131, REG-304, REG-491 and REG-492. An empty one is
    right: the messages then name the health trust.
    """
    if sender == Sender():
        return []
    missing = [name for name in LABELS if not getattr(sender, name)]
    found = [problem("REG-492", variabel=name, felt=LABELS[name]) for name in missing]
    if sender.navn and (wrong := _wrong_name(sender.navn)):
        found.append(wrong)
    if sender.telefon and not (len(sender.telefon) <= LONGEST["telefon"] and contact.is_telephone(sender.telefon)):
        found.append(problem("REG-304", variabel="telefon"))
    return found


def _wrong_name(name: str) -> Problem | None:
    felt = LABELS["navn"]
    word = next((word for word in REVEALING if word in name.casefold()), None)
    if word:
        return problem("REG-491", variabel="navn", felt=felt, ord=word)
    if len(name) > LONGEST["navn"]:
        return problem("REG-101", variabel="navn", felt=felt, verdi=name[: LONGEST["navn"]], grense=LONGEST["navn"])
    if not _NAME.fullmatch(name):
        return problem("REG-131", variabel="navn", felt=felt, forventet="sykehusets navn med bokstaver og tall")
    return None
