# Runs a command in a mount namespace of its own, in which folders and files of the test lie over those of the machine.
# usage: unshare -m sh sandbox.sh <root, or empty for the machine itself> [<source> <target>]... -- <command>...
# Everything is exec'd: the process id stays that of the caller's child, so its signals reach the command.
set -eu
root=$1
shift

# Gives a target that does not exist a place, without writing to the machine: its nearest folder is replaced by a copy.
make_room() {
  folder=$(dirname "$2")
  while [ ! -d "$root$folder" ]; do folder=$(dirname "$folder"); done
  if [ "$folder" = / ]; then
    echo "sandbox.sh: $2 cannot be placed, there is no folder above it" >&2
    exit 1
  fi
  copy=$1.room
  cp -a "$root$folder" "$copy"
  mount --bind "$copy" "$root$folder"
  mkdir -p "$(dirname "$root$2")"
  if [ -d "$1" ]; then mkdir "$root$2"; else : >"$root$2"; fi
}

if [ -n "$root" ]; then
  mount --rbind /dev "$root/dev"
  mount --rbind /proc "$root/proc"
  # Mount points that a minbase root lacks and that every run needs.
  mkdir -p "$root/etc/ssl/certs"
  [ -e "$root/etc/hosts" ] || : >"$root/etc/hosts"
  [ -e "$root/etc/ssl/certs/ca-certificates.crt" ] || : >"$root/etc/ssl/certs/ca-certificates.crt"
fi

while [ "$1" != -- ]; do
  [ -e "$root$2" ] || make_room "$1" "$2"
  mount --bind "$1" "$root$2"
  shift 2
done
shift

if [ -n "$root" ]; then exec chroot "$root" "$@"; fi
exec "$@"
