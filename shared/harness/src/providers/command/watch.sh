# Runs an inference server, and ends it when nobody is left to do it: when the file of heartbeats has not changed for so
# many seconds. Arguments: the file, the seconds, and then the server's own command line.
heartbeat=$1 deadman_s=$2
shift 2

"$@" &
server=$!
# The server ends first: while this shell lives, its process group is known to be ours.
trap 'trap "" TERM; kill -TERM 0; wait "$server"; exit' TERM INT HUP

look_every_s=1
[ "$deadman_s" -gt 60 ] && look_every_s=5
seen= silent_s=0
while kill -0 "$server" 2>/dev/null; do
  sleep "$look_every_s" &
  # Interrupted by a signal, and takes note of a server that has ended.
  wait $!
  beat=
  read -r beat <"$heartbeat" 2>/dev/null
  if [ "$beat" != "$seen" ]; then
    seen=$beat silent_s=0
    continue
  fi
  silent_s=$((silent_s + look_every_s))
  if [ "$silent_s" -ge "$deadman_s" ]; then
    echo "nobody has asked for this server for $silent_s s; ending it" >&2
    trap '' TERM
    kill -TERM 0
    patience_s=10
    while kill -0 "$server" 2>/dev/null && [ "$patience_s" -gt 0 ]; do
      sleep 1
      patience_s=$((patience_s - 1))
    done
    kill -KILL 0
  fi
done
wait "$server"
