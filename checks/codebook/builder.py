"""Builds one form of the codebook: a file's blocks with the form's suffix on every name."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from checks.codebook import format as fmt
from checks.codebook.model import (
    Behandlere,
    Felt,
    Flervalg,
    Forhaandsvalg,
    Gjentatt,
    Kode,
    Opioidrad,
    Opioidtabell,
    Regel,
    Seksjon,
    Skjema,
    Variabel,
)
from checks.codebook.uses import properties
from checks.conditions import Betingelse, Er, both, parse, variables
from checks.errors import RegisterError

_DEFAULT_STORAGE = {"dato": "date", "tekst": "varchar", "stor_tekst": "varchar"}


def refuse(file: str, where: str, message: str) -> RegisterError:
    """REG-084: the file, the variable, and what is wrong."""
    return RegisterError("REG-084", fil=file, hvor=where, melding=message)


def invalid(file: str, where: str, error: ValidationError) -> RegisterError:
    """REG-084 for the first thing that breaks the format."""
    first = error.errors()[0]
    spot = ".".join(str(part) for part in first["loc"])
    what = {"extra_forbidden": "ukjent nøkkel", "missing": "nøkkelen mangler"}.get(first["type"], first["msg"])
    return refuse(file, where, f"«{spot}»: {what}")


class FormBuilder:
    """``file`` is the file's name for messages, ``data`` its contents, ``lists`` the folder of code lists."""

    def __init__(self, file: str, data: fmt.FileFormat, lists: Path, form_id: str, use: fmt.UseBlock) -> None:
        self.file, self.data, self.lists, self.id, self.use = file, data, lists, form_id, use

    def name(self, stem: str) -> str:
        return stem if "." in stem else stem + self.use.suffiks

    def condition(self, where: str, data: Any) -> Betingelse | None:
        if data is None:
            return None
        try:
            return parse(data, self.name)
        except ValueError as error:
            raise refuse(self.file, where, str(error)) from error

    def build(self) -> Skjema:
        return Skjema(
            id=self.id,
            navn=self.use.navn,
            tittel=self.use.tittel,
            tabell=self.data.tabell,
            formorder=self.use.formorder,
            seksjoner=tuple(self.section(s) for s in self.data.seksjoner),
            regler=tuple(self.rule(r) for r in self.data.regler if r.bruk in (None, self.id)),
            **properties(self.use, self.name),
        )

    def section(self, s: fmt.SectionBlock) -> Seksjon:
        shown = self.condition(s.id, s.vises_naar)
        return Seksjon(s.id, s.tittel, tuple(self.block(b, shown) for b in s.felt), s.hjelp, shown)

    def block(self, raw: dict[str, Any], shown: Betingelse | None) -> Felt:
        kind = next((key for key in fmt.BLOCKS if key in raw and key != "navn"), "navn")
        where = str(raw.get(kind, "ukjent felt"))
        try:
            block = fmt.BLOCKS[kind].model_validate(raw)
        except ValidationError as error:
            raise invalid(self.file, where, error) from error
        build: dict[type, Callable[[Any, Betingelse | None], Felt]] = {
            fmt.VariableBlock: self.variable,
            fmt.MultipleBlock: self.multiple,
            fmt.CliniciansBlock: self.clinicians,
            fmt.OpioidBlock: self.opioids,
            fmt.RepeatedBlock: self.repeated,
        }
        return build[type(block)](block, shown)

    def variable(self, b: fmt.VariableBlock, shown: Betingelse | None, **more: Any) -> Variabel:
        storage = b.lagres or _DEFAULT_STORAGE.get(b.type, "tinyint")
        if b.type == "tall" and b.lagres is None:
            raise refuse(self.file, b.navn, "et tall må si hva det lagres som («lagres»)")
        koder = self.codes(b)
        if b.type == "liste" and not (koder or b.oppslag or b.kortliste):
            raise refuse(self.file, b.navn, "en liste må ha koder, kodeliste, kortliste eller oppslag")
        said = b.paakrevd if "paakrevd" in b.model_fields_set else self.data.paakrevd
        paakrevd = said if isinstance(said, bool) else self.condition(b.navn, said) or True
        return Variabel(
            navn=self.name(b.navn),
            stamme=b.navn,
            skjema=self.id,
            ledetekst=b.ledetekst,
            type=b.type,
            lagres=storage,
            hjelp=b.hjelp.strip(),
            koder=koder,
            kortliste=b.kortliste,
            oppslag=b.oppslag,
            prefiks=b.prefiks,
            avgrenses_av=b.avgrenses_av,
            desimaler=b.desimaler,
            enhet=b.enhet,
            mykt=b.mykt,
            hardt=b.hardt,
            avrund_opp=b.avrunding == "opp",
            fysisk=b.fysisk,
            paakrevd=paakrevd,
            vises_naar=both(shown, self.condition(b.navn, b.vises_naar)),
            beregnes=b.beregnes,
            forhaandsvalg=self.prefill(b),
            identifiserende=b.identifiserende,
            eksporteres=b.eksporteres,
            tilbys=b.tilbys,
            innfoert=b.innfoert,
            utgatt=b.utgatt,
            fyller=b.fyller,
            **{"uttrekk_sist": b.uttrekk == "sist", **more},
        )

    def prefill(self, b: fmt.VariableBlock) -> Forhaandsvalg | None:
        if b.forhaandsvalg is None:
            return None
        condition = self.condition(b.navn, b.forhaandsvalg.naar)
        return Forhaandsvalg(b.forhaandsvalg.verdi, condition) if condition else None

    def codes(self, b: fmt.VariableBlock) -> tuple[Kode, ...]:
        pairs = list((b.koder or b.vises_som).items())
        if b.kodeliste is not None:
            pairs = [(_number(row["kode"]), row["tekst"]) for row in self.code_list(b.navn, b.kodeliste)]
        hidden = {*b.kun_import, *b.kun_system}
        if unknown := hidden - {code for code, _ in pairs}:
            raise refuse(self.file, b.navn, f"kodene {sorted(map(str, unknown))} finnes ikke i listen")
        return tuple(Kode(code, text, code not in hidden) for code, text in pairs)

    def code_list(self, where: str, name: str) -> list[dict[str, str]]:
        path = self.lists / f"{name}.csv"
        if not path.exists():
            raise refuse(self.file, where, f"kodelisten «{name}» finnes ikke")
        with path.open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    def choices(self, b: fmt.MultipleBlock) -> list[fmt.ChoiceBlock]:
        """The boxes of a several-of-many question, with what its code list says of them."""
        rows = {r["kode"]: r for r in self.code_list(b.flervalg, b.kodeliste)} if b.kodeliste else {}
        names = {c.kode: c.navn for c in b.alternativer}
        filled = []
        for c in b.alternativer:
            if c.kode is None and c.ledetekst:
                filled.append(c)
                continue
            row = rows.get(c.kode or "")
            if row is None:
                raise refuse(self.file, c.navn, f"koden «{c.kode or ''}» finnes ikke i kodelisten")
            parent = row.get("under")
            if parent and parent not in names:
                raise refuse(self.file, c.navn, f"«{parent}», som svaret hører under, er ikke et alternativ")
            filled.append(
                c.model_copy(
                    update={
                        "ledetekst": c.ledetekst or row["tekst"],
                        "hjelp": c.hjelp or row.get("hjelp", ""),
                        "vises_naar": c.vises_naar or ({names[parent]: [1]} if parent else None),
                    }
                )
            )
        return filled

    def multiple(self, b: fmt.MultipleBlock, shown: Betingelse | None) -> Flervalg:
        shown = both(shown, self.condition(b.flervalg, b.vises_naar))
        choices = self.choices(b)
        names = {c.navn for c in b.alternativer}
        if unknown := set(b.enevalg) - names:
            raise refuse(self.file, b.flervalg, f"enevalg {sorted(unknown)} er ikke blant alternativene")
        boxes = tuple(
            self.variable(
                fmt.VariableBlock(type="avkrysning", paakrevd=False, **c.model_dump(exclude={"kode"})),
                shown,
                gruppe=b.flervalg,
                uttrekk_sist="sist" in (b.uttrekk, c.uttrekk),
            )
            for c in choices
        )
        exclusive = tuple(self.name(n) for n in b.enevalg)
        required = b.krev == "minst_en" and ("krev" in b.model_fields_set or self.data.paakrevd)
        return Flervalg(b.flervalg, b.ledetekst, b.hjelp.strip(), required, exclusive, boxes, shown)

    def clinicians(self, b: fmt.CliniciansBlock, shown: Betingelse | None) -> Behandlere:
        rows = []
        for r in b.rader:
            box = fmt.VariableBlock(
                navn=r.navn,
                ledetekst=r.ledetekst,
                hjelp=r.hjelp,
                type="avkrysning",
                fysisk=r.fysisk,
                paakrevd=False,
                innfoert=r.innfoert,
            )
            count = fmt.VariableBlock(
                navn=r.antall,
                ledetekst=f"{r.ledetekst}: {b.antall_ledetekst}",
                type="tall",
                fysisk=r.fysisk_antall,
                mykt=r.mykt,
                hardt=r.hardt,
                lagres=r.lagres_antall,
                innfoert=r.innfoert,
            )
            ticked = both(shown, Er(self.name(r.navn), (1,)))
            rows.append((self.variable(box, shown, gruppe=b.behandlere), self.variable(count, ticked)))
        return Behandlere(
            b.behandlere,
            b.ledetekst,
            b.hjelp.strip(),
            b.antall_ledetekst,
            b.paaminnelse,
            b.krev == "minst_en",
            tuple(rows),
        )

    def opioids(self, b: fmt.OpioidBlock, shown: Betingelse | None) -> Opioidtabell:
        shown = both(shown, self.condition(b.opioidtabell, b.vises_naar))
        last = {"uttrekk_sist": b.uttrekk == "sist"}
        rows = []
        with (self.lists / "opioider.csv").open(encoding="utf-8", newline="") as handle:
            for r in csv.DictReader(handle):
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
                rows.append(
                    Opioidrad(
                        r["stamme"],
                        r["legemiddel"],
                        r["form"],
                        r["enhet"],
                        self.variable(dose, shown, gruppe=b.opioidtabell, **last),
                        self.variable(omeq, shown, gruppe=b.opioidtabell, **last),
                    )
                )
        sum_block = fmt.VariableBlock(
            type="tall", desimaler=1, enhet="mg", paakrevd=False, beregnes="omeq_sum", **b.sum.model_dump()
        )
        total = self.variable(sum_block, shown, gruppe=b.opioidtabell, **last)
        return Opioidtabell(
            b.opioidtabell,
            b.ledetekst,
            b.hjelp.strip(),
            self.name(b.suffiks),
            b.krev == "minst_en",
            tuple(rows),
            total,
            shown,
        )

    def repeated(self, b: fmt.RepeatedBlock, shown: Betingelse | None) -> Gjentatt:
        fields = tuple(self.variable(v, None) for v in b.felt)
        key = fmt.VariableBlock(type="skjult", **b.noekkel.model_dump())
        return Gjentatt(b.gjentatt, b.hjelp.strip(), b.tabell, self.variable(key, None), b.minst, fields)

    def rule(self, r: fmt.RuleBlock) -> Regel:
        (left, requirement), *rest = r.krav.items()
        if rest:
            raise refuse(self.file, f"regel {r.id}", "har mer enn ett krav")
        excepted = tuple(r.unntatt)
        if left == "vilkaar":
            condition = self.condition(f"regel {r.id}", requirement)
            return Regel(r.id, left, tuple(variables(condition)), r.melding, vilkaar=condition)
        if left == "minst_en":
            return Regel(r.id, "minst_en", tuple(self.name(n) for n in requirement), r.melding)
        kind, other = next(iter(requirement.items())) if isinstance(requirement, dict) else (str(requirement), "")
        if kind not in ("minst", "ikke_foer"):
            raise refuse(self.file, f"regel {r.id}", f"kravet «{kind}» er ukjent")
        return Regel(r.id, kind, (self.name(left),), r.melding, self.name(other), excepted)


def _largest(decimal_type: str) -> float:
    """The largest value a decimal(p,s) column holds."""
    precision, scale = (int(n) for n in decimal_type.removeprefix("decimal(").rstrip(")").split(","))
    return (10**precision - 1) / 10**scale


def _number(code: str) -> int | str:
    return int(code) if code.lstrip("-").isdigit() else code
