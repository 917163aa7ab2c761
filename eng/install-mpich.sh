#!/usr/bin/env bash
# Installs MPICH (Debian; as root) where there is none yet for the tests of several processes. Where it cannot be
# installed it says so, and those tests are skipped: never a failure.
set -uo pipefail

setup=$(dirname "$(dirname "$(readlink -f "$0")")")/artifacts/setup

skip() { echo "install-mpich.sh: $*; the tests of several processes will be skipped."; exit; }

! command -v mpiexec.hydra > /dev/null || exit 0
command -v apt-get > /dev/null || skip "no MPICH, and no apt-get to install it"
[ "$(id -u)" = 0 ] || skip "no MPICH, and not root to install it"
echo "install-mpich.sh: installing mpich"
mkdir -p "$setup"
export DEBIAN_FRONTEND=noninteractive
{ apt-get update; apt-get install -y --no-install-recommends mpich; } >> "$setup/apt.log" 2>&1 < /dev/null
command -v mpiexec.hydra > /dev/null || skip "apt-get could not install mpich (see $setup/apt.log)"
