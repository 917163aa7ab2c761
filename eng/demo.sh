#!/usr/bin/env bash
# demo.sh ARGS: builds the sample and runs it with ARGS; without any, its default comparison.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "$0")")")
source "$root/eng/dotnet.sh"

build "$root/samples/AudioVisualDigits"
exec dotnet "$root/samples/AudioVisualDigits/bin/Release/net10.0/AudioVisualDigits.dll" "$@"
