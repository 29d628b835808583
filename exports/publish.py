"""Publish: snapshot → dbt → filtered files, which are all swapped in at once, or none of them."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from checks.codebook import load
from checks.errors import RegisterError
from checks.small_numbers import SMALLEST
from exports import codebook_log, project
from exports.build import PLAN, BuildError, build, check_results
from exports.files import write_files
from ingest.safekeeping.rights import let_group_read
from ingest.store import OSLO

KEEP = 3
FINISHED = "ferdig.json"
NAME = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class PublishResult:
    """The result of a publishing: its id, folder, counts of forløp, the units that have a file, and how many forms are set
    aside because an answer in them is none (docs/datakvalitet.md), and how many patients have become part of another since the
    publishing before.
    """

    id: str
    folder: Path
    n_forlop: int
    n_national: int
    units: tuple[str, ...]
    n_aside: int
    n_merged: int = 0


def publish(
    *,
    take_snapshot: Callable[[Path], None],
    data: Path,
    clock: Callable[[], datetime],
    progress: Callable[[str], None],
    smallest: int = SMALLEST,
    group: str = "",
) -> PublishResult:
    """Publish the register as it is now and point `data`/published at the result.

    `take_snapshot` writes the snapshot to the path it is given; `clock` gives an aware moment; `progress` gets one
    Norwegian sentence per step; counts under `smallest` are left out of the national file; members of `group`
    may read what is for statisticians. Raises REG-087 when another publishing runs, REG-086 when a model or a check fails, and
    REG-268 when the files cannot be given to the group; the old files then stay. They also stay when the process is
    killed at any moment, and the next publishing removes what is left over.
    """
    base = data / "publishing"
    base.mkdir(parents=True, exist_ok=True)
    with _only_one(base / "laas"):
        _clean(data, keep=KEEP)
        moment = clock()
        folder = _new_folder(base, moment)
        work = folder / "bygg"
        work.mkdir()
        try:
            progress("Tar øyeblikksbilde av registeret …")
            take_snapshot(work / "snapshot.duckdb")
            progress("Bygger og kontrollerer datasettene …")
            build(work, data / PLAN)
            progress("Skriver nasjonal fil og én fil per enhet …")
            log = codebook_log.continued(data, folder.name, moment)
            meta = {"id": folder.name, "tid": moment, "endringer_fra": log.since} | made_with(work)
            figures = write_files(work / "warehouse.duckdb", folder, meta, smallest, log.rows)
            let_group_read(data, folder, group)
        except BuildError as error:
            _keep_log_only(folder)
            raise RegisterError("REG-086", melding=error) from error
        except BaseException:
            _keep_log_only(folder)
            raise
        summary = {"id": folder.name, "kontroller": check_results(work)}
        shutil.rmtree(work)
        (folder / FINISHED).write_text(json.dumps(summary), encoding="utf-8")
        _swap(data, folder)
        _clean(data, keep=KEEP)
        progress(
            f"Publisert: {in_words(figures.n_forlop, figures.n_national, figures.n_aside)}{merged_in_words(figures.n_merged)}"
        )
    return PublishResult(
        folder.name, folder, figures.n_forlop, figures.n_national, figures.units, figures.n_aside, figures.n_merged
    )


def in_words(n_forlop: int, n_national: int, n_aside: int) -> str:
    """«200 forløp, 90 av dem nasjonalt. 1 skjema er satt til side, se Datakvalitet.»"""
    forms = "1 skjema" if n_aside == 1 else f"{n_aside} skjemaer"
    aside = f" {forms} er satt til side, se Datakvalitet." if n_aside else ""
    return f"{n_forlop} forløp, {n_national} av dem nasjonalt.{aside}"


def merged_in_words(n: int) -> str:
    """« Siden forrige publisering er 1 pasient slått sammen med en annen.» Empty for none."""
    patients = "1 pasient" if n == 1 else f"{n} pasienter"
    return f" Siden forrige publisering er {patients} slått sammen med en annen." if n else ""


def forget_before(data: Path, moment: datetime) -> None:
    """Delete earlier publishings begun before `moment`, when a patient was erased; the current publishing stays.

    `moment` has the time zone of the clock that `publish` was given.
    """
    current = published_id(data)
    for folder in (data / "publishing").iterdir():
        if folder.is_dir() and folder.name != current and folder.name[:15] <= moment.strftime(NAME):
            shutil.rmtree(folder, ignore_errors=True)


def published_id(data: Path) -> str | None:
    """The id of the current publishing, None when nothing is published."""
    try:
        return (data / "published").readlink().name
    except OSError:
        return None


def published_at(data: Path) -> datetime | None:
    """When the current publishing was begun, None when nothing is published, or its folder is gone."""
    current = published_id(data)
    there = current is not None and (data / "published").exists()
    return begun(current) if current and there else None


def begun(publishing: str) -> datetime:
    """When the publishing of this id was begun, to the second."""
    return datetime.strptime(publishing[:15], NAME).replace(tzinfo=OSLO)


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Hold the lock of publishing; REG-087 when another process does. The kernel releases it when its process dies, so a
    killed publishing blocks nobody.
    """
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "ukjent"
            raise RegisterError("REG-087", verdi=holder) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _new_folder(base: Path, moment: datetime) -> Path:
    """Make a folder named by the moment, so that names sort by age; a second one in the same second gets a number."""
    name = moment.strftime(NAME)
    number = 0
    while (folder := base / (name if not number else f"{name}-{number:03}")).exists():
        number += 1
    folder.mkdir()
    return folder


def made_with(work: Path) -> dict[str, str]:
    """The codebook, the factor sets and the program that the files in the making in `work` are made with; of the first two also a
    digest.
    """
    return {
        "kodebok": load().navn,
        "kodebok_sum": project.codebook_digest(work / "snapshot.duckdb"),
        "faktorsett": _factor_sets(work),
        "faktor_sum": project.factors_digest(),
        "program": version("smertereg"),
    }


def _factor_sets(work: Path) -> str:
    """The sets of OMEQ factors that the published forms were computed with, as one text."""
    with duckdb.connect(str(work / "snapshot.duckdb"), read_only=True) as con:
        rows = con.execute(
            "select distinct faktorsett from skjemaversjon where faktorsett is not null order by 1"
        ).fetchall()
    return ", ".join(row[0] for row in rows)


def _keep_log_only(folder: Path) -> None:
    """Delete all but the log of a failed publishing: its databases are large, and hold what was not to be published."""
    for path in (*folder.glob("*.duckdb*"), *folder.glob("bygg/*.duckdb*")):
        path.unlink(missing_ok=True)
    shutil.rmtree(folder / "bygg" / "temp", ignore_errors=True)


def _swap(data: Path, folder: Path) -> None:
    """Point the link `published` at the new folder, with a rename, so that all files change at the same instant."""
    link = data / "published.ny"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("publishing") / folder.name)
    link.replace(data / "published")


def _clean(data: Path, *, keep: int) -> None:
    """Delete unfinished folders (except the log of the newest failure), and finished ones except the `keep` newest."""
    current = published_id(data)
    folders = sorted(path for path in (data / "publishing").iterdir() if path.is_dir())
    finished = [path for path in folders if (path / FINISHED).exists()]
    unfinished = [path for path in folders if not (path / FINISHED).exists()]
    for path in (*unfinished[:-1], *finished[:-keep]):
        if path.name != current:
            shutil.rmtree(path, ignore_errors=True)
    for path in unfinished[-1:]:
        _keep_log_only(path)
