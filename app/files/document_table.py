"""Generated documents as a table: what each is, how large, who made it when, its digest, and a link that fetches it."""

from __future__ import annotations

from html import escape

from app.files.archive import DOCUMENT
from app.ui import links, texts
from exports.documents import DATADUMP, DELIVERY, KATALOG, KLOKEBOK, MODEL, YEARLY, Document

NAMES = {
    KLOKEBOK: "Klokebok",
    DATADUMP: "Datadump",
    DELIVERY: "Leveranse",
    KATALOG: "Beskrivelse for databrukere",
    YEARLY: "Årsrapport",
    MODEL: "Datamodellen",
}
_HEAD = ("Dokument", "Fil", "Størrelse", "Laget", "Kontrollsum (SHA-256)", "Hent")


def html(found: list[Document], names: dict[str, str]) -> str:
    """The table as HTML; ``names`` maps user id to name."""
    head = "".join(f'<th scope="col">{name}</th>' for name in _HEAD)
    rows = "".join(
        f"<tr><td>{NAMES[d.slag]}</td><td>{escape(d.filnavn)}</td><td class='sr-tall'>{size(d.storrelse)}</td>"
        f"<td>{texts.moment(d.laget)}<br><span class='sr-dempet'>{escape(names.get(d.laget_av, d.laget_av))}</span></td>"
        f'<td class="sr-bryt">{digest(d.sha256)}</td>'
        f"<td>{links.fetched(DOCUMENT.replace('{nr}', str(d.dokument_id)), 'Last ned')}</td></tr>"
        for d in found
    )
    return f'<div class="sr-rulle"><table class="sr-tabell"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def digest(sha256: str) -> str:
    """A digest as HTML, on two lines."""
    return f'<span class="sr-sum">{sha256[:32]}<wbr>{sha256[32:]}</span>'


def size(count: int) -> str:
    """A number of bytes as «12 kB» or «1,5 MB»."""
    if count < 1_000_000:
        return f"{texts.number(max(count / 1000, 1))}\u00a0kB"
    return f"{texts.number(count / 1_000_000, 1)}\u00a0MB"
