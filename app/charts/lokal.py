"""The charts of Lokal oversikt: from a frame of the chart tables to a figure, None where there is nothing to show.

Every function takes a frame as app.charts.data.read gives it and the colours of the theme.
"""

from __future__ import annotations

from datetime import date

import plotly.graph_objects as go
import polars as pl

from app import texts
from app.charts.parts import bars_across, broken
from app.charts.template import Look, figure, month_ticks

FORLOPSTYPER = {
    1: "Forløp 1: ikke tilsett",
    2: "Forløp 2: uten inklusjon",
    3: "Forløp 3: kan samtykke",
    None: texts.NO_TYPE,
}
_DEPARTMENTS = 10
_LONGEST_WAIT = 7
# Upper bounds of dose groups in mg oral morphine equivalents a day.
_DOSES = (
    (0, "0"),
    (30, "1–30"),
    (60, "31–60"),
    (100, "61–100"),
    (200, "101–200"),
    (float("inf"), "over 200"),
)


def registrations(frame: pl.DataFrame, months: list[date], colours: Look) -> go.Figure | None:
    """Forløp per month of startdato (maaned, n), months without any included."""
    if frame.is_empty():
        return None
    found = dict(zip(frame["maaned"], frame["n"], strict=True))
    counts = [found.get(month, 0) for month in months]
    subtitle = f"{texts.count(sum(counts), 'forløp', 'forløp')}, etter startdato"
    result = figure("Registreringer per måned", subtitle, colours)
    many = len(months) > 18
    result.add_bar(
        x=[m.isoformat() for m in months],
        y=counts,
        marker_color=colours.unit,
        text=None if many else [texts.number(n) for n in counts],
        textposition="outside",
        cliponaxis=False,
        textfont_color=colours.text,
        customdata=[texts.month(m) for m in months],
        hovertemplate="%{customdata}: %{y} forløp<extra></extra>",
    )
    result.update_xaxes(**month_ticks(months))
    result.update_yaxes(
        title_text="Antall forløp", rangemode="tozero", showgrid=True, gridcolor=colours.line, nticks=5
    )
    return result


def _counted(frame: pl.DataFrame, title: str, of: str, axis: str, colours: Look, order: pl.Expr | str,
             quiet: tuple[str, ...] = ()) -> go.Figure | None:  # fmt: skip
    """Bars across of a frame with tekst and n; shares of all of them."""
    whole = int(frame["n"].sum())
    if not whole:
        return None
    rows = frame.sort(order, nulls_last=True)
    return bars_across(
        title, f"{texts.number(whole)} {of}", rows["tekst"].to_list(), rows["n"].to_list(), whole, colours,
        axis=axis, quiet=quiet,
    )  # fmt: skip


def visits(frame: pl.DataFrame, colours: Look) -> go.Figure | None:
    """Tilsyn, and the reasons for none (tilsett, tekst, n)."""
    named = frame.with_columns(pl.col("tekst").fill_null("Ikke besvart"))
    return _counted(named, "Har pasienten fått tilsyn?", "forløp", "Andel av forløpene", colours, "tilsett",
                    ("Ikke besvart",))  # fmt: skip


def types(frame: pl.DataFrame, colours: Look) -> go.Figure | None:
    """Forløpstyper (forlopstype, n)."""
    named = frame.with_columns(
        pl.col("forlopstype").map_elements(FORLOPSTYPER.get, pl.String, skip_nulls=False).alias("tekst")
    )
    return _counted(named, "Forløpstyper", "forløp", "Andel av forløpene", colours, "forlopstype",
                    (texts.NO_TYPE,))  # fmt: skip


def consent(frame: pl.DataFrame, colours: Look) -> go.Figure | None:
    """Consent as it stands now, among those who were seen (samtykke, samtykke_type, tekst, n)."""
    order = pl.when(pl.col("samtykke") == 1).then(0).when(pl.col("samtykke") == 0).then(1).otherwise(2)
    rows = frame.sort(order, "samtykke_type", nulls_last=True).with_row_index("plass")
    return _counted(rows, "Skriftlig samtykke blant tilsette", "forløp der pasienten er tilsett",
                    "Andel av tilsette", colours, "plass", ("Avventer",))  # fmt: skip


