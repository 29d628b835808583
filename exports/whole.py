"""Files and folders that appear whole or not at all: written beside their place, then renamed into it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from checks.errors import RegisterError
from ingest import disk

_FULL_WORDS = ("no space left", "file too large", "disk quota", "unable to write data")


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A folder to write in. When the block ends without an error its files are moved to `folder`; otherwise they are
    deleted.

    A new `folder` appears in one step. In a folder that exists, files of the same name are replaced one by one and others
    stay. Raises REG-190 (the disk is full) or REG-191 (it may not write there). What killed exports left is deleted.
    """
    with _beside(folder) as unfinished:
        unfinished.mkdir()
        yield unfinished
        if folder.exists():
            for file in sorted(unfinished.iterdir()):
                file.replace(folder / file.name)
        else:
            unfinished.rename(folder)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path to write to. When the block ends without an error the file is moved to `path`; otherwise that is unchanged."""
    with _beside(path) as unfinished:
        yield unfinished
        unfinished.replace(path)


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """A hidden path beside `place`, named with this process's number; deleted when the block ends, however it ends."""
    unfinished = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(place)
    except OSError as error:
        raise _explained(error, place) from error
    try:
        yield unfinished
    except RegisterError:
        raise
    except Exception as error:
        raise _explained(error, place) from error
    finally:
        _remove(unfinished)


def _explained(error: Exception, place: Path) -> Exception:
    """The RegisterError for a full disk or a place that may not be written to; any other error as it is."""
    number = getattr(error, "errno", None)
    said = str(error).lower()
    if number in disk.FULL or any(words in said for words in _FULL_WORDS):
        return RegisterError("REG-190", fil=place.name, mappe=place.parent)
    if isinstance(error, OSError) and not isinstance(error, duckdb.Error):
        return RegisterError("REG-191", mappe=place.parent, melding=disk.cause(error))
    return error


def _remove_abandoned(place: Path) -> None:
    """Delete what killed exports left beside `place`, but not an export that is being written now."""
    for left in place.parent.glob(f".{place.name}.*"):
        number = left.name.rpartition(".")[2]
        if number.isdigit() and not _alive(int(number)):
            _remove(left)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
