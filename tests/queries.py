"""A small published file and a register beside it, for tests of queries and deliveries that need no publishing."""

from __future__ import annotations

from pathlib import Path

import duckdb

from exports.queries.run import Answer, Limits, Query

PUBLISHING = "20261123T090000"
SECRET = "HEMMELIG-INNHOLD"  # what no query may find
QUICK = Limits(seconds=3, rows=100, bytes=1_000_000)


def publish(data: Path, *units: str) -> Path:
    """A folder of published files, for the nation and for each of the units; returns the folder."""
    folder = data / "publishing" / PUBLISHING
    folder.mkdir(parents=True)
    for name in ("nasjonal", *(f"lokal-{unit}" for unit in units)):
        with duckdb.connect(str(folder / f"{name}.duckdb")) as con:
            con.execute(
                'create table forlopsoversikt as select i as "ForlopsID", \'Sykehuset\' as "SykehusNavn",'
                " i % 7 as nrs from range(1000) r(i)"
            )
            con.execute(f"create table publisering as select '{name}' as id")
            con.execute(
                "create table klokebok (navn_i_rapporteket varchar, ledetekst varchar, type varchar,"
                " listeverdier varchar, listetekst varchar)"
            )
            con.execute("insert into klokebok values ('nrs', 'Smerte', 'Listevariabel', '0', 'Ingen')")
            con.execute(
                "create table kolonner as select 'forlopsoversikt' as tabell, k[1] as kolonne, k[2] as type, k[3] as skjema,"
                " k[4] as merkelapp, k[4] as beskrivelse, null::varchar as koder, i as nr from (select unnest([['ForlopsID', 'BIGINT', null, 'Nummer'],"
                " ['SykehusNavn', 'VARCHAR', null, 'Enhet'], ['nrs', 'BIGINT', 'b12', 'Smerte']]) as k, unnest(range(3)) as i)"
            )
            con.execute("create view allevar as select * from forlopsoversikt")
    (data / "published").symlink_to(Path("publishing") / PUBLISHING)
    return folder


def answer(file: Path, sql: str, limits: Limits = QUICK) -> Answer:
    return Query().run(file, sql, limits)
