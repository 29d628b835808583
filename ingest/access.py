"""Who may do what: one table of role × action, read by one function that every service call passes.

Source: the manual's roles LU, LC and SC (Arbeidsliste, Tilbaketrekking av samtykke, Avdelinger, Lokasjoner). A
statistiker (LS, NS) gets published data and nothing else: no patient's page, no identity (docs/adr/026). The role
JOBB is the program itself, at a scheduled time or from the command line: it has what its work needs and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from checks.errors import RegisterError


@dataclass(frozen=True)
class Actor:
    """Who acts: id (never a name in data), name for the screen, role (a key of ``ROLES``, or JOBB), unit (RESH-id)."""

    bruker: str
    navn: str
    rolle: str
    enhet: str


JOB = Actor("system", "SmerteReg", "JOBB", "")
# Whoever makes a register from the command line, and lets in its first coordinator.
MAKER = Actor("system", "SmerteReg", "SC", "")
# The actor of a request before its user is known, such as a login; it has no role and so may take no action.
GATE = Actor("tilgang", "SmerteReg", "", "")
_LU = {
    "registrere": "registrere pasienter",
    "lese": "se forløp",
    "søke": "søke etter pasienter",
    "vise_fødselsnummer": "vise fødselsnummer",
    "bytte_avdeling": "bytte avdeling",
    "se_oversikt": "se lokal oversikt",
    "bestille_eprom": "bestille pasientskjema",
    "stoppe_eprom": "stoppe utsending av pasientskjema",
}
_DATA = {"hente_data": "hente publiserte data"}
_QUERY = {"spørre": "spørre i de publiserte dataene"}
_NATION = {"hente_nasjonalt": "hente nasjonale data"}
_LC = {
    **_DATA,
    "rette_låst": "rette ferdigstilte skjema",
    "slette": "slette forløp",
    "administrere_lister": "endre avdelinger og lokasjoner",
    "publisere": "publisere",
    "eksportere": "eksportere data",
    "kontrollere_epj": "kontrollere mot sykehusets egen liste",
    "godkjenne_brukere": "godkjenne og endre brukere",
    "se_logg": "se innsynsloggen",
    "styre_diagram": "fryse basislinjen eller skrive notat i et diagram",
    "kvalitetssikre": "se på datakvaliteten",
    "abonnere": "abonnere på rapporter",
    "be_om_retting": "be om at en pasients identitet rettes",
}
_SC = {
    **_QUERY,
    **_NATION,
    "trekke_samtykke": "trekke samtykke",
    "se_nasjonalt": "se alle enheter",
    "se_systeminfo": "se Systeminfo",
    "rette_identitet": "rette nummer og slå sammen pasienter",
    "slette_pasient": "slette en pasient fra registeret",
    "behandle_reservasjoner": "behandle reservasjoner",
    "kontrollere": "kontrollere registeret",
    "importere": "importere tidligere registreringer",
    "administrere_enheter": "endre enhetene",
}
_JOB = {
    "publisere": _LC["publisere"],
    "eksportere": _LC["eksportere"],
    "kontrollere": _SC["kontrollere"],
    "importere": _SC["importere"],
    "importere_kodeverk": "importere kodeverk",
    "kjøre_jobber": "kjøre planlagte jobber",
    "lese": _LU["lese"],
    "registrere": _LU["registrere"],
    "behandle_reservasjoner": _SC["behandle_reservasjoner"],
}
# Whoever holds a live link may answer the link's form, and see nothing else (ingest/prom/patient_answers.py).
_PATIENT = {"besvare": "besvare et skjema fra en lenke"}
ACTIONS = _LU | _LC | _SC | _JOB | _PATIENT


@dataclass(frozen=True)
class Role:
    """What a role may do, and where.

    ``navn`` is the role's name on the screen. ``everywhere`` says that it holds at every unit, not only at the actor's
    own. ``gives`` are the roles that a user in this one may give to others. ``applied_for`` says whether «Ny bruker»
    offers the role.
    """

    navn: str
    actions: frozenset[str]
    everywhere: bool = False
    gives: tuple[str, ...] = ()
    applied_for: bool = True


ROLES = {
    "LU": Role("Lokal bruker (LU)", frozenset(_LU)),
    "LC": Role("Lokal koordinator (LC)", frozenset(_LU | _LC), gives=("LU", "LC", "LS")),
    "SC": Role(
        "System Coordinator (SC)",
        frozenset(_LU | _LC | _SC),
        everywhere=True,
        gives=("LU", "LC", "SC", "LS", "NS"),
        applied_for=False,
    ),
    "LS": Role("Lokal statistiker (LS)", frozenset(_DATA | _QUERY)),
    "NS": Role("Nasjonal statistiker (NS)", frozenset(_DATA | _QUERY | _NATION), applied_for=False),
}
# No user signs in with these roles: the program's own jobs have one, the holder of a patient's link the other.
_WITHOUT_A_PERSON = {
    "JOBB": Role("SmerteReg", frozenset(_JOB), everywhere=True),
    "PASIENT": Role("Pasient", frozenset(_PATIENT)),
}
_NOBODY = Role("", frozenset())


def _role(actor: Actor) -> Role:
    return (ROLES | _WITHOUT_A_PERSON).get(actor.rolle, _NOBODY)


def everywhere(actor: Actor) -> bool:
    """Whether the actor's role holds at every unit."""
    return _role(actor).everywhere


def roles_with(action: str) -> frozenset[str]:
    """The roles that have the action, among those that users sign in with."""
    return frozenset(name for name, role in ROLES.items() if action in role.actions)


def may(actor: Actor, action: str, unit: str | None = None) -> bool:
    """Whether the actor's role has the action, and ``unit`` is None or the actor's own (SC and JOBB: any unit).

    An unknown role or action gives False.
    """
    if action not in _role(actor).actions:
        return False
    return unit is None or unit == actor.enhet or everywhere(actor)


def require(actor: Actor, action: str, unit: str | None = None) -> None:
    """Raise RegisterError REG-060 (role) or REG-061 (another unit) unless ``may``."""
    if may(actor, action, unit):
        return
    if may(actor, action):
        raise RegisterError("REG-061")
    raise RegisterError("REG-060", rolle=actor.rolle, handling=ACTIONS.get(action, action))
