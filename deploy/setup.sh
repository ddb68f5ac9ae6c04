#!/bin/sh
# Makes a machine ready: system libraries, .venv, locked packages. Usage: deploy/setup.sh runtime|dev
# A second run that finds everything in place does nothing and takes no time.
set -eu

KIND=${1:-}
case $KIND in
  runtime | dev) ;;
  *) echo "usage: deploy/setup.sh runtime|dev" >&2; exit 2 ;;
esac
cd "$(dirname "$0")/.."

say() { echo "kebien: $*" >&2; }
stop() { say "$@"; exit 1; }

have_library() { PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null | grep -q "$1"; }

missing_packages() {
  have_library 'libpango-1\.0\.so\.0' || echo libpango-1.0-0
  have_library 'libpangoft2-1\.0\.so\.0' || echo libpangoft2-1.0-0
  have_library 'libharfbuzz-subset\.so\.0' || echo libharfbuzz-subset0
  [ "$KIND" = dev ] || return 0
  command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || echo chromium-headless-shell
  have_library 'libatomic\.so\.1' || echo libatomic1
}

install_packages() {
  command="apt-get install -y --no-install-recommends $*"
  by_hand="sudo $command"
  command -v sudo >/dev/null || by_hand="su -c '$command'"
  command -v apt-get >/dev/null || stop "please install what Debian calls: $*"
  if [ "$(id -u)" = 0 ]; then
    as_root="env"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n env"
  else
    stop "system packages are missing; run this, then try again:
  $by_hand"
  fi
  say "installing $*"
  $as_root apt-get update -qq -o DPkg::Lock::Timeout=300 >&2 || say "apt-get update failed; trying anyway"
  told=$($as_root DEBIAN_FRONTEND=noninteractive $command -qq -o DPkg::Lock::Timeout=300 2>&1) || {
    echo "$told" >&2
    stop "could not install them; run: $by_hand"
  }
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# The distribution's own Python comes first: it is built with optimisation (3 to 14 % less time an act
# than one compiled by a version manager) and kept up to date; it may lack the means to make a .venv.
find_python() {
  own=/usr/bin/python3
  if [ -z "${PYTHON:-}" ] && new_enough $own && $own -c 'import ensurepip' 2>/dev/null; then
    echo $own
    return
  fi
  for name in ${PYTHON:-python3 python3.11 python3.12 python3.13 python3.14}; do
    if command -v "$name" >/dev/null && new_enough "$name"; then echo "$name"; return; fi
  done
  found=$("${PYTHON:-python3}" --version 2>/dev/null || echo none)
  stop "Python 3.11 or newer is needed (found: $found); PYTHON=/path/to/python names another one"
}

make_venv() {
  new_enough .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1 && return
  python=$(find_python)
  say "making .venv with $("$python" --version)"
  rm -rf .venv
  "$python" -m venv .venv >/dev/null 2>&1 && return
  rm -rf .venv
  install_packages python3-venv
  "$python" -m venv .venv
}

packages=$(missing_packages)
# shellcheck disable=SC2086
[ -z "$packages" ] || install_packages $packages

LOCKS="deploy/installer.lock requirements.$KIND.lock pyproject.toml"
# shellcheck disable=SC2086
stamp=.venv/.ready-$KIND-$({ pwd; cat $LOCKS; } | cksum | tr -d ' ')
[ -e "$stamp" ] && exit 0

make_venv
say "installing locked packages ($KIND)"
rm -f .venv/.ready-"$KIND"-*
.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r deploy/installer.lock
# compiled now, so that the first command of a machine is as quick as the second
.venv/bin/uv pip install -q --python .venv/bin/python --compile-bytecode --require-hashes \
  -r "requirements.$KIND.lock"
.venv/bin/uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e .
.venv/bin/python -m compileall -q inventory auction reports service || true
: >"$stamp"
