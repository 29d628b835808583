"""What a codebook is once loaded: frozen dataclasses that everything else is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from checks.codebook.time import ALLTID, Tid
from checks.conditions import Betingelse

# The forløpstype whose patients are asked (manual, «Forløpstyper»).
PATIENT_TYPE = 3
# The day that is proposed, when it is no other date's.
TODAY = "i_dag"


@dataclass(frozen=True)
class Kode:
    """One answer of a list. ``tilbys`` is False for codes that exist only in imports or are set by the system.

    ``aktiv`` as for a ``Variabel``: with one that is not ``aktiv`` an answer is refused. It is offered in ``tilbys_tid`` only.
    """

    kode: int | str
    tekst: str
    tilbys: bool = True
    tid: Tid = ALLTID
    aktiv: bool = True
    tilbys_tid: Tid = ALLTID

    @property
    def ukjent(self) -> bool:
        """An answer that says that nobody knows, and that statistics leave out (9 is also «Annet» in some lists)."""
        return self.kode in (9, 99) and self.tekst.lower() in ("vet ikke", "ukjent")


@dataclass(frozen=True)
class Forhaandsvalg:
    """A value filled in by itself when ``naar`` holds and nothing has been answered."""

    verdi: int | str
    naar: Betingelse


@dataclass(frozen=True)
class Foreslaas:
    """The day proposed for an empty date, ``TODAY`` or the name of a date; one that ``staar`` is the answer from completion on."""

    dag: str
    staar: bool


@dataclass(frozen=True)
class Variabel:
    """One question and its column. ``lagres`` is the DuckDB type of the column; ranges are in the variable's unit, and the
    usual range of a date, ``mykt``, in days after the date ``mykt_mot``.

    ``aktiv`` means that the question is asked: in the edition that ``Codebook.utgave`` gave, or, in that of all times, in
    some. A question that is never asked has a column that stays empty.
    """

    navn: str
    stamme: str
    skjema: str
    ledetekst: str
    type: str
    lagres: str
    hjelp: str = ""
    koder: tuple[Kode, ...] = ()
    kortliste: str | None = None
    oppslag: str | None = None
    prefiks: str | None = None
    avgrenses_av: str | None = None
    desimaler: int = 0
    enhet: str = ""
    mykt: tuple[float, float] | None = None
    mykt_mot: str | None = None
    hardt: tuple[float, float] | None = None
    avrund_opp: bool = False
    fysisk: str | None = None
    paakrevd: bool | Betingelse = True
    vises_naar: Betingelse | None = None
    beregnes: str | None = None
    forhaandsvalg: Forhaandsvalg | None = None
    foreslaas: Foreslaas | None = None
    identifiserende: bool = False
    eksporteres: bool = True
    tilbys: bool = True
    tid: Tid = ALLTID
    aktiv: bool = True
    uttrekk_sist: bool = False
    fyller: str | None = None
    gruppe: str | None = None

    def gjelder(self, dag: date) -> bool:
        """Whether the question is asked of a forløp that starts on this day."""
        return self.tid.gjelder(dag)

    @property
    def besvares(self) -> bool:
        """Someone answers it on a screen."""
        return self.aktiv and self.tilbys and self.beregnes is None and self.type not in ("skjult", "status")

    def tekst(self, kode: object) -> str:
        """The text of a code; the code itself where the list has none (NRS 0–10)."""
        return next((k.tekst or str(k.kode) for k in self.koder if k.kode == kode), str(kode))


@dataclass(frozen=True)
class Flervalg:
    """Several-of-many: boxes under one question, some of which exclude all others (``enevalg``)."""

    id: str
    ledetekst: str
    hjelp: str
    minst_en: bool
    enevalg: tuple[str, ...]
    alternativer: tuple[Variabel, ...]
    vises_naar: Betingelse | None = None

    @property
    def variabler(self) -> tuple[Variabel, ...]:
        return self.alternativer


@dataclass(frozen=True)
class Behandlere:
    """Rows of a box and a count (B 2.2, spørsmål 1). ``paaminnelse`` is said when a count has been given."""

    id: str
    ledetekst: str
    hjelp: str
    antall_ledetekst: str
    paaminnelse: str
    minst_en: bool
    rader: tuple[tuple[Variabel, Variabel], ...]

    @property
    def variabler(self) -> tuple[Variabel, ...]:
        return tuple(v for rad in self.rader for v in rad)


@dataclass(frozen=True)
class Opioidrad:
    stamme: str
    legemiddel: str
    form: str
    enhet: str
    dose: Variabel
    omeq: Variabel


@dataclass(frozen=True)
class Opioidtabell:
    """The table of opioids with dose and oral morphine equivalents (B 1.1 spørsmål 4b, B 2.2 a)."""

    id: str
    ledetekst: str
    hjelp: str
    suffiks: str
    minst_en: bool
    rader: tuple[Opioidrad, ...]
    sum: Variabel
    vises_naar: Betingelse | None = None

    @property
    def variabler(self) -> tuple[Variabel, ...]:
        return (*(v for rad in self.rader for v in (rad.dose, rad.omeq)), self.sum)


@dataclass(frozen=True, eq=False)
class Gjentatt:
    """A list of rows inside a form (smertediagnoser), stored in a table of its own. Compared as a ``Skjema`` is."""

    navn: str
    hjelp: str
    tabell: str
    noekkel: Variabel
    minst: int
    felt: tuple[Variabel, ...]

    @property
    def variabler(self) -> tuple[Variabel, ...]:
        return ()

    @property
    def kolonner(self) -> tuple[Variabel, ...]:
        """The variables that are stored; the others only choose a value for one of these."""
        return (self.noekkel, *(v for v in self.felt if v.fyller is None))


Felt = Variabel | Flervalg | Behandlere | Opioidtabell | Gjentatt


@dataclass(frozen=True)
class Seksjon:
    id: str
    tittel: str
    felt: tuple[Felt, ...]
    hjelp: str = ""
    vises_naar: Betingelse | None = None

    @cached_property
    def variabler(self) -> tuple[Variabel, ...]:
        return tuple(v for f in self.felt for v in ((f,) if isinstance(f, Variabel) else f.variabler))


@dataclass(frozen=True)
class Regel:
    """A rule across variables.

    ``slag`` is minst, ikke_foer or ikke_etter (compared with ``mot``), or, at ferdigstilling only, minst_en and vilkaar
    (``vilkaar`` must hold). An answer that ``spoerres_etter`` is asked about once when it is later than ``mot``.
    """

    id: str
    slag: str
    variabler: tuple[str, ...]
    melding: str
    mot: str | None = None
    unntatt: tuple[int | str, ...] = ()
    vilkaar: Betingelse | None = None

    @property
    def bare_ferdigstill(self) -> bool:
        return self.slag in ("minst_en", "vilkaar")

    def senest(self, skjema: str) -> str | None:
        """The date of the form ``skjema`` that this rule of another form lets be no later than its own; None without one."""
        other, dot, variabel = (self.mot or "").partition(".")
        return variabel if self.slag == "ikke_foer" and dot and other == skjema else None


@dataclass(frozen=True)
class Pasientskjema:
    """What a patient form has besides its questions.

    ``lukkefelt`` names the variables that say when it was filled in, whether it was, and if not, why. It goes out by
    itself ``etter`` «samtykke» or «avslutning» (B 2.2 is completed), ``minutter`` after the run, and ``dager`` or more after
    sluttdato. ``tittel`` and ``om`` are what the patient reads first.
    """

    lukkefelt: tuple[str, str, str]
    etter: str
    dager: int
    minutter: int
    papir: bool
    tittel: str
    om: str


@dataclass(frozen=True, eq=False)
class Skjema:
    """A form. ``slag`` is person (PO, one per patient), behandler or pasient. Two forms are the same only if they are one
    object, so that what is made from a form is kept by it.

    ``fra_type`` is the lowest forløpstype that opens it, None for PO. ``kort`` heads its column in the arbeidsliste,
    ``uttrekksnavn`` is its name in the extracts, ``plass`` its place there.
    """

    id: str
    navn: str
    tittel: str
    tabell: str
    formorder: int
    seksjoner: tuple[Seksjon, ...]
    regler: tuple[Regel, ...]
    slag: str = "behandler"
    fra_type: int | None = None
    kort: str = ""
    uttrekksnavn: str = ""
    plass: int = 0
    pasientskjema: Pasientskjema | None = None

    @cached_property
    def variabler(self) -> Mapping[str, Variabel]:
        """Every variable with a column of its own, by name, in the order of the screen."""
        return {v.navn: v for s in self.seksjoner for v in s.variabler}

    @cached_property
    def alle(self) -> tuple[Variabel, ...]:
        """Every variable of the form, those of its repeated blocks too."""
        own = (v for s in self.seksjoner for v in s.variabler)
        return (*own, *(v for g in self.gjentatte for v in (g.noekkel, *g.felt)))

    @cached_property
    def gjentatte(self) -> tuple[Gjentatt, ...]:
        return tuple(f for s in self.seksjoner for f in s.felt if isinstance(f, Gjentatt))

    @cached_property
    def opioidtabell(self) -> Opioidtabell | None:
        """The table of opioids in the form, whose doses are converted by the factor set of the day they are saved."""
        return next((f for s in self.seksjoner for f in s.felt if isinstance(f, Opioidtabell)), None)

    def uttrekk(self) -> tuple[Variabel, ...]:
        """The columns in the order of the extracts: the file's, with those marked «sist» last."""
        exported = [v for v in self.variabler.values() if v.fysisk and not v.identifiserende]
        return tuple(sorted(exported, key=lambda v: v.uttrekk_sist))
