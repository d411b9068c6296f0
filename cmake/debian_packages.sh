# Sourced by examples/run.sh, tests/run.sh: installs the Debian packages that are missing, and says which.

debian_packages() {
    local package missing=() sudo=()
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "This is no Debian system; please provide what these packages hold: $*" >&2
        return 0
    fi
    for package in "$@"; do
        # shellcheck disable=SC2016  # the format is dpkg's
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0

    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Please run this as root first: apt-get install ${missing[*]}" >&2
            return 1
        fi
        sudo=(sudo)
    fi
    echo "Installing Debian packages: ${missing[*]}"
    # A broken third-party source makes update fail although Debian's own lists came through; install has the last word.
    "${sudo[@]}" apt-get -q -o DPkg::Lock::Timeout=300 update || echo "apt-get update failed; going on with the lists at hand" >&2
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "${missing[@]}"
}

# What every build of this repository needs.
build_packages=(g++ cmake ninja-build pkg-config ccache nlohmann-json3-dev libcpp-httplib-dev libsqlite3-dev libcli11-dev
    zlib1g-dev libssl-dev libbrotli-dev)
