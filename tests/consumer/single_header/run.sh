#!/usr/bin/env bash
# usage: run.sh <empty folder> <compiler>
# Copies the one header beside a program and compiles it with the command line of the README.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$1 compiler=$2

if ! pkg-config --exists cpp-httplib 2>/dev/null; then
    echo "skipped: pkg-config knows no cpp-httplib here"
    exit 77
fi
rm -rf "$work" && mkdir -p "$work" && cd "$work"
cp "$here/main.cpp" "$here/../../../single_include/neptune/neptune.hpp" .
# shellcheck disable=SC2046  # the flags are words
"$compiler" -std=c++20 main.cpp -o train $(pkg-config --cflags --libs cpp-httplib) -pthread
./train
