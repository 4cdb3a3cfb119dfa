#!/bin/sh
# One scheduled refresh, for cron, a systemd timer or a CI job. Quiet when all is well, so that cron writes no mail.
#
#   refresh.sh lists    the lists of sanctions, which change on any day
#   refresh.sh all      every source
#
# TRADEWAKE_COMMAND names the command where it is not on the path, for example /srv/tradewake/.venv/bin/tradewake.
set -u

tradewake=${TRADEWAKE_COMMAND:-tradewake}
case ${1:-all} in
  lists) sources="ofac eu_fsf uk_sanctions un_sc" ;;
  all) sources="" ;;
  *) echo "refresh.sh knows lists and all, not $1." >&2; exit 2 ;;
esac

told=$(mktemp) || exit 1
trap 'rm -f "$told"' EXIT

# shellcheck disable=SC2086  # the names are words, one argument each
"$tradewake" refresh $sources >"$told" 2>&1
code=$?

case $code in
  0) grep "^Lost:" "$told" >&2 ;; # all well; what a rebuild could not bring back is told all the same
  5) code=0 ;; # another refresh is running: it does the work
  3) cat "$told" >&2; "$tradewake" status >&2 ;; # published, but a source failed and keeps its last good figures
  *) cat "$told" >&2; "$tradewake" doctor >&2 ;; # nothing was published; the build before is still served
esac
exit $code
