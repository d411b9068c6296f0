#!/usr/bin/env bash
# usage: NEPTUNE_CPP=<the program neptune-cpp> NEPTUNE_CPP_PEER=<neptune_interop_peer> run.sh <work folder>
#
# Runs every test_*.py of this folder with the official Python client, which it installs into a virtual environment under
# the work folder. Exits 77, which ctest counts as skipped, where the client cannot be had.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$1
: "${NEPTUNE_CPP:?}" "${NEPTUNE_CPP_PEER:?}"

record=${NEPTUNE_TEST_RECORD:-/dev/null}
: >"$record"

skip() {
    echo "skipped: $*" | tee "$record"
    exit 77
}

mkdir -p "$work"
work=$(cd "$work" && pwd)
venv=$work/venv
if [ ! -e "$venv/complete" ]; then
    python=/usr/bin/python3  # the system's: a python3 earlier in PATH may lack the module venv or be too new for the client
    [ -x "$python" ] || python=$(command -v python3) || skip "no python3"
    rm -rf "$venv"
    "$python" -m venv "$venv" || skip "python3 cannot make virtual environments (Debian: apt-get install python3-venv)"
    # The client's Swagger library imports pkg_resources, which newer setuptools no longer have.
    "$venv/bin/pip" install --quiet --disable-pip-version-check "neptune<2" "setuptools<81" ||
        skip "pip could not install the Python client; is PyPI out of reach?"
    touch "$venv/complete"
fi

# A stand-in for S3. Without it the tests that need one are skipped.
if [ ! -e "$venv/moto" ]; then
    if "$venv/bin/pip" install --quiet --disable-pip-version-check "moto[server]"; then
        touch "$venv/moto"
    else
        echo "pip could not install moto: nothing is tested against S3"
    fi
fi

# The Python client refuses plain http otherwise. No setting of the caller's may reach the tests.
export OAUTHLIB_INSECURE_TRANSPORT=1 PYTHONDONTWRITEBYTECODE=1
unset NEPTUNE_API_TOKEN NEPTUNE_PROJECT NEPTUNE_MODE NEPTUNE_CUSTOM_RUN_ID

# One test in a folder of its own. Two at a time: they wait more than they work.
one() {
    name=$(basename "$1" .py) start=$SECONDS
    rm -rf "${work:?}/$name" && mkdir "$work/$name"
    if (cd "$work/$name" && PYTHONPATH=$here "$venv/bin/python" "$here/recorded.py" "$name" >log 2>&1); then
        echo "$name: passed in $((SECONDS - start)) s"
    else
        echo "== $name FAILED; $work/$name/log says:"
        cat "$work/$name/log"
        return 1
    fi
}
export -f one
export here work venv
printf '%s\0' "$here"/test_*.py | xargs -0 -P 2 -n 1 bash -c 'one "$1"' one
