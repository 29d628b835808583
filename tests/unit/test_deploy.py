"""Proves that the files in deploy/ fit the program: its commands, settings, hours and folders, and that the document has
every setting.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import click
import pytest
from pydantic import SecretStr

from app.commands.cli import smertereg
from app.eprom_page import callbacks, personvern
from app.web.streamlit_gate import MOST_OF_ADDRESS
from app.work import operation_routes
from checks import timetable
from ingest.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY, DOCUMENT = ROOT / "deploy", (ROOT / "docs" / "drift.md").read_text(encoding="utf-8")
SERVICES = ("smertereg.service", "smertereg-jobs.service")
HARDENED = {
    "UMask": "0077",
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "User": "smertereg",
    "EnvironmentFile": "/etc/smertereg.env",
}


def directives(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / name).read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def environment() -> dict[str, str]:
    lines = (DEPLOY / "smertereg.env").read_text(encoding="utf-8").splitlines()
    return {name: value.strip('"') for line in lines if line[0] != "#" for name, _, value in [line.partition("=")]}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_a_command_there_is_as_a_user_without_rights(name: str) -> None:
    found = directives(name)
    assert {key: found[key] for key in HARDENED} == {key: [value] for key, value in HARDENED.items()}
    program, *words = found["ExecStart"][0].split()
    assert program.startswith("/opt/smertereg/") and program.endswith("/bin/smertereg")
    command: click.Command = smertereg
    for word in words:
        assert isinstance(command, click.Group)
        command = command.commands[word]
    assert not isinstance(command, click.Group)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_write_in_the_folders_of_the_settings_and_nowhere_else(name: str) -> None:
    found, told = directives(name), environment()
    folders = {told[f"SMERTEREG_{which}"] for which in ("DATA", "JOURNAL", "BACKUP")}
    assert set(found["ReadWritePaths"][0].split()) == folders
    assert found["WorkingDirectory"] == [told["SMERTEREG_DATA"]]
    assert all(folder in DOCUMENT for folder in folders)


def test_the_settings_file_has_settings_that_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment().items():
        assert name.removeprefix("SMERTEREG_").lower() in Settings.model_fields
        monkeypatch.setenv(name, value)
    found = Settings()
    assert all(
        not getattr(found, name).get_secret_value()
        for name, field in Settings.model_fields.items()
        if field.annotation is SecretStr
    )


def test_the_commands_of_the_document_have_the_settings_as_they_are_written_and_run_nothing_of_them(
    tmp_path: Path,
) -> None:
    """The file may hold a password that someone else has chosen, and root reads it."""
    (function,) = re.findall(r"^ +smertereg\(\) \(\n.*?^ +\)\n", DOCUMENT, re.MULTILINE | re.DOTALL)
    (tmp_path / "runuser").write_text('#!/bin/sh\nshift 4\necho "$@"\nexec env -0\n')
    (tmp_path / "runuser").chmod(0o755)
    mark = tmp_path / "kjørt"
    values = {
        "SMERTEREG_SMTP_PASSWORD": f"a;touch {mark};$HOME `touch {mark}` $(touch {mark}) #&|> *",
        "SMERTEREG_KONTAKT": "Ring 12 34 56 78",
        "SSL_CERT_FILE": "/etc/rot.pem",
        "SMERTEREG_SMS_TOKEN": "",
    }
    lines = [f'{name}="{value}"' if " 12" in value else f"{name}={value}" for name, value in values.items()]
    (tmp_path / "env").write_text("\n".join(["# kommentar=nei", f"a[$(touch {mark})]=1", "", "ingenting", *lines]))
    own = function.replace("/etc/smertereg.env", str(tmp_path / "env")).replace("cd /srv/smertereg", f"cd {tmp_path}")
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run(["bash", "-c", f"{own}\nsmertereg doctor --json"], env=path, capture_output=True, check=True)
    command, _, told = done.stdout.decode().partition("\n")
    assert command == "doctor --json"
    found = dict(one.split("=", 1) for one in told.split("\0") if one)
    assert {name: value for name, value in found.items() if name[:1] == "S" and name != "SHLVL"} == values
    assert not mark.exists()


def test_the_timer_meets_the_hour_of_every_job() -> None:
    found = directives("smertereg-jobs.timer")
    (every,) = re.findall(r"^\*-\*-\* \*:00/(\d+):00$", found["OnCalendar"][0])
    assert all(hour.minute % int(every) == 0 for hour in timetable.HOURS.values())
    assert int(every) * 60 < timetable.GRACE.total_seconds() and found["Persistent"] == ["true"]


def test_the_document_has_every_setting_once_and_no_other() -> None:
    (section,) = re.findall(r"^## Innstillinger\n(.*?)^## ", DOCUMENT, re.MULTILINE | re.DOTALL)
    services = (DEPLOY.parent / "docs" / "tjenester.md").read_text(encoding="utf-8")
    firsts = re.findall(r"^\| (`SMERTEREG_[^|]*) \|", section + services, re.MULTILINE)
    told = [name for first in firsts for name in re.findall(r"`(\w+)`", first)]
    assert sorted(told) == sorted(f"SMERTEREG_{name.upper()}" for name in Settings.model_fields)


def test_the_defaults_in_the_document_are_the_programs() -> None:
    for name in ("port", "smtp_port", "backup_dager", "minste_celle", "passord", "jobber", "smtp_from"):
        (told,) = re.findall(rf"^\| `SMERTEREG_{name.upper()}` \|.*\| `?([^|`]+)`? \|$", DOCUMENT, re.MULTILINE)
        assert told == str(Settings.model_fields[name].default)


def test_nginx_lets_nobody_outside_to_what_is_for_the_machine() -> None:
    conf = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for address in (operation_routes.READY, operation_routes.METRICS):
        assert re.search(rf"location {address} +\{{ return 404; \}}", conf)


def test_nginx_lets_only_those_to_eproms_address_who_are_named() -> None:
    conf = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for address in (callbacks.ADDRESS, personvern.ADDRESS):
        [block] = re.findall(rf"location = {address} \{{(.*?)\}}", conf, re.DOTALL)
        assert re.findall(r"^ +(allow|deny) +(\w+);", block, re.MULTILINE) == [("deny", "all")]
    assert "allow" in (DEPLOY.parent / "docs" / "tjenester.md").read_text(encoding="utf-8")


def test_nginx_lets_a_hospital_behind_one_address_have_all_the_tabs_that_the_app_does_and_no_more_than_is_said() -> (
    None
):
    conf = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    [most] = re.findall(r"^ +limit_conn +smertereg_address (\d+);", conf, re.MULTILINE)
    assert int(most) > MOST_OF_ADDRESS
    assert f"| {most} (nginx, `limit_conn`)" in DOCUMENT
    for name in ("client_header_timeout", "client_body_timeout"):
        [seconds] = re.findall(rf"^ +{name} +(\d+)s;", conf, re.MULTILINE)
        assert f"{seconds} sekunder" in DOCUMENT


def test_the_lines_of_the_document_put_name_and_another_port_into_nginx_conf() -> None:
    """The name alone is there for port 443."""
    lines = re.findall(r"^(sed (?:.*\\\n)*.*deploy/nginx\.conf) > \S+$", DOCUMENT, re.MULTILINE)
    made = [
        subprocess.run(["sh", "-c", line], cwd=ROOT, text=True, capture_output=True, check=True).stdout
        for line in lines
    ]
    for conf, port in zip(made, ("", ":8443"), strict=True):
        assert "example.no" not in conf
        assert set(re.findall(r"https://smertereg\.sykehuset\.no[^$ ]*", conf)) == {
            f"https://smertereg.sykehuset.no{port}"
        }
        assert re.findall(r"listen (\d+)", conf) == ["80", (port or ":443")[1:]] * 2
    assert "`SMERTEREG_ADRESSE=https://smertereg.sykehuset.no:8443`" in DOCUMENT