def pain(frame: pl.DataFrame, colours: Look) -> go.Figure | None:
    """Smertekategori of the main diagnosis (smertekategori, tekst, n_hoveddiagnose)."""
    rows = frame.select("smertekategori", "tekst", n="n_hoveddiagnose").filter(pl.col("n") > 0)
    return _counted(rows, "Smertekategori, hoveddiagnosen", "hoveddiagnoser",
                    "Andel av hoveddiagnosene", colours, "smertekategori")  # fmt: skip


def departments(frame: pl.DataFrame, colours: Look) -> go.Figure | None:
    """Where the patients are (avdeling, n): the ten with most, the rest together."""
    whole = int(frame["n"].sum())
    if not whole:
        return None
    known = frame.filter(pl.col("avdeling") != "Ikke oppgitt").group_by("avdeling").agg(pl.col("n").sum())
    rows = known.sort(["n", "avdeling"], descending=[True, False])
    labels, counts = rows["avdeling"].to_list()[:_DEPARTMENTS], rows["n"].to_list()[:_DEPARTMENTS]
    rest = rows["n"].to_list()[_DEPARTMENTS:]
    quiet = []
    if rest:
        quiet.append(f"{len(rest)} andre")
        labels, counts = [*labels, quiet[-1]], [*counts, sum(rest)]
    if missing := whole - sum(counts):
        quiet.append("Ikke oppgitt")
        labels, counts = [*labels, "Ikke oppgitt"], [*counts, missing]
    return bars_across("Avdelinger", f"{texts.number(whole)} forløp, avdelingen pasienten er på nå", labels, counts,
                       whole, colours, axis="Andel av forløpene", quiet=quiet)  # fmt: skip


def waiting(frame: pl.DataFrame, colours: Look) -> go.Figure | None:
    """Days from referral to startdato (dager, n), negative when startdato came first."""
    whole = int(frame["n"].sum())
    if not whole:
        return None
    found = dict(zip(frame["dager"], frame["n"], strict=True))
    before = sum(n for days, n in found.items() if days < 0)
    labels = [str(d) for d in range(_LONGEST_WAIT)] + [f"{_LONGEST_WAIT}+"]
    counts = [found.get(d, 0) for d in range(_LONGEST_WAIT)]
    counts.append(sum(n for days, n in found.items() if days >= _LONGEST_WAIT))
    if before:
        labels, counts = ["før", *labels], [before, *counts]
    same_day = texts.percent(found.get(0, 0), whole)
    result = figure(
        "Dager fra henvisning til første tilsyn",
        f"{texts.number(whole)} forløp; {same_day} samme dag",
        colours,
    )
    result.add_bar(
        x=labels, y=counts, marker_color=colours.unit, text=[texts.number(n) if n else "" for n in counts],
        textposition="outside", cliponaxis=False, textfont_color=colours.text,
        hovertemplate="%{x} dager: %{y} forløp<extra></extra>",
    )  # fmt: skip
    result.update_xaxes(type="category", title_text="Dager fra henvist dato til startdato")
    result.update_yaxes(
        title_text="Antall forløp", rangemode="tozero", showgrid=True, gridcolor=colours.line, nticks=5
    )
    return result


