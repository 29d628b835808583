"""What the published figures document of the stadium requirements."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from checks import code_lists
from checks.proportions import OUTER, wilson
from checks.resultatportal import stadium
from checks.small_numbers import small
from exports.resultatportal import completeness
from exports.resultatportal.delivery import written
from exports.resultatportal.known import NOTHING, Known, Shown, Table, units


def regions(known: Known) -> Shown:
    """Units and forløp in each region, also the regions without any."""
    regions = sorted({row["rhf"] for row in code_lists.read("enheter")} | set(known.region.values()))
    counted = [row for row in known.coverage(known.year) if row["forlop"]]
    rows, without = [], []
    for region in regions:
        here = [row for row in counted if known.region.get(row["resh"]) == region]
        total = sum(row["forlop"] for row in here)
        rows.append((region, str(len(here)), known.count(total)))
        without += [] if here else [region]
    said = (
        f"Uten data i {known.year}: {', '.join(without)}."
        if without
        else f"Alle helseregioner har data i {known.year}."
    )
    return Shown((said,), (Table("Regioner", ("Region", "Enheter med forløp", "Forløp"), tuple(rows)),))


def nationally(known: Known) -> Shown:
    """Each indicator's national value, over all units: Σ ÷ Σ. The units that the file holds back are left out where they have few
    together, since the file has the others.
    """
    rows, without, fewer = [], [], []
    for name, definition in known.definitions.items():
        here = [f for f in known.figures if f.indikator == name and f.nevner]
        held = [f for f in here if f.is_small(known.smallest)]
        if any(small(sum(counts), known.smallest) for counts in ([f.nevner for f in held], [f.outside for f in held])):
            here = [f for f in here if f not in held]
            fewer.append(definition.navn)
        count = sum(f.nevner for f in here)
        if not here:
            without.append(definition.navn)
            continue
        total = sum((f.teller for f in here), Decimal(0))
        if here[0].maal == "snitt":
            value = NOTHING if count < known.smallest else written(total / count)
        else:
            value = known.share(int(total), count)
        rows.append((definition.navn, value, known.count(count), str(len(here))))
    said = [f"{len(rows)} indikatorer har et nasjonalt tall for {known.year}."]
    said += [f"Uten tall: {', '.join(without)}."] if without else []
    said += [f"Uten enhetene som filen holder tilbake: {', '.join(fewer)}."] if fewer else []
    return Shown(tuple(said), (Table("Nasjonale tall", ("Indikator", "Verdi", "Nevner", "Enheter"), tuple(rows)),))


def coverage(known: Known, years: Iterable[int], limit: int) -> Shown:
    """Registered of referred, which has an outside source, and dekningsgrad beside it, which has none."""
    said, rows = [], []
    for year in years:
        checks, all_units = known.referred(year), [row for row in known.coverage(year) if row["nevner"]]
        if checks:
            hits, whole = (sum(row[name] for row in checks) for name in ("teller", "nevner"))
            months = sum(row["maaneder"] for row in checks)
            verdict = f"{'minst' if stadium.meets(hits, whole, limit) else 'under'} {limit} %"
            said.append(
                f"{year}: {known.share_towards(hits, whole)} av henvisningene i sykehusenes egne lister (EPJ) er registrert, {verdict}. "
                f"{len(checks)} av {units(len(all_units))} har en kontroll, av {months} måneder til sammen."
            )
        else:
            said.append(f"{year}: kan ikke sies, for ingen enhet har en kontroll mot en ekstern kilde (EPJ).")
        own = {row["resh"]: row for row in checks}
        for row in all_units:
            check = own.get(row["resh"])
            rows.append(
                (
                    str(year),
                    known.name(row["resh"]),
                    known.share_towards(check["teller"], check["nevner"]) if check else NOTHING,
                    str(check["maaneder"]) if check else "0",
                    _share_of_included(known, row["teller"], row["nevner"]),
                )
            )
    said.append(
        "«Dekningsgrad» teller forløp i registeret og har ingen ekstern kilde; den står ved siden av, og dokumenterer ikke kravet."
    )
    head = ("År", "Enhet", "Registrert av henvist (EPJ)", "Måneder med kontroll", "Dekningsgrad")
    return Shown(tuple(said), (Table("Dekning per enhet", head, tuple(rows)),))


def _share_of_included(known: Known, included: int, met: int) -> str:
    """Dekningsgrad of a unit, where not so few are left out that the file holds it back too."""
    return NOTHING if small(met - included, known.smallest) else known.share_towards(included, met)


def completeness_of_indicators(known: Known) -> Shown:
    """Answered, and «Vet ikke» apart from that, for each variable that an indicator is counted of."""
    found, without = completeness.of_indicators(known.con, known.year)
    nation, at_units = [], []
    for variable in found:
        nation.append((variable.navn, *_answered(known, variable.total), ", ".join(variable.indikatorer)))
        at_units += [
            (variable.navn, known.name(resh), *_answered(known, counts)) for resh, counts in variable.units.items()
        ]
    head = ("Besvart", "Vet ikke")
    said = [
        "«Besvart» er av ferdigstilte skjemaer der spørsmålet er stilt, i alle forløp; «Vet ikke» er med i «Besvart»."
    ]
    said += (
        [f"Regnes ut, velges i bokser eller er ikke i bruk, og er ikke med: {', '.join(without)}."] if without else []
    )
    return Shown(
        tuple(said),
        (
            Table("Landet", ("Variabel", *head, "Indikatorer"), tuple(nation)),
            Table("Enhetene", ("Variabel", "Enhet", *head), tuple(at_units)),
        ),
    )


def _answered(known: Known, counts: completeness.Counts) -> tuple[str, str]:
    unsure = NOTHING if counts.vet_ikke is None else known.share(counts.vet_ikke, counts.stilt)
    return known.share(counts.besvart, counts.stilt), unsure


def outside(known: Known) -> Shown:
    """The units whose share lies outside the outer limits of the funnel around the nation's."""
    rows = []
    for name, definition in known.definitions.items():
        here = [f for f in known.figures if f.indikator == name and f.nevner and f.maal != "snitt"]
        total, count = sum(f.teller for f in here), sum(f.nevner for f in here)
        for f in here:
            interval = wilson(float(f.teller), f.nevner, OUTER)
            centre = float(total / count)
            if f.nevner >= known.smallest and interval and not interval[0] <= centre <= interval[1]:
                side = "over" if interval[0] > centre else "under"
                rows.append((definition.navn, f.enhet, known.share(int(f.teller), f.nevner), side))
    return Shown(
        (
            f"Enheter utenfor 99,8 %-grensene rundt landets tall i {known.year}. Områdene og arbeidet skrives av registeret.",
        ),
        (Table("Utenfor grensene", ("Indikator", "Enhet", "Andel", "Landet"), tuple(rows)),),
    )
