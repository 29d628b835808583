"""Warnings about files that are handed over: groups so small that a patient may be recognised."""

import duckdb


def small_groups(con: duckdb.DuckDBPyConnection, smallest: int) -> list[str]:
    """Sentences about groups of fewer than `smallest` patients in a delivery.

    The delivery's forløp are in the temporary table `valgt`. Rows of a delivery are not emptied, so the receiver must know
    that a patient may be recognised.
    """
    found = []
    for what, group in (
        ("Utvalget", "''"),
        ("Enheten", '"SykehusNavn"'),
        ("Forløpstypen", '"ForlopsType1"'),
        ("Året", """date_part('year', "HovedDato")::integer::varchar"""),
    ):
        rows = con.execute(
            f'select {group} as gruppe, count(distinct "PasientID") as n from forlopsoversikt'
            ' where "ForlopsID"::integer in (select forlop from valgt) group by 1 having n < ? order by 1',
            [smallest],
        ).fetchall()
        found += [
            f"{what}{f' «{name}»' if name else ''} har bare {n} pasient{'er' if n > 1 else ''}." for name, n in rows
        ]
    return found
