#!/usr/bin/env bash
# Installs Chromium (Debian; as root) where there is no browser yet for the tests that open the sample's report. Where
# it cannot be installed it says so, and those tests are skipped: never a failure.
set -uo pipefail

setup=$(dirname "$(dirname "$(readlink -f "$0")")")/artifacts/setup

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
skip() { echo "install-browser.sh: $*; the tests of the report in a browser will be skipped."; exit; }

! browser > /dev/null || exit 0
command -v apt-get > /dev/null || skip "no chromium on PATH, and no apt-get to install it"
[ "$(id -u)" = 0 ] || skip "no chromium on PATH, and not root to install it"
echo "install-browser.sh: installing chromium"
mkdir -p "$setup"
export DEBIAN_FRONTEND=noninteractive
{ apt-get update; apt-get install -y --no-install-recommends chromium; } >> "$setup/apt.log" 2>&1 < /dev/null
browser > /dev/null || skip "apt-get could not install chromium (see $setup/apt.log)"
