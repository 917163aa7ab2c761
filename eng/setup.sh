#!/usr/bin/env bash
# Decides where TorchSharp comes from: NuGet where a restore finds the pinned version, else the stand-in in
# TorchSharp.Local over the libtorch that LIBTORCH names or the system's, which this installs (Debian, Ubuntu; as root).
# Writes the choice to artifacts/setup, where every later build finds it. Does nothing if nothing changed since.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "$0")")")
setup=$root/artifacts/setup
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

fail() { echo "setup.sh: $*" >&2; exit 1; }
say() { echo "setup.sh: $*"; }

pinned_version() {
    sed -n 's/.*PackageVersion Include="TorchSharp" Version="\([^"]*\)".*/\1/p' "$root/Directory.Packages.props"
}

# What the result depends on; another line means that the work must be done again.
fingerprint() {
    local source=$1 libtorch=""
    [ "$source" = NuGet ] || libtorch=$("$root/eng/build-shim.sh" --which 2> /dev/null || true)
    echo "$source $(pinned_version) ${LIBTORCH:-} $libtorch" \
        "$(cat "$root/eng/setup.sh" "$root/eng/build-shim.sh" "$root/eng/TorchSharp.Local/native/shim.cpp" | sha256sum)"
}

unchanged() {
    [ -f "$setup/stamp" ] && [ -f "$setup/TorchSharp.props" ] || return 1
    local source
    read -r source _ < "$setup/stamp"
    [ "$source" = NuGet ] || [ -f "$setup/libtorchshim.so" ] || return 1
    [ "$(fingerprint "$source")" = "$(cat "$setup/stamp")" ]
}

# A restore of a project that wants TorchSharp and its backend's package (not the large ones that the backend depends on),
# outside the reach of this repository's own props and of packages that earlier restores left on this machine.
nuget_has_torchsharp() {
    local probe limit=120
    probe=$(mktemp -d)
    [ ! -f "$root/nuget.config" ] || cp "$root/nuget.config" "$probe"
    cat > "$probe/probe.csproj" << EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="TorchSharp" Version="[$(pinned_version)]" />
    <PackageDownload Include="TorchSharp-cpu" Version="[$(pinned_version)]" />
  </ItemGroup>
</Project>
EOF
    local found=0
    # MSBuild leaves empty folders behind where temporary files go.
    TMPDIR=$probe timeout "$limit" dotnet restore "$probe" --packages "$probe/packages" > /dev/null 2>&1 < /dev/null || found=$?
    rm -rf "$probe"
    case $found in
        0) ;;
        124) say "asking NuGet for TorchSharp $(pinned_version) timed out after $limit s; building the stand-in." ;;
        *) say "no NuGet feed has TorchSharp and TorchSharp-cpu $(pinned_version); building the stand-in." ;;
    esac
    return "$found"
}

missing_packages() {
    command -v g++ > /dev/null || echo g++
    [ -z "${LIBTORCH:-}" ] || return 0
    [ -f /usr/include/torch/csrc/api/include/torch/version.h ] || echo libtorch-dev
    # Debian's reference BLAS makes matrix products ten times slower.
    # Only root has ldconfig's folder on PATH everywhere.
    [[ $(PATH=$PATH:/usr/sbin:/sbin ldconfig -p) == *libopenblas* ]] || echo libopenblas0-pthread
}

install_packages() {
    local packages
    mapfile -t packages < <(missing_packages)
    [ ${#packages[@]} -gt 0 ] || return 0
    local names="${packages[*]}"
    local advice="install $names (Debian: apt-get install $names), or set LIBTORCH to a folder that holds libtorch's include and lib."
    command -v apt-get > /dev/null || fail "this system has no apt-get: $advice"
    [ "$(id -u)" = 0 ] || fail "not root: $advice"
    say "installing $names"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update && apt-get install -y --no-install-recommends "${packages[@]}"; } > "$setup/apt.log" 2>&1 < /dev/null \
        || fail "apt-get failed (see $setup/apt.log): $advice"
}

write_choice() {
    cat > "$setup/TorchSharp.props" << EOF
<Project>
  <PropertyGroup>
    <TorchSharpSource Condition="'\$(TorchSharpSource)' == ''">$1</TorchSharpSource>
  </PropertyGroup>
</Project>
EOF
    fingerprint "$1" > "$setup/stamp"
}

[[ $'\n'$(dotnet --list-sdks 2> /dev/null) == *$'\n'10.* ]] || fail "there is no .NET 10 SDK: install it."
if unchanged; then
    say "nothing to do, TorchSharp comes from $(cut -d ' ' -f 1 "$setup/stamp")."
    exit
fi
mkdir -p "$setup"
if nuget_has_torchsharp; then
    write_choice NuGet
    say "TorchSharp $(pinned_version) comes from NuGet."
    exit
fi
install_packages
"$root/eng/build-shim.sh" "$setup"
write_choice Local
say "TorchSharp comes from eng/TorchSharp.Local."
