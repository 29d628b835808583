"""How often each answer comes up in the demo. Invented to look like a hospital's, except where a figure is given.

Published figures (the registry's indicators, 2016): 76 % are tilsett on the day of referral, 91 % are satisfied with
how the team took care of them, two of three have less pain, and the national dekningsgrad is 66 %.
"""

from __future__ import annotations

from collections.abc import Mapping

Odds = Mapping[int | str | None, float]

SAME_DAY = 0.76
DAYS_WAITED: Odds = {0: SAME_DAY, 1: 0.16, 2: 0.04, 3: 0.02, 4: 0.01, 6: 0.01}
LESS_PAIN, SAME_PAIN = 0.67, 0.18

# Each unit's share of the forløp, as weights in the order of lists/enheter.csv. At each unit the active forløp are
# ACTIVE_LEAST and a share of all of the register's, ACTIVE_MOST at the most.
UNIT_SHARE = (14, 16, 4, 7, 12, 5, 11, 13, 8, 9, 3, 6, 8)
ACTIVE_LEAST, ACTIVE_MOST, ACTIVE_SHARE = 6, 38, 0.02

# The odds of each answer, by the stem of the list variable. Of other variables «vet ikke» is drawn seldom, the other
# answers evenly.
LISTS: dict[str, Odds] = {
    "Tilsett": {1: 0.85, 2: 0.04, 3: 0.03, 4: 0.06, 5: 0.02},
    "Norsktalende": {1: 0.94, 0: 0.06},
    "KognSvekket": {0: 0.91, 1: 0.09},
    # Of the patients who are asked. It gives a dekningsgrad of 66 % when withdrawals and telephone referrals are gone.
    "SkriftligSamtyk": {1: 0.685, 0: 0.315},
    "TypeManglSamt": {1: 0.2, 2: 0.45, 4: 0.35},
    "UhenBrukMed": {0: 0.88, 1: 0.07, 2: 0.05},
    "SentralBlokkB11": {0: 0.91, 1: 0.08, 9: 0.01},
    "PeriferBlokkB11": {0: 0.89, 1: 0.10, 9: 0.01},
    "TidligereRus": {0: 0.86, 1: 0.11, 2: 0.03},
    "PaagaaRus": {0: 0.93, 1: 0.05, 2: 0.02},
    "LAR": {0: 0.72, 1: 0.25, 2: 0.03},
    "AngiNRS": {1: 0.83, 0: 0.08, 2: 0.05, 3: 0.04},
    "MedBeh22": {1: 0.93, 0: 0.06, 9: 0.01},
    "AlvRespDepr": {0: 0.985, 1: 0.007, 9: 0.008},
    "IkkeMedBeh": {1: 0.44, 0: 0.53, 9: 0.03},
    "PSBeh": {1: 0.62, 0: 0.36, 9: 0.02},
    "FysioBeh": {1: 0.45, 0: 0.53, 9: 0.02},
    "AnnenIkkeMedBeh": {1: 0.22, 0: 0.75, 9: 0.03},
    "SentralBlokk": {0: 0.88, 1: 0.11, 9: 0.01},
    "Kompl1d": {0: 0.97, 1: 0.02, 9: 0.01},
    "PeriferBlokk": {0: 0.86, 1: 0.13, 9: 0.01},
    "Kompl1e": {0: 0.98, 1: 0.01, 9: 0.01},
    "VidereOppf": {1: 0.58, 0: 0.38, 9: 0.04},
    "BehNedtrappAvsluttTils": {1: 0.6, 0: 0.35, 9: 0.05},
    "AarsakVedNei": {1: 0.55, 2: 0.4, 9: 0.05},
    "KontFastlege": {0: 0.2, 1: 0.6, 2: 0.14, 3: 0.06},
    "OppfSmeKl": {0: 0.68, 1: 0.28, 9: 0.04},
    "PRSpm4": {0: 0.68, 1: 0.28, 9: 0.04},
    "HuskerSmerteteam": {1: 0.93, 2: 0.07},
    "EvalSpm1": {1: 0.2, 2: 0.3, 3: 0.2, 4: 0.17, 5: 0.05, 6: 0.03, 7: 0.02, 9: 0.03},
    "EvalSpm2": {1: 0.14, 2: 0.28, 3: 0.22, 4: 0.22, 5: 0.06, 6: 0.04, 7: 0.01, 9: 0.03},
    "EvalSpm3": {1: 0.01, 2: 0.02, 3: 0.04, 4: 0.38, 5: 0.53, 9: 0.02},
    "EvalSpm11": {1: 0.86, 2: 0.06, 3: 0.03, 4: 0.01, 5: 0.01, 9: 0.03},
    "Utskrevetsykehus": {1: 0.94, 0: 0.06},
    "Smstilletterutskrivelse": {1: 0.71, 0: 0.29},
    "Fortsattbruk": {0: 0.45, 1: 0.2, 2: 0.04, 3: 0.31},
    "InfoNedtrapping": {1: 0.66, 0: 0.34},
    "FolgeAnbefalingNedtrapp": {1: 0.6, 2: 0.18, 3: 0.1, 4: 0.12},
    "OpplevdAbstinenssympt": {0: 0.7, 1: 0.18, 9: 0.12},
    "OpplevdPlagsomTretthet": {0: 0.6, 1: 0.4},
    "InfoSmertestillBilkjoring": {1: 0.62, 0: 0.23, 9: 0.15},
}
HOW_MUCH: Odds = {1: 0.02, 2: 0.05, 3: 0.15, 4: 0.43, 5: 0.32, 9: 0.03}
LISTS |= {f"EvalSpm{n}": HOW_MUCH for n in range(4, 11)}
LISTS |= {f"HADSSpm{n}": {0: 0.36, 1: 0.33, 2: 0.19, 3: 0.1, None: 0.02} for n in range(1, 15)}

