#!/usr/bin/env bash
# Brings what the tests need to a Debian 12 machine: nginx 1.22 from apt, nginx 1.26 and 1.30 as two small Debian
# roots to chroot into, docker and podman, which are installed but not started (tests bring their own daemon), and
# lua-check, which `npm run check` uses. Safe to run again; says nothing and takes milliseconds when all is there.
set -euo pipefail

roots=${OPENCLAW_TEST_CACHE:-${HOME:-/root}/.cache/openclaw-proxy}/roots
mirror=http://deb.debian.org/debian
# Never `luajit`: on Debian 12 it evicts libnginx-mod-http-lua.
packages=(nginx libnginx-mod-http-lua lua-resty-core lua-cjson libnginx-mod-http-brotli-filter
  debootstrap openssl ca-certificates docker.io podman runc patch git wrk gcc libc6-dev lua-check)
root_packages=nginx,libnginx-mod-http-lua,lua-resty-core,lua-cjson,libnginx-mod-http-brotli-filter
# debootstrap 1.0.128 has no script of the name `forky`; all of Debian's are the one of `sid`.
debootstrap_script=/usr/share/debootstrap/scripts/sid

refuse() {
  echo "test/provision.sh: the tests need $1" >&2
  exit 3
}

check_machine() {
  local id='' version=''
  if [ -r /etc/os-release ]; then
    id=$(. /etc/os-release && echo "${ID:-}")
    version=$(. /etc/os-release && echo "${VERSION_ID:-}")
  fi
  [ "$id" = debian ] && [ "$version" = 12 ] || refuse "Debian 12 (this is ${id:-unknown} $version)"
  [ "$(id -u)" = 0 ] || refuse 'root, for apt, chroot and private mounts'
  unshare -m true 2>/dev/null || refuse 'the right to make a mount namespace (in Docker: --privileged)'
}

has_packages() {
  local states
  states=$(dpkg-query -W -f '${db:Status-Status}\n' "${packages[@]}" 2>/dev/null) || return 1
  [ "$(grep -cx installed <<<"$states")" = "${#packages[@]}" ]
}

has_root() {
  [ -e "$roots/$1/usr/lib/nginx/modules/ngx_http_lua_module.so" ] && chroot "$roots/$1" nginx -v 2>/dev/null
}

has_all() {
  has_packages && has_root trixie && has_root forky
}

install_packages() {
  local policy=/usr/sbin/policy-rc.d
  # 101 forbids to start services: a test machine needs nginx's program, not nginx on port 80.
  if [ ! -e "$policy" ]; then
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=300 -qq update
  apt-get -o DPkg::Lock::Timeout=300 -qq install --yes --no-upgrade --no-install-recommends "${packages[@]}"
}

# Builds under another name, so that a half-built root never counts.
build_root() {
  local release=$1 new="$roots/.$1.new" log="$roots/$1.log"
  echo "test/provision.sh: unpacking Debian $release into $roots/$release"
  rm -rf --one-file-system "$new"
  if ! debootstrap --variant=minbase --include="$root_packages" "$release" "$new" "$mirror" "$debootstrap_script" \
    >"$log" 2>&1 || ! chroot "$new" nginx -v 2>>"$log"; then
    tail -n 20 "$log" >&2
    echo "test/provision.sh: Debian $release could not be unpacked; the whole story is in $log" >&2
    return 1
  fi
  rm -rf --one-file-system "${roots:?}/$release"
  mv "$new" "$roots/$release"
}

build_missing_roots() {
  local release builds=() failed=0
  for release in trixie forky; do
    has_root "$release" || { build_root "$release" & builds+=($!); }
  done
  for build in "${builds[@]}"; do wait "$build" || failed=1; done
  return "$failed"
}

check_machine
has_all && exit 0
mkdir -p "$roots"
exec 9>"$roots/.lock"
flock 9
has_packages || install_packages
build_missing_roots
