#!/usr/bin/env bash
# demo.sh ARGS: sets up what is missing and runs the sample with ARGS; without any, its default comparison.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "$0")")")

"$root/eng/build.sh" samples/AudioVisualDigits
[ $# -gt 0 ] || set -- compare
exec dotnet "$root/samples/AudioVisualDigits/bin/Release/net10.0/AudioVisualDigits.dll" "$@"
