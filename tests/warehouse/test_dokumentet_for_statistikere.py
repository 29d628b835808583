"""Every snippet of docs/statistikere.md runs as it stands, in Python and in R."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checks.resultatportal.ids import Ids
from checks.small_numbers import SMALLEST
from exports.delivery import deliver
from exports.resultatportal.handing_over import hand_over
from exports.selection import Recipe, read_recipe, recipe
from exports.tables import NATIONAL, published_file
from tests.requirements import has_r
from tests.unit.test_resultatportal_ids import shipped
from tests.unit.test_resultatportal_page import told_by_the_register
from tests.warehouse.conftest import Register

TEXT = (Path(__file__).parents[2] / "docs" / "statistikere.md").read_text(encoding="utf-8")
NOT_IN_DEBIAN = ("arrow", "duckdb")


def snippets(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture(scope="module")
def folder(demo: Register, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files the snippets open."""
    found = tmp_path_factory.mktemp("statistikk") / "ut"
    source = published_file(demo.data, NATIONAL)
    deliver(source, Recipe(formater=("csv", "parquet", "sav", "dta")), found)
    shutil.copy(source, found / "nasjonal.duckdb")
    file, ids = source.with_name("analyse.duckdb"), Ids.model_validate(shipped())
    hand_over(file, found, 2025, ids, "skde.yml", told_by_the_register(), SMALLEST)
    return found


@pytest.mark.parametrize("code", snippets("python"))
def test_kodebitene_i_python_virker(folder: Path, code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, bool(done.stdout)) == (0, True), done.stderr


@pytest.mark.parametrize("code", snippets("r"))
def test_kodebitene_i_r_virker(folder: Path, code: str) -> None:
    """One of a package that is neither in Debian nor installed here is only read by R."""
    (package,) = re.findall(r"library\((\S+)\)", code)
    if package in NOT_IN_DEBIAN and not has_r(package):
        (folder / "kodebit.R").write_text(code, encoding="utf-8")
        code = 'print(length(parse("kodebit.R")))'
    done = _r(code, folder)
    assert (done.returncode, bool(done.stdout)) == (0, True), done.stderr


def _r(code: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["Rscript", "-e", code], cwd=folder, capture_output=True, text=True, check=False)


def test_oppskriften_i_dokumentet_er_en_oppskrift(tmp_path: Path) -> None:
    (words,) = snippets("yaml")
    (tmp_path / "o.yaml").write_text(words, encoding="utf-8")
    assert recipe(read_recipe(tmp_path / "o.yaml")).variabler == ("StSmRo12", "StSmRo21")
