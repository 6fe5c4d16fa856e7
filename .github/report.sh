#!/usr/bin/env bash
# report.sh TITLE LOG: open an issue with the failing cells and tests of a log, or else with its end.
set -euo pipefail
failures=$(sed -n '/=== FAILURES ===/,$p' "$2")
{
    echo '```'
    # An issue holds 65,536 characters.
    printf '%s\n' "${failures:-$(tail -n 80 "$2")}" | head -c 60000
    echo '```'
} > issue.md
gh issue create --title "$1 ($(date -I))" --body-file issue.md
