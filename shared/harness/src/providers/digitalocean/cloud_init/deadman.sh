#!/bin/bash
# Ends this machine when nobody is left to do it: when no completion was served for long, or when the server did not
# become healthy in time. A timer runs it every half minute.
set -u
. "${PROSPECTOR_DEADMAN_ENV:-/etc/prospector/deadman.env}"
mkdir -p "$STATE_FOLDER"

# Seconds since the boot: the wall clock may jump. The state is in /run, so that it ends with the boot, too.
now_s=$(cut -d. -f1 "$UPTIME_FILE")
state() { cat "$STATE_FOLDER/$1" 2>/dev/null || echo "$2"; }
keep() { echo "$2" >"$STATE_FOLDER/$1"; }

if [ ! -e "$STATE_FOLDER/served_at_s" ] && curl -fsS -o /dev/null --max-time 10 "$SERVER_URL/health" 2>/dev/null; then
  keep served_at_s "$now_s"
fi

# vLLM's own counters. A token counts as well as a finished answer, so that a long answer is not taken for silence.
served=$(curl -fsS --max-time 10 "$SERVER_URL/metrics" 2>/dev/null | awk '
  /^vllm:(request_success|generation_tokens)_total[{ ]/ { sum += $NF; seen = 1 }
  END { if (seen) printf "%.0f", sum }')
if [ -n "$served" ]; then
  before=$(state served 0)
  [ "$served" -gt "$before" ] && [ -e "$STATE_FOLDER/served_at_s" ] && keep served_at_s "$now_s"
  # Kept when it is smaller, too: a restarted server counts from zero again.
  [ "$served" -ne "$before" ] && keep served "$served"
fi

if [ -e "$STATE_FOLDER/served_at_s" ]; then
  limit_s=$DEADMAN_S
  silent_s=$((now_s - $(state served_at_s 0)))
  reason="nothing was served for $silent_s s"
else
  limit_s=$BOOT_DEADLINE_S
  silent_s=$now_s
  reason="the server was not healthy $silent_s s after the boot"
fi
[ "$silent_s" -lt "$limit_s" ] && exit 0
echo "ending this machine: $reason" >&2

if [ -s "$TOKEN_HEADER_FILE" ]; then
  id=$(curl -fsS --max-time 10 "$METADATA_URL/id" 2>/dev/null)
  case $id in
    '' | *[!0-9]*) echo "the id of this machine is not known; trying again" >&2; exit 0 ;;
  esac
  status=$(curl -sS -o /dev/null -w '%{http_code}' --max-time 30 -X DELETE -H "@$TOKEN_HEADER_FILE" \
    "$API_URL/v2/droplets/$id")
  case $status in
    2?? | 404) exit 0 ;;
    401 | 403) echo "the token may not destroy this machine ($status)" >&2 ;;
    *) echo "the destroy failed ($status); trying again" >&2; exit 0 ;;
  esac
fi
# Still bills, but serves nobody and is found as stopping.
exec $POWER_OFF_COMMAND