def intensity(frame: pl.DataFrame, colours: Look) -> go.Figure | None:
    """Mean NRS at the first and at the last visit, forløp with both (maal, tekst, n, forste, siste)."""
    if frame.is_empty():
        return None
    order = ["StSmBev", "SvSmBev", "StSmRo", "SvSmRo"]
    rows = frame.sort(
        pl.col("maal").replace_strict({m: i for i, m in enumerate(order)}, default=9)
    ).to_dicts()
    sizes = sorted({int(row["n"]) for row in rows})
    many = " – ".join(texts.number(n) for n in dict.fromkeys((sizes[0], sizes[-1])))
    result = figure(
        "Smerteintensitet, første → siste tilsyn", f"{many} forløp der begge er registrert", colours, right=20
    )
    for row in rows:
        label = broken(row["tekst"].replace(" smerte", ""))
        towards = (
            ("middle right", "middle left")
            if row["siste"] < row["forste"]
            else ("middle left", "middle right")
        )
        result.add_scatter(
            x=[row["forste"], row["siste"]], y=[label, label], mode="lines+markers+text",
            line={"color": colours.line, "width": 4},
            marker={"size": 13, "color": [colours.surface, colours.unit],
                    "line": {"width": 2, "color": [colours.other, colours.unit]}},
            text=[texts.number(row["forste"], 1), f"<b>{texts.number(row['siste'], 1)}</b>"],
            textposition=towards, textfont={"color": colours.text, "size": 12},
            hovertemplate=f"{row['tekst']}: NRS %{{x:.1f}}, {texts.number(row['n'])} forløp<extra></extra>",
        )  # fmt: skip
    ends = [("første", rows[0]["forste"]), ("siste", rows[0]["siste"])]
    for (words, x), side in zip(sorted(ends, key=lambda end: end[1]), ("right", "left"), strict=True):
        result.add_annotation(x=x, y=0, yshift=17, xshift=8 if side == "right" else -8, xanchor=side, text=words,
                              showarrow=False, font={"size": 11, "color": colours.quiet})  # fmt: skip
    result.update_xaxes(
        range=[0, 10], dtick=2, title_text="Gjennomsnittlig NRS (0–10)", showgrid=True, gridcolor=colours.line
    )
    result.update_yaxes(autorange="reversed", tickfont={"size": 12.5, "color": colours.text}, showline=False,
                        ticklabelstandoff=6)  # fmt: skip
    return result


def opioids(frame: pl.DataFrame, colours: Look) -> go.Figure | None:
    """Oral morphine equivalents a day, forløp with both (forste, siste): the doses at each end, side by side."""
    if frame.is_empty():
        return None
    whole = frame.height
    lower = frame.filter(pl.col("siste") < pl.col("forste")).height
    higher = frame.filter(pl.col("siste") > pl.col("forste")).height
    result = figure(
        "Orale morfinekvivalenter, første → siste tilsyn",
        f"{texts.number(whole)} forløp med begge; {texts.percent(lower, whole)} har lavere dose, "
        f"{texts.percent(higher, whole)} høyere",
        colours,
    )
    labels = [label for _, label in _DOSES]
    for column, words, colour in (("forste", "første", colours.other), ("siste", "siste", colours.unit)):
        counts = _in_groups(frame[column].to_list())
        result.add_bar(
            x=labels, y=[100 * n / whole for n in counts], marker_color=colour, name=words, customdata=counts,
            hovertemplate=f"{words} tilsyn, %{{x}} mg: %{{customdata}} forløp (%{{y:.1f}}\u00a0%)<extra></extra>",
        )  # fmt: skip
    shares = [max(_in_groups(frame[c].to_list())[i] for c in ("forste", "siste")) for i in range(len(labels))]
    top = shares.index(max(shares))
    for shift, column, words, colour in (
        (-0.2, "forste", "første", colours.quiet),
        (0.2, "siste", "siste", colours.unit),
    ):
        n = _in_groups(frame[column].to_list())[top]
        result.add_annotation(x=top + shift, y=100 * n / whole, text=words, showarrow=False, yanchor="bottom",
                              xanchor="right" if shift < 0 else "left", xshift=12 if shift < 0 else -12,
                              font={"size": 12, "color": colour})  # fmt: skip
    result.update_layout(barmode="group", bargroupgap=0.08)
    result.update_xaxes(type="category", title_text="Orale morfinekvivalenter (mg/døgn)")
    result.update_yaxes(title_text="Andel av forløpene", ticksuffix="\u00a0%", rangemode="tozero", showgrid=True,
                        gridcolor=colours.line, nticks=5)  # fmt: skip
    return result


def _in_groups(values: list[float]) -> list[int]:
    counts = [0] * len(_DOSES)
    for value in values:
        counts[next(i for i, (bound, _) in enumerate(_DOSES) if value <= bound)] += 1
    return counts
