#!/usr/bin/env bash
# demo.sh ARGS: sets up what is missing and runs the sample with ARGS; without any, its default comparison.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "$0")")")
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

"$root/eng/setup.sh"
[ $# -gt 0 ] || set -- compare
dotnet build "$root/samples/AudioVisualDigits" -c Release -v q -clp:ErrorsOnly < /dev/null
exec dotnet run -c Release --no-build --project "$root/samples/AudioVisualDigits" -- "$@"
