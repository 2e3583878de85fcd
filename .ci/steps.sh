# Steps that ./run and ./test share; sourced by them with $root set to the repository.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

say() { printf '\n== %s\n' "$*" >&2; }

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# need COMMAND WHAT: stops with one sentence when a tool is missing.
need() { command -v "$1" > /dev/null || die "$2 is needed and not on PATH ($1)."; }

# contents DIR...: one hash of all source files below, whatever their dates.
contents() {
  find "$@" -type f -not -path '*/node_modules/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

# fresh STAMP HASH: whether the stamp says that this content was done already.
fresh() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

# install_npm DIR: npm ci, unless the lock file is the one that was installed last.
install_npm() {
  local dir=$1 hash
  hash=$(sha256sum "$dir/package-lock.json" | cut -d' ' -f1)
  fresh "$dir/node_modules/.installed" "$hash" && return
  say "npm ci in ${dir#"$root"/}"
  (cd "$dir" && npm ci --no-audit --no-fund >&2)
  printf '%s' "$hash" > "$dir/node_modules/.installed"
}

# build_web: the browser side into Hubs/wwwroot, when it changed.
build_web() {
  [ -f "$root/Web/package.json" ] || return 0
  need node "Node.js 20 or newer"
  need npm "npm"
  install_npm "$root/Web"
  local hash stamp="$root/artifacts/web.stamp"
  hash=$(contents "$root/Web")
  if fresh "$stamp" "$hash" && [ -f "$root/Hubs/wwwroot/index.html" ]; then return 0; fi
  say "Building the browser side"
  rm -f "$stamp"
  (cd "$root/Web" && npm run build >&2)
  rm -rf "$root/artifacts/bin/CollabHub.Hubs/release/wwwroot"
  mkdir -p "$root/artifacts"
  printf '%s' "$hash" > "$stamp"
}

# build_dotnet PROJECT: Release.
build_dotnet() {
  need dotnet "The .NET 10 SDK"
  say "Building ${1#"$root"/}"
  dotnet build "$1" --configuration Release --verbosity quiet -p:UseSharedCompilation=false >&2
}
