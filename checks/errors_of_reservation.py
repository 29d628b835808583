"""The sentences of the error catalogue (checks/errors.py) about patients who have reserved themselves against the registry."""

from __future__ import annotations

RESERVATION: dict[str, str] = {
    "REG-610": "Pasienten er reservert – registreres ikke.",
    "REG-611": "Pasienten er reservert, så {skjema} lagres ikke. Det som er registrert fra før, slettes.",
    "REG-612": "Pasienten er reservert fra før. Saken står under «Venter».",
    "REG-613": "Saken er utført, opphevet eller finnes ikke. Åpne siden på nytt.",
    "REG-614": "Slettingen skal gjøres av to. Du har bekreftet reservasjonen; be en annen nasjonal koordinator (SC) om å slette.",
    "REG-615": "Reservasjonen må bekreftes av en nasjonal koordinator (SC) før en annen kan slette.",
    "REG-616": "Pasienten er reservert. Slett under «Reservasjoner», der to koordinatorer gjør det sammen.",
    "REG-617": "Pasienten har ikke noe nummer som Helsenorge kan spørres om.",
    "REG-618": "Helsenorge (PVK) svarer ikke nå: {grunn}. Ingenting er endret; prøv igjen om litt.",
    "REG-619": "Velg hvordan reservasjonen kom: {valg}.",
}
