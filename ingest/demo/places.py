"""The demo's units with lokasjoner and avdelinger, and the people who work there. All persons are invented."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from checks import code_lists
from ingest import units
from ingest.demo.draw import Draw
from ingest.lists import unit_lists
from ingest.people import passwords, users
from ingest.store import Tx

# The lokasjoner of units that do not just have one of the unit's own name, by RESH: name and short name.
LOKASJONER: dict[str, tuple[tuple[str, str], ...]] = {
    "100089": (("Nordbyhagen", "Nordbyhagen"), ("Kongsvinger sykehus", "Kongsvinger")),
    "100082": (("Haukeland", "Haukeland"), ("Kysthospitalet i Hagavik", "Hagavik"), ("Voss sjukehus", "Voss")),
    "4214288": (("Sykehuset Levanger", "Levanger"),),
    "4201115": (("Ålesund sjukehus", "Ålesund"), ("Volda sjukehus", "Volda"), ("SNR Hjelset", "Hjelset")),
    "4207789": (("Ullevål sykehus", "Ullevål"), ("Aker sykehus", "Aker")),
    "705758": (("Radiumhospitalet", "Radium"),),
    "705652": (("Rikshospitalet", "Rikshosp."),),
    "100320": (("Øya", "Øya"), ("Orkdal sjukehus", "Orkdal")),
    "101719": (("UNN Tromsø", "Tromsø"), ("UNN Harstad", "Harstad"), ("UNN Narvik", "Narvik")),
    "4204083": (("Drammen sykehus", "Drammen"), ("Bærum sykehus", "Bærum"), ("Ringerike sykehus", "Ringerike")),
    "100084": (("Haugesund sjukehus", "Haugesund"), ("Stord sjukehus", "Stord")),
    "100133": (("Kristiansand", "Kr.sand"), ("Arendal", "Arendal"), ("Flekkefjord", "Flekkefjord")),
    "100083": (("Våland", "Våland"), ("Ullandhaug", "Ullandhaug")),
}
AVDELINGER = (
    ("Ortopedisk avdeling", "Ort"),
    ("Gastrokirurgisk avdeling", "Gastro"),
    ("Kreftavdelingen", "Kreft"),
    ("Lungeavdelingen", "Lunge"),
    ("Medisinsk avdeling", "Med"),
    ("Intensivavdelingen", "Intensiv"),
    ("Urologisk avdeling", "Uro"),
    ("Nevrologisk avdeling", "Nevro"),
    ("Karkirurgisk avdeling", "Kar"),
    ("Kvinneklinikken", "Kvinne"),
    ("Nevrokirurgisk avdeling", "Nevrokir"),
    ("Thoraxkirurgisk avdeling", "Thorax"),
    ("Plastikkirurgisk avdeling", "Plast"),
    ("Barneavdelingen", "Barn"),
    ("Revmatologisk avdeling", "Revma"),
    ("Øre-nese-halsavdelingen", "ØNH"),
)
FIRST = (
    "Kari",
    "Ola",
    "Ingrid",
    "Lars",
    "Anne",
    "Per",
    "Marit",
    "Jon",
    "Silje",
    "Erik",
    "Hanne",
    "Knut",
    "Liv",
    "Tor",
    "Berit",
    "Arne",
    "Solveig",
    "Geir",
    "Randi",
    "Svein",
    "Turid",
    "Odd",
    "Gro",
    "Leif",
    "Astrid",
    "Nils",
    "Eli",
    "Terje",
    "Bente",
    "Morten",
    "Tone",
    "Rolf",
    "Unni",
    "Stein",
    "Hilde",
    "Magnus",
    "Wenche",
    "Trond",
    "Siri",
    "Einar",
)
LAST = (
    "Nordvik",
    "Solbakken",
    "Haugland",
    "Lien",
    "Berge",
    "Moen",
    "Strand",
    "Dahl",
    "Eide",
    "Bakken",
    "Sunde",
    "Vik",
    "Hagen",
    "Myhre",
    "Aasen",
    "Fjeld",
    "Nygård",
    "Tangen",
    "Rønning",
    "Skaar",
)
COORDINATOR, COORDINATOR_UNIT = "bruker9", "100320"
# Every demo user's password, printed when a demo is made. The salt is fixed, so that the same seed gives the same
# register.
PASSWORD, SALT = "Lett-aa-huske-2026", b"smertereg-demo-1"


@dataclass(frozen=True)
class Places:
    """For each unit, in the order of lists/enheter.csv: its RESH-id, the ids of its lokasjoner and avdelinger, and its
    staff as (user id, role).
    """

    resh: tuple[str, ...]
    lokasjoner: tuple[tuple[int, ...], ...]
    avdelinger: tuple[tuple[int, ...], ...]
    staff: tuple[tuple[tuple[str, str], ...], ...]


def make(tx: Tx, draw: Draw) -> Places:
    """Add units, their lists and their users to an empty register."""
    listed = code_lists.read("enheter")
    lokasjoner, avdelinger = [], []
    for row in listed:
        units.add_unit(tx, row["resh"], row["navn"], row["hf"], row["rhf"])
        places = LOKASJONER.get(row["resh"], ((row["navn"], row["navn"][:12]),))
        chosen = sorted(draw.rng.permutation(len(AVDELINGER))[: draw.whole(1, 6, 14)[0]])
        lokasjoner.append(tuple(unit_lists.add_entry(tx, "lokasjon", row["resh"], *names) for names in places))
        avdelinger.append(tuple(unit_lists.add_entry(tx, "avdeling", row["resh"], *AVDELINGER[i]) for i in chosen))
    resh = tuple(row["resh"] for row in listed)
    return Places(resh, tuple(lokasjoner), tuple(avdelinger), _users(tx, resh))


def _users(tx: Tx, resh: tuple[str, ...]) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Add two LU and one LC at each unit, one SC, and a statistiker of the nation and of a unit; returns each unit's staff as (user id, role).

    Three users have more than one role or unit.
    """
    numbers = (number for number in range(1, 1000) if f"bruker{number}" != COORDINATOR)
    staff: list[list[tuple[str, str]]] = []
    granted: dict[str, list[tuple[str, str]]] = {}
    for unit in resh:
        here = [(f"bruker{next(numbers)}", role) for role in ("LU", "LC", "LU")]
        for user, role in here:
            granted[user] = [(unit, role)]
        staff.append(here)
    # One user has two roles at the same unit, one has a role at two units, and one has both.
    granted[staff[1][1][0]].append((resh[1], "LU"))
    granted[staff[0][2][0]].append((resh[4], "LU"))
    granted[staff[7][1][0]] += [(resh[7], "LU"), (resh[2], "LC")]
    granted[COORDINATOR] = [(COORDINATOR_UNIT, "SC")]
    for role in ("NS", "LS"):
        granted[f"bruker{next(numbers)}"] = [(COORDINATOR_UNIT, role)]
    hashed = passwords.hash_password(PASSWORD, salt=SALT)
    for place, (user, roles) in enumerate(granted.items()):
        users.add(
            tx,
            user,
            f"{FIRST[place % len(FIRST)]} {LAST[place * 7 % len(LAST)]}",
            roles,
            # No subscriber number in Norway begins with 0, and example.com belongs to nobody.
            mobil=f"{place:08}",
            epost=f"{user}@example.com",
            stilling="Sykepleier",
            passord_hash=hashed,
        )
    return tuple(tuple(here) for here in staff)


def of_unit(draw: Draw, lists: tuple[tuple[int, ...], ...], unit: pl.Series) -> pl.Series:
    """An entry of the unit's list for each forløp, the first entries most often.

    ``unit`` is the index of each forløp's unit in ``lists``.
    """
    most = max(len(ids) for ids in lists)
    table = pl.DataFrame(
        {
            "unit": [u for u, _ in enumerate(lists) for _ in range(most)],
            "place": [p for _ in lists for p in range(most)],
            "id": [ids[p % len(ids)] for ids in lists for p in range(most)],
        }
    )
    place = pl.Series(draw.index(len(unit), [1 / (p + 2) for p in range(most)]))
    wanted = pl.DataFrame({"unit": unit, "place": place})
    return wanted.join(table, on=["unit", "place"], how="left", maintain_order="left")["id"]
