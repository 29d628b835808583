"""Builds one form of the codebook: a file's blocks with the form's suffix on every name."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from checks.calculations.omeq import SUM
from checks.codebook import format as fmt
from checks.codebook.blocks import COMPARED, clinician_row, limiting, listed, number, opioid_row, proposal
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
from checks.codebook.refusal import invalid, refuse
from checks.codebook.time import ALLTID, Tid, Utgave
from checks.codebook.uses import properties
from checks.conditions import Betingelse, Er, both, parse, variables

_DEFAULT_STORAGE = {"dato": "date", "tekst": "varchar", "stor_tekst": "varchar"}


class FormBuilder:
    """``file`` is the file's name for messages, ``data`` its contents, ``lists`` the folder of code lists.

    ``utgaver`` are the editions that a question may name.
    """

    def __init__(
        self,
        file: str,
        data: fmt.FileFormat,
        lists: Path,
        form_id: str,
        use: fmt.UseBlock,
        utgaver: Mapping[str, Utgave],
    ) -> None:
        self.file, self.data, self.lists, self.id, self.use = file, data, lists, form_id, use
        self.utgaver = utgaver

    def name(self, stem: str) -> str:
        return stem if "." in stem else stem + self.use.suffiks

    def condition(self, where: str, data: Any) -> Betingelse | None:
        if data is None:
            return None
        try:
            return parse(data, self.name)
        except ValueError as error:
            raise refuse(self.file, where, str(error)) from error

    def dated(self, where: str, b: fmt.Dated, around: Tid = ALLTID) -> Tid:
        """When a block is asked: its own dates, else its edition's, else those of what it stands in."""
        edition = limiting(self.file, where, b.utgave, self.utgaver) if b.utgave else around.utgave
        outer = Tid(edition.fra, edition.til) if b.utgave and edition else around
        made = Tid(b.fra or outer.fra, b.til or outer.til, edition)
        if made.fra and made.til and made.fra >= made.til:
            raise refuse(self.file, where, f"«til» ({made.til}) må være etter «fra» ({made.fra})")
        return made

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

    def variable(self, b: fmt.VariableBlock, shown: Betingelse | None, around: Tid = ALLTID, **more: Any) -> Variabel:
        tid = self.dated(b.navn, b, around)
        storage = b.lagres or _DEFAULT_STORAGE.get(b.type, "tinyint")
        if b.type == "tall" and b.lagres is None:
            raise refuse(self.file, b.navn, "et tall må si hva det lagres som («lagres»)")
        if b.mykt and (b.type == "dato") != (b.mykt_mot is not None):
            raise refuse(self.file, b.navn, "«mykt» er dager etter «mykt_mot» for en dato, og for ingenting annet")
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
            mykt_mot=self.name(b.mykt_mot) if b.mykt_mot else None,
            hardt=b.hardt,
            avrund_opp=b.avrunding == "opp",
            fysisk=b.fysisk,
            paakrevd=paakrevd,
            vises_naar=both(shown, self.condition(b.navn, b.vises_naar)),
            beregnes=b.beregnes,
            forhaandsvalg=self.prefill(b),
            foreslaas=proposal(self.file, b, self.id, self.name),
            identifiserende=b.identifiserende,
            eksporteres=b.eksporteres,
            tilbys=b.tilbys,
            tid=tid,
            aktiv=tid.i_bruk,
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
            pairs = [(number(row["kode"]), listed(row)) for row in self.code_list(b.navn, b.kodeliste)]
        hidden = {*b.kun_import, *b.kun_system}
        at_times = {code: self.dated(b.navn, fmt.Dated(utgave=n)) for n, codes in b.tilbys_i.items() for code in codes}
        if unknown := (hidden | at_times.keys()) - {code for code, _ in pairs}:
            raise refuse(self.file, b.navn, f"kodene {sorted(map(str, unknown))} finnes ikke i listen")
        offered = {code: at_times.get(code, ALLTID) for code, _ in pairs if code not in hidden}
        return tuple(self.code(b.navn, code, said, offered.get(code)) for code, said in pairs)

    def code(self, where: str, code: int | str, said: str | fmt.CodeBlock, offered: Tid | None) -> Kode:
        tid = ALLTID if isinstance(said, str) else self.dated(f"{where}, kode {code}", said)
        text = said if isinstance(said, str) else said.tekst
        is_offered = offered is not None and offered.i_bruk and tid.i_bruk
        return Kode(code, text, is_offered, tid, tid.i_bruk, offered or ALLTID)

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
                self.dated(b.flervalg, b),
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
        around = self.dated(b.behandlere, b)
        for r in b.rader:
            tid = self.dated(r.navn, r, around)
            box, count = clinician_row(r, b.antall_ledetekst)
            ticked = both(shown, Er(self.name(r.navn), (1,)))
            rows.append((self.variable(box, shown, tid, gruppe=b.behandlere), self.variable(count, ticked, tid)))
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
        more = {"around": self.dated(b.opioidtabell, b), "uttrekk_sist": b.uttrekk == "sist"}
        rows = []
        with (self.lists / "opioider.csv").open(encoding="utf-8", newline="") as handle:
            for r in csv.DictReader(handle):
                dose, omeq = opioid_row(r, b)
                rows.append(
                    Opioidrad(
                        r["stamme"],
                        r["legemiddel"],
                        r["form"],
                        r["enhet"],
                        self.variable(dose, shown, gruppe=b.opioidtabell, **more),
                        self.variable(omeq, shown, gruppe=b.opioidtabell, **more),
                    )
                )
        if b.sum.navn != SUM + b.suffiks:
            raise refuse(self.file, b.sum.navn, f"summen i en opioidtabell må hete «{SUM}{b.suffiks}»")
        sum_block = fmt.VariableBlock(
            type="tall", desimaler=1, enhet="mg", paakrevd=False, beregnes="omeq_sum", **b.sum.model_dump()
        )
        total = self.variable(sum_block, shown, gruppe=b.opioidtabell, **more)
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
        if left == "vilkaar":
            condition = self.condition(f"regel {r.id}", requirement)
            return Regel(r.id, left, tuple(variables(condition)), r.melding, vilkaar=condition)
        if left == "minst_en":
            return Regel(r.id, "minst_en", tuple(self.name(n) for n in requirement), r.melding)
        kind, other = next(iter(requirement.items())) if isinstance(requirement, dict) else (str(requirement), "")
        if kind not in COMPARED:
            raise refuse(self.file, f"regel {r.id}", f"kravet «{kind}» er ukjent")
        return Regel(r.id, kind, (self.name(left),), r.melding, self.name(other), tuple(r.unntatt))
