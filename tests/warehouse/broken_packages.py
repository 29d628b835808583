"""Packages for the import in which something is wrong: what is changed, and what is to be said of it."""

import shutil
from collections.abc import Callable
from pathlib import Path

Changed = Callable[[str], str]


def line(text: str, number: int, column: str, value: str) -> str:
    """The text with one field changed; lines count from 1, the header."""
    lines = text.split("\r\n")
    fields = lines[number - 1].split(";")
    fields[lines[0].split(";").index(column)] = value
    lines[number - 1] = ";".join(fields)
    return "\r\n".join(lines)


def broken(package: Path, to: Path, table: str, change: Changed) -> Path:
    """A copy of the package with one file changed as text."""
    copy = to / "pakke"
    shutil.copytree(package, copy)
    file = next(copy.glob(f"smertereg_{table}_datadump_*.csv"))
    file.write_bytes(change(file.read_bytes().decode("utf-8-sig")).encode())
    return copy


def begun(text: str) -> int:
    """The line of the first completed form of a table, or the first line where all forms are alike."""
    lines = text.replace("\r\n", "\n").split("\n")
    names = lines[0].split(";")
    place = names.index("FIRST_TIME_CLOSED") if "FIRST_TIME_CLOSED" in names and "GENDER" not in names else 0
    return next(n for n, row in enumerate(lines[1:], 2) if row.split(";")[place])


WRONG = [
    ("mce", "SUPERVISION", "17", "REG-002", "Tilsett", "«17» er ikke et av svaralternativene"),
    ("mce", "SUPERVISION", "mye", "REG-001", "Tilsett", "«mye» er ikke"),
    ("mce", "REGISTERED_DATE", "2026-02-31", "REG-009", "StartdatoTO", "2026-02-31 er ikke en mulig dato"),
    ("mce", "REGISTERED_DATE", "2030-01-01", "REG-013", "StartdatoTO", "er fram i tid"),
    ("mce", "NOCONSENT_REASON", "9", "REG-002", "TypeManglSamt", "«9»"),
    ("emp11", "DEPARTMENT", "999", "REG-011", "InnlAvd", "999 er ikke et aktivt valg"),
    ("emp11", "MAINDIAG", "XYZ", "REG-010", "InnlDiag", "«XYZ» finnes ikke i kodeverket"),
    ("forlopsoversikt", "AvdRESH", "1", "REG-206", "AvdRESH", "«1» deltar ikke"),
    ("mce", "MCEID", "5", "REG-207", "MCEID", "hører ikke til noe forløp"),
    ("emp11", "OMEQ_MORPHINE_PILLS_DOSAGE", "1e23", "REG-001", "DDMoTbl", "«1e23» er ikke et mulig tall"),
    ("emp11", "OMEQ_MORPHINE_PILLS_DOSAGE", "NaN", "REG-001", "DDMoTbl", "«NaN» er ikke et mulig tall"),
    ("mce", "TSUPDATED", "30.11.2025 25:53", "REG-001", "TSUPDATED", "«30.11.2025 25:53» er ikke et tidspunkt"),
    ("patient", "TSCREATED", "", "REG-001", "TSCREATED", "«» er ikke et tidspunkt"),
    ("hads", "CREATEDBY", "", "REG-001", "CREATEDBY", "«» er ikke en bruker"),
    ("forlopsoversikt", "PasientID", "abc", "REG-001", "PasientID", "«abc» er ikke et heltall"),
    ("skjemaoversikt", "ForlopsID", "abc", "REG-207", "ForlopsID", "hører ikke til noe forløp"),
]

FILES: list[tuple[str, Changed, str]] = [
    ("mce", lambda text: text.replace("MCEID", "ID", 1), "mangler MCEID"),
    ("mce", lambda text: text.replace("\r\n", ";mceid \r\n", 1), "har MCEID to ganger i overskriften"),
    ("mce", lambda text: text.removesuffix("\r\n").rsplit(";", 3)[0], "er kuttet: linje .* er den siste"),
    ("mce", lambda text: "%PDF-1.7\n" + text, "Den er en PDF"),
    ("mce", lambda text: text.replace(";", ';"', 1), "Et anførselstegn som begynner på linje 1"),
    ("emp22", lambda text: text.replace("CONSULTATIONS_TIME", "TID", 1), "mangler CONSULTATIONS_TIME"),
    ("mce", lambda text: text + "x;2;3;" + ";" * 90 + "4\r\n", "har 94 felt, men overskriften har"),
]
WARDS: list[tuple[Changed, str]] = [
    (
        lambda text: line(text, 2, "DEPARTMENT_ID", "abc"),
        "«abc» i DEPARTMENT_ID på linje 2. Der skal det stå et heltall",
    ),
    (lambda text: line(text, 2, "DEPARTMENT_NAME", ""), "«» i DEPARTMENT_NAME på linje 2. Der skal det stå en tekst"),
    (
        lambda text: line(text, 2, "DEPARTMENT_ACTIVE", "Ja"),
        "«Ja» i DEPARTMENT_ACTIVE på linje 2. Der skal det stå 0 eller 1",
    ),
    (lambda text: text + text.split("\r\n")[1] + "\r\n", "har samme DEPARTMENT_ID"),
]
