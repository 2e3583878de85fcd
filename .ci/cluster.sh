# Two nodes behind nginx, with a Postgres and a Redis of their own, on this machine; sourced by ./run --cluster with $root set.
# Everything lies in data/cluster and ends with the script. COLLABHUB_CLUSTER_PORT moves the ports: balancer, two nodes, Redis.

base_port=${COLLABHUB_CLUSTER_PORT:-5080}
home=${COLLABHUB_CLUSTER_DIRECTORY:-$root/data/cluster}
pids=()
sockets=""

program() { command -v "$1" || ls -d /usr/lib/postgresql/*/bin/"$1" /usr/sbin/"$1" 2> /dev/null | sort -V | tail -1 || true; }

# Postgres refuses to run as root: root runs it as the account that its package made.
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

stop_cluster() {
  trap - EXIT INT TERM
  say "Stopping"
  local pid
  # Nodes first: they tell everyone, and save what is not saved yet.
  for pid in "${pids[@]}"; do kill -TERM "$pid" 2> /dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2> /dev/null || true; done
  if [ -f "$home/nginx/run/nginx.pid" ]; then "$nginx" -p "$home/nginx" -c "$home/nginx/nginx.conf" -s quit 2> /dev/null || true; fi
  if [ -f "$home/redis/pid" ]; then kill "$(cat "$home/redis/pid")" 2> /dev/null || true; fi
  as_postgres "$postgres_bin/pg_ctl" -D "$database" stop -m fast -w > /dev/null 2>&1 || true
  [ -z "$sockets" ] || rm -rf "$sockets"
}

start_postgres() {
  postgres_bin=$(dirname "$(readlink -f "$(program initdb)")")
  database=$home/postgres
  # The account that runs it must be able to come here.
  if ! mkdir -p "$home" || ! as_postgres test -x "$home"; then database=/var/tmp/collabhub-cluster-$(printf '%s' "$home" | sha256sum | cut -c1-12); fi
  mkdir -p "$database"
  [ "$(id -u)" != 0 ] || chown postgres "$database"
  sockets=$(mktemp -d /tmp/collabhub-XXXXXX)
  [ "$(id -u)" != 0 ] || chown postgres "$sockets"
  if [ ! -f "$database/PG_VERSION" ]; then
    as_postgres "$postgres_bin/initdb" -D "$database" -U collabhub -A trust -E UTF8 --locale=C.UTF-8 > /dev/null
  fi
  (cd / && as_postgres "$postgres_bin/pg_ctl" -D "$database" -l "$database/log" -w -o "-c listen_addresses='' -c unix_socket_directories='$sockets' -c max_connections=300" start > /dev/null) \
    || die "Postgres did not start: $database/log"
  [ "$("$postgres_bin/psql" -h "$sockets" -U collabhub -d postgres -tAc "select 1 from pg_database where datname = 'collabhub'")" = 1 ] \
    || "$postgres_bin/createdb" -h "$sockets" -U collabhub collabhub
}

start_redis() {
  mkdir -p "$home/redis"
  local secret=$home/redis/secret
  [ -f "$secret" ] || (umask 077 && head -c 24 /dev/urandom | base64 | tr -d '/+=' > "$secret")
  (umask 077 && cat > "$home/redis/redis.conf") << CONF
bind 127.0.0.1
port $redis_port
requirepass $(cat "$secret")
save ""
appendonly no
daemonize yes
dir $home/redis
pidfile $home/redis/pid
logfile $home/redis/log
CONF
  redis-server "$home/redis/redis.conf" || die "Redis did not start: $home/redis/log"
}

start_nginx() {
  mkdir -p "$home/nginx/temp" "$home/nginx/run"
  cp "$root/docs/balancers/nginx.conf" "$home/nginx/nginx.conf"
  printf 'listen 127.0.0.1:%s;\n' "$base_port" > "$home/nginx/listen.conf"
  : > "$home/nginx/nodes.conf"
  local n
  for n in 1 2; do printf 'server 127.0.0.1:%s max_fails=0;\n' "$((base_port + n))" >> "$home/nginx/nodes.conf"; done
  # Workers need not change accounts: their files are ours.
  "$nginx" -p "$home/nginx" -c "$home/nginx/nginx.conf" -g "user $(id -un);" 2> "$home/nginx/start.log" || die "nginx did not start: $(cat "$home/nginx/start.log")"
}

# start_node NUMBER: the server from the given folder, on the next port.
start_node() {
  mkdir -p "$home/node-$1"
  ConnectionStrings__Postgres="Host=$sockets;Database=collabhub;Username=collabhub" \
  ConnectionStrings__Redis="127.0.0.1:$redis_port,password=$(cat "$home/redis/secret")" \
  Auth__SigningKey="$(cat "$home/signing.key")" \
    setsid dotnet "$server" --urls "http://127.0.0.1:$((base_port + $1))" --Node:Name "node-$1" --Data:Directory "$home/node-$1" \
    --Email:BaseUrl "http://localhost:$base_port" "${@:2}" > "$home/node-$1.log" 2>&1 &
  pids+=($!)
}

await_node() {
  local tries
  for tries in $(seq 300); do
    if curl -fs -o "$home/ready" "http://127.0.0.1:$((base_port + $1))/healthz/ready"; then return 0; fi
    kill -0 "${pids[$(($1 - 1))]}" 2> /dev/null || die "Node $1 did not start: $(tail -5 "$home/node-$1.log")"
    sleep 0.2
  done
  die "Node $1 did not get ready: $home/node-$1.log"
}

run_cluster() {
  nginx=$(program nginx)
  need redis-server "Redis (apt-get install redis-server)"
  [ -n "$nginx" ] || die "nginx is needed (apt-get install nginx)."
  [ -n "$(program initdb)" ] || die "Postgres is needed (apt-get install postgresql)."
  need curl "curl"
  redis_port=$((base_port + 3))
  mkdir -p "$home"
  [ -f "$home/signing.key" ] || (umask 077 && head -c 48 /dev/urandom | base64 -w 0 > "$home/signing.key")
  trap stop_cluster EXIT
  trap 'exit 0' INT TERM
  start_postgres
  start_redis
  start_node 1 "$@"
  await_node 1
  start_node 2 "$@"
  await_node 2
  start_nginx
  say "CollabHub on two nodes: http://localhost:$base_port  (nodes: $((base_port + 1)), $((base_port + 2)); logs in ${home#"$root"/})"
  wait
}
