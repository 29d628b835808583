"""The tables of a snapshot, and how rows become them."""

from collections.abc import Sequence
from typing import Any

import duckdb
import polars as pl

# i integer, t tinyint, s text, l list of text, d date, m moment, b boolean
TABLES = {
    "enhet": "resh:s navn:s hf:s rhf:s aktiv:t",
    "pasient": "pasient_id:i fodselsdato:d kjonn:t avdod:t dodsdato:d adressetype:t dato_innhentet:d reservasjon:t",
    "forlop": "forlop_id:i pasient_id:i enhet:s forlopstype:t henvist_dato:d startdato:d tilsett:t inkl_krit:t"
    " samtykke:t samtykke_type:t samtykke_dato:d trukket_dato:d lokasjon_id:i avdeling_id:i opprettet:m opprettet_av:s",
    "skjema": "forlop_id:i skjema:s versjon:i status:t sist_lagret:m sist_lagret_av:s forst_ferdigstilt:m"
    " forst_ferdigstilt_av:s lukket_grunn:t opprettet:m opprettet_av:s",
    "skjemaversjon": "forlop_id:i skjema:s versjon:i status:t svar:s bekreftet:l faktorsett:s bruker:s tid:m",
    "importert": "forlop_id:i",
    "lokasjon": "lokasjon_id:i enhet:s navn:s visningsnavn:s resh:s aktiv:t",
    "avdeling": "avdeling_id:i enhet:s navn:s visningsnavn:s resh:s aktiv:t",
    "bestilling": "bestilling_id:i forlop_id:i skjema:s maate:s kanal:s tilstand:s dag:d sendt:m avsluttet:m",
    "avdelingsbytte": "forlop_id:i fra_avdeling_id:i til_avdeling_id:i bruker:s tid:m",
    "epj_kontroll": "enhet:s maaned:d avdeling_id:i henvist:i registrert:i tid:m",
    "reservert_telling": "enhet:s maaned:d inkl_krit:t n:i",
    "sammenslatt": "forlop_id:i fra:i",
}
TYPES = {
    "i": pl.Int32(),
    "t": pl.Int8(),
    "s": pl.String(),
    "l": pl.List(pl.String()),
    "d": pl.Date(),
    "m": pl.Datetime("us", "UTC"),
    "b": pl.Boolean(),
}


def frame(rows: Sequence[tuple[Any, ...]], columns: str) -> pl.DataFrame:
    """The rows as a frame with the columns and types that a line of TABLES says."""
    pairs = (column.split(":") for column in columns.split())
    return pl.DataFrame(rows, schema={name: TYPES[kind] for name, kind in pairs}, orient="row")


def save(con: duckdb.DuckDBPyConnection, name: str, table: pl.DataFrame) -> None:
    """Write a frame as a table."""
    con.register("ny_tabell", table)
    con.execute(f"create table {name} as select * from ny_tabell")
    con.unregister("ny_tabell")
