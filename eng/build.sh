#!/usr/bin/env bash
# build.sh PROJECT: sets up what is missing and builds the project in that folder of the repository.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "$0")")")
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

"$root/eng/setup.sh"
# MSBuild leaves empty folders behind where temporary files go.
TMPDIR=$(mktemp -d)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
output=$(dotnet build "$root/$1" -c Release -v q -clp:ErrorsOnly < /dev/null 2>&1) || { echo "$output" >&2; exit 1; }
