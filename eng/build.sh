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
dotnet build "$root/$1" -c Release -v q "-clp:ErrorsOnly;NoSummary" < /dev/null
