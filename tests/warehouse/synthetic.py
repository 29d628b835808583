"""Random snapshots for the warehouse's tests and measurements: the contract's tables, made without the store.

    python -m tests.warehouse.synthetic snapshot.duckdb 30000
"""

import csv
import json
import random
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from tests.warehouse import independent as rules

CONTRACT = Path(__file__).parents[2] / "models" / "kontrakt" / "uttrekkskontrakt.csv"
PHYSICAL = {"po": "patient", "to": "mce", "b11": "emp11", "b12": "emp12", "b21": "emp12", "b22": "emp22",
            "pasreg": "patreg", "hads": "hads", "eval": "pateval", "opioid": "opioidoppf"}
LATER = {"AkseptabelSmerte12", "Funksjon12", "AkseptabelSmerte21", "Funksjon21", "Reservasjonsstatus", "RadBehandlerAST",
         "AntTilsRadBehandlerAST", "Prest", "AntTilsPrest", "OppfanneInst", "AvdRegSmIntensSD", "AvdRegSmIntensSDMangler"}
COMPUTED = {"IntKom22": "kommentar", "FerdigSkjema22": "status", "alder": "alder", "InklKritOppf": "inkl_krit_oppf",
            "MoEkvivalens": "omeq_sum", "MoEkvivalens22": "omeq_sum", "HADSScoreAngst": "hads_angst",
            "HADSScoreDepresjon": "hads_depresjon"}
CODES = {"Kjonn": {1: "Mann", 2: "Kvinne"}, "Tilsett": {1: "Ja", 2: "Nei - ikke behov", 3: "Nei - ikke kapasitet", 4: "Nei - gitt råd",
         5: "Nei - annen årsak"}, "Norsktalende": {0: "Nei", 1: "Ja", 9: "Vet ikke"}, "KognSvekket": {0: "Nei", 1: "Ja", 9: "Vet ikke"},
         "SkriftligSamtyk": {0: "Nei", 1: "Ja"}, "TypeManglSamt": {1: "Aktivt", 2: "Passivt", 3: "Ikke aktuelt", 4: "Ikke spurt",
         5: "Tilbaketrukket samtykke"}, "SmerteKat": {1: "Akutt smerte", 2: "Langvarig smerte > 3 mnd", 3: "Palliativ", 4: "Annet"}}
MOMENT = datetime(2026, 1, 1, 12, tzinfo=UTC)


def variables() -> pl.DataFrame:
    """kodebok_variabel, made from the contract of the extracts."""
    rows: list[dict[str, Any]] = []
    with CONTRACT.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if not line["skjema"]:
                continue
            name, form = line["kolonne"], line["skjema"]
            suffix = {"b12": "12", "b21": "21"}.get(form, "")
            computed = COMPUTED.get(name) or ("omeq" if name.startswith("OMEQ") else None)
            rows.append({
                "skjema": form, "tabell": PHYSICAL[form], "formorder": 2 if form == "b21" else 1, "navn": name,
                "stamme": name.removesuffix(suffix), "ledetekst": f"Ledetekst for {name}",
                "type": "liste" if name in CODES else {"DATE": "dato", "VARCHAR": "tekst", "TINYINT": "avkrysning"}.get(line["datatype"], "tall"),
                "lagres": line["datatype"].lower(), "fysisk": name.upper(), "rekkefolge": int(line["nr"]),
                "aktiv": name not in LATER, "eksporteres": True, "beregnes": computed, "gjentatt": None,
            })
    for place, name in enumerate(("SmerteKat", "DiagKat", "DiagSubKat", "ICD10Kode", "ICD10Tekst", "ICD10Versjon", "HovedDiag")):
        rows.append({"skjema": "b11", "tabell": "emp11_pain_diagnosis", "formorder": 1, "navn": name, "stamme": name, "ledetekst": name,
                     "type": "liste", "lagres": "varchar" if name in ("ICD10Kode", "ICD10Tekst") else "tinyint" if name != "ICD10Versjon"
                     else "integer", "fysisk": name.upper(), "rekkefolge": 1000 + place, "aktiv": True, "eksporteres": True,
                     "beregnes": None, "gjentatt": "smertediagnoser"})
    return pl.DataFrame(rows, infer_schema_length=None)


def codes(frame: pl.DataFrame) -> pl.DataFrame:
    """kodebok_kode for the lists the warehouse translates."""
    form_of = dict(zip(frame["navn"], frame["skjema"], strict=True))
    rows = [{"skjema": form_of[name], "navn": name, "kode": code, "tekst": text, "rekkefolge": place}
            for name, texts in CODES.items() for place, (code, text) in enumerate(texts.items(), 1)]
    return pl.DataFrame(rows, infer_schema_length=None)


