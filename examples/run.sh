#!/usr/bin/env bash
# usage: examples/run.sh [--once]
#
# The main job, on a Debian with nothing but git: installs what is missing, builds, trains a classifier that logs to a server
# of its own, prints the link of the run and what was fetched back. On a terminal it then serves until Ctrl-C; without a
# terminal, or with --once, it ends.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# shellcheck source=../cmake/debian_packages.sh
source cmake/debian_packages.sh
debian_packages "${build_packages[@]}"

cmake -S . -B build/examples -G Ninja -DCMAKE_BUILD_TYPE=Release -DNEPTUNE_BUILD_TESTS=OFF -DNEPTUNE_INSTALL=OFF >/dev/null
cmake --build build/examples --target example_quickstart neptune-cpp --parallel "$(nproc)"
echo
exec build/examples/examples/example_quickstart "$@"
