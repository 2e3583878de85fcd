# What is delivered, checked without an image registry; sourced by ./test with $root set: `dotnet publish` laid out and run as the Dockerfile
# does it (without root, on an /app that nobody may write, settings from the environment), and compose.yaml read by docker-compose.

# published: exit code 0 when the published output starts, gets ready, serves the page, and stops in order.
published() {
  local home port server code=0 tries as=()
  home=$(mktemp -d /tmp/collabhub-published-XXXXXX)
  dotnet publish "$root/Hubs/CollabHub.Hubs.csproj" --configuration Release --output "$home/app" -p:DebugType=none -p:UseSharedCompilation=false --verbosity quiet >&2 || return 1
  mkdir "$home/data"
  chmod -R a+rX,a-w "$home/app"
  if [ "$(id -u)" = 0 ]; then
    as=(setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --bounding-set=-all)
    chmod 755 "$home"
    chown 65534:65534 "$home/data"
  fi
  (cd "$home/app" && exec env -i "PATH=$PATH" ${DOTNET_ROOT:+"DOTNET_ROOT=$DOTNET_ROOT"} HOME=/nonexistent DOTNET_gcServer=0 \
    "Urls=http://127.0.0.1:0" "Data__Directory=$home/data" "${as[@]}" dotnet CollabHub.Hubs.dll) > "$home/log" 2>&1 &
  server=$!
  for tries in $(seq 300); do
    port=$(sed -n 's/.*Now listening on: http:[^ ]*:\([0-9]*\)$/\1/p' "$home/log" 2> /dev/null)
    if [ -n "$port" ] && curl -fs "http://127.0.0.1:$port/healthz/ready" > "$home/ready"; then break; fi
    kill -0 "$server" 2> /dev/null || break
    sleep 0.2
  done
  cat "$home/ready" && printf '\n' || code=1
  grep -q '"status":"healthy"' "$home/ready" || code=1
  # Into files first: who is cut off by a reader that has seen enough has failed, to a pipe.
  curl -fs "http://127.0.0.1:$port/" > "$home/page" && grep -q '<script' "$home/page" || { printf 'The page is not served.\n' >&2; code=1; }
  if [ "$(id -u)" = 0 ] && [ "$(stat -c %u "/proc/$server")" = 0 ]; then printf 'It runs as root.\n' >&2; code=1; fi
  kill -TERM "$server" 2> /dev/null || true
  wait "$server" || { printf 'It did not stop in order.\n' >&2; code=1; }
  [ "$code" = 0 ] || tail -20 "$home/log" >&2
  chmod -R u+w "$home" && rm -rf "$home"
  return "$code"
}

# composed: exit code 0 when compose.yaml is well-formed, has all of its services, and refuses to start without its secrets.
composed() {
  local home code=0
  home=$(mktemp -d /tmp/collabhub-compose-XXXXXX)
  mkdir "$home/docs"
  cp "$root/compose.yaml" "$root/Dockerfile" "$home/"
  cp -r "$root/docs/balancers" "$home/docs/"
  if (cd "$home" && docker-compose -f compose.yaml config > without 2>&1); then printf 'It starts without secrets.\n' >&2; code=1; fi
  # The command of docs/operations.md, word for word.
  (cd "$home" && eval "$(sed -n '/^(umask 077 && for key in/p' "$root/docs/operations.md")" && docker-compose -f compose.yaml config > config) || code=1
  (cd "$home" && docker-compose -f compose.yaml config --services > services) || code=1
  for service in node-1 node-2 nginx postgres redis mongo; do
    grep -qx "$service" "$home/services" || { printf 'There is no %s.\n' "$service" >&2; code=1; }
  done
  if grep -q '\${' "$home/config"; then printf 'A variable was left open.\n' >&2; code=1; fi
  rm -rf "$home"
  return "$code"
}
