"""Proves that a small group is named, also the one whose forløp lack what the others are grouped by."""

from __future__ import annotations

import duckdb

from exports.small_groups import small_groups


def test_each_small_group_is_named() -> None:
    con = duckdb.connect()
    con.execute("""
        create table forlopsoversikt as
        select i as "PasientID", i::varchar as "ForlopsID", 'HUS' as "SykehusNavn",
            case when i > 1 then 'Ikke tilsett' end as "ForlopsType1",
            case when i < 6 then date '2025-12-31' + cast(i // 5 as integer) end as "HovedDato"
        from range(1, 7) as numre (i)
    """)
    con.execute('create temporary table valgt as select "ForlopsID"::integer as forlop from forlopsoversikt')
    assert small_groups(con, 5) == [
        "Forløp uten avgjort forløpstype har bare 1 pasient.",
        "Året «2025» har bare 4 pasienter.",
        "Året «2026» har bare 1 pasient.",
        "Forløp uten dato har bare 1 pasient.",
    ]
