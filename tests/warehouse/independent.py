"""The rules of the warehouse in plain Python, written independently of the SQL, so that an error in one is found.

Sources: the manual's sections «Inklusjonskriterier», «Forløpstyper», «Samtykke» and «Behandlerdel 1.1» (4b);
HADS by Bell 2016 (at least 4 of 7 answered, then prorated).
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import yaml

LISTS = Path(__file__).parents[2] / "checks" / "codebook" / "lists"
FILES = LISTS.parent / "forms"
FORMS = {"to": 1, "b11": 1, "b12": 2, "b21": 2, "b22": 2, "pasreg": 3, "hads": 3, "eval": 3, "opioid": 3}


def read_list(name: str) -> list[dict[str, str]]:
    """The rows of a code list."""
    with (LISTS / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def age(born: date | None, at: date | None) -> int | None:
    """Age in whole years; a patient born on 29 February turns a year older on 1 March in other years."""
    if born is None or at is None:
        return None
    return at.year - born.year - ((at.month, at.day) < (born.month, born.day))


def criteria(
    seen: int | None, norwegian: int | None, years: int | None, impaired: int | None, *, reservation: bool = False
) -> int | None:
    """InklKritOppf: 0 when a criterion fails, otherwise None when one is unanswered, otherwise 1. 9 is no answer, and in the
    edition with reservation a criterion that fails.
    """
    blank = (None,) if reservation else (None, 9)
    answers = [
        None if seen is None else seen == 1,
        None if norwegian in blank else norwegian == 1,
        None if years is None else years >= 18,
        None if impaired in blank else impaired == 0,
    ]
    if False in answers:
        return 0
    return None if None in answers else 1


def forlopstype(
    seen: int | None, norwegian: int | None, years: int | None, impaired: int | None, *, reservation: bool = False
) -> int | None:
    """1 not tilsett, 2 tilsett, 3 tilsett and able to consent. A blank Kognitivt svekket counts as not impaired, and so does 9 but in
    the edition with reservation.
    """
    if seen is None:
        return None
    if seen != 1:
        return 1
    fails = (1, 9) if reservation else (1,)
    return 3 if criteria(seen, norwegian, years, 1 if impaired in fails else 0) == 1 else 2


def included(met: int | None, samtykke: int | None, request: int | None) -> int:
    """InklusjonStatus: 1 when criteria are met, consent is Ja and not withdrawn, and the referral is formal; else 0."""
    return int(met == 1 and samtykke == 1 and request == 1)


def included_by_reservation(met: int | None, reserved: int | None) -> int:
    """InklusjonStatus in the edition with reservation: 1 when criteria are met and the patient was asked about and is not reserved."""
    return int(met == 1 and reserved == 0)


def complete(kind: int | None, status: Mapping[str, int]) -> bool:
    """Whether every form of the forløpstype is ferdigstilt."""
    return kind is not None and all(status.get(form) == 1 for form, least in FORMS.items() if least <= kind)


# The variables of each patient form that say whether the patient's part was filled in, and why not.
CLOSING = {
    "pasreg": ("PasDelUfylPR", "GrManglUtfylPR"),
    "hads": ("PasDelUtf", "GrManglUtfylHADS"),
    "eval": ("PasdelUtfylEval", "AarsakmanglUfylEval"),
    "opioid": ("PasdelUtfylOpioid", "AarsakmanglUtfylOpioid"),
}


def eprom(
    orders: Sequence[Mapping[str, Any]], form: str, status: int, answers: Mapping[str, Any]
) -> tuple[str | None, str | int | None]:
    """(how the orders of a form ended, how the form ended once it was sent: a word, or the code of the reason)."""
    if not orders:
        return None, None
    last = max(orders, key=lambda order: order["bestilling_id"])["tilstand"]
    if all(order["sendt"] is None for order in orders):
        return {"bestilt": "ventende", "ikke_sendt": "umulig"}.get(last, "stoppet"), None
    filled, reason = CLOSING[form]
    if answers.get(filled) == 0:
        return "sendt", answers.get(reason) or 0
    if last == "besvart":
        return "sendt", "besvart"
    if status == 1:
        return "sendt", "papir"
    return "sendt", "venter" if last in ("sendt", "bestilt") else "åpent"


def holds(condition: Any, answers: Mapping[str, Any], suffix: str = "") -> bool:
    """Whether a condition, as it stands in the codebook's YAML, holds for the answers; a blank has none of the values."""
    if condition is None:
        return True
    found = []
    for key, wanted in condition.items():
        if key == "og":
            found.append(all(holds(part, answers, suffix) for part in wanted))
        elif key == "eller":
            found.append(any(holds(part, answers, suffix) for part in wanted))
        elif key == "ikke":
            found.append(not holds(wanted, answers, suffix))
        else:
            values = wanted if isinstance(wanted, list) else [wanted]
            name = key.rpartition(".")[2] if "." in key else key + suffix
            found.append(answers.get(name) in values)
    return all(found)


