#!/usr/bin/env bash
# bench.sh ARGS: sets up what is missing and runs the benchmarks with ARGS, such as: step-cost --encoders resnet18
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "$0")")")
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

"$root/eng/setup.sh"
dotnet build "$root/tests/ModalityBalance.Benchmarks" -c Release -v q -clp:ErrorsOnly < /dev/null
# By default glibc gives what a step frees back to the system, and gets it again page by page in the next step.
export MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-4294967296} MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-33554432}
exec dotnet run -c Release --no-build --project "$root/tests/ModalityBalance.Benchmarks" -- "$@"
