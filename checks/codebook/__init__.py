"""The codebook: the one place where a variable's name, codes and rules are written."""

from checks.codebook.book import Codebook
from checks.codebook.loader import load, read
from checks.codebook.model import (
    Behandlere,
    Felt,
    Flervalg,
    Forhaandsvalg,
    Gjentatt,
    Kode,
    Opioidrad,
    Opioidtabell,
    Pasientskjema,
    Regel,
    Seksjon,
    Skjema,
    Variabel,
)
from checks.codebook.time import Tid, Utgave

__all__ = [
    "Behandlere",
    "Codebook",
    "Felt",
    "Flervalg",
    "Forhaandsvalg",
    "Gjentatt",
    "Kode",
    "Opioidrad",
    "Opioidtabell",
    "Pasientskjema",
    "Regel",
    "Seksjon",
    "Skjema",
    "Tid",
    "Utgave",
    "Variabel",
    "load",
    "read",
]
