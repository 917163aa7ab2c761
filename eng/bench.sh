#!/usr/bin/env bash
# bench.sh ARGS: sets up what is missing and runs the benchmarks with ARGS, such as: step-cost --encoders resnet18
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "$0")")")
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

"$root/eng/setup.sh"
dotnet build "$root/tests/ModalityBalance.Benchmarks" -c Release -v q -clp:ErrorsOnly < /dev/null
exec dotnet run -c Release --no-build --project "$root/tests/ModalityBalance.Benchmarks" -- "$@"
