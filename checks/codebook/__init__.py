"""The codebook: the one place where a variable's name, codes and rules are written."""

from checks.codebook.loader import load
from checks.codebook.model import (
    Behandlere,
    Codebook,
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
    "Variabel",
    "load",
]
