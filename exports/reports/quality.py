"""Data quality in a report: what the controls found, and how often the questions are answered."""

from __future__ import annotations

from checks import in_words
from checks.codebook import load
from checks.values import label
from exports.figures import completeness
from exports.figures.completeness import Line
from exports.figures.controls import STATES, place, share
from exports.reports.blocks import Block, heading, note, paragraph, table
from exports.reports.charts import HIDDEN
from exports.reports.source import Source

LEAST = 20  # the questions that are answered least are shown, no more
LEAD = "Kontrollene kjøres hver gang registeret publiseres, av alt som da er registrert, også fra andre år."


def part(source: Source, *, every: bool) -> list[Block]:
    """The chapter of data quality; as a report by itself (`every`), with the controls that found nothing line by line."""
    return [*([] if every else [heading("Datakvalitet")]), *_controls(source, every), *_completeness(source, every)]


def _controls(source: Source, every: bool) -> list[Block]:
    title, lead = heading("Kontrollene", 1 if every else 2), paragraph(LEAD)
    if source.unit is None:
        rows = source.con.execute(
            "select count(*) filter (status = 'avvik')::int, tittel, alvor, count(*) filter (n_kontrollert > 0)::int"
            " from datakvalitet group by all order by 1 desc, 2"
        ).fetchall()
        found = [
            [name, alvor.capitalize(), str(units), str(some)] for some, name, alvor, units in rows if some or every
        ]
        made = table(("Kontroll", "Alvor", "Enheter", "Med avvik"), found, (4, 1, 1, 1), 2)
        passed = [name for some, name, *_ in rows if not some and not every]
    else:
        rows = source.con.execute(
            'select n_avvik, tittel, alvor, status, n_kontrollert, mangler from datakvalitet where "AvdRESH" = ?',
            [source.unit],
        ).fetchall()
        rows.sort(key=lambda row: (*place(row[3], row[2]), row[1]))
        found = [
            [name, alvor.capitalize(), STATES[status], f"Variabler mangler: {missing}" if missing else share(n, whole)]
            for n, name, alvor, status, whole, missing in rows
            if n or missing or every
        ]
        made = table(("Kontroll", "Alvor", "Tilstand", "Avvik"), found, (3.4, 0.9, 1.2, 1.7), 3)
        passed = [name for n, name, _, _, _, missing in rows if not (n or missing or every)]
    rest = [note(f"Uten avvik: {', '.join(passed)}.")] if passed else []
    return [title, lead, *([made] if found else []), *rest]


def _completeness(source: Source, every: bool) -> list[Block]:
    year = source.period.fra.year if source.period.is_year else None
    when = f"startdato i {year}" if year else "alle startdatoer"
    title = heading("Kompletthet", 1 if every else 2)
    lead = paragraph(
        "Andelen av ferdigstilte skjemaer der spørsmålet ble stilt, som har et svar. «Vet ikke» er et svar, og står for seg. "
        f"Skjemaer i forløp med {when}."
    )
    if source.unit is None:
        rows, head, widths = _of_nation(source, year), ("Spørsmål", "Skjema", "Besvart"), (4, 1.1, 1.1)
    else:
        rows = _of_unit(source, source.unit, year)
        head = ("Spørsmål", "Skjema", "Stilt", "Besvart", "Vet ikke", "Alle enheter")
        widths = (4, 1.1, 0.8, 1, 1, 1.1)
    if not rows:
        return [title, lead, note("Ingen ferdigstilte skjemaer har spørsmål som kan vises her, eller alt er besvart.")]
    few = [note(f"De {LEAST} som er minst besvart.")] if len(rows) > LEAST else []
    return [title, lead, table(head, rows[:LEAST], widths, 2), *few]


def _of_unit(source: Source, unit: str, year: int | None) -> list[list[str]]:
    """The questions that are not always answered, the least answered first."""
    counts = completeness.counted(source.con, None, year)
    found = completeness.lines(counts, unit, source.smallest, every_unit=False)
    return [
        [
            *_question(line.skjema, line.variabel),
            in_words.number(line.stilt),
            in_words.percent(line.besvart, line.stilt),
            _unsure(line),
            HIDDEN if line.everybody is None else f"{in_words.number(100 * line.everybody)}\u00a0%",
        ]
        for line in found
        if line.besvart < line.stilt or line.vet_ikke
    ]


def _unsure(line: Line) -> str:
    if line.vet_ikke is None or not line.besvart:
        return ""
    return in_words.percent(line.vet_ikke, line.besvart)


def _of_nation(source: Source, year: int | None) -> list[list[str]]:
    """The same of all units, in whole per cent: the questions of which every unit may see the share of all."""
    counts = completeness.counted(source.con, None, year)
    units = counts["AvdRESH"].unique().to_list()
    shown: dict[tuple[str, str], list[Line]] = {}
    for unit in units:
        for line in completeness.lines(counts, unit, source.smallest, every_unit=False):
            shown.setdefault((line.skjema, line.variabel), []).append(line)
    found = []
    for key, lines in shown.items():
        if any(line.everybody is None for line in lines):
            continue
        whole = lines[0].everybody or 0.0
        if whole < 1:
            found.append((whole, key))
    return [
        [*_question(form, name), f"{in_words.number(100 * whole)}\u00a0%"]
        for whole, (form, name) in sorted(found, key=lambda row: (row[0], row[1]))
    ]


def _question(form: str, name: str) -> tuple[str, str]:
    known = load().skjema[form]
    question = known.variabler.get(name)
    return label(question) if question else name, known.navn
