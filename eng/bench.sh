#!/usr/bin/env bash
# bench.sh ARGS: builds the benchmarks and runs them with ARGS, such as: step-cost --encoders resnet18
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "$0")")")
source "$root/eng/dotnet.sh"

build "$root/tests/ModalityBalance.Benchmarks"
# By default glibc gives what a step frees back to the system, and gets it again page by page in the next step.
export MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-4294967296} MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-33554432}
exec dotnet "$root/tests/ModalityBalance.Benchmarks/bin/Release/net10.0/ModalityBalance.Benchmarks.dll" "$@"
