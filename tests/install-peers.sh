#!/bin/sh
# Installs the programs that the tests use and that PyPI does not have; without them those tests are skipped by name.
set -u

wanted="" # packages, one for each missing program
missing="" # the same, told to a person

postgresql_is_here() {
    for binary in /usr/lib/postgresql/*/bin/initdb; do
        [ -x "$binary" ] && return 0
    done
    return 1
}

need() { # package, what is skipped without it, and the check whether it is here
    package=$1 skipped=$2
    shift 2
    "$@" >/dev/null 2>&1 && return
    wanted="$wanted $package"
    missing="$missing$package ($skipped)
"
}

on_path() {
    PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" command -v "$1"
}

# A fuzzer with wheels for some machines only: no part of the lock file, for not everybody could install that.
if [ -x .venv/bin/python ] && ! .venv/bin/python -c "import atheris" >/dev/null 2>&1; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: atheris==3.0.0 ||
        echo "not installed: atheris (the fuzzed test is skipped)"
fi

need chromium "the browser tests are skipped" on_path chromium
need qbittorrent-nox "the tests with a real qBittorrent are skipped" on_path qbittorrent-nox
need transmission-daemon "the tests with a real Transmission are skipped" on_path transmission-daemon
need nzbget "the tests and the benchmark beside NZBGet leave it out" on_path nzbget
need 7zip "the tests with 7z archives are skipped" on_path 7zz
need iproute2 "the tests with network namespaces are skipped" on_path ip
need wireguard-go "the tests of the tunnel are skipped" on_path wireguard-go
need wireguard-tools "the tests of the tunnel are skipped" on_path wg
need nftables "the tests of the tunnel are skipped" on_path nft
need openvpn "the test with a real OpenVPN server is skipped" on_path openvpn
need nginx-light "the benchmark beside nginx leaves it out" on_path nginx
need postgresql "the tests on PostgreSQL are skipped" postgresql_is_here
need redis-server "the tests with a real Redis are skipped" on_path redis-server
need openssl "the tests over TLS are skipped" on_path openssl

tell() {
    printf '%s' "$missing" | while IFS= read -r line; do
        echo "not installed: $line; as root: apt-get install ${line%% *}"
    done
}

[ -n "$wanted" ] || exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    tell
    exit 0
fi

# No service is to start here: not in a container, and not on a developer's machine either.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM
fi
case $wanted in *chromium*) wanted="$wanted fonts-dejavu-core" ;; esac

echo "installing for the tests:$wanted"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# shellcheck disable=SC2086  # one word a package
if ! { apt-get update -qq && apt-get install -qq -y --no-install-recommends $wanted; } >"$log" 2>&1 </dev/null; then
    tail -n 5 "$log"
    echo "apt-get could not install all of:$wanted (the tests that use them are skipped by name)"
fi
rm -f "$log"
exit 0
