"""A real nginx in front of the app, with deploy/nginx.conf as it lies there but for what every place has of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ingest import wall_clock
from tests import requirements
from tests.browser.conftest import free_port, wait_for_port

CONF = Path(__file__).parents[2] / "deploy" / "nginx.conf"
NAME = "smertereg.example.no"


@dataclass(frozen=True)
class Nginx:
    """A running nginx: ``tls`` is its port with TLS and ``plain`` the one without, ``folder`` has its logs."""

    tls: int
    plain: int
    folder: Path

    @property
    def address(self) -> str:
        return f"https://{NAME}:{self.tls}"

    def log(self) -> str:
        return (self.folder / "smertereg.log").read_text(encoding="utf-8")

    def errors(self) -> str:
        return "".join(path.read_text(encoding="utf-8") for path in self.folder.glob("*error.log"))


@dataclass(frozen=True)
class Ports:
    tls: int
    plain: int


def ports() -> Ports:
    """Two free ports, which SMERTEREG_ADRESSE needs before nginx is started."""
    return Ports(free_port(), free_port())


@contextmanager
def proxying(folder: Path, app: int, at: Ports, changes: dict[str, str] | None = None) -> Iterator[Nginx]:
    """Run nginx in front of the app on port ``app`` until the block ends. ``changes`` are texts of deploy/nginx.conf and
    what an operator has in place of them.
    """
    program = requirements.nginx()
    assert program, "nginx mangler: installer pakken nginx-light (apt-get install nginx-light)"
    folder.mkdir(parents=True)
    _certificate(folder)
    own = {
        "/etc/ssl/smertereg": str(folder),
        "/var/log/nginx": str(folder),
        "127.0.0.1:8501": f"127.0.0.1:{app}",
        "listen 443": f"listen 127.0.0.1:{at.tls}",
        "listen 80": f"listen 127.0.0.1:{at.plain}",
        "return 301 https://smertereg.example.no": f"return 301 https://smertereg.example.no:{at.tls}",
    }
    text = CONF.read_text(encoding="utf-8")
    for before, after in ((changes or {}) | own).items():
        assert before in text, f"deploy/nginx.conf har ikke lenger «{before}»"
        text = text.replace(before, after)
    (folder / "smertereg.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(_around(folder), encoding="utf-8")
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "start-error.log")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        wait_for_port(process, at.tls)
        yield Nginx(at.tls, at.plain, folder)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _around(folder: Path) -> str:
    """What Debian's own nginx.conf has around the file, with every path in the test's folder."""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    # Started by root, nginx hands its work to a user who may not write in the test's folder.
    user = "user root;\n" if os.geteuid() == 0 else ""
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    return (
        f"{user}daemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nevents {{ worker_connections 512; }}\n"
        f"http {{\n{temporary}access_log {folder}/default.log;\ninclude {folder}/smertereg.conf;\n}}\n"
    )


def _certificate(folder: Path) -> None:
    """A certificate for the name, signed by itself, valid around the wall clock's day and today's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = wall_clock.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3650))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
