"""Kvalitetsindikatorene og dekningsgraden, regnet av radene i en publisert fil og holdt mot registerets egne tall.

    python indikatorer.py nasjonal.duckdb              (eller lokal-<RESH>.duckdb)
    python indikatorer.py nasjonal.duckdb tall.csv     skriver også tallene til en fil

Trenger Python 3.11 eller nyere med duckdb, polars og pyarrow: pip install duckdb polars pyarrow

Skriptet er ment å endres: legg til en indikator i INDIKATORER, eller velg andre rader i `main`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import polars as pl

# --- Hva indikatorene er ------------------------------------------------------------------------------------------------
# Hver indikator har en nevner (hvilke forløp som er med) og en teller (hvilke av dem som når målet), skrevet med kolonnene
# i allevarnum. Et tomt svar er verken sant eller usant, og er derfor aldri med. Vet ikke er et svar (9 eller 99). Hva
# indikatorene er i ord, og hvorfor de er slik, står i tabellen indikatordefinisjoner.

svar = pl.col
FAGGRUPPER = ("AntTilsLege", "AntTilsSykPleier", "AntTilsPsyk", "AntTilsFysioT", "AntTilsSosio")
antall_faggrupper = pl.sum_horizontal(svar(navn).is_not_null() for navn in FAGGRUPPER)


def nedgang(maal: str) -> tuple[pl.Expr, pl.Expr]:
    """I4: NRS er lavere ved siste tilsyn (B 2.1) enn ved første (B 1.2). 99 er vet ikke; en NRS på 9 er en smerte på 9."""
    forste, siste = svar(f"{maal}12"), svar(f"{maal}21")
    return (forste != 99) & (siste != 99), forste > siste


def bare_endrede(maal: str) -> tuple[pl.Expr, pl.Expr]:
    """Varianten av I4 der en uendret NRS ikke er med."""
    nevner, teller = nedgang(maal)
    return nevner & (svar(f"{maal}12") != svar(f"{maal}21")), teller


# nummer: (nevner, teller)
INDIKATORER = {
    "I1": (svar("AntPasTils") > 0, antall_faggrupper >= 2),
    "I1-n": (svar("AntPasTils").is_not_null(), antall_faggrupper >= 2),
    "I2": ((svar("AntPasTils") > 0) & svar("HenvistDato").is_not_null(), svar("HenvistDato") == svar("StartdatoTO")),
    "I2-n": (
        svar("AntPasTils").is_not_null() & svar("HenvistDato").is_not_null(),
        svar("HenvistDato") == svar("StartdatoTO"),
    ),
    "I3": (svar("EvalSpm3").is_not_null(), svar("EvalSpm3").is_in([4, 5])),
    "I4a": nedgang("StSmBev"),
    "I4a-e": bare_endrede("StSmBev"),
    "I4b": nedgang("SvSmBev"),
    "I4b-e": bare_endrede("SvSmBev"),
    "I4c": nedgang("StSmRo"),
    "I4c-e": bare_endrede("StSmRo"),
    "I4d": nedgang("SvSmRo"),
    "I4d-e": bare_endrede("SvSmRo"),
    "I5": (svar("IkkeMedBeh").is_in([0, 1]), svar("IkkeMedBeh") == 1),
    "I5-t": ((svar("Tilsett") == 1) & svar("IkkeMedBeh").is_not_null(), svar("IkkeMedBeh") == 1),
    "I6": ((svar("VidereOppf") == 1) & (svar("BehNedtrappAvsluttTils") == 1), svar("Journalnotat") == 1),
    "I9": (
        (svar("Tilsett") == 1) & (svar("AngiNRS12") != 2) & (svar("AngiNRS21") != 2),
        (svar("AngiNRS12") == 1) & (svar("AngiNRS21") == 1),
    ),
    # Et snitt: telleren er summen av verdiene.
    "I10": (svar("MoEkvivalens22").is_not_null(), svar("MoEkvivalens22")),
}
SNITT = ("I10",)
DEKNINGSGRAD = {"Dekningsgrad": (svar("InklKritOppf") == 1, svar("InklusjonStatus") == 1)}
REKKEFOLGE = svar("indikator").cast(pl.Enum([*INDIKATORER, *DEKNINGSGRAD]))
NOKKEL = ["indikator", "populasjon", "nivaa", "aar", "AvdRESH"]


# --- Filen --------------------------------------------------------------------------------------------------------------


def stopp(setning: str) -> None:
    sys.exit(setning)


def les(fil: Path) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, str]]:
    """(radene i allevarnum med det som trengs av forlopsoversikt, registerets egne tall per år, indikatorenes navn)."""
    if not fil.is_file():
        stopp(f"Finner ikke filen {fil}.")
    try:
        with duckdb.connect(str(fil), read_only=True) as con:
            rader = con.sql(
                """select a.*, o."HovedDato", o."BasisRegStatus"
                   from allevarnum a join forlopsoversikt o on o."ForlopsID"::bigint = a."ForlopsID" """
            ).pl()
            registerets = con.sql(
                """select indikator, populasjon, nivaa, year(fra) as aar, "AvdRESH", "SykehusNavn",
                          teller::double as registerets_teller, nevner::bigint as registerets_nevner
                   from kvalitetsindikatorer where periode = 'år' and status = 'beregnet'
                   union all
                   select 'Dekningsgrad', 'alle', nivaa, year(fra), "AvdRESH", "SykehusNavn",
                          n_inklusjon_status, n_inkl_krit_oppf
                   from dekningsgrad where periode = 'år'"""
            ).pl()
            navn = dict(con.sql("select distinct indikator, navn from kvalitetsindikatorer").fetchall())
    except (duckdb.CatalogException, duckdb.BinderException):
        stopp(
            f"{fil.name} mangler noe av det som trengs: tabellene allevarnum, forlopsoversikt, kvalitetsindikatorer og "
            "dekningsgrad, med alle kolonnene. Bruk nasjonal.duckdb eller lokal-<RESH>.duckdb slik de er publisert."
        )
    except duckdb.Error:
        stopp(f"{fil.name} er ikke en DuckDB-fil, eller er laget av en nyere DuckDB enn den som er installert her.")
    brukt = {n for par in (INDIKATORER | DEKNINGSGRAD).values() for uttrykk in par for n in uttrykk.meta.root_names()}
    if mangler := sorted((brukt | {"AvdRESH", "SykehusNavn", "StartdatoTO"}) - set(rader.columns)):
        stopp(f"allevarnum i {fil.name} mangler {', '.join(mangler)}. Bruk en fil med alle variablene.")
    if rader.is_empty():
        stopp(f"{fil.name} har ingen forløp ennå, så det er ingenting å regne av.")
    return rader, registerets, navn


# --- Tallene ------------------------------------------------------------------------------------------------------------


def tell(
    rader: pl.DataFrame, hva: dict[str, tuple[pl.Expr, pl.Expr]], populasjon: str, dato: str, landet: bool
) -> pl.DataFrame:
    """Teller og nevner for hver enhet og hvert år, etter kolonnen `dato`; og for landet, når radene er fra alle enhetene."""
    rader = rader.filter(svar(dato).is_not_null()).with_columns(aar=svar(dato).dt.year().cast(pl.Int64))
    grupper = {"enhet": ["aar", "AvdRESH", "SykehusNavn"]} | ({"nasjon": ["aar"]} if landet else {})
    tall = [
        rader.group_by(gruppe)
        .agg(teller=pl.when(nevner).then(teller.cast(pl.Float64)).sum(), nevner=nevner.sum().cast(pl.Int64))
        .with_columns(indikator=pl.lit(indikator), populasjon=pl.lit(populasjon), nivaa=pl.lit(nivaa))
        for indikator, (nevner, teller) in hva.items()
        for nivaa, gruppe in grupper.items()
    ]
    return pl.concat(tall, how="diagonal")


def summen_av_enhetene(registerets: pl.DataFrame) -> pl.DataFrame:
    """Landets dekningsgrad: summen av enhetenes, i de årene der ingen av dem er tømt fordi tallene er små."""
    return (
        registerets.filter(indikator="Dekningsgrad", nivaa="enhet")
        .group_by("indikator", "populasjon", "aar")
        .agg(
            hele=svar("registerets_nevner").is_not_null().all(),
            teller=svar("registerets_teller").sum(),
            nevner=svar("registerets_nevner").sum(),
        )
        .filter("hele")
        .select("indikator", "populasjon", "aar", "teller", "nevner", nivaa=pl.lit("nasjon"))
    )


def sammenlign(egne: pl.DataFrame, registerets: pl.DataFrame) -> pl.DataFrame:
    """Egne tall og registerets ved siden av hverandre. `stemmer` er tom der et av dem ikke finnes."""
    like = (svar("teller").round(1) == svar("registerets_teller").round(1)) & (
        svar("nevner") == svar("registerets_nevner")
    )
    return (
        egne.join(registerets, on=NOKKEL, how="full", nulls_equal=True, coalesce=True)
        .with_columns(SykehusNavn=pl.coalesce("SykehusNavn", "SykehusNavn_right"), stemmer=like)
        .select(*NOKKEL, "SykehusNavn", "teller", "nevner", "registerets_teller", "registerets_nevner", "stemmer")
        .sort(REKKEFOLGE, "populasjon", "aar", "nivaa", "AvdRESH", descending=[False, False, False, True, False])
    )


# --- Utskriften ---------------------------------------------------------------------------------------------------------


def ord_for(teller: float | None, nevner: int | None, snitt: bool) -> str:
    if teller is None or nevner is None:
        return "–"
    if snitt:
        regnet = f"snitt {teller / nevner:.1f}" if nevner else "ingen"
    else:
        regnet = f"{teller:.0f} av {nevner} = {100 * teller / nevner:.1f} %" if nevner else "0 av 0"
    return regnet.replace(".", ",")


def skriv(tall: pl.DataFrame, navn: dict[str, str]) -> None:
    for (indikator, populasjon), rader in tall.group_by("indikator", "populasjon", maintain_order=True):
        tittel = f"{indikator} {navn.get(indikator, '')}".rstrip()
        print(f"\n{tittel} ({'nasjonale' if populasjon == 'nasjonal' else 'alle'} forløp)")
        print(f"  {'År':6}{'Enhet':42}{'Regnet her':22}{'Registerets tall':22}Stemmer")
        for rad in rader.to_dicts():
            enhet = "Alle enheter" if rad["nivaa"] == "nasjon" else rad["SykehusNavn"]
            eget = ord_for(rad["teller"], rad["nevner"], indikator in SNITT)
            deres = ord_for(rad["registerets_teller"], rad["registerets_nevner"], indikator in SNITT)
            svaret = {True: "ja", False: "NEI", None: "–"}[rad["stemmer"]]
            print(f"  {rad['aar']:<6}{enhet[:40]:42}{eget:22}{deres:22}{svaret}".rstrip())


def oppsummering(tall: pl.DataFrame) -> str:
    holdt = tall["stemmer"].drop_nulls()
    if holdt.is_empty():
        return "Ingen av tallene kan sammenlignes med registerets."
    if galt := holdt.len() - holdt.sum():
        return f"{galt} av {holdt.len()} tall stemmer ikke med registerets."
    return f"Alle {holdt.len()} tall som kan sammenlignes, stemmer med registerets."


def main(argumenter: list[str]) -> None:
    if len(argumenter) not in (1, 2):
        stopp("Bruk: python indikatorer.py FIL.duckdb [TALL.csv]")
    rader, registerets, navn = les(Path(argumenter[0]))
    # Bare den nasjonale filen har tall for landet. Den har radene til de nasjonale forløpene; en enhets fil har alle dens egne.
    landet = "nasjon" in registerets["nivaa"].to_list()
    nasjonale = rader.filter((svar("InklusjonStatus") == 1) & (svar("BasisRegStatus") == "1"))
    egne = [tell(nasjonale, INDIKATORER, "nasjonal", "StartdatoTO", landet)]
    if landet:
        # Indikatorene av alle forløp har ikke rader å telle i den nasjonale filen.
        registerets = registerets.filter((svar("populasjon") == "nasjonal") | (svar("indikator") == "Dekningsgrad"))
        egne.append(summen_av_enhetene(registerets))
    else:
        egne.append(tell(rader, INDIKATORER, "alle", "StartdatoTO", landet))
        egne.append(tell(rader, DEKNINGSGRAD, "alle", "HovedDato", landet))
    regnet = pl.concat(egne, how="diagonal_relaxed")
    tall = sammenlign(regnet, registerets.filter(svar("indikator").is_in([*INDIKATORER, *DEKNINGSGRAD])))
    skriv(tall, navn)
    print()
    if ikke_her := sorted(set(navn) - set(INDIKATORER)):
        print(f"Ikke regnet her: {', '.join(ikke_her)}.")
    if landet:
        print(
            "Dekningsgraden kan ikke regnes av radene i den nasjonale filen: forløp uten samtykke har ingen rad i den. Landets tall er "
            "holdt mot summen av enhetenes, i år der ingen av dem er tømt. En enhets egen fil har radene."
        )
    print(oppsummering(tall))
    if len(argumenter) == 2:
        try:
            tall.write_csv(argumenter[1], separator=";", decimal_comma=True, include_bom=True)
        except OSError:
            stopp(f"Tallene kan ikke skrives i {argumenter[1]}.")
        print(f"Tallene står i {argumenter[1]}.")


if __name__ == "__main__":
    main(sys.argv[1:])
