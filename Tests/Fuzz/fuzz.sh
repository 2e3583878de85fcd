#!/usr/bin/env bash
# Coverage-guided fuzzing of the decoders: fuzz.sh [TARGET|all] [MINUTES]. Works on an instrumented copy in artifacts/fuzz; what fails is
# made small and kept in Tests/Random/Documents/Seeds/TARGET, where the ordinary tests run it from then on. Ends with 1 when something failed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$root/.ci/steps.sh"
version=2.3.0
work="$root/artifacts/fuzz"
seeds="$root/Tests/Random/Documents/Seeds"
targets=(update updates state-vector awareness sync-frame hocuspocus-frame relative-position)
wanted=${1:-all} minutes=${2:-1}
[[ "$wanted" = all || " ${targets[*]} " == *" $wanted "* ]] || die "usage: ./test fuzz [all|$(IFS='|'; echo "${targets[*]}")] [MINUTES]"
[[ "$minutes" =~ ^[0-9]+$ ]] || die "MINUTES is a whole number."

if ! command -v afl-fuzz > /dev/null; then
  [ "$(id -u)" = 0 ] || die "Fuzzing needs afl++: apt-get install afl++"
  apt-get update -q >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends afl++ >&2
fi
[ -x "$work/tools/sharpfuzz" ] || dotnet tool install SharpFuzz.CommandLine --version "$version" --tool-path "$work/tools" >&2
rm -rf "$work/bin"
dotnet build "$root/Tests/Fuzz/CollabHub.Fuzz.csproj" --configuration Release --verbosity quiet --output "$work/bin" -p:UseSharedCompilation=false >&2
program="$work/bin/CollabHub.Fuzz"
rm -rf "$work/corpus"
"$program" corpus "$work/corpus" "$root/Tests/Vectors"
"$work/tools/sharpfuzz" "$work/bin/CollabHub.Domain.dll" >&2

export AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1 AFL_SKIP_BIN_CHECK=1
export DOTNET_TieredCompilation=1 DOTNET_gcServer=0

stat() { sed -n "s/^$1 *: *//p" "$2"; }

found=0
fuzz() {
  local target=$1 out="$work/out/$1" seed name
  for seed in "$seeds/$target"/*.hex; do
    [ -f "$seed" ] && tail -1 "$seed" | tr -d '\n' | xxd -r -p > "$work/corpus/$target/seed-$(basename "$seed" .hex)"
  done
  rm -rf "$out"
  mkdir -p "$out"
  nice -n 10 afl-fuzz -i "$work/corpus/$target" -o "$out" -t 10000 -m none -V $((minutes * 60)) -- "$program" "$target" > "$out/log" 2>&1 || { tail -20 "$out/log" >&2; die "afl-fuzz failed on $target."; }
  local stats="$out/default/fuzzer_stats"
  printf '%-18s %10s executions %6s/s %6s paths %8s coverage %3s crashes %3s hangs\n' "$target" "$(stat execs_done "$stats")" "$(stat execs_per_sec "$stats")" \
    "$(stat corpus_count "$stats")" "$(stat bitmap_cvg "$stats")" "$(stat saved_crashes "$stats")" "$(stat saved_hangs "$stats")"
  for seed in "$out"/default/crashes/id* "$out"/default/hangs/id*; do
    [ -f "$seed" ] || continue
    found=1
    if [[ "$seed" == */crashes/* ]]; then
      timeout 60 afl-tmin -i "$seed" -o "$out/small" -t 10000 -m none -- "$program" "$target" > /dev/null 2>&1 && seed="$out/small"
    fi
    name=$(sha256sum "$seed" | cut -c1-12)
    mkdir -p "$seeds/$target"
    xxd -p "$seed" | tr -d '\n' > "$seeds/$target/found-$name.hex"
    printf '  kept as Seeds/%s/found-%s.hex\n' "$target" "$name"
  done
}

if [ "$wanted" != all ]; then targets=("$wanted"); fi
for target in "${targets[@]}"; do fuzz "$target"; done
exit "$found"
