"""One import: everything is read and checked before anything is written, and all is written in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from checks.answers import shape
from checks.codebook import load
from checks.errors import CATALOGUE, problem
from checks.values import label
from ingest import audit
from ingest.access import require
from ingest.oqr import register_rows, write
from ingest.oqr import typed_answers as forms
from ingest.oqr.findings import Finding, placed
from ingest.oqr.month_first import month_first
from ingest.oqr.outer import outer_problems
from ingest.oqr.read import Package, read_package, whole_number
from ingest.oqr.typed_answers import ID, Answers
from ingest.registration import merged
from ingest.store import Tx
from ingest.tables.table import LINE

NUMBERS = {"lokasjon": "LOCATION_ID", "avdeling": "DEPARTMENT_ID"}
HEADING = 1  # the line of a file that names its columns
UNREAD = "Kolonnen finnes ikke i kodeboken, og svarene i den er ikke lest."


@dataclass(frozen=True)
class Outcome:
    """What an import gave: how many forløp it wrote (or would write), how many were there already, and findings.

    `stopped` says what keeps all of it out, `refused` why forløp were refused, `changed` which values were computed to
    something else than the file has, and `unread` which columns of the files were left alone because the codebook does not
    have them. `notes` are sentences about how files were read, each with its file's name.
    """

    imported: int
    known: int
    stopped: tuple[Finding, ...]
    refused: tuple[Finding, ...]
    changed: tuple[Finding, ...]
    unread: tuple[Finding, ...]
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Judged:
    """What a package would write, and what is wrong with it."""

    forlop: pl.DataFrame
    known: set[int]
    units: pl.DataFrame
    lists: Mapping[str, pl.DataFrame]
    every: Mapping[str, Answers]
    patients: pl.DataFrame
    stopped: list[Finding]
    refused: list[Finding]
    changed: list[Finding]


def import_package(tx: Tx, paths: Iterable[Path], *, dry_run: bool, accept_valid: bool) -> Outcome:
    """Import the forløp of a package that are not in the register yet; only SC may.

    With `dry_run` nothing is written, nor without `accept_valid` when a forløp is refused, nor ever when something of the
    package as a whole is wrong. The package holds no identity: an imported patient gets a blank one (type «annet»); «Rett
    identitet» gives it a number, or merges it. Raises REG-198 when there is no file of a package.
    """
    require(tx.actor, "importere")
    package = read_package(paths)
    unread = [Finding(table, HEADING, 0, name, "", UNREAD) for table, name in package.unread]
    own = [*package.broken, *package.repeated]
    if package.unreadable:
        return _outcome(package, 0, 0, package.stops, own + _typed_alone(package), (), unread)
    judged = _judged(tx, package)
    stopped = [*package.stops, *judged.stopped, *month_first(package.tables)]
    refused = [finding for finding in judged.refused + own if finding.forlop not in judged.known]
    bad = {finding.forlop for finding in refused}
    wanted = judged.forlop.filter(~pl.col(ID).is_in(judged.known | bad))
    if stopped:
        wanted = wanted.clear()
    if not dry_run and (accept_valid or not refused) and wanted.height:
        _write(tx, package.tables, judged, wanted)
        audit.log(tx, "registreringer importert", details={"forlop": wanted.height, "avvist": len(bad)})
    return _outcome(package, wanted.height, len(judged.known), stopped, refused, judged.changed, unread)


def _outcome(
    package: Package,
    imported: int,
    known: int,
    stopped: Iterable[Finding],
    refused: Iterable[Finding],
    changed: Iterable[Finding],
    unread: Iterable[Finding],
) -> Outcome:
    def told(found: Iterable[Finding]) -> tuple[Finding, ...]:
        return placed(found, package.tables, package.files)

    notes = tuple((package.files[table], note) for table, note in package.notes)
    return Outcome(imported, known, told(stopped), told(refused), told(changed), told(unread), notes)


def _judged(tx: Tx, package: Package) -> _Judged:
    tables = package.tables
    forlop = _of_kept_patients(tx, register_rows.listed_forlop(tables))
    known = _known(tx, forlop)
    units = register_rows.known_units(_names(tables))
    stopped: list[Finding] = []
    lists = {}
    for kind in NUMBERS:
        entries, wrong = register_rows.lists(tables, kind)
        lists[kind], clashes = _new_entries(tx, kind, entries)
        stopped += wrong + clashes
    every, refused, changed = _answers(tx, tables, forlop, lists)
    patients, unlike = register_rows.patients(every["po"], forlop, tables["patient"])
    refused += unlike + _strangers(tables, forlop) + _clashes(tx, forlop, known, patients, units)
    refused += outer_problems(tables, register_rows.status(tables), forlop)
    return _Judged(forlop, known, units, lists, every, patients, stopped, refused, changed)


def _write(tx: Tx, tables: Mapping[str, pl.DataFrame], judged: _Judged, wanted: pl.DataFrame) -> None:
    rows = register_rows.forlop_rows(judged.every, wanted, tables["patient"])
    write.units(tx, judged.units.filter(pl.col("resh").is_in(rows["enhet"].implode())))
    for kind, entries in judged.lists.items():
        write.entries(tx, kind, entries.filter(pl.col("ny")))
    write.patients(tx, judged.patients.filter(pl.col("pasient_id").is_in(wanted["pasient_id"].implode())))
    write.forlop(tx, rows)
    for form in judged.every.values():
        if form.skjema != "po":
            write.form(tx, form, tables, register_rows.status(tables), rows)


def _typed_alone(package: Package) -> list[Finding]:
    """The values that are of the wrong type in the tables that could be read, when another could not: what forms say together
    cannot be judged then.
    """
    if package.unreadable & {"skjemaoversikt", "patient"}:
        return []
    status = register_rows.status(package.tables)
    found: list[Finding] = []
    for skjema in load():
        needed = {skjema.tabell, *(block.tabell for block in skjema.gjentatte)}
        if needed & package.unreadable:
            continue
        given, wrong = forms.typed(skjema, package.tables, status)
        found += wrong
        if skjema.gjentatte:
            found += forms.with_diagnoses(given, package.tables)[1]
    return found


def _answers(
    tx: Tx, tables: Mapping[str, pl.DataFrame], forlop: pl.DataFrame, lists: Mapping[str, pl.DataFrame]
) -> tuple[dict[str, Answers], list[Finding], list[Finding]]:
    """The answers of every form, what was refused, and what was computed anew.

    The forms are taken in the codebook's order, because later forms look at the answers of earlier ones.
    """
    status = register_rows.status(tables)
    chosen = {kind: set(zip(e["enhet"], e[f"{kind}_id"], strict=True)) for kind, e in lists.items()}
    every: dict[str, Answers] = {}
    refused: list[Finding] = []
    changed: list[Finding] = []
    for skjema in load():
        given, wrong = forms.typed(skjema, tables, status)
        refused += wrong
        if skjema.id == "b11":
            given, wrong = forms.with_diagnoses(given, tables)
            refused += wrong
        every[skjema.id] = given
        if skjema.id == "po":
            continue
        done = forms.computed(given, every, register_rows.born(every["po"]), tx.today)
        changed += _changes(given, done)
        every[skjema.id] = done
        refused += forms.checked(done, every, tx.today, chosen, forlop.select(ID, "enhet"))
    return every, refused, changed


def _changes(given: Answers, done: Answers) -> list[Finding]:
    """A finding for each computed value (in `done`) that differs from the one in the file (`given`)."""
    found = []
    skjema = load().skjema[given.skjema]
    before = given.frame.join(done.frame.select(ID), on=ID, how="semi", maintain_order="left")
    for name, v in shape(given.skjema).columns.items():
        old, new = before[name], done.frame[name]
        unlike = old.ne_missing(new) if old.dtype != pl.Float64 else (old - new).abs().fill_null(1) > 1e-6
        unlike &= ~(old.is_null() & new.is_null())
        for row in unlike.arg_true().to_list():
            said = problem("REG-205", felt=label(v), verdi=old[row], forventet=new[row])
            line, forlop = before[LINE][row] or 0, before[ID][row]
            found.append(Finding(skjema.tabell, line, forlop, name, said.code, said.melding))
    return found


def _of_kept_patients(tx: Tx, forlop: pl.DataFrame) -> pl.DataFrame:
    """The forløp with the PasientID that is kept, where the package has one that is merged into another."""
    gone = {row["fra"]: merged.kept(tx, row["fra"]) for row in tx.rows(merged.GONE)}
    return forlop.with_columns(pl.col("pasient_id").replace(gone)) if gone else forlop


def _known(tx: Tx, forlop: pl.DataFrame) -> set[int]:
    """The forløp of the package that the register has already, for the same patient at the same unit."""
    there = tx.frame(
        "select forlop_id::bigint as forlop_id, pasient_id::bigint as pasient_id, enhet from register.forlop"
    )
    return set(forlop.join(there, on=[ID, "pasient_id", "enhet"], how="semi")[ID])


def _names(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    return tables["forlopsoversikt"].select(resh="AvdRESH", navn="SykehusNavn").unique("resh", maintain_order=True)


def _new_entries(tx: Tx, kind: str, entries: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """The avdelinger or lokasjoner of the package that the register lacks («ny» true), then the register's own (false); and those
    that have the number of another in the register (REG-203).
    """
    there = tx.frame(f"select {kind}_id::bigint as {kind}_id, enhet, navn from register.{kind}")
    both = entries.join(there, on=f"{kind}_id", how="inner")
    clash = both.filter(pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"{c}_right")) for c in ("enhet", "navn")))
    found = []
    for line, number in clash.select(LINE, f"{kind}_id").iter_rows():
        said = problem("REG-203", hva=kind, verdi=number)
        found.append(Finding("avdelingsoversikt", line, 0, NUMBERS[kind], said.code, said.melding))
    new = entries.join(there, on=f"{kind}_id", how="anti", maintain_order="left").with_columns(ny=pl.lit(True))
    return pl.concat([new.drop(LINE), there.with_columns(ny=pl.lit(False))], how="diagonal"), found


def _strangers(tables: Mapping[str, pl.DataFrame], forlop: pl.DataFrame) -> list[Finding]:
    """A finding for each line that belongs to no forløp of the package, or gives a state that no form can have."""
    found = []
    ids = forlop[ID].drop_nulls().cast(pl.String)
    for table, frame in tables.items():
        key = "MCEID" if "MCEID" in frame.columns else "ForlopsID"
        if key in frame.columns:
            lost = frame.filter(~pl.col(key).is_in(ids.implode()).fill_null(False))
            found += [Finding(table, line, 0, key, "REG-207", CATALOGUE["REG-207"]) for line in lost[LINE]]
    states = tables["skjemaoversikt"].filter(~pl.col("SkjemaStatus").is_in(["-1", "0", "1"]).fill_null(False))
    for line, forlop_id in states.select(LINE, whole_number("ForlopsID")).iter_rows():
        found.append(Finding("skjemaoversikt", line, forlop_id or 0, "SkjemaStatus", "REG-207", CATALOGUE["REG-207"]))
    return found


def _clashes(
    tx: Tx, forlop: pl.DataFrame, known: set[int], patients: pl.DataFrame, units: pl.DataFrame
) -> list[Finding]:
    """A finding for each forløp at an unknown unit, or whose ForlopsID or PasientID belongs to another in this
    register.
    """
    there = set(tx.frame("select forlop_id::bigint as forlop_id from register.forlop")[ID]) - known
    people = tx.frame("select pasient_id::bigint as pasient_id, fodselsdato, kjonn from register.pasient")
    joined = patients.join(people, on="pasient_id", how="inner")
    others = set(
        joined.filter(
            pl.col("fodselsdato").ne_missing(pl.col("fodselsdato_right"))
            | pl.col("kjonn").cast(pl.Int64).ne_missing(pl.col("kjonn_right").cast(pl.Int64))
        )["pasient_id"]
    )
    resh = set(units["resh"]) | set(tx.frame("select resh from register.enhet")["resh"])
    tests: Sequence[tuple[str, str, pl.Expr]] = (
        ("REG-206", "AvdRESH", ~pl.col("enhet").is_in(list(resh)).fill_null(False)),
        ("REG-208", "ForlopsID", pl.col(ID).is_in(list(there))),
        ("REG-208", "PasientID", pl.col("pasient_id").is_in(list(others))),
    )
    found = []
    for code, column, wrong in tests:
        for row in forlop.filter(wrong).iter_rows(named=True):
            said = problem(code, felt=column, verdi=row["enhet"])
            found.append(Finding("forlopsoversikt", row[LINE], row[ID], column, code, said.melding))
    return found
