#!/usr/bin/env bash
# usage: tests/run.sh [PRESET...]
#
# Installs what is missing on a Debian, then configures, builds and tests each preset (CMakePresets.json); dev if none is given.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# shellcheck source=../cmake/debian_packages.sh
source cmake/debian_packages.sh
debian_packages "${build_packages[@]}" catch2 clang python3-venv libspdlog-dev libeigen3-dev libopencv-core-dev

# A heavy file takes up to 2 GB of memory, so no more jobs than processors, which is fewer than Ninja would start.
export CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}

[ $# -gt 0 ] || set -- dev
for preset in "$@"; do
    echo "=== preset $preset"
    cmake --workflow --preset "$preset"
done