# The probability that each box is ticked, by stem; a box not named here has ``BOX``.
BOXES: dict[str, float] = {
    "Tilsynsanmodnin": 0.94,
    "TelefonCalling": 0.16,
    "Ingen4a": 0.26,
    "NonOpioid4a": 0.5,
    "Opioid4a": 0.38,
    "Benzo4a": 0.12,
    "KoAnalg4a": 0.21,
    "Vetikke4a": 0.05,
    "Ingen4b": 0.02,
    "NonOpioid4b": 0.8,
    "Opioid4b": 0.82,
    "Benzo4b": 0.12,
    "KoAnalg4b": 0.3,
    "Vetikke4b": 0.01,
    "EDAB11": 0.9,
    "SAB11": 0.1,
    "EDA": 0.92,
    "SA": 0.08,
    "Annetbehd": 0.05,
    "Annetbehd221d": 0.05,
    "Lege": 0.78,
    "KonfLege": 0.33,
    "SykPleier": 0.7,
    "FysioT": 0.06,
    "Psyk": 0.09,
    "Sosio": 0.03,
    "AmbLege": 0.02,
    "AmbSykepleier": 0.04,
    "Op22": 0.78,
    "NOp22": 0.6,
    "KoAn22": 0.42,
    "Bzd22": 0.08,
    "Ingen1a": 0.05,
    "Ingen1d": 0.1,
    "Ingen1e": 0.1,
    "Journalnotat": 0.82,
    "PlanLevertPas": 0.35,
    "UtdeltOpioidbrosjyre": 0.4,
    "OppfolgAvdeling": 0.3,
    "Usikker": 0.04,
    "Andre": 0.05,
}
BOX = 0.15

# The mean of what is added to 1 in the count of visits beside each box of «Behandler av smertetilstanden».
VISITS_EACH = 2.4

