# Sourced by the scripts beside it: a .NET SDK that can build this repository, quiet and in English.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_UI_LANGUAGE=en

# require_sdk: fails with one sentence where there is no .NET 10 SDK.
require_sdk() {
    [[ $'\n'$(dotnet --list-sdks 2> /dev/null) == *$'\n'10.* ]] && return
    echo "$(basename "$0"): there is no .NET 10 SDK on PATH. Install it." >&2
    return 1
}

# build PROJECT: builds the project in that folder of the repository; prints errors only.
build() {
    require_sdk || return
    # MSBuild leaves empty folders behind where temporary files go.
    local folder output status=0
    folder=$(mktemp -d)
    output=$(TMPDIR=$folder dotnet build "$1" -c Release -v q -clp:ErrorsOnly < /dev/null 2>&1) || status=$?
    rm -rf "$folder"
    [ "$status" -eq 0 ] || echo "$output" >&2
    return "$status"
}
