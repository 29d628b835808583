"""What a delivery says of variables whose codes were changed within the time that its rows are from."""

import duckdb

from checks.codebook.difference import OF_CODES
from checks.codebook.words import day
from exports.codebook_log import is_in
from exports.selection import Recipe

_NAMED = 6
# A code that came or went on another day than its question, and what a publishing after that of the file has brought.
_FOUND = """
    with tid as (
        select min("HovedDato") as forste, max("HovedDato") as siste
        from forlopsoversikt where "ForlopsID"::integer in (select forlop from valgt)
    ),
    koder as (
        select navn_i_rapporteket as variabel, skjemanavn, coalesce(innfoert_dato, date '0001-01-01') as inn,
            coalesce(utfaset_dato, date '9999-12-31') as ut
        from klokebok where listeverdier is not null
    ),
    spurt as (select variabel, skjemanavn, min(inn) as inn, max(ut) as ut from koder group by all),
    endret as (
        select k.variabel, unnest([nullif(k.inn, s.inn), nullif(k.ut, s.ut)]) as dag, false as senere
        from koder k join spurt s using (variabel, skjemanavn)
        union all
        select variabel, gjelder_fra, tid > (select tid from publisering) from kodebokendringer
        where list_contains($slag, slag)
    )
    select variabel, min(dag) as dag from endret, tid
    where (dag > forste and dag <= siste or senere) and variabel in (
        select kolonne from kolonner where list_contains($tabeller, tabell) and ($alle or list_contains($variabler, kolonne))
    )
    group by all order by dag, variabel
"""


def changed_codes(con: duckdb.DuckDBPyConnection, chosen: Recipe) -> str:
    """A sentence about the chosen variables whose codes are not the same for all of the delivery's forløp; empty without one.

    The forløp are in the temporary table `valgt`. In files as the register was earlier a change since then counts too.
    """
    if not is_in(con):
        return ""
    given = {"slag": list(OF_CODES), "tabeller": list(chosen.tabeller)}
    given |= {"variabler": list(chosen.variabler), "alle": not chosen.variabler}
    found = con.execute(_FOUND, given).fetchall()
    named = [f"{name} ({day(dag)})" for name, dag in found[:_NAMED]]
    rest = f" og {len(found) - _NAMED} til" if len(found) > _NAMED else ""
    told = "Kodene er ikke de samme i hele tiden leveransen dekker, for {}{}. Se klokeboken og kodebokendringer."
    return told.format(", ".join(named), rest) if found else ""
