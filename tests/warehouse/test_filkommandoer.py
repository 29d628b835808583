"""The file commands from end to end: exported, logged, as it was, imported; alone and while the app runs."""

import json
import shutil
from pathlib import Path
from typing import get_args

import duckdb
import pytest
import yaml
from rdflib import RDF, Graph, namespace

from app.web import resources
from app.work import register_jobs
from checks.katalog import announced
from exports.selection import Format, Table
from ingest.access import JOB
from ingest.registration import erasure
from ingest.settings import Settings
from ingest.store import Store, create
from tests import support
from tests.commands import Run
from tests.unit.test_katalog import filled
from tests.unit.test_katalog_graph import wrong
from tests.unit.test_resultatportal_ids import shipped


def logged(settings: Settings) -> list[dict[str, object]]:
    store = Store(settings.register)
    with store.read(JOB) as tx:
        rows = tx.rows("select detaljer from tilgang.logg where hendelse = 'eksportert' order by nr")
    store.close()
    return [json.loads(row["detaljer"]) for row in rows]


def test_datadump_med_dato_og_enhet_logges(run: Run, settings: Settings, tmp_path: Path) -> None:
    status, said, _ = run("export", "datadump", "--to", "ut", "--unit", "100082", "--date", "2026-01-02")
    assert status == 0 and "Skrevet til ut/2026-01-02." in said
    assert (tmp_path / "ut" / "2026-01-02" / "smertereg_klokeboken_2026-01-02.csv").exists()
    last = logged(settings)[-1]
    assert (last["hva"], last["utvalg"], bool(last["bruker"])) == ("datadump", "100082", True)


def test_oppskrift_lagres_og_kjores_igjen(run: Run, settings: Settings, tmp_path: Path) -> None:
    words = ("--unit", "100082", "--format", "csv,parquet", "--variables", "StSmRo12", "--save-recipe", "o.yaml")
    assert run("export", "data", "--to", "en", *words)[0] == 0
    assert run("export", "data", "--to", "to", "--recipe", "o.yaml")[0] == 0
    first, again = ({f.name: f.read_bytes() for f in (tmp_path / n).iterdir()} for n in ("en", "to"))
    beside = {"klokebok.csv", "kodebokendringer.csv", "kolonner.csv", "opphav.yaml", "oppskrift.yaml"}
    assert first == again and {"allevarnum.csv", "allevarnum.parquet", *beside} == set(first)
    assert logged(settings)[-1]["oppskrift"] == {
        "utvalg": "100082",
        "variabler": ["StSmRo12"],
        "formater": ["csv", "parquet"],
    }


def test_det_som_er_levert_er_logget_ogsaa_nar_oppskriften_ikke_kan_lagres(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "fil").touch()
    before = len(logged(settings))
    status, _, said = run("export", "data", "--to", "ut", "--save-recipe", "fil/o.yaml", "--unit", "100082")
    assert status == 1 and "Det kan ikke skrives i fil" in said
    assert (tmp_path / "ut" / "allevarnum.csv").exists() and len(logged(settings)) == before + 1


