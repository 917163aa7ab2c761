#!/usr/bin/env bash
# run.sh ARGS: runs the benchmarks beside it with ARGS, such as: step-cost --device cuda. libtorch is the one of
# python3's PyTorch, or the one in the folder TORCH_LIB. Made for the pack that pack.sh writes.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
native=$here/program/libLibTorchSharp.so

fail() { echo "$(basename "$0"): $1" >&2; exit 1; }

[ -x "$here/dotnet/dotnet" ] && [ -f "$native" ] || fail "There is no program beside it: run it from an unpacked pack."
command -v ldd > /dev/null || fail "There is no ldd on PATH."

lib=${TORCH_LIB:-}
if [ -z "$lib" ]; then
    command -v python3 > /dev/null || fail "There is no python3 on PATH, and TORCH_LIB names no folder."
    lib=$(python3 -c 'import importlib.util, os
print(os.path.join(os.path.dirname(importlib.util.find_spec("torch").origin), "lib"))' 2> /dev/null) ||
        fail "python3 has no torch, and TORCH_LIB names no folder."
fi
for name in libtorch.so libtorch_cpu.so libtorch_cuda.so libc10.so; do
    [ -f "$lib/$name" ] || fail "There is no $name in $lib."
done
export LD_LIBRARY_PATH=$lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

# What the loader must find at once: libraries, versions of symbols, data. Functions it looks for when they are called.
at_once=$(ldd -d "$native" 2>&1) || true
# A weak version is no requirement.
missing=$(grep 'not found' <<< "$at_once" | grep -v ': weak version' | head -n 1 | sed 's/^[[:space:]]*//') || true
[ -z "$missing" ] || fail "libLibTorchSharp.so cannot be loaded: $missing."
# symbols REPORT: the undefined ones.
symbols() { sed -n 's/^undefined symbol: *\([^[:space:]]*\).*/\1/p' <<< "$1" | sort -u; }
undefined=$(symbols "$at_once")
if [ -n "$undefined" ]; then
    all=$(symbols "$(ldd -r "$native" 2>&1)")
    head -n 5 <<< "$all" >&2
    fail "libLibTorchSharp.so cannot be loaded: $lib lacks $(head -n 1 <<< "$undefined"); $(wc -l <<< "$all") symbols in all."
fi

# libtorch.so of a PyTorch with CUDA needs libtorch_cuda.so. Where it does not, nothing else loads it in time.
[[ $at_once == *libtorch_cuda.so* ]] || export LD_PRELOAD=libtorch_cuda.so${LD_PRELOAD:+:$LD_PRELOAD}

# As eng/bench.sh: glibc keeps what a step frees.
export MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-4294967296} MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-33554432}
export DOTNET_ROOT=$here/dotnet
exec "$here/dotnet/dotnet" "$here/program/ModalityBalance.Benchmarks.dll" "$@"
