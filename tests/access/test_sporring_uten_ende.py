"""A query that would never end, or would fill the machine's memory, is stopped with a sentence, and leaves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.errors import RegisterError
from exports.queries.run import Limits
from tests.access.test_sporring import ENDLESS, refused
from tests.queries import answer

SLOW = {
    "rekursiv": "with recursive a as (select 1 as n union all select n + 1 from a) select count(*) from a",
    "rekursiv uten minne": "with recursive a as (select 1 as n union all select 1 - n from a) select max(n) from a",
    "kryss": ENDLESS,
    "kryss av egne tabeller": "select count(*) from forlopsoversikt a, forlopsoversikt b, forlopsoversikt c, forlopsoversikt d"
    " where hash(a.nrs, b.nrs, c.nrs, d.nrs) = 1",
    "rekke": "select sum(sqrt(range)) from range(1000000000000)",
    "rekke av rekker": "select count(*) from generate_series(1, 100000000000) a where a.generate_series % 7 = 1",
    "regulært uttrykk": "select count(*) from range(100000000) r(i) where regexp_matches(repeat('ab', 3000) || i, '(a?b?){50}x$')",
}


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("sql", SLOW.values(), ids=SLOW)
def test_det_som_aldri_blir_ferdig_stoppes(file: Path, sql: str) -> None:
    assert refused(file, sql, Limits(seconds=2, rows=100, bytes=1_000_000)).code in ("REG-383", "REG-384")


LARGE = {
    "lang tekst": "select repeat('x', 2000000000)",
    "lange tekster": "select repeat('x', 100000000) || i from range(1000) r(i)",
    "liste": "select list(range) from range(1000000000)",
    "liste av lister": "select [range(100000000), range(100000000), range(100000000)]",
    "sortering": "select * from range(200000000) r(i) order by hash(i)",
    "gruppering": "select i, count(*) from range(200000000) r(i) group by i order by 2",
    "kobling": "select count(*) from range(100000000) a join range(100000000) b using (range)",
    "samlet tekst": "select string_agg(repeat('x', 1000), '') from range(10000000)",
    "tabellen ved siden av seg selv": "select " + ", ".join("*" * 400) + " from forlopsoversikt limit 1",
    "mange kolonner": "select " + ", ".join(f"repeat('x', 1000000) as k{n}" for n in range(900)),
}


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("sql", LARGE.values(), ids=LARGE)
def test_det_som_tar_for_mye_minne_stoppes(file: Path, sql: str) -> None:
    assert refused(file, sql, Limits(seconds=15, rows=100, bytes=1_000_000)).code in ("REG-383", "REG-384")


DEEP = {
    "parenteser": "select " + "(" * 9_000 + "1" + ")" * 9_000,
    "underspørringer": "select * from " + "(select * from " * 1_000 + "forlopsoversikt" + ")" * 1_000,
    "pluss": "select " + "1+" * 9_000 + "1",
    "ikke": "select " + "not " * 4_000 + "true",
    "case": "select " + "case when true then " * 500 + "1" + " end" * 500,
    "liste": "select " + "[" * 3_000 + "]" * 3_000,
    "null": "select '\x00'",
    "ikke utf": "select '\udcff'",
}


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("sql", DEEP.values(), ids=DEEP)
def test_det_som_er_nostet_dypt_svarer_eller_avvises(file: Path, sql: str) -> None:
    try:
        answer(file, sql)
    except RegisterError as error:
        assert str(error).endswith((".", "?"))
