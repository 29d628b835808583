"""What a row of a table or of a code list says, as the block of one variable or one code."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checks.codebook import format as fmt
from checks.codebook.model import TODAY, Foreslaas
from checks.codebook.refusal import refuse
from checks.codebook.time import Utgave

# The rules that hold an answer against another: what each says of the first of the two.
COMPARED = ("minst", "ikke_foer", "ikke_etter", "spoerres_etter")


def clinician_row(r: fmt.ClinicianRow, counted: str) -> tuple[fmt.VariableBlock, fmt.VariableBlock]:
    """The box of a row of behandlere, and the count that belongs to it, labelled ``counted``."""
    box = fmt.VariableBlock(
        navn=r.navn, ledetekst=r.ledetekst, hjelp=r.hjelp, type="avkrysning", fysisk=r.fysisk, paakrevd=False
    )
    count = fmt.VariableBlock(
        navn=r.antall,
        ledetekst=f"{r.ledetekst}: {counted}",
        type="tall",
        fysisk=r.fysisk_antall,
        mykt=r.mykt,
        hardt=r.hardt,
        lagres=r.lagres_antall,
    )
    return box, count


def opioid_row(r: Mapping[str, str], b: fmt.OpioidBlock) -> tuple[fmt.VariableBlock, fmt.VariableBlock]:
    """The dose and the equivalent of a line of the code list ``opioider`` in the table ``b``."""
    label = f"{r['legemiddel']} – {r['form']}"
    dose = fmt.VariableBlock(
        navn=f"DD{r['stamme']}{b.suffiks}",
        ledetekst=label,
        type="tall",
        desimaler=1,
        enhet=r["enhet"],
        hardt=(0, _largest(r["lagres_dose"])),
        lagres=r["lagres_dose"],
        fysisk=f"{r['fysisk']}_DOSAGE",
        paakrevd=False,
        hjelp=b.radhjelp.get(r["stamme"], ""),
    )
    omeq = fmt.VariableBlock(
        navn=f"OMEQ{r['stamme']}{b.suffiks}",
        ledetekst=f"{label}: OMEQ",
        type="tall",
        desimaler=1,
        enhet="mg",
        lagres=r["lagres_omeq"],
        fysisk=f"{r['fysisk']}_OMEQ",
        paakrevd=False,
        beregnes="omeq",
    )
    return dose, omeq


def proposal(file: str, b: fmt.VariableBlock, form_id: str, name: Callable[[str], str]) -> Foreslaas | None:
    """The day that the form proposes for a date: ``i_dag``, or the answer of another date, which ``name`` names in the form.

    What is written as «staar» becomes the answer when the form is completed; what is «tilbys» only when the user takes it.
    «bruk» is the one form of the file that proposes it.
    """
    given = b.foreslaas
    if not given or given.get("bruk", form_id) != form_id:
        return None
    if b.type != "dato" or ("staar" in given) == ("tilbys" in given):
        raise refuse(file, b.navn, "«foreslaas» er for en dato, og sier enten hva som står eller hva som tilbys")
    day = given.get("staar") or given["tilbys"]
    return Foreslaas(day if day == TODAY else name(day), staar="staar" in given)


def listed(row: Mapping[str, str]) -> str | fmt.CodeBlock:
    """The code of a row of a code list, which may have the columns «fra», «til» and «utgave»."""
    dates = {key: row[key] for key in ("fra", "til", "utgave") if row.get(key)}
    return fmt.CodeBlock.model_validate({"tekst": row["tekst"], **dates}) if dates else row["tekst"]


def number(code: str) -> int | str:
    """The code as a whole number, when it is one."""
    return int(code) if code.lstrip("-").isdigit() else code


def _largest(decimal_type: str) -> float:
    """The largest value a decimal(p,s) column holds."""
    precision, scale = (int(n) for n in decimal_type.removeprefix("decimal(").rstrip(")").split(","))
    return (10**precision - 1) / 10**scale


def limiting(file: str, where: str, name: str, utgaver: Mapping[str, Utgave]) -> Utgave | None:
    """The named edition; None for one that sets no limits."""
    if name not in utgaver:
        raise refuse(file, where, f"utgaven «{name}» finnes ikke i utgaver.yml")
    return None if utgaver[name].alltid else utgaver[name]