# Opioids before first visit: the weight of each row of the form, and its doses (in the row's unit), lowest first.
OPIOIDS: dict[str, tuple[float, tuple[float, ...]]] = {
    "MoTbl": (3, (10, 15, 20, 30, 40, 60)),
    "MoDep": (6, (20, 30, 40, 60, 90, 120, 200)),
    "MoIv": (9, (5, 7.5, 10, 15, 20, 30, 45)),
    "OxKps": (22, (5, 10, 15, 20, 30, 40, 60)),
    "OxDep": (18, (10, 20, 30, 40, 60, 80, 120)),
    "OxIv": (10, (5, 7.5, 10, 15, 20, 30)),
    "BuvWDepIn": (0.3, (8, 16, 24, 32)),
    "BuvMDepIn": (0.6, (64, 96, 128, 160)),
    "BuPl": (4, (5, 10, 15, 20, 30, 40)),
    "BuTbl": (1.5, (0.4, 1.2, 2, 4, 8, 16, 24)),
    "FePl": (6, (12, 25, 37.5, 50, 75, 100, 150)),
    "FeTblSpray": (1, (100, 200, 400, 800)),
    "FeIV": (2, (50, 100, 200, 300)),
    "HyKps": (1, (1.3, 2.6, 5.2)),
    "HyDepKps": (0.7, (4, 8, 16, 24)),
    "HyIv": (0.5, (1, 2, 4, 8)),
    "KeIv": (5, (2.5, 5, 10, 15, 20)),
    "KeTbl": (1, (5, 10, 20, 30)),
    "PeSupp": (0.1, (100, 200)),
    "PeIm": (0.1, (50, 100)),
    "CoTbl": (5, (60, 90, 120, 180, 240)),
    "TrKps": (5, (50, 100, 150, 200, 300)),
    "TrDepTbl": (4, (100, 150, 200, 300, 400)),
    "TaDepTbl": (4, (100, 150, 200, 300, 400)),
    "TaMiksTbl": (1, (50, 100, 150, 200)),
    "MetMikst": (1.2, (5, 10, 20, 40, 60, 90)),
    "MetIv": (0.2, (5, 10, 20)),
}
HOW_MANY_OPIOIDS: Odds = {1: 0.48, 2: 0.38, 3: 0.14}
# Steps on the list of doses from first to last visit: doses come down on average.
DOSE_CHANGE: Odds = {-3: 0.08, -2: 0.2, -1: 0.35, 0: 0.25, 1: 0.1, 2: 0.02}

# The share of patients who answer, and the codes for why a patient form was closed unanswered.
PATIENT_ANSWERS = 0.72
ANSWERED_BEFORE_CONSENT = 0.02
# The most days before a patient answers a form; three for a form that is not named here.
DAYS_TO_ANSWER = {"pasreg": 2, "hads": 3, "eval": 2, "opioid": 6}
NOT_ANSWERED: Odds = {1: 0.1, 2: 0.16, 3: 0.04, 4: 0.2, 7: 0.4, 9: 0.1}
NOT_ASKED_FOR_CONSENT = 5

ADMISSION_CODES = (
    "S72.0",
    "S72.1",
    "S82.1",
    "S22.4",
    "S32.0",
    "S42.2",
    "C34.9",
    "C50.9",
    "C25.9",
    "C61",
    "C18.9",
    "K85.9",
    "K50.9",
    "K57.3",
    "K80.0",
    "N20.1",
    "I70.2",
    "M54.5",
    "M51.1",
    "M16.1",
    "M17.1",
    "G35",
    "R10.4",
    "J18.9",
    "L40.5",
    "T84.5",
)
CANCERS = (
    "C34.9",
    "C50.9",
    "C25.9",
    "C61",
    "C18.9",
    "C20",
    "C79.5",
    "C64",
    "C56",
    "C90.0",
    "C43.9",
    "C16.9",
    "C22.0",
    "C67.9",
)

COMMENTS = (
    "Ringes opp etter helgen om samtykke.",
    "Tolk bestilt til neste tilsyn.",
    "Avventer svar fra fastlege.",
    "Pårørende ønsker samtale med teamet.",
    "Husk nedtrappingsplan før utreise.",
    "Flyttes trolig til rehabilitering.",
    "Samtykkeskjema ligger i permen på vaktrommet.",
    "EDA fjernes i morgen, ny vurdering etterpå.",
    "Pasienten sov ved forrige tilsyn.",
)
# Of the patients with a forløp under the edition with reservation: who was asked about and is not reserved, who is, and who was
# never asked about.
RESERVED = {"0": 0.88, "1": 0.03, "": 0.09}
