"""What is on the screen of one open form, and how a draft holds it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.forms import view as views
from checks.answers import Shape, shape
from checks.errors import Problem
from checks.proposals import Proposal
from checks.validation import QUESTIONS
from ingest.registration import drafts, forlop

# Keys in the draft beside the answers; what they hold is told by FormState.
EDITOR, TYPED, OPENED, REASON = "~diagnose", "~tekst", "~opioider", "~grunn"


@dataclass
class FormState:
    """One open form of one user. ``svar`` are the answers on the screen, ``lagret`` those of the version they began from.

    ``bekreftet`` holds the unusual values that the user has confirmed. ``redigeres`` is the smertediagnose in the editor: its
    stored columns, and «nr», its place in the list, when one of the list is changed. ``uleselig`` is what was typed where it
    could not be read, by variable: a date that is none, a number with letters. ``aapne`` are the opioids (stems) that the user
    has chosen and given no dose. ``forslag`` are the days proposed for empty dates, by variable. ``hode`` is the forløp's head
    row, as saved. ``etterlatt`` is a draft that no save took before the form was locked. ``holdt`` is whether the answers on the
    screen are in the draft. ``utkast`` is the draft as this screen last read or wrote it. ``kommentar`` is the internal comment
    that was refused last: why, and its text. ``dag`` is the day whose edition of the codebook the form is shown in.
    """

    forlop_id: int
    skjema: str
    enhet: str
    versjon: int
    status: int
    lagret: dict[str, Any]
    svar: dict[str, Any]
    kontekst: dict[str, Any]
    fodselsdato: date | None
    hode: forlop.Forlop
    kan_endres: bool
    krever_grunn: bool
    sist_lagret: datetime | None
    merket: datetime
    bekreftet: dict[str, Any] = field(default_factory=dict)
    utkast_tid: datetime | None = None
    etterlatt: drafts.Draft | None = None
    endret: bool = False
    holdt: bool = True
    utkast: dict[str, Any] = field(default_factory=dict)
    grunn: str | None = None
    seksjon: str | None = None
    merknad: dict[str, str] = field(default_factory=dict)
    mangler: tuple[Problem, ...] = ()
    feil: str = ""
    melding: str = ""
    varsel: str = ""
    draw_all: bool = False
    kommentar: tuple[str, str] | None = None
    go_to: str | None = None
    sporsmaal: Any = None
    redigeres: dict[str, Any] | None = None
    uleselig: dict[str, str] = field(default_factory=dict)
    forslag: dict[str, Proposal] = field(default_factory=dict)
    aapne: set[str] = field(default_factory=set)
    diagnosefeil: list[str] = field(default_factory=list)
    bilde: views.View = field(default_factory=lambda: views.View({}, ()))
    dag: date | None = None

    @property
    def form(self) -> Shape:
        """The form in the edition it is judged by, as last looked at."""
        return shape(self.skjema, self.dag)

    @property
    def redigerbar(self) -> bool:
        """Whether answers may be changed now; in a completed form only after a reason is given."""
        return self.kan_endres and (not self.krever_grunn or self.grunn is not None)

    @property
    def begun(self) -> bool:
        """Whether something is begun that is no answer yet, and is kept in the draft beside the answers."""
        return bool(self.redigeres or self.uleselig or self.aapne)

    def problem(self, navn: str) -> str | None:
        """The sentence beside a question: what is wrong, or what was missing when the user last tried to complete. An unusual
        value is asked about there instead.
        """
        refused = (p.melding for p in self.mangler if p.variabel == navn and p.code not in QUESTIONS)
        return self.bilde.problems.get(navn) or next(refused, None)

    def asks(self) -> dict[str, str]:
        """The variables with an unusual value that the user has not confirmed, and what is asked."""
        unusual = self.bilde.unusual if self.redigerbar else {}
        return {n: asked for n, asked in unusual.items() if self.bekreftet.get(n) != self.svar.get(n)}

    @property
    def kept(self) -> dict[str, Any]:
        """What is on the screen, as the draft holds it."""
        beside = {EDITOR: self.redigeres, TYPED: self.uleselig, OPENED: sorted(self.aapne), REASON: self.grunn}
        return deepcopy(self.svar | {key: value for key, value in beside.items() if value})

    def show(self, kept: dict[str, Any]) -> None:
        """Let the screen show what a draft holds."""
        given = deepcopy(kept)
        self.redigeres, self.uleselig = given.pop(EDITOR, None), given.pop(TYPED, {})
        self.aapne, self.grunn = set(given.pop(OPENED, ())), given.pop(REASON, None)
        self.svar = given
