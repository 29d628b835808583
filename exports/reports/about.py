"""What a report says of itself: whose figures, of which publication, what they count, and how it is made."""

from __future__ import annotations

from checks import in_words
from exports.figures.coverage import with_what
from exports.reports.blocks import Block, facts, heading, note, paragraph
from exports.reports.source import Source
from ingest.store import OSLO

INTERNAL = "Internt: små tall er med, og rapporten skal ikke ut av enheten"
OUTSIDE = "Små tall er skjult, og rapporten kan brukes utenfor registeret"


def mark(source: Source) -> str:
    """Whether the report may leave the house, as it stands on every page."""
    return OUTSIDE if source.is_nation else INTERNAL


def footer(source: Source) -> str:
    return f"{mark(source)}. Publisert {moment(source)}."


def moment(source: Source) -> str:
    """When the publication was begun."""
    return f"{source.publication.tid.astimezone(OSLO):%d.%m.%Y kl. %H:%M}"


def sources(source: Source) -> list[tuple[str, str]]:
    """What the figures are of, so that the report can be made again."""
    made = source.publication
    return [
        ("Publisering", f"{made.id}, {moment(source)}"),
        ("Kodebok", f"{made.kodebok}, kontrollsum {made.kodebok_sum[:16]}"),
        ("Omregningsfaktorer", f"{made.faktorsett or 'ingen i bruk'}, kontrollsum {made.faktor_sum[:16]}"),
        ("Program", f"SmerteReg {made.program}"),
    ]


def front(source: Source, title: str) -> list[Block]:
    """The front page of a whole report, and its contents."""
    said = (
        "Kvalitetsregister for smerteteam på sykehus. Rapporten er laget av én publisering, og kan lages på nytt, helt lik, "
        "så lenge publiseringen er tatt vare på."
    )
    page = {
        "tittel": f"{title} {source.period.in_words}",
        "hvem": source.name,
        "om": said,
        "rader": [list(row) for row in sources(source)],
        "merke": f"{mark(source)}.",
    }
    return [Block("forside", page), Block("innhold", {})]


def top(source: Source, title: str) -> list[Block]:
    """The top of a short report."""
    counted = source.counts(source.months)["n_forlop"]
    many = "" if counted is None else f" {in_words.count(counted, 'forløp', 'forløp')} med startdato i perioden."
    return [Block("tittel", {"tekst": title}), paragraph(f"{source.name}, {source.period.in_words}.{many}")]


def bottom(source: Source) -> list[Block]:
    """The bottom of a short report."""
    return [heading("Om tallene", 2), *_populations(source), facts(sources(source))]


def populations(source: Source) -> list[Block]:
    """A chapter on what the figures count."""
    return [heading("Hva tallene gjelder"), *_populations(source)]


def _populations(source: Source) -> list[Block]:
    whose = "alle enhetene" if source.is_nation else "enheten"
    said = [
        *unfinished(source),
        paragraph(
            f"Tallene teller forløp ved {whose}, etter startdato, også forløp som ikke er i det nasjonale datasettet. Forløp uten "
            "startdato er ikke med. En pasient kan ha flere forløp."
        ),
        paragraph(
            f"Dekningsgrad er forløp med {with_what()}, av forløp som oppfyller inklusjonskriteriene. Hver indikator "
            "har sin egen nevner, som står ved den."
        ),
    ]
    if source.is_nation:
        said.append(
            note(
                f"«Vises ikke» står der et antall er under {source.smallest}, eller kunne røpe et som er det, og der den nasjonale "
                "filen er tømt. Andeler uten nevner vises i hele prosent, og bare der ingen enhet kan regne seg fram til et lite "
                "antall hos de andre."
            )
        )
    else:
        said.append(
            note(
                f"Enhetens egne tall er vist slik de er. Tallene for alle enheter er i hele prosent, og vises ikke der de andre "
                f"enhetenes del er under {source.smallest} eller kunne regnes ut."
            )
        )
    return said


def unfinished(source: Source) -> list[Block]:
    """That the period was not over when its figures were published, if it was not."""
    day = source.publication.tid.astimezone(OSLO).date()
    if day > source.period.til:
        return []
    return [
        paragraph(f"Perioden var ikke over ved publiseringen {day:%d.%m.%Y}: tallene er av det som var registrert da.")
    ]


def method(source: Source) -> list[Block]:
    """A chapter on how the report is made."""
    scope = "--national" if source.is_nation else f"--unit {source.unit}"
    return [
        heading("Slik er rapporten laget"),
        facts(sources(source)),
        paragraph(
            "Tallene er lest fra de publiserte tabellene, de samme som sidene i SmerteReg og filene til statistikerne har. Ingenting "
            "er regnet på en annen måte her."
        ),
        paragraph(
            "Intervallene er 95\u00a0% konfidensintervall: Wilsons metode for andeler, normaltilnærming for gjennomsnitt. I "
            "diagrammene over tid er n under punktene forløp i nevneren. Der n er 0, er det ikke noe punkt, og linjen er brutt. Er "
            "et vanlig kvartal under 10 forløp, er punktene ikke bundet sammen, fordi ett forløp da flytter andelen mye."
        ),
        paragraph(
            "Morfinekvivalenter er orale, i mg per døgn, med faktorsettet over. Kontrollene av datakvalitet gjelder det som var "
            "registrert ved publiseringen, også fra andre år."
        ),
        paragraph(f"Kommando: smertereg export aarsrapport --year {source.period.fra.year} {scope} --to MAPPE"),
    ]
