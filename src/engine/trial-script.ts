/** What a line of the script's own output starts with; everything else is what nginx says. */
export const trialMark = '#openclaw ';

/** The script's own limit, a little behind that of whoever waits for it, in milliseconds: it counts only when they are gone. */
export function secondsFor(timeout: number): number {
  return Math.ceil(timeout / 1000) + 5;
}

/**
 * The trial, as POSIX sh: unpacks the files from standard input, then the Lua check, `nginx -t`, and a start. The same
 * script runs in a container and in a folder of this machine. Standard input stays open as long as somebody waits for
 * the answer: when it ends, even because openclaw was killed, so does everything here.
 * Arguments: the folder to make, the size of the archive in bytes, the seconds that all may take.
 */
export function trialScript(parts: {
  /** A command that prints what the gateway answers about its health. */
  readonly ask: string;
  /** What ends every process of the trial, this shell among them. */
  readonly end: string;
}): string {
  return `
folder=$1 bytes=$2 seconds=$3
umask 022
mkdir -m 711 "$folder" && cd "$folder" || exit 90
leave() { trap - EXIT; cd /; rm -rf "$folder"; }
trap 'leave; exit 91' TERM INT HUP PIPE
trap leave EXIT
exec 3<&0 </dev/null
head -c "$bytes" <&3 | tar -xf - || exit 92
( cat <&3; leave; ${parts.end} ) >/dev/null 2>&1 &
( exec 3<&-; sleep "$seconds"; leave; ${parts.end} ) >/dev/null 2>&1 &
mkdir temp

say() { printf '\\n${trialMark}%s\\n' "$*"; }
nginx=$(command -v nginx || command -v openresty) || { say missing; exit 93; }
say "version $("$nginx" -v 2>&1 3<&-)"

run() {
  say "begin $1"
  shift
  "$nginx" -e stderr -p "$folder/" "$@" </dev/null 2>&1 3<&- &
  wait $!
  status=$?
  say "end $status"
  return "$status"
}

ask() { ${parts.ask}
}

start() {
  say 'begin start'
  ( "$nginx" -e stderr -p "$folder/" -c nginx.conf -g 'daemon off;' </dev/null 2>&1; echo $? >ended ) 3<&- &
  running=$! status=1 last=$(($(date +%s) + 5))
  while [ "$(date +%s)" -lt "$last" ] && [ ! -e ended ]; do
    case $(ask 2>/dev/null 3<&-) in *'"status":"'*) status=0; break ;; esac
    sleep 0.1
  done
  if [ -s nginx.pid ] && [ ! -e ended ]; then kill -TERM "$(cat nginx.pid)"; fi
  wait "$running"
  say "end $status"
}

if [ -e lua-check.conf ]; then run lua -c lua-check.conf -g 'daemon off;'; fi
if run test -c nginx.conf -t; then start; fi
say done
`;
}
