"""The datasets as they were on a day, by the command: also while the app runs, and always the same."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import httpx
import pytest
import yaml

from app.web import resources
from app.work import loopback, loopback_routes, register_jobs
from checks.errors import RegisterError
from ingest.settings import Settings
from tests import support
from tests.commands import Run


def test_slik_det_var_bygges_ogsaa_mens_appen_kjorer(
    run: Run, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command finds the register held, and asks the app; the request goes straight to the app's own job here."""
    then = support.MOMENT.date() - timedelta(days=400)
    words = ("export", "datadump", "--unit", "100082", "--as-of", then.isoformat())
    asked: list[str] = []

    def post(url: str, **request: object) -> httpx.Response:
        address = "/jobb/" + url.rpartition("/")[2]
        asked.append(address)
        return httpx.Response(200, json=register_jobs.JOBS[address](request["json"]))  # pyright: ignore[reportArgumentType]

    def held(_: Settings, **_options: object) -> None:
        raise RegisterError("REG-082", fil=settings.register.name)

    monkeypatch.setattr(loopback.httpx, "get", lambda *_, **__: httpx.Response(200))
    monkeypatch.setattr(loopback.httpx, "post", post)
    monkeypatch.setattr(register_jobs, "opened", held)
    with resources.holding(resources.open_resources(settings)), loopback_routes.open_for_jobs(settings):
        status, _, complaint = run(*words, "--to", "app")
    assert (status, complaint) == (0, "")
    assert asked == [register_jobs.AS_OF, register_jobs.EXPORTED]
    dump = (tmp_path / "app" / then.isoformat() / f"smertereg_mce_datadump_{then.isoformat()}.csv").read_text(
        encoding="utf-8"
    )
    started = [line.split(";")[5] for line in dump.split("\n")[1:] if line]
    assert started and all(day <= then.isoformat() for day in started if day)
    assert not list(settings.data.glob("historikk-*"))


def test_slik_det_var_sier_hva_det_er_laget_med_og_skjuler_etter_registerets_grense(
    run: Run, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a register that was rebuilt nothing but the codebook was told, under a new name each time, and the limit was always 5."""
    then = support.MOMENT.date() - timedelta(days=400)
    monkeypatch.setenv("SMERTEREG_MINSTE_CELLE", "30")
    words = ("--tables", "dekningsgrad,kvalitetsindikatorer", "--format", "csv,sav,xlsx", "--as-of", str(then))
    for name in ("en", "to"):
        assert run("export", "data", "--to", name, *words)[0] == 0
    first, again = ({f.name: f.read_bytes() for f in (tmp_path / name).iterdir()} for name in ("en", "to"))
    assert first == again
    told = yaml.safe_load(first["opphav.yaml"])["publisering"]
    with duckdb.connect(str(settings.data / "published" / "nasjonal.duckdb"), read_only=True) as con:
        (published,) = con.sql("from publisering").pl().to_dicts()
    assert told.keys() == published.keys() and told["id"] == f"slik-det-var-{then:%Y%m%d}T235959"
    for name in ("kodebok_sum", "faktorsett", "faktor_sum", "program"):
        assert told[name] == published[name]
    assert b" er under 30," in first["dekningsgrad.csv"]
