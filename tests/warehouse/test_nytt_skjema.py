"""A form is one YAML file: a behandler form and a patient form are added to a copy of the project, and found everywhere."""

import json
import shutil
from pathlib import Path

import pytest

from exports.package import make_package
from tests import project_copy
from tests.warehouse.conftest import Register
from tests.warehouse.new_form import DAY, PROOFS

ADDED = Path(__file__).parent / "nytt_skjema"


@pytest.fixture(scope="module")
def found(demo: Register, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What went wrong in each proof. The copy opens the demo register, which was made without the forms."""
    folder = project_copy.make(tmp_path_factory.mktemp("nytt_skjema"))
    for file in ADDED.glob("*.yml"):
        shutil.copy(file, folder / "checks" / "codebook" / "forms" / file.name)
    data = shutil.copytree(demo.data, folder / "data", symlinks=True)
    package = make_package(demo.data, folder / "pakke", "100082", DAY)
    said = project_copy.run(folder, "-m", "tests.warehouse.new_form", str(data), str(package))
    return json.loads(said.splitlines()[-1])


@pytest.mark.parametrize("proof", [proof.__name__ for proof in PROOFS])
def test_et_nytt_skjema_er_en_yaml_fil(found: dict[str, str], proof: str) -> None:
    assert found[proof] == ""
