"""What the register's own log and tables can document of its work in a year, for the requirements of a national registry.

Counts only: no patient, no user.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from checks.closing_reasons import NOT_PLOTTED
from checks.forlop import PATIENT_FORMS, PATIENT_TYPE
from ingest.access import require
from ingest.store import Tx

HANDED_ON = "skde"  # what the log calls a file for the results portal
_OSLO = "tid at time zone 'Europe/Oslo'"


def documented(tx: Tx, year: int) -> dict[str, Any]:
    """Everything of the year, as what JSON can hold; for who may export at every unit. Raises REG-060 or REG-061."""
    require(tx.actor, "eksportere")
    units = tx.rows("select resh, navn, hf, rhf from register.enhet order by resh")
    for unit in units:
        require(tx.actor, "eksportere", unit["resh"])
    return {
        "i_dag": tx.today.isoformat(),
        "enheter": units,
        "filer": _handed_on(tx),
        "uttrekk": tx.rows(
            "select coalesce(detaljer ->> 'hva', 'annet') as hva, count(*) as antall from tilgang.logg"
            f" where hendelse = 'eksportert' and hva <> ? and year({_OSLO}) = ? group by hva order by hva",
            HANDED_ON,
            year,
        ),
        "publisert": tx.rows(
            f"select strftime({_OSLO}, '%Y-%m') as maaned, count(*) as antall from tilgang.logg"
            f" where hendelse = 'publisert' and year({_OSLO}) = ? group by maaned order by maaned",
            year,
        ),
        "hentet": tx.rows(
            "select enhet, count(*) as antall from tilgang.logg"
            f" where hendelse = 'dokument hentet' and year({_OSLO}) = ? group by enhet order by enhet",
            year,
        ),
        "skjema": _patient_forms(tx, year),
        "lukket": _closed(tx, year),
        "notater": _notes(tx, year),
    }


def _handed_on(tx: Tx) -> list[dict[str, Any]]:
    """Each file that was made for the results portal, also of other years: the day, the year it is about, its digest."""
    return tx.rows(
        f"select strftime({_OSLO}, '%Y-%m-%d') as dag, (detaljer ->> 'aar')::integer as aar,"
        " detaljer ->> 'avtrykk' as avtrykk from tilgang.logg"
        " where hendelse = 'eksportert' and (detaljer ->> 'hva') = ? order by nr",
        HANDED_ON,
    )


# The forløp of the year that have patient forms, with the forms. An answered form has no reason for being closed.
_FORMS = f"""
    select f.enhet, s.skjema, s.status = 1 and s.lukket_grunn is null as besvart, s.lukket_grunn,
        s.lukket_grunn is not null and coalesce(v.grunn, '') = '{NOT_PLOTTED}' as uplottet,
        exists (
            select 1 from prom.bestilling b
            where b.forlop_id = s.forlop_id and b.skjema = s.skjema and b.sendt is not null
        ) or exists (select 1 from prom.papir p where p.forlop_id = s.forlop_id and p.skjema = s.skjema) as sendt
    from register.skjema s join register.forlop f on s.forlop_id = f.forlop_id
    left join register.skjemaversjon v on v.forlop_id = s.forlop_id and v.skjema = s.skjema and v.versjon = s.versjon
    where f.slettet is null and f.forlopstype = ? and f.startdato between ? and ? and s.skjema in (select unnest(?))
"""


def _patient_forms(tx: Tx, year: int) -> list[dict[str, Any]]:
    """Per form and unit: how many forløp have it, how many were sent it or handed it on paper, how many answered, and how many
    of those who were sent it did.
    """
    return tx.rows(
        f"select enhet, skjema, count(*) as forlop, count(*) filter (sendt) as sendt, count(*) filter (besvart) as besvart,"
        f" count(*) filter (sendt and besvart) as svarte from ({_FORMS}) group by skjema, enhet order by skjema, enhet",
        *_chosen(year),
    )


def _closed(tx: Tx, year: int) -> list[dict[str, Any]]:
    """Per form and code: how many were closed without answers for this reason; without a code those still open. Paper that was
    not registered in time (``uplottet``) is told apart from another «Annet».
    """
    return tx.rows(
        f"select skjema, lukket_grunn as grunn, uplottet, count(*) as antall from ({_FORMS}) where not besvart"
        " group by skjema, lukket_grunn, uplottet order by skjema, lukket_grunn, uplottet",
        *_chosen(year),
    )


def _chosen(year: int) -> tuple[Any, ...]:
    return PATIENT_TYPE, date(year, 1, 1), date(year, 12, 31), list(PATIENT_FORMS)


def _notes(tx: Tx, year: int) -> list[dict[str, Any]]:
    """Per indicator: notes on months of the last three years, and frozen baselines."""
    return tx.rows(
        "select indikator, count(*) filter (slag = 'notat') as notater, count(*) filter (slag = 'basislinje') as basislinjer"
        " from (select indikator, 'notat' as slag from register.diagramnotat where year(maaned) between ? and ?"
        " union all select indikator, 'basislinje' from register.basislinje) group by indikator order by indikator",
        year - 2,
        year,
    )
