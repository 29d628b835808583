"""One import: everything is read and checked before anything is written, and all is written in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from checks.answers import shape
from checks.codebook import load
from checks.errors import CATALOGUE, RegisterError, problem
from checks.values import label
from ingest import audit
from ingest.access import require
from ingest.oqr import register_rows, write
from ingest.oqr import typed_answers as forms
from ingest.oqr.outer import outer_problems
from ingest.oqr.read import LINE, Repeated, read_package, whole_number
from ingest.oqr.typed_answers import ID, Answers, Finding
from ingest.registration import merged
from ingest.store import Tx

KINDS = ("lokasjon", "avdeling")
HEADING = 1  # the line of a file that names its columns
UNREAD = "Kolonnen finnes ikke i kodeboken, og svarene i den er ikke lest."


@dataclass(frozen=True)
class Outcome:
    """What an import gave: how many forløp it wrote (or would write), how many were there already, and findings.

    `refused` says why forløp were refused, `changed` which values were computed to something else than the file has, and
    `unread` which columns of the files were left alone because the codebook does not have them.
    """

    imported: int
    known: int
    refused: tuple[Finding, ...]
    changed: tuple[Finding, ...]
    unread: tuple[Finding, ...]


def import_package(tx: Tx, paths: Iterable[Path], *, dry_run: bool, accept_valid: bool) -> Outcome:
    """Import the forløp of a package that are not in the register yet; only SC may.

    With `dry_run` nothing is written, nor without `accept_valid` when a forløp is refused. The package holds no
    identity: an imported patient gets a blank one (type «annet»); «Rett identitet» gives it a number, or merges it.
    Raises REG-198–200 for a file that cannot be read, and REG-203 when an avdeling or lokasjon of the package has the
    number of another in the register.
    """
    require(tx.actor, "importere")
    package = read_package(paths)
    tables = package.tables
    forlop = _of_kept_patients(tx, register_rows.listed_forlop(tables))
    known = _known(tx, forlop)
    units = register_rows.known_units(_names(tables))
    lists = {kind: _new_entries(tx, kind, register_rows.lists(tables, kind)) for kind in KINDS}
    every, refused, changed = _answers(tx, tables, forlop, lists)
    patients, unlike = register_rows.patients(every["po"], forlop, tables["patient"])
    refused += unlike + _strangers(tables, forlop) + _clashes(tx, forlop, known, patients, units)
    refused += outer_problems(tables, register_rows.status(tables), forlop)
    refused += [_repeated(line) for line in package.repeated]
    refused = [finding for finding in refused if finding.forlop not in known]
    bad = {finding.forlop for finding in refused}
    wanted = forlop.filter(~pl.col(ID).is_in(known | bad))
    if not dry_run and (accept_valid or not refused) and wanted.height:
        rows = register_rows.forlop_rows(every, wanted, tables["patient"])
        write.units(tx, units.filter(pl.col("resh").is_in(rows["enhet"].implode())))
        for kind, entries in lists.items():
            write.entries(tx, kind, entries.filter(pl.col("ny")))
        write.patients(tx, patients.filter(pl.col("pasient_id").is_in(wanted["pasient_id"].implode())))
        write.forlop(tx, rows)
        for form in every.values():
            if form.skjema != "po":
                write.form(tx, form, tables, register_rows.status(tables), rows)
        audit.log(tx, "registreringer importert", details={"forlop": wanted.height, "avvist": len(bad)})
    unread = tuple(Finding(table, HEADING, 0, name, "", UNREAD) for table, name in package.unread)
    return Outcome(wanted.height, len(known), tuple(refused), tuple(changed), unread)


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


def _repeated(line: Repeated) -> Finding:
    said = problem("REG-201", fil=line.fil, kolonne=line.kolonne, verdi=line.verdi, linje=line.linje)
    return Finding(line.tabell, line.linje, line.forlop, line.kolonne, said.code, said.melding)


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


def _new_entries(tx: Tx, kind: str, entries: pl.DataFrame) -> pl.DataFrame:
    """The avdelinger or lokasjoner of the package that the register lacks («ny» true), then the register's own (false)."""
    there = tx.frame(f"select {kind}_id::bigint as {kind}_id, enhet, navn from register.{kind}")
    both = entries.join(there, on=f"{kind}_id", how="inner")
    clash = both.filter(pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"{c}_right")) for c in ("enhet", "navn")))
    if clash.height:
        raise RegisterError("REG-203", hva=kind, verdi=clash[f"{kind}_id"][0])
    new = entries.join(there, on=f"{kind}_id", how="anti", maintain_order="left").with_columns(ny=pl.lit(True))
    return pl.concat([new, there.with_columns(ny=pl.lit(False))], how="diagonal")


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
