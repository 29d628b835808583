"""Klokeboken as a csv file for programs, and as a web page and a workbook for people."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, PackageLoader, select_autoescape

from checks.values import norwegian
from exports import codebook_log
from exports.csv_files import stream_csv
from exports.excel import write_workbook
from exports.whole import whole_file

_LIMITS = (
    "normalintervall_start_numerisk",
    "normalintervall_slutt_numerisk",
    "maksintervall_start_numerisk",
    "maksintervall_slutt_numerisk",
)
_pages = Environment(loader=PackageLoader("exports", "maler"), autoescape=select_autoescape(["html"]), trim_blocks=True)
_pages.filters["tall"] = lambda value: norwegian(float(value))


def klokebok_name(day: date, ending: str = "csv") -> str:
    """The name of the klokebok's file."""
    return f"smertereg_klokeboken_{day.isoformat()}.{ending}"


def write_klokebok_csv(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the klokebok of one published file in the OQR form: the variables that have a column in a datadump.

    A physical name that several tables share must have only one label there, because its readers take the name for the
    variable: it gets the label that most forms have, the earliest of equals. A form with another label has it in the
    comment. Questions that only choose a value for another column are left out; the page and the workbook have them.
    """
    limits = ", ".join(f"replace(printf('%.15g', {name}::double), '.', ',') as {name}" for name in _LIMITS)
    stream_csv(
        con,
        f"""
        with merkelapp as (
            select fysisk_feltnavn, first(ledetekst order by skjemaer desc, plass) as ledetekst
            from (
                select fysisk_feltnavn, ledetekst, count(distinct skjemanavn) as skjemaer, min(rowid) as plass
                from klokebok where ledetekst <> '' group by all
            )
            group by fysisk_feltnavn
        ),
        rader as (
            select k.* replace (
                coalesce(m.ledetekst, k.navn_i_rapporteket) as ledetekst,
                case
                    when k.ledetekst <> m.ledetekst
                        then concat_ws(' ', 'I skjemaet: «' || k.ledetekst || '».', k.kommentar)
                    else k.kommentar
                end as kommentar,
                regexp_replace(trim(k.hjelpetekst), '\\s+', ' ', 'g') as hjelpetekst, {limits}
            ), k.rowid as plass
            from klokebok k left join merkelapp m using (fysisk_feltnavn)
            where k.fysisk_feltnavn is not null
            union all by name
            select skjemanavn, 'FORMORDER' as navn_i_rapporteket, 'Skjemaets nummer i tabellen' as ledetekst,
                'Nei' as obligatorisk, 'Skjult variabel' as type, 'Nei' as aktiveringsspoersmaal,
                'Nei' as underspoersmaal, tabell, 'formorder' as fysisk_feltnavn,
                tabell || '.formorder' as variabel_id, min(rowid) - 0.5 as plass
            from klokebok where tabell in (select tabell from klokebok group by 1 having count(distinct skjemanavn) > 1)
            group by skjemanavn, tabell
        )
        select * exclude (plass) from rader order by plass
        """,
        path,
    )


def write_klokebok_html(file: Path, path: Path) -> None:
    """Write the klokebok of a published file as one web page without other files or scripts, with a table of contents,
    the version of the codebook that the file was published with, and what earlier publishings had otherwise.
    """
    forms = [
        (form, [_question(list(rows)) for _, rows in groupby(found, lambda r: r["navn_i_rapporteket"])])
        for form, found in groupby(_rows(file), lambda r: r["skjemanavn"])
    ]
    text = _pages.get_template("klokebok.html").render(skjemaer=forms, kodebok=_version(file), endret=_changes(file))
    with whole_file(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def write_klokebok_excel(file: Path, path: Path) -> None:
    """Write the klokebok of a published file as a workbook, with all its 27 columns; the codebook's version and its changes have a
    sheet each.
    """
    with whole_file(path) as unfinished, duckdb.connect(str(file), read_only=True) as con:
        sheets = {"Klokeboken": "select * from klokebok order by rowid", "Versjon": "select kodebok from publisering"}
        if codebook_log.is_in(con):
            # A workbook has no time zones.
            told = codebook_log.TABLE.replace("*", "* replace (tid at time zone 'Europe/Oslo' as tid)")
            sheets |= {"Endringer": told}
            sheets["Versjon"] = (
                "select kodebok, endringer_fra at time zone 'Europe/Oslo' as endringer_fra from publisering"
            )
        write_workbook(con, sheets, unfinished)


def _version(file: Path) -> str:
    with duckdb.connect(str(file), read_only=True) as con:
        return str(con.sql("select kodebok from publisering").fetchall()[0][0])


def _changes(file: Path) -> dict[str, Any] | None:
    """The changes by the publishing that brought them, the newest first, and since when they are kept; None when the file does
    not tell.
    """
    with duckdb.connect(str(file), read_only=True) as con:
        if not codebook_log.is_in(con):
            return None
        con.execute("set TimeZone = 'Europe/Oslo'")
        rows = con.sql(codebook_log.TABLE).pl().to_dicts()
        ((since,),) = con.sql("select endringer_fra from publisering").fetchall()
    brought = [list(found) for _, found in groupby(rows, lambda row: row["publisering"])]
    return {"siden": since, "publiseringer": brought[::-1]}


def _rows(file: Path) -> list[dict[str, Any]]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.sql("select * from klokebok order by rowid").pl().to_dicts()


def _question(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """One variable with its codes, made from the variable's rows; a code has its dates where they are not the question's.

    A row has the dates of its code, so the question came with the first of them and went with the last.
    """
    came, went = ([row[name] for row in rows] for name in ("innfoert_dato", "utfaset_dato"))
    asked = {"innfoert_dato": None if None in came else min(came), "utfaset_dato": None if None in went else max(went)}
    codes = [
        {name: None if row[name] == day else row[name] for name, day in asked.items()}
        | {"kode": row["listeverdier"], "tekst": row["listetekst"]}
        for row in rows
        if row["listeverdier"] is not None
    ]
    return rows[0] | asked | {"koder": codes}
