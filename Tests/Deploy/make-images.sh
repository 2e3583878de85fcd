#!/usr/bin/env bash
# make-images.sh WORKDIR SOCKET    Two small local images out of this machine's own files, without a registry: the Python and the Node
# interpreter, each with the shared libraries that it names. No shell in them: what runs is what the runtime's start command says.
set -euo pipefail
work=$1
export DOCKER_HOST="unix://$2"

base() {
  mkdir -p "$1"/{etc,tmp,proc,sys,dev,app,usr/bin,usr/lib,home/app}
  chmod 1777 "$1/tmp"
  printf 'root:x:0:0::/:/\napp:x:1000:1000::/home/app:/\n' > "$1/etc/passwd"
  printf 'root:x:0:\napp:x:1000:\n' > "$1/etc/group"
  chown 1000:1000 "$1/home/app" "$1/app"
}

# libraries ROOT FILE...: what the files link to, at the paths where the loader looks.
libraries() {
  local root=$1 library
  shift
  { for file in "$@"; do ldd "$file" 2> /dev/null || true; done; } | grep -oE '/[^ ]+' | sort -u | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -Ln "$library" "$root$library"
  done
}

pack() {
  tar -C "$1" -c . | docker import --change 'ENV PATH=/usr/local/bin:/usr/bin:/bin' --change 'WORKDIR /app' --change 'USER 1000:1000' - "$2" > /dev/null
}

python_image() {
  local root="$work/python" python version
  python=$(readlink -f "$(command -v /usr/bin/python3)")
  version=$(basename "$python")
  base "$root"
  cp "$python" "$root/usr/bin/$version"
  ln -s "$version" "$root/usr/bin/python3"
  tar -C /usr/lib --exclude=__pycache__ --exclude=test --exclude=idlelib --exclude=ensurepip --exclude=lib2to3 --exclude=tkinter --exclude='config-*' \
    -c "$version" | tar -C "$root/usr/lib" -x
  libraries "$root" "$python" "/usr/lib/$version"/lib-dynload/*.so
  pack "$root" collabhub-test/python:local
}

node_image() {
  local root="$work/node" node
  node=$(readlink -f "$(command -v node)")
  base "$root"
  cp "$node" "$root/usr/bin/node"
  libraries "$root" "$node"
  pack "$root" collabhub-test/node:local
}

rm -rf "$work"
mkdir -p "$work"
python_image
node_image
rm -rf "$work"
