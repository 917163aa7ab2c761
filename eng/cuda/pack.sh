#!/usr/bin/env bash
# pack.sh OUTPUT.tar.gz: packs the benchmarks and a .NET runtime for a machine that has a PyTorch with CUDA, but no .NET
# and no network. Of libtorch it holds nothing: run.sh, at the top of the pack, runs them on that PyTorch.
set -euo pipefail

root=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")")
source "$root/eng/dotnet.sh"

readonly most=64 # MiB

fail() { echo "$(basename "$0"): $1" >&2; exit 1; }

# newest FOLDER: the newest 10.x in it.
newest() { find "$1" -mindepth 1 -maxdepth 1 -type d -name '10.*' 2> /dev/null | sort -V | tail -n 1; }

[ $# -eq 1 ] && [[ $1 == *.tar.gz ]] || fail "The one argument must be the file to write, OUTPUT.tar.gz."
output=$(readlink -m "$1")
[ -d "$(dirname "$output")" ] || fail "The folder of '$1' does not exist."
[ "$(uname -sm)" = "Linux x86_64" ] || fail "The pack must be made on Linux x64, whose .NET runtime it holds."
require_sdk

folder=$(mktemp -d)
trap 'rm -rf "$folder" "$output.new"' EXIT
mkdir "$folder/tmp" "$folder/pack"

# The runtime, without ASP.NET.
sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
cd "$sdk"
fxr=$(newest host/fxr) framework=$(newest shared/Microsoft.NETCore.App)
[ -x dotnet ] && [ -n "$fxr" ] && [ -n "$framework" ] || fail "There is no .NET 10 runtime beside the dotnet on PATH."
mkdir "$folder/pack/dotnet"
cp --parents -r dotnet "$fxr" "$framework" "$folder/pack/dotnet"
for notice in LICENSE.txt ThirdPartyNotices.txt; do
    [ ! -f "$notice" ] || cp "$notice" "$folder/pack/dotnet"
done

# The program.
program=$folder/pack/program
published=$(TMPDIR=$folder/tmp dotnet publish "$root/tests/ModalityBalance.Benchmarks" -c Release --no-self-contained \
    -o "$program" -v q -clp:ErrorsOnly < /dev/null 2>&1) || { echo "$published" >&2; exit 1; }

# Of its native libraries only TorchSharp's own, beside the program: without a list of dependencies, which would name
# those of libtorch too, .NET looks nowhere else.
native=$program/runtimes/linux-x64/native/libLibTorchSharp.so
[ -f "$native" ] || fail "The published program has no libLibTorchSharp.so."
mv "$native" "$folder/tmp"
rm -rf "$program"/{runtimes,amd64,arm64,x86,ModalityBalance.Benchmarks} "$program"/*.deps.json
find "$program" \( -name '*.so' -o -name '*.so.*' -o -name '*.pdb' -o -name '*.xml' \) -delete
mv "$folder/tmp/libLibTorchSharp.so" "$program"

cp "$root/eng/cuda/run.sh" "$folder/pack"
tar -C "$folder/pack" --owner=0 --group=0 -czf "$output.new" run.sh dotnet program
size=$(stat -c %s "$output.new")
[ "$size" -le $((most << 20)) ] || fail "The pack must have $most MiB at most, but has $(((size >> 20) + 1))."
mv "$output.new" "$output"
echo "$(basename "$output"): $(((size + (1 << 19)) >> 20)) MiB"
