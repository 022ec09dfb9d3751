#!/usr/bin/env bash
# The step of action.yml: installs ftlint beside the job's own Python, checks, and tells what came of it.
# It reads INPUT_* and GITHUB_*. FTLINT_PYTHON names a Python that has ftlint already; then nothing is installed.
# Written for bash 3.2, which macOS still has.
set -euo pipefail

work=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/ftlint.XXXXXX")
trap 'rm -rf "$work"' EXIT

fail() {
  echo "ftlint: $1" >&2
  echo "exit-code=2" >>"${GITHUB_OUTPUT:-/dev/null}"
  exit 2
}

install() {
  local python requirement
  python=$(command -v python3 || command -v python) || fail "there is no Python; set python-version"
  requirement=${GITHUB_ACTION_PATH:?}
  [ -z "${INPUT_VERSION:-}" ] || requirement="ftlint==$INPUT_VERSION"
  "$python" -m venv "$work/venv" || fail "no virtual environment could be made"
  FTLINT_PYTHON="$work/venv/bin/python"
  [ -x "$FTLINT_PYTHON" ] || FTLINT_PYTHON="$work/venv/Scripts/python.exe"
  "$FTLINT_PYTHON" -m pip install --quiet --disable-pip-version-check "$requirement" || fail "it could not be installed"
}

[[ ${INPUT_VERSION:-0} =~ ^[0-9][0-9A-Za-z.+]*$ ]] || fail "version: this is no version"
[ -n "${FTLINT_PYTHON:-}" ] || install

arguments=(check --no-progress "--output-format=${INPUT_OUTPUT_FORMAT:-github}" "--report=json=$work/report.json")
[ -z "${INPUT_TARGET:-}" ] || arguments+=("--target=$INPUT_TARGET")
[ -z "${INPUT_CONFIG:-}" ] || arguments+=("--config=$INPUT_CONFIG")
[ -z "${INPUT_FAIL_ON:-}" ] || arguments+=("--fail-on=$INPUT_FAIL_ON")

sarif=${INPUT_SARIF_FILE:-}
case $sarif in
  *$'\n'* | *$'\r'*) fail "sarif-file: this is no name of a file" ;;
  ?*) arguments+=("--report=sarif=$sarif") ;;
esac

# With the format github, ftlint writes the summary itself.
if [ "${INPUT_SUMMARY:-true}" != true ]; then
  unset GITHUB_STEP_SUMMARY
elif [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ "${INPUT_OUTPUT_FORMAT:-github}" != github ]; then
  arguments+=("--report=markdown=$work/summary.md")
fi

# Options are parted as a shell parts them, but nothing in them is run or expanded.
"$FTLINT_PYTHON" -c 'import os, shlex, sys
sys.stdout.buffer.write(b"".join(os.fsencode(a) + b"\0" for a in shlex.split(os.environ.get("INPUT_ARGS", ""))))' \
  >"$work/args" 2>/dev/null || fail "args: the quotes in it do not match"
project=false
while IFS= read -r -d '' argument; do
  arguments+=("$argument")
  [ "$argument" != --project ] || project=true
done <"$work/args"

if [ "$project" = false ]; then
  arguments+=(--)
  while IFS= read -r path || [ -n "$path" ]; do
    path=${path%$'\r'}
    [ -z "$path" ] || arguments+=("$path")
  done <<<"${INPUT_PATHS:-.}"
fi

code=0
"$FTLINT_PYTHON" -m ftlint "${arguments[@]}" || code=$?

findings=
if [ -f "$work/report.json" ]; then
  findings=$("$FTLINT_PYTHON" -c 'import json, sys
print(sum(json.load(open(sys.argv[1], encoding="utf-8"))["counts"].values()))' "$work/report.json")
fi
if [ -f "$work/summary.md" ]; then
  # GitHub takes a MiB, and nothing at all of more.
  head -c 1000000 "$work/summary.md" >>"$GITHUB_STEP_SUMMARY"
fi
{
  echo "exit-code=$code"
  echo "findings=$findings"
  if [ -n "$sarif" ] && [ -f "$sarif" ]; then echo "sarif-file=$sarif"; fi
} >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$code"
