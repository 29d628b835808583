"""What a file is that is no table: told by its contents, since its name may say anything."""

from __future__ import annotations

import io
import zipfile

from checks.errors import RegisterError

ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_SAVE = "Lagre listen som CSV UTF-8 eller .xlsx i programmet den kommer fra."
_STARTS = {
    b"%PDF": "en PDF",
    b"{\\rtf": "et tekstdokument (rtf)",
    b"\x1f\x8b": "en pakket fil (gzip)",
    b"7z\xbc\xaf": "en pakket fil (7z)",
    b"Rar!": "en pakket fil (rar)",
    b"\x89PNG": "et bilde",
    b"\xff\xd8\xff": "et bilde",
    b"PAR1": "en Parquet-fil",
    b"$FL2": "en SPSS-fil",
    b"SQLite format": "en database",
}
_PAGES = (b"<html", b"<!doctype", b"<table", b"<head", b"<body", b"<meta", b"<?xml", b"<style")
_INSIDE = {"word/": "et Word-dokument", "ppt/": "en PowerPoint-fil"}


def require_table(content: bytes) -> None:
    """Raise REG-215 for a file that says itself that it is something else than csv or a workbook."""
    begun = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    for start, kind in _STARTS.items():
        if begun.startswith(start):
            raise _other(kind)
    if begun.lower().startswith(_PAGES):
        raise RegisterError(
            "REG-215",
            melding="Den er en nettside (html eller xml), selv om den kan hete Excel. "
            "Åpne den i Excel og lagre den som .xlsx eller CSV UTF-8.",
        )
    if is_workbook(content):
        _require_workbook(content)


def is_workbook(content: bytes) -> bool:
    return content.startswith((ZIP, OLD_EXCEL))


def _require_workbook(content: bytes) -> None:
    if content.startswith(OLD_EXCEL):
        if _LOCKED in content:
            raise RegisterError("REG-215", melding="Den har passord. Ta bort passordet i Excel, og lagre den på nytt.")
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return  # a damaged workbook, which whoever unpacks it tells
    for folder, kind in _INSIDE.items():
        if any(name.startswith(folder) for name in names):
            raise _other(kind)
    if names and not any(name.startswith("xl/") or name == "content.xml" for name in names):
        raise RegisterError("REG-215", melding="Den er en pakket fil (zip). Pakk den ut, og velg filen som lå i den.")


def _other(kind: str) -> RegisterError:
    return RegisterError("REG-215", melding=f"Den er {kind}. {_SAVE}")