def test_beskrivelsen_for_databrukere_har_hver_kolonne_og_logges(
    run: Run, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("export", "katalog", "--to", "katalog")
    monkeypatch.setenv("SMERTEREG_KATALOG", "katalog.yml")
    assert run(*words)[2] == (
        "Filen med det beskrivelsen for databrukere trenger (katalog.yml), kan ikke brukes: filen kan ikke leses."
        " Rett den og prøv igjen.\n"
    )
    (tmp_path / "katalog.yml").write_text(yaml.safe_dump(filled()), encoding="utf-8")
    before = len(logged(settings))
    status, said, _ = run(*words)
    assert status == 0 and "Skrevet til katalog: smertereg_healthdcat-ap.ttl" in said
    european = Graph().parse(tmp_path / "katalog" / "smertereg_healthdcat-ap.ttl")
    norwegian = Graph().parse(tmp_path / "katalog" / "smertereg_dcat-ap-no.ttl")
    assert wrong(european, "healthdcat-ap") == "" and wrong(norwegian, "healthdcat-ap", "dcat-ap-no") == ""
    with duckdb.connect(str(settings.data / "published" / "nasjonal.duckdb"), read_only=True) as con:
        columns = con.execute("select kolonne from kolonner where tabell = 'allevarnum'").fetchall()
        names = {name for (name,) in con.execute("select distinct kolonne from kolonner").fetchall()}
        ((n,),) = con.execute('select count(distinct "PasientID") from forlopsoversikt').fetchall()
    table = next(
        node for node in european.subjects(RDF.type, namespace.CSVW.Table) if str(node).endswith("#tabell-allevarnum")
    )
    assert len(list(european.objects(table, namespace.CSVW.column))) == len(columns) == 408
    assert {str(name) for name in european.objects(None, namespace.CSVW.name)} <= names
    last = logged(settings)[-1]
    assert (len(logged(settings)), last["hva"], last["publisering"]) == (
        before + 1,
        "katalog",
        (settings.data / "published").readlink().name,
    )
    told = announced(n, settings.minste_celle)
    assert (f" og {told}." if told is not None else "er ikke med, for det er færre enn 5 pasienter.") in said
    assert run(*words)[1].splitlines()[-2] == "Ingenting er endret siden forrige beskrivelse, utenom datoen."


def test_the_yearly_report_is_written_and_logged(run: Run, settings: Settings, tmp_path: Path) -> None:
    words = ("export", "aarsrapport", "--year", "2026", "--to", "rapport")
    assert run(*words, "--unit", "999")[2].startswith("Det er ikke publisert noen fil for «999».")
    assert not (tmp_path / "rapport").exists()
    before = len(logged(settings))
    for scope, name in ((("--unit", support.OWN), support.OWN), (("--national",), "nasjonal"), ((), "nasjonal")):
        status, said, _ = run(*words, *scope)
        assert (status, said) == (0, f"Skrevet til rapport: smertereg_aarsrapport_{name}_2026.pdf.\n")
        assert (tmp_path / "rapport" / f"smertereg_aarsrapport_{name}_2026.pdf").read_bytes().startswith(b"%PDF")
    last = logged(settings)[-1]
    assert (len(logged(settings)), last["hva"], last["aar"]) == (before + 3, "årsrapport", 2026)
    assert run(*words, "--as-of", "2026-11-01")[0] == 0
    assert str(logged(settings)[-1]["publisering"]).startswith("slik-det-var-")


def test_resultatportalens_fil_logges_og_samme_tall_kjennes_igjen(
    run: Run, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("export", "skde", "--year", "2026", "--to", "portal")
    assert run(*words)[2].startswith("Det er ikke sagt hvilke id-er resultatportalen bruker.")
    monkeypatch.setenv("SMERTEREG_SKDE", "skde.yml")
    monkeypatch.setenv("SMERTEREG_MINSTE_CELLE", "2")  # the register is small
    (tmp_path / "skde.yml").write_text(yaml.safe_dump(shipped() | {"indikatorer": []}), encoding="utf-8")
    assert run(*words)[2].startswith("Filen med resultatportalens id-er (skde.yml) kan ikke brukes")
    (tmp_path / "skde.yml").write_text(yaml.safe_dump(shipped()), encoding="utf-8")
    assert run("export", "skde", "--year", "1999", "--to", "portal")[2].startswith(
        "Registeret har ingen tall for 1999."
    )
    assert not (tmp_path / "portal").exists()
    before = len(logged(settings))
    status, said, _ = run(*words)
    assert (
        status == 0 and "Besto portalens 15 kontroller" in said and "Skrevet til portal: smertereg_skde_2026_" in said
    )
    last = logged(settings)[-1]
    assert (len(logged(settings)), last["hva"], last["aar"], last["kontroller"]) == (before + 1, "skde", 2026, 22)
    assert "Tallene er de samme som i filen fra" not in said
    with resources.holding(resources.open_resources(settings)):
        (row,) = register_jobs.JOBS[register_jobs.DOCUMENTED]({"aar": 2026})["filer"]
    assert row["avtrykk"] == last["avtrykk"]
    assert "Tallene er de samme som i filen fra" in run(*words)[1]


def test_nye_numre_krever_nokkelen(run: Run, tmp_path: Path) -> None:
    (tmp_path / "nokkel").write_text("0123456789abcdef0123", encoding="utf-8")
    assert (
        run("export", "data", "--to", "ut", "--unit", "100082", "--new-numbers", "nokkel", "--save-recipe", "o.yaml")[0]
        == 0
    )
    status, _, complaint = run("export", "data", "--to", "ut2", "--recipe", "o.yaml")
    assert status == 1 and complaint.startswith("Nøkkelfilen")
    assert not (tmp_path / "ut2").exists()


def test_import_i_et_nytt_register(
    run: Run, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("export", "datadump", "--to", "ut", "--unit", "100082", "--date", "2026-01-02")
    folder = tmp_path / "ut" / "2026-01-02"
    monkeypatch.setenv("SMERTEREG_DATA", str(tmp_path / "nytt"))
    create(tmp_path / "nytt" / settings.register.name).close()
    assert "kan importeres, 0 fantes fra før, 0 avvist." in run("import", str(folder), "--dry-run")[1]
    assert "importert, 0 fantes fra før, 0 avvist." in run("import", str(folder))[1]
    assert run("import", str(folder))[1].startswith("0 forløp importert")
    file = next(folder.glob("*_emp12_*"))
    lines = file.read_bytes().split(b"\r\n")
    file.write_bytes(b"\r\n".join([lines[0] + b";NOE_NYTT", *(line and line + b";1" for line in lines[1:])]))
    said = run("import", str(folder), "--report", "r.csv")[1]
    assert (
        "Pakken har én kolonne som kodeboken ikke har, og som ikke ble lest. Også det står i r.csv.\n  emp12: NOE_NYTT"
        in said
    )
    assert (tmp_path / "r.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "resultat;fil;linje;kolonne;verdi;forlop;variabel;kode;melding",
        f"ikke lest;{file.name};1;NOE_NYTT;;0;NOE_NYTT;;Kolonnen finnes ikke i kodeboken, og svarene i den er ikke lest.",
    ]
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"STRONGPAIN_STILL", b"NOE", 1))
    status, said, complaint = run("import", str(folder))
    assert status == 1 and complaint.startswith("1 feil stopper hele importen, og ingenting er importert.")
    assert "mangler STRONGPAIN_STILL" in complaint and f"1 × REG-200 {file.name} mangler STRONGPAIN_STILL." in said
    report = tmp_path / "importrapport.csv"
    assert report.read_text(encoding="utf-8-sig").splitlines()[1].startswith(f"stopper alt;{file.name};0;")
    file.write_bytes(b"\r\n".join(lines))
    assert run("import", str(folder))[0] == 0
    assert not report.exists(), "an earlier report says nothing of this import"
    report.write_text("noe annet", encoding="utf-8")
    assert run("import", str(folder))[0] == 0 and report.exists()


def test_det_som_er_publisert_for_en_pasient_ble_slettet_skrives_ikke_til_fil(
    run: Run, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found: the commands wrote files with a patient who was erased since, where the pages refused."""
    data = shutil.copytree(settings.data, tmp_path / "data", symlinks=True)
    store = Store(settings.model_copy(update={"data": data}).register)
    with store.write(support.SC) as tx:
        patient = tx.rows("select pasient_id from identitet.person order by 1")[0]["pasient_id"]
        erasure.erase(tx, patient, str(patient), "Krav i brev")
    store.close()
    monkeypatch.setenv("SMERTEREG_DATA", str(data))
    (tmp_path / "skde.yml").write_text(yaml.safe_dump(shipped()), encoding="utf-8")
    monkeypatch.setenv("SMERTEREG_SKDE", "skde.yml")
    (tmp_path / "katalog.yml").write_text(yaml.safe_dump(filled()), encoding="utf-8")
    monkeypatch.setenv("SMERTEREG_KATALOG", "katalog.yml")
    year = ["--year", "2026"]
    for words in (["data"], ["datadump"], ["skde", *year], ["aarsrapport", *year], ["katalog"]):
        status, _, said = run("export", *words, "--to", "ut")
        assert (status, "En pasient er slettet etter krav siden forrige publisering" in said) == (1, True), words
    assert not (tmp_path / "ut").exists()
    assert run("export", "data", "--to", "ut", "--unit", "100082", "--as-of", f"{support.MOMENT:%Y-10-01}")[0] == 0


def test_hjelpen_nevner_hver_tabell_og_hvert_format(run: Run) -> None:
    said = run("export", "data", "--help")[1]
    for name in (*get_args(Table), *get_args(Format)):
        assert name in said


def test_ingen_ordre_forer_ut_av_datamappen(settings: Settings, tmp_path: Path) -> None:
    with (
        resources.holding(resources.open_resources(settings)),
        pytest.raises(Exception, match="Det kan ikke skrives i"),
    ):
        register_jobs.JOBS[register_jobs.AS_OF]({"tid": "2026-01-01T00:00:00+01:00", "fil": "../ute/bygg/x.duckdb"})
    assert not list(tmp_path.iterdir())
