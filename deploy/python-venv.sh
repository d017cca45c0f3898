#!/bin/sh
# Make a virtual environment: sh deploy/python-venv.sh PYTHON FOLDER
set -eu
python=$1
folder=$2

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Matinee needs Python 3.11 or newer; '$python' is older. Name another one: make setup PY=python3.12" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    # Debian ships venv apart from python3.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y python3-venv >/dev/null
    else
        echo "Python cannot make virtual environments here. On Debian: sudo apt install python3-venv" >&2
        exit 1
    fi
fi
"$python" -m venv "$folder"