class Generator:
    """Draws forløp one at a time; the same seed gives the same register."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        frame = variables()
        self.variables = frame
        self.by_form: dict[str, list[tuple[str, str]]] = {}
        for row in frame.filter(pl.col("aktiv") & pl.col("gjentatt").is_null() & pl.col("beregnes").is_null()).iter_rows(named=True):
            self.by_form.setdefault(row["skjema"], []).append((row["navn"], row["lagres"]))
        self.factor_set = rules.read_list("omeq_faktorer")[0]["faktorsett"]
        self.opioids = [row["stamme"] for row in rules.read_list("omeq_faktorer") if row["faktorsett"] == self.factor_set]
        self.depot: dict[str, list[float]] = {}
        for row in rules.read_list("buvidal"):
            if row["faktorsett"] == self.factor_set:
                self.depot.setdefault(row["stamme"], []).append(float(row["dose_mg"]))

    def opioid_table(self, suffix: str) -> dict[str, Any]:
        """Doses, equivalents and their sum for some drugs."""
        doses = {stem: self.random.choice(self.depot[stem]) if stem in self.depot else round(self.random.uniform(0.1, 60), 1)
                 for stem in self.random.sample(self.opioids, self.random.choice((0, 1, 1, 2, 3)))}
        equivalents = rules.omeq(doses, self.factor_set)
        answers: dict[str, Any] = {f"DD{stem}{suffix}": dose for stem, dose in doses.items()}
        answers |= {f"OMEQ{stem}{suffix}": float(value) for stem, value in equivalents.items()}
        answers[f"MoEkvivalens{suffix}"] = None if not equivalents else float(rules.total(equivalents.values()) or 0)
        return answers

    def answers(self, form: str, start: date) -> dict[str, Any]:
        """Random answers of every variable that is neither computed nor part of the opioid table."""
        draw = self.random
        found: dict[str, Any] = {}
        for name, kind in self.by_form[form]:
            if name.startswith("DD") and kind.startswith("decimal"):
                continue
            if kind == "date":
                found[name] = (start + timedelta(days=draw.randrange(10))).isoformat()
            elif kind == "varchar":
                found[name] = draw.choice(("M54.5", "C50.9", "S72.0"))
            elif name.startswith(("StSm", "SvSm")):
                found[name] = draw.choice((0, 2, 3, 5, 8, 10, 99))
            elif name.startswith(("HADSSpm", "AngiNRS")):
                found[name] = draw.choice((0, 1, 2, 3)) if draw.random() > 0.05 else None
            else:
                found[name] = draw.choice((0, 1)) if kind == "tinyint" else draw.randrange(1, 100)
        if form == "hads":
            items = {number: found.get(f"HADSSpm{number}") for number in range(1, 15)}
            found["HADSScoreAngst"], found["HADSScoreDepresjon"] = rules.hads(items, "angst"), rules.hads(items, "depresjon")
        if form in ("b11", "b22"):
            found |= self.opioid_table("22" if form == "b22" else "")
        return found

    def diagnoses(self, first: int) -> list[dict[str, Any]]:
        """One to three smertediagnoser."""
        rows = []
        for number in range(self.random.choice((1, 1, 2, 3))):
            category = self.random.choice((1, 1, 2, 3, 4))
            rows.append({"SmerteDiagID": first + number, "SmerteKat": category, "DiagKat": {1: 3, 2: 1, 3: 2, 4: None}[category],
                         "DiagSubKat": {1: 1, 2: 2}.get(category), "ICD10Kode": {1: "3", 2: "M79.7", 3: "C50.9"}.get(category),
                         "ICD10Tekst": {1: "Rygg – Cervicalt"}.get(category), "ICD10Versjon": 2026, "HovedDiag": int(number == 0)})
        return rows

    def make(self, path: Path, count: int) -> None:
        """Write a snapshot of `count` forløp."""
        draw = self.random
        units = [(f"10{number:04d}", f"Sykehus {number}", "HF", "RHF", 1) for number in range(13)]
        patients, forlop, heads, documents = [], [], [], []
        for patient in range(1, count * 3 // 4 + 2):
            born = date(1930, 1, 1) + timedelta(days=draw.randrange(32000) if draw.random() > 0.1 else draw.randrange(32000, 34500))
            patients.append((patient, born if draw.random() > 0.01 else None, draw.choice((1, 2)), 0, None, 1, date(2025, 1, 1)))
        for number in range(1, count + 1):
            who = draw.randrange(len(patients))
            start = date(2023, 1, 1) + timedelta(days=draw.randrange(1000))
            seen = draw.choices((1, 2, 3, 4, 5, None), (80, 4, 4, 5, 3, 4))[0]
            norwegian = draw.choices((1, 0, None), (90, 6, 4))[0]
            impaired = draw.choices((0, 1, None, 9), (75, 12, 12, 1))[0]
            years = rules.age(patients[who][1], start)
            met = rules.criteria(seen, norwegian, years, impaired)
            kind = rules.forlopstype(seen, norwegian, years, impaired)
            consent = draw.choices((1, 0, None), (75, 15, 10))[0] if kind == 3 else draw.choices((0, 1), (19, 1))[0] if kind == 2 else None
            why = (draw.choice((1, 2, 4)) if kind == 3 else 3) if consent == 0 else None
            withdrawn = start + timedelta(days=90) if consent == 1 and draw.random() < 0.03 else None
            unit = draw.choice(units)[0]
            to = {"HenvistDato": (start - timedelta(days=draw.choice((0, 0, 1, 2, 5)))).isoformat(), "Tilsynsanmodnin": int(draw.random() < 0.9),
                  "TelefonCalling": int(draw.random() < 0.3), "StartdatoTO": start.isoformat(), "Tilsett": seen, "Norsktalende": norwegian,
                  "alder": years, "KognSvekket": impaired, "InklKritOppf": met, "SkriftligSamtyk": consent, "TypeManglSamt": why,
                  "DatoSamtykke": start.isoformat() if consent == 1 else None, "DatotrekSamt": None}
            forlop.append((number, patients[who][0], unit, kind, date.fromisoformat(to["HenvistDato"]), start, seen, met, consent, why,
                           start if consent == 1 else None, withdrawn, 1, 1, MOMENT, "bruker1"))
            if number % 40 == 0:  # opened, nothing registered yet
                forlop[-1] = (*forlop[-1][:3], *[None] * 11, *forlop[-1][14:])
                heads += [(number, form, 0, -1, MOMENT, "bruker1", None, None, None, False, MOMENT, "bruker1") for form in ("to", "b11")]
                continue
            progress = draw.choices((1.0, 0.8, 0.3), (75, 15, 10))[0]
            for form, least in rules.FORMS.items():
                if least > (kind or 1) and draw.random() > 0.05:
                    continue
                status = 1 if draw.random() < progress else 0 if form == "to" else draw.choice((0, -1))
                version = 0 if status == -1 else draw.randrange(1, 5)
                heads.append((number, form, version, status, MOMENT, "bruker2", None, None, None, False, MOMENT, "bruker1"))
                if not version:
                    continue
                document = dict(to) if form == "to" else self.answers(form, start)
                if form == "b11":
                    document["smertediagnoser"] = self.diagnoses(number * 10)
                given = {name: value for name, value in document.items() if value is not None}
                documents.append((number, form, version, status, json.dumps(given, ensure_ascii=False),
                                  self.factor_set if form in ("b11", "b22") else None, "bruker2", MOMENT))
        self.write(path, units, patients, forlop, heads, documents)

    def write(self, path: Path, units: list, patients: list, forlop: list, heads: list, documents: list) -> None:
        """The snapshot's tables, as the contract names them."""
        path.unlink(missing_ok=True)
        moment = pl.Datetime("us", "UTC")
        i, t, s, d = pl.Int32, pl.Int8, pl.String, pl.Date
        tables = {
            "enhet": (units, {"resh": s, "navn": s, "hf": s, "rhf": s, "aktiv": t}),
            "pasient": (patients, {"pasient_id": i, "fodselsdato": d, "kjonn": t, "avdod": t, "dodsdato": d, "adressetype": t,
                                   "dato_innhentet": d}),
            "forlop": (forlop, {"forlop_id": i, "pasient_id": i, "enhet": s, "forlopstype": t, "henvist_dato": d, "startdato": d, "tilsett": t,
                                "inkl_krit": t, "samtykke": t, "samtykke_type": t, "samtykke_dato": d, "trukket_dato": d, "lokasjon_id": i,
                                "avdeling_id": i, "opprettet": moment, "opprettet_av": s}),
            "skjema": (heads, {"forlop_id": i, "skjema": s, "versjon": i, "status": t, "sist_lagret": moment, "sist_lagret_av": s,
                               "forst_ferdigstilt": moment, "forst_ferdigstilt_av": s, "lukket_grunn": t,
                               "har_kommentar": pl.Boolean, "opprettet": moment, "opprettet_av": s}),
            "skjemaversjon": (documents, {"forlop_id": i, "skjema": s, "versjon": i, "status": t, "svar": s, "faktorsett": s, "bruker": s,
                                          "tid": moment}),
            "lokasjon": ([(1, units[0][0], "Hovedbygg", "Hoved", "100", 1)], {"lokasjon_id": i, "enhet": s, "navn": s, "visningsnavn": s,
                                                                              "resh": s, "aktiv": t}),
            "avdeling": ([(1, units[0][0], "Kirurgisk avdeling", "Kir", "101", 1)], {"avdeling_id": i, "enhet": s, "navn": s,
                                                                                    "visningsnavn": s, "resh": s, "aktiv": t}),
            "avdelingsbytte": ([], {"forlop_id": i, "fra_avdeling_id": i, "til_avdeling_id": i, "bruker": s, "tid": moment}),
        }
        with duckdb.connect(str(path)) as con:
            for name, (rows, schema) in tables.items():
                frame = pl.DataFrame(rows, schema=schema, orient="row")  # noqa: F841  (read by DuckDB)
                con.execute(f"create table {name} as select * from frame")
            con.execute("alter table skjemaversjon alter svar type json")
            book, texts = self.variables, codes(self.variables)  # noqa: F841
            con.execute("create table kodebok_variabel as select * from book")
            con.execute("create table kodebok_kode as select * from texts")


if __name__ == "__main__":
    Generator(1).make(Path(sys.argv[1]), int(sys.argv[2]))
