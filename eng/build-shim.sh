#!/usr/bin/env bash
# build-shim.sh OUTPUT_FOLDER    compiles TorchSharp.Local/native/shim.cpp into OUTPUT_FOLDER/libtorchshim.so
# build-shim.sh --which          says which libtorch that would be against: its library folder, version, size and age
#
# The libtorch is the one that LIBTORCH names (an unpacked libtorch, or the folder `torch` of an installed PyTorch),
# else the system's. Needs g++ alone. The result finds that libtorch by itself, its CUDA part too if it has one.
# To compile beside a published program, carry this script and shim.cpp there in one folder.
set -euo pipefail

fail() { echo "build-shim.sh: $*" >&2; exit 1; }

[ $# -eq 1 ] || fail "name the folder to write to."
command -v g++ > /dev/null || fail "there is no g++: install it (Debian: apt-get install g++)."

if [ -n "${LIBTORCH:-}" ]; then
    root=$(realpath -m "$LIBTORCH")
    include=$root/include
    lib=$root/lib
else
    include=/usr/include
    lib=$(dirname "$(realpath -s "$(g++ -print-file-name=libtorch_cpu.so)")")
fi
version_header=torch/csrc/api/include/torch/version.h
if [ ! -f "$include/$version_header" ] || [ ! -f "$lib/libtorch_cpu.so" ]; then
    fail "there is no libtorch in '${LIBTORCH:-the system}': install libtorch-dev, or set LIBTORCH to a folder that holds libtorch's include and lib."
fi
includes=(-I"$include" -I"$include/torch/csrc/api/include")
version=$(printf '#include <%s>\nTORCH_VERSION_MAJOR TORCH_VERSION_MINOR\n' "$version_header" | g++ -E -P -x c++ "${includes[@]}" - | tail -1)

if [ "$1" = --which ]; then
    echo "$lib $version $(stat -L -c '%s %Y' "$lib/libtorch_cpu.so")"
    exit
fi

output=$1
here=$(dirname "$(readlink -f "$0")")
source_file=$here/TorchSharp.Local/native/shim.cpp
[ -f "$source_file" ] || source_file=$here/shim.cpp

# Headers of 1.x do not compile as C++20; the newest of 2.x need it.
standard=c++20
[ "${version% *}" -ge 2 ] || standard=c++17
# Older PyTorch wheels were built with the old string ABI.
symbols=$(nm -D --defined-only "$lib/libc10.so")
abi=0
[[ $symbols != *torchCheckFail*__cxx11* ]] || abi=1
libraries=(-ltorch -ltorch_cpu -lc10)
[ ! -f "$lib/libtorch_cuda.so" ] || libraries+=(-ltorch_cuda -lc10_cuda)

mkdir -p "$output"
new=$(mktemp -d "$output/new.XXXXXX")
trap 'rm -rf "$new"' EXIT
# --no-as-needed: libtorch_cuda registers its kernels when it is loaded; no symbol of it is named here.
g++ -std=$standard -D_GLIBCXX_USE_CXX11_ABI=$abi -O2 -fPIC -shared -fvisibility=hidden -w "${includes[@]}" \
    "$source_file" -o "$new/libtorchshim.so" \
    -L"$lib" -Wl,-rpath,"$lib" -Wl,-z,defs -Wl,--no-as-needed "${libraries[@]}" \
    || fail "the shim did not compile against the libtorch in '$lib'."
# Replaced in one step, so that a program that has the old one loaded keeps it.
mv "$new/libtorchshim.so" "$output/libtorchshim.so"
