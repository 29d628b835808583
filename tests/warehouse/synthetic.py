"""Random snapshots for the warehouse's tests and measurements, made without the store.

python -m tests.warehouse.synthetic snapshot.duckdb 30000
"""

import json
import random
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from checks.codebook import load
from exports.codebook_tables import codebook_tables
from tests.warehouse import independent as rules
from tests.warehouse.snapshot_tables import TABLES, frame, save

MOMENT = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Generator:
    """Draws forløp one at a time; the same seed gives the same register.

    With ``fra`` the edition with reservation, which the caller has put into use, begins on that day, in the middle of the forløp.
    """

    def __init__(self, seed: int, fra: date | None = None) -> None:
        self.random = random.Random(seed)
        self.of_orders, self.of_reservations = random.Random(seed), random.Random(seed)
        self.fra, self.first = fra, fra - timedelta(days=500) if fra else date(2023, 1, 1)
        self.book = codebook_tables(load())
        asked = pl.col("aktiv") & pl.col("eksporteres") & pl.col("gjentatt").is_null() & pl.col("beregnes").is_null()
        self.questions: dict[str, list[tuple[str, str]]] = {}
        for row in self.book["kodebok_variabel"].filter(asked).iter_rows(named=True):
            self.questions.setdefault(row["skjema"], []).append((row["navn"], row["lagres"]))
        self.since = dict(self.book["kodebok_variabel"].select("navn", "fra").drop_nulls().iter_rows())
        self.codes: dict[tuple[str, str], list[int]] = {}
        for row in self.book["kodebok_kode"].drop_nulls("kode").iter_rows(named=True):
            self.codes.setdefault((row["skjema"], row["navn"]), []).append(row["kode"])
        factors = rules.read_list("omeq_faktorer")
        self.factor_set = factors[0]["faktorsett"]
        self.opioids = [row["stamme"] for row in factors if row["faktorsett"] == self.factor_set]
        self.depot: dict[str, list[float]] = {}
        for row in rules.read_list("buvidal"):
            if row["faktorsett"] == self.factor_set:
                self.depot.setdefault(row["stamme"], []).append(float(row["dose_mg"]))
        self.rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}

    def make(self, path: Path, count: int) -> None:
        """Write a snapshot of `count` forløp."""
        self.rows["enhet"] = [(f"10{number:04d}", f"Sykehus {number}", "HF", "RHF", 1) for number in range(13)]
        first = self.rows["enhet"][0][0]
        self.rows["lokasjon"] = [(1, first, "Hovedbygg", "Hoved", "100", 1)]
        self.rows["avdeling"] = [(1, first, "Kirurgisk avdeling", "Kir", "101", 1)]
        for number in range(1, count * 3 // 4 + 2):
            young = self.random.random() < 0.1
            days = self.random.randrange(32000, 34500) if young else self.random.randrange(32000)
            born = date(1930, 1, 1) + timedelta(days=days) if self.random.random() > 0.01 else None
            sex = self.random.choice((1, 2))
            self.rows["pasient"].append((number, born, sex, 0, None, 1, date(2025, 1, 1), self.reservation()))
        for number in range(1, count + 1):
            self.forlop(number)
        if self.fra:
            months = (self.fra.replace(day=1), self.fra.replace(day=1) - timedelta(days=31), None)
            self.rows["reservert_telling"] = [
                (unit[0], month and month.replace(day=1), met, self.of_reservations.randrange(1, 4))
                for unit in self.rows["enhet"][:5]
                for month in months
                for met in (0, 1, None)
            ]
        self.write(path)

    def forlop(self, number: int) -> None:
        """Draw one forløp: head, statuses and documents."""
        draw = self.random
        patient = draw.choice(self.rows["pasient"])
        unit = draw.choice(self.rows["enhet"])[0]
        start = self.first + timedelta(days=draw.randrange(1000))
        if number % 40 == 0:  # a forløp that was opened, with nothing registered yet
            self.rows["forlop"].append((number, patient[0], unit, *[None] * 11, MOMENT, "bruker1"))
            for form in ("to", "b11"):
                self.head(number, form, 0, -1)
            return
        to = self.tillegg(patient[1], start)
        facts = (to["Tilsett"], to["Norsktalende"], to["alder"], to["KognSvekket"])
        kind = rules.forlopstype(*facts, reservation=self.reserves(start))
        samtykke = to["SkriftligSamtyk"]
        withdrawn = start + timedelta(days=90) if samtykke == 1 and draw.random() < 0.03 else None
        signed = start if samtykke == 1 else None
        referred = date.fromisoformat(to["HenvistDato"])
        self.rows["forlop"].append(
            (
                number,
                patient[0],
                unit,
                kind,
                referred,
                start,
                to["Tilsett"],
                to["InklKritOppf"],
                samtykke,
                to["TypeManglSamt"],
                signed,
                withdrawn,
                1,
                1,
                MOMENT,
                "bruker1",
            )
        )
        progress = draw.choices((1.0, 0.8, 0.3), (75, 15, 10))[0]
        for form, least in rules.FORMS.items():
            if least > (kind or 1) and draw.random() > 0.05:
                continue
            status = 1 if draw.random() < progress else 0 if form == "to" else draw.choice((0, -1))
            version = 0 if status == -1 else draw.randrange(1, 5)
            self.head(number, form, version, status)
            if least == 3:
                self.orders(number, form, start, answered=status == 1)
            if version:
                answers = to if form == "to" else self.answers(form, start, number)
                given = {name: value for name, value in answers.items() if value is not None}
                factors = self.factor_set if form in ("b11", "b22") else None
                document = json.dumps(given, ensure_ascii=False)
                self.rows["skjemaversjon"].append(
                    (number, form, version, status, document, None, factors, "bruker2", MOMENT)
                )

    def reserves(self, start: date) -> bool:
        """Whether a forløp that starts on the day is under the edition with reservation."""
        return self.fra is not None and start >= self.fra

    def reservation(self) -> int | None:
        """Draw whether a patient is reserved (1), was asked about and is not (0), or was never asked about."""
        return self.of_reservations.choice((0, 0, 0, 0, 1, None)) if self.fra else None

    def head(self, number: int, form: str, version: int, status: int) -> None:
        """Add the head row of one form."""
        row = (number, form, version, status, MOMENT, "bruker2", None, None, None, MOMENT, "bruker1")
        self.rows["skjema"].append(row)

    def orders(self, number: int, form: str, start: date, *, answered: bool) -> None:
        """Add none to three orders of a patient form, of which only the last can be live or answered."""
        draw = self.of_orders
        many = draw.choice((0, 1, 1, 2, 3))
        for place in range(many):
            ends = ["stoppet", "utlopt", "ikke_sendt"]
            if place == many - 1:
                ends += ["besvart"] * 3 if answered else ["bestilt", "sendt", "sendt"]
            state = draw.choice(ends)
            sent = state in ("sendt", "besvart", "utlopt") or (state == "stoppet" and draw.random() < 0.5)
            moment = MOMENT if sent else None
            self.rows["bestilling"].append(
                (len(self.rows["bestilling"]) + 1, number, form, "automatisk", "sikker", state, start, moment, None)
            )

    def tillegg(self, born: date | None, start: date) -> dict[str, Any]:
        """The answers of TO."""
        draw = self.random
        facts = (
            draw.choices((1, 2, 3, 4, 5, None), (80, 4, 4, 5, 3, 4))[0],
            draw.choices((1, 0, None, 9), (90, 6, 3, 1))[0],
            rules.age(born, start),
            draw.choices((0, 1, None, 9), (75, 12, 12, 1))[0],
        )
        reserves = self.reserves(start)
        met = rules.criteria(*facts, reservation=reserves)
        kind = rules.forlopstype(*facts, reservation=reserves)
        weights = {3: (75, 15, 10), 2: (5, 95, 0)}.get(kind or 0, (0, 90, 10))
        samtykke = draw.choices((1, 0, None), weights)[0]
        why = None if samtykke != 0 else draw.choice((1, 2, 4)) if kind == 3 else 3
        referred = start - timedelta(days=draw.choice((0, 0, 1, 2, 5)))
        if reserves:
            samtykke = why = None
        return {
            "HenvistDato": referred.isoformat(),
            "StartdatoTO": start.isoformat(),
            "Tilsynsanmodnin": int(draw.random() < 0.9),
            "TelefonCalling": int(draw.random() < 0.3),
            "Tilsett": facts[0],
            "Norsktalende": facts[1],
            "alder": facts[2],
            "KognSvekket": facts[3],
            "InklKritOppf": met,
            "SkriftligSamtyk": samtykke,
            "TypeManglSamt": why,
            "DatoSamtykke": start.isoformat() if samtykke == 1 else None,
        }

    def answers(self, form: str, start: date, number: int) -> dict[str, Any]:
        """Random answers to one form, with the values computed from them."""
        draw = self.random
        found: dict[str, Any] = {}
        for name, kind in self.questions[form]:
            if name.startswith("DD") and kind.startswith("decimal"):
                continue
            if name in self.since and start < self.since[name]:
                continue
            if kind == "date":
                found[name] = (start + timedelta(days=draw.randrange(10))).isoformat()
            elif kind == "varchar":
                found[name] = draw.choice(("M54.5", "C50.9", "S72.0"))
            elif name.startswith(("StSm", "SvSm")):
                found[name] = draw.choice((0, 2, 3, 5, 8, 10, 99))
            elif name.startswith("Funksjon"):
                found[name] = draw.choice((1, 2, 3, 4, 5, 9))
            elif name.startswith(("HADSSpm", "AngiNRS")):
                found[name] = draw.choice((0, 1, 2, 3)) if draw.random() > 0.05 else None
                if name.startswith("HADSSpm") and found[name] == 3 and number % 3 == 0:
                    found[name] = 9
            else:
                found[name] = draw.choice((0, 1)) if kind == "tinyint" else draw.randrange(1, 100)
            known = self.codes.get((form, name))
            if known and found[name] is not None and found[name] not in known:
                found[name] = known[found[name] % len(known)]
        if form == "hads":
            items = {item: found.get(f"HADSSpm{item}") for item in range(1, 15)}
            found["HADSScoreAngst"] = rules.hads(items, "angst")
            found["HADSScoreDepresjon"] = rules.hads(items, "depresjon")
        elif form == "b11":
            found |= self.opioid_table("") | {"smertediagnoser": self.diagnoses(number * 10)}
        elif form == "b22":
            found |= self.opioid_table("22")
        return found

    def opioid_table(self, suffix: str) -> dict[str, Any]:
        """Doses, equivalents and their sum for some drugs."""
        doses = {}
        for stem in self.random.sample(self.opioids, self.random.choice((0, 1, 1, 2, 3))):
            depot = self.depot.get(stem)
            doses[stem] = self.random.choice(depot) if depot else round(self.random.uniform(0.1, 60), 1)
        equivalents = rules.omeq(doses, self.factor_set)
        total = rules.total(equivalents.values())
        answers: dict[str, Any] = {f"DD{stem}{suffix}": dose for stem, dose in doses.items()}
        answers |= {f"OMEQ{stem}{suffix}": float(value) for stem, value in equivalents.items()}
        return answers | {f"MoEkvivalens{suffix}": None if total is None else float(total)}

    def diagnoses(self, first: int) -> list[dict[str, Any]]:
        """One to three smertediagnoser."""
        kinds: dict[int, dict[str, Any]] = {
            1: {"DiagKat": 3, "DiagSubKat": 1, "ICD10Kode": "3", "ICD10Tekst": "Rygg – Cervicalt"},
            2: {"DiagKat": 1, "DiagSubKat": 2, "ICD10Kode": "M79.7", "ICD10Tekst": "Fibromyalgi"},
            3: {"DiagKat": 2, "ICD10Kode": "C50.9"},
            4: {},
        }
        drawn = [self.random.choice((1, 1, 2, 3, 4)) for _ in range(self.random.choice((1, 1, 2, 3)))]
        return [
            {"SmerteDiagID": first + place, "SmerteKat": kind, "ICD10Versjon": 2026, "HovedDiag": int(place == 0)}
            | kinds[kind]
            for place, kind in enumerate(drawn)
        ]

    def write(self, path: Path) -> None:
        """Write the tables of the snapshot as exports/snapshot.py does."""
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as con:
            for name, columns in TABLES.items():
                save(con, name, frame(self.rows[name], columns))
            con.execute("alter table skjemaversjon alter svar type json")
            for name, table in self.book.items():
                save(con, name, table)


if __name__ == "__main__":
    Generator(1).make(Path(sys.argv[1]), int(sys.argv[2]))