def questions() -> dict[str, dict[str, tuple[list[Any], str, set[int]]]]:
    """Form -> question with an answer of its own -> (conditions, suffix of the names in them, codes for «Vet ikke»)."""
    found: dict[str, dict[str, tuple[list[Any], str, set[int]]]] = {}
    for path in FILES.glob("*.yml"):
        file = yaml.safe_load(path.read_text(encoding="utf-8"))
        for form, use in file["bruk"].items():
            for section in file["seksjoner"]:
                for block in (part for whole in section["felt"] for part in _parts(whole)):
                    if form == "po" or not _answered_alone(block):
                        continue
                    codes = block.get("koder", {})
                    if "kodeliste" in block:
                        codes = {int(row["kode"]): row["tekst"] for row in read_list(block["kodeliste"])}
                    unknown = {c for c in (9, 99) if codes.get(c) in ("Vet ikke", "Ukjent")}
                    conditions = [section.get("vises_naar"), block.get("vises_naar")]
                    suffix = use.get("suffiks", "")
                    found.setdefault(form, {})[block["navn"] + suffix] = (conditions, suffix, unknown)
    return found


def _parts(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The questions in a block: the block itself, or in a block of behandlere the count beside each box, which is asked
    when the box is ticked.
    """
    return [
        {"navn": row["antall"], "type": "tall", "fysisk": row["fysisk_antall"], "vises_naar": {row["navn"]: 1}}
        for row in block.get("rader", [])
    ] or [block]


def _answered_alone(block: Mapping[str, Any]) -> bool:
    if block.keys() & {"beregnes", "identifiserende"} or "fysisk" not in block:
        return False
    if block.get("utgave", "samtykke") != "samtykke":
        return False
    offered = block.get("tilbys", True) and block.get("eksporteres", True)
    return "navn" in block and offered and block["type"] in ("dato", "liste", "tall", "tekst", "stor_tekst")


def one_decimal(value: Decimal) -> Decimal:
    """The value rounded half up to one decimal, exactly."""
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def omeq(doses: Mapping[str, float], factor_set: str) -> dict[str, Decimal]:
    """Oral morphine equivalents (mg/day) per row of the opioid table. Doses in the table's own units."""
    rows = [row for row in read_list("omeq_faktorer") if row["faktorsett"] == factor_set]
    factors = {row["stamme"]: Decimal(row["faktor"]) for row in rows if row["faktor"]}
    depot = {
        (row["stamme"], Decimal(row["dose_mg"])): Decimal(row["sublingval_mg"])
        for row in read_list("buvidal")
        if row["faktorsett"] == factor_set
    }
    depot_rows = {stem for stem, _ in depot}
    result: dict[str, Decimal] = {}
    for stem, dose in doses.items():
        amount = Decimal(str(dose))
        if stem in depot_rows:
            if (stem, amount) in depot:
                result[stem] = one_decimal(depot[stem, amount] * factors["BuTbl"])
        elif stem in factors:
            result[stem] = one_decimal(amount * factors[stem])
    return result


def hads(answers: Mapping[int, int | None], subscale: str) -> int | None:
    """The sum of a subscale's seven items, prorated and rounded half up when 4–6 are answered, None when fewer are.
    «Vet ikke» (9) is no answer.
    """
    items = [int(row["ledd"]) for row in read_list("hads") if row["delskala"] == subscale]
    given = [value for item in items if (value := answers.get(item)) not in (None, 9)]
    if len(given) < 4:
        return None
    return int((Decimal(sum(given)) * 7 / len(given)).quantize(Decimal("1"), ROUND_HALF_UP))


def total(values: Iterable[Decimal]) -> Decimal | None:
    """The sum, None when there is nothing to add."""
    found: list[Any] = list(values)
    return sum(found, Decimal("0.0")) if found else None


def inklusjonsstatus(samtykke: int | None, trukket: bool, inkl_krit: int | None, tilsynsanmodning: int | None) -> int:
    """1 when consent is Ja and not withdrawn, the criteria are met and the referral is formal; else 0."""
    return int(samtykke == 1 and not trukket and inkl_krit == 1 and tilsynsanmodning == 1)
