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
