"""Smertediagnoser of the demo: every kind the manual has, drawn from a catalogue that is checked row by row.

Operation codes are random letters and digits in NCSP's pattern: the classification itself may not be shipped.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import polars as pl

from checks import kodeverk, smertediagnoser
from checks.derived import ICD10_EDITION
from checks.errors import InvalidAnswers
from ingest.demo import odds
from ingest.demo.draw import Draw

ACUTE = {"surgery": 0.42, "injury": 0.2, "disease": 0.28, "other": 0.1}
KIND = {
    smertediagnoser.ACUTE: 0.6,
    smertediagnoser.CHRONIC: 0.22,
    smertediagnoser.PALLIATIVE: 0.15,
    smertediagnoser.OTHER: 0.03,
}
HOW_MANY: odds.Odds = {1: 0.72, 2: 0.21, 3: 0.07}
CHAPTERS = "ABCDEFGHJKLMNPQ"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Entry:
    weight: float
    SmerteKat: int
    DiagKat: int | None = None
    DiagSubKat: int | None = None
    ICD10Kode: str | None = None
    ICD10Tekst: str | None = None
    ICD10Versjon: int | None = None


def catalogue(draw: Draw) -> list[Entry]:
    """The diagnoses to draw from. Raises InvalidAnswers when one of them breaks the rules of B 1.1, question 3."""
    found = [*_acute(draw), *_chronic(), *_palliative(), Entry(KIND[smertediagnoser.OTHER], smertediagnoser.OTHER)]
    problems = smertediagnoser.check([_row(entry) for entry in found], complete=True)
    if problems:
        raise InvalidAnswers(tuple(problems))
    return found


def draw_rows(draw: Draw, n: int, entries: list[Entry]) -> pl.DataFrame:
    """One row for each of n forløp: its diagnoses as canonical JSON, and the list of their SmerteKat."""
    many = draw.codes(n, HOW_MANY).to_numpy()
    owner = np.repeat(np.arange(n), many)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(many) - many, many) + 1
    chosen = draw.index(len(owner), [entry.weight for entry in entries])
    main = np.where(number == 1, 1, np.where(draw.yes(len(owner), 0.15), 1, 0))
    texts = pl.DataFrame(
        {"entry": np.arange(len(entries)), **_json_parts(entries)}, schema_overrides={"entry": pl.Int64}
    )
    rows = pl.DataFrame({"owner": owner, "number": number, "entry": chosen, "main": main})
    # Of «Annet» nothing more is registered, not even whether it is the main diagnosis.
    asked = pl.concat_str(pl.lit('"HovedDiag":'), pl.col("main").cast(pl.String), pl.lit(","))
    main_answer = pl.when(pl.col("kind") != smertediagnoser.OTHER).then(asked).otherwise(pl.lit(""))
    rows = rows.join(texts, on="entry", how="left", maintain_order="left").with_columns(
        json=pl.concat_str(
            pl.lit("{"),
            "before",
            main_answer,
            "between",
            pl.lit('"SmerteDiagID":'),
            pl.col("number").cast(pl.String),
            "after",
            pl.lit("}"),
        )
    )
    grouped = rows.group_by("owner", maintain_order=True).agg(pl.col("json").str.join(","), pl.col("kind"))
    return grouped.select(json=pl.concat_str(pl.lit("["), "json", pl.lit("]")), kinds=pl.col("kind"))


def _row(entry: Entry) -> dict[str, object]:
    main = None if entry.SmerteKat == smertediagnoser.OTHER else 1
    return {"HovedDiag": main, **{k: v for k, v in vars(entry).items() if k != "weight"}}


def _json_parts(entries: list[Entry]) -> dict[str, list[object]]:
    """The JSON of each entry in three parts: before, between and after HovedDiag and SmerteDiagID, which differ from
    row to row. The keys are in sorted order.
    """
    before, between, after = [], [], []
    for entry in entries:
        values = {k: v for k, v in vars(entry).items() if k != "weight" and v is not None}
        texts = {k: f"{json.dumps(k)}:{json.dumps(v, ensure_ascii=False)}" for k, v in sorted(values.items())}
        before.append("".join(f"{texts[k]}," for k in texts if k < "HovedDiag"))
        between.append("".join(f"{texts[k]}," for k in texts if "HovedDiag" < k < "SmerteDiagID"))
        after.append("".join(f",{texts[k]}" for k in texts if k > "SmerteDiagID"))
    return {"before": before, "between": between, "after": after, "kind": [entry.SmerteKat for entry in entries]}


def _acute(draw: Draw) -> list[Entry]:
    share = KIND[smertediagnoser.ACUTE]
    letters = [draw.index(60, [1] * len(source)) for source in (CHAPTERS, LETTERS[:-1], LETTERS[:-1])]
    digits = draw.whole(60, 0, 99)
    codes = sorted(
        {f"{CHAPTERS[a]}{LETTERS[b]}{LETTERS[c]}{d:02}" for a, b, c, d in zip(*letters, digits, strict=True)}
    )
    found = [
        Entry(share * ACUTE["surgery"] / len(codes), smertediagnoser.ACUTE, smertediagnoser.SURGERY, ICD10Kode=code)
        for code in codes
    ]
    places = [
        (str(code), sub) for code, _, below in smertediagnoser.regions() for sub in ([s for s, _ in below] or [None])
    ]
    for category, name in ((smertediagnoser.INJURY, "injury"), (smertediagnoser.DISEASE, "disease")):
        found += [
            Entry(
                share * ACUTE[name] / len(places),
                smertediagnoser.ACUTE,
                category,
                sub,
                code,
                smertediagnoser.region_text(code, sub),
            )
            for code, sub in places
        ]
    return [*found, Entry(share * ACUTE["other"], smertediagnoser.ACUTE, smertediagnoser.OTHER_ACUTE)]


def _chronic() -> list[Entry]:
    kind, share, found = smertediagnoser.CHRONIC, KIND[smertediagnoser.CHRONIC], []
    for category in range(1, 8):
        for sub, _, _ in smertediagnoser.subcategories(category):
            codes = _cancers() if category == smertediagnoser.CANCER else smertediagnoser.short_list(sub)
            found += [
                Entry(share * 0.8 / 15 / len(codes), kind, category, sub, k.kode, k.tekst, ICD10_EDITION) for k in codes
            ]
        if category != smertediagnoser.CANCER:
            found.append(Entry(share * 0.01, kind, category))
    return [*found, Entry(share * 0.14, kind)]


def _palliative() -> list[Entry]:
    kind, share = smertediagnoser.PALLIATIVE, KIND[smertediagnoser.PALLIATIVE]
    cancers = [
        Entry(share * 0.85 / len(odds.CANCERS), kind, smertediagnoser.CANCER, None, k.kode, k.tekst, ICD10_EDITION)
        for k in _cancers()
    ]
    return [*cancers, Entry(share * 0.15, kind)]


def _cancers() -> list[kodeverk.Kode]:
    return [kodeverk.Kode(code, kodeverk.icd10_text(code) or "") for code in odds.CANCERS]
