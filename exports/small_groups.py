"""Warnings about files that are handed over: groups so small that a patient may be recognised."""

import duckdb


def small_groups(con: duckdb.DuckDBPyConnection, smallest: int) -> list[str]:
    """Sentences about groups of fewer than `smallest` patients in a delivery.

    The delivery's forløp are in the temporary table `valgt`. Rows of a delivery are not emptied, so the receiver must know
    that a patient may be recognised.
    """
    found = []
    for what, without, group in (
        ("Utvalget", "", "''"),
        ("Enheten", "Forløp uten enhet", '"SykehusNavn"'),
        ("Forløpstypen", "Forløp uten avgjort forløpstype", '"ForlopsType1"'),
        ("Året", "Forløp uten dato", """date_part('year', "HovedDato")::integer::varchar"""),
    ):
        rows = con.execute(
            f'select {group} as gruppe, count(distinct "PasientID") as n from forlopsoversikt'
            ' where "ForlopsID"::integer in (select forlop from valgt) group by 1 having n < ? order by 1',
            [smallest],
        ).fetchall()
        for name, n in rows:
            which = without if name is None else f"{what} «{name}»" if name else what
            found.append(f"{which} har bare {n} pasient{'er' if n > 1 else ''}.")
    return found
