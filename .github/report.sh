#!/usr/bin/env bash
# report.sh TITLE LOG: report the failing cells and tests of a log, or else its end, in an issue: in
# the one that is still open under this title, else in a new one.
set -euo pipefail
title=$1 log=$2
failures=$(sed -n '/=== FAILURES ===/,$p' "$log")
{
    date -I
    echo '```'
    # An issue holds 65,536 characters.
    printf '%s\n' "${failures:-$(tail -n 80 "$log")}" | head -c 60000
    echo '```'
} > issue.md
open=$(gh issue list --state open --search "in:title \"$title\"" --json number --jq '.[0].number // empty')
if [ -n "$open" ]; then
    gh issue comment "$open" --body-file issue.md
else
    gh issue create --title "$title" --body-file issue.md
fi
