#!/bin/sh
# Installs SmerteReg from the folder that this file lies in. Nothing is fetched from anywhere else.
# Each version gets a folder of its own, and .venv points to the one in use, so that going back is moving the pointer.
set -eu
umask 022 # the program's own user must be able to read what root installs

here=$(cd "$(dirname "$0")" && pwd)
to=${1:-/opt/smertereg}
python=${PYTHON:-python3}
version=$(cat "$here/VERSJON")
wanted=$(cat "$here/PYTHON")

fail() {
    echo "$1" >&2
    exit 1
}

have=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])') || fail "Finner ikke $python. Installer Python $wanted."
[ "$have" = "$wanted" ] ||
    fail "Pakken er laget for Python $wanted, og $python er Python $have. Si hvor Python $wanted ligger: PYTHON=/sti/til/python$wanted $0"
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    fail "$python kan ikke lage et miljø. Debian og Ubuntu: installer python$wanted-venv."
# Root installs for the user `smertereg`, who must come to the Python that the program runs with. Where nobody else comes to
# the folder that is installed in, root installs for itself.
if [ "$(id -u)" = 0 ]; then
    hidden=$("$python" -c '
import os, sys
def closed(path):
    """Whether a folder above the path lets only its owner and group through."""
    above = os.path.dirname(path)
    return above != path and (closed(above) or os.path.exists(above) and not os.stat(above).st_mode & 1)
called = getattr(sys, "_base_executable", sys.executable)
if not closed(os.path.join(os.path.realpath(sys.argv[1]), "bin")):
    print(next((path for path in (os.path.realpath(called), called) if closed(path)), ""))
' "$to")
    [ -z "$hidden" ] ||
        fail "Python ligger i $hidden, der brukeren smertereg ikke kommer. Kjør PYTHON=/usr/bin/python3 sh $0"
fi
if [ -e "$to/$version" ]; then
    fail "Versjon $version er installert i $to/$version. Slett mappen for å installere den på nytt."
fi

mkdir -p "$to"
trap 'rm -rf "$to/$version"' EXIT
trap 'exit 1' INT TERM
"$python" -m venv "$to/$version"
PIP_CONFIG_FILE=/dev/null "$to/$version/bin/python" -m pip --isolated --quiet --disable-pip-version-check install \
    --no-index --find-links "$here/wheels" --no-deps --require-hashes --requirement "$here/requirements.txt" ||
    fail "Installasjonen ble ikke gjort: en fil i pakken mangler eller er endret. Hent pakken på nytt. Versjonen som var i bruk, er ikke rørt."
"$to/$version/bin/smertereg" --help >/dev/null
cp -R "$here/docs" "$here/deploy" "$to/$version/"
trap - EXIT
for name in docs deploy; do
    ln -sfn ".venv/$name" "$to/$name"
done
ln -sfn "$version" "$to/.venv"
echo "SmerteReg $version er installert. Programmet er $to/.venv/bin/smertereg."
