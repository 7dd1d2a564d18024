#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every option of every command, from the tables of `nas help`: misspelt, without
# its value, a flag with one, and where it takes a number, what is none. Each is
# a bad command line, and the message names the option.
. "$(dirname "$0")/lib.sh"
cd "$tmp" || exit 1
nas help --format json >"$tmp/help.json"
python3 - "$program" "$tmp/help.json" <<'END' || failures=1
import json
import subprocess
import sys

nas, table = sys.argv[1:]
# What a command wants before it looks at values.
begin = {"allocate": ["x", "--metric", "size"], "export": ["x", "--to", "csv"],
         "latency": ["fit", "x"], "pareto": ["x", "--over", "flash_bytes"],
         "sensitivity": ["x", "--metric", "size"],
         "sweep": ["x", "--grid", "search.seed=1", "-o", "y"]}
NO_NUMBERS = ("abc", "nan", "1e999", "-1", "", "1.5x")


def trials(option):
    name = "--" + option["name"]
    yield "misspelt", [name + "x"], name + "x"
    if "value" not in option:
        yield "a flag with a value", [name + "=1"], name
        return
    yield "without its value", [name], name
    if option["value"] in ("N", "S"):
        for value in NO_NUMBERS:
            yield f"'{value}'", [name, value], name


def run(command, words):
    done = subprocess.run([nas, command, *words], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return done.returncode, done.stderr.decode()


for command in json.load(open(table))["commands"]:
    tried, bad = 0, []
    wants = any(w.isupper() for w in command["arguments"].replace("...", "").split())
    lead = begin.get(command["name"], ["x"] if wants else [])
    for option in command["options"]:
        for what, words, name in trials(option):
            tried += 1
            status, said = run(command["name"], lead + words)
            if status != 2 or name not in said:
                bad.append(f"# {' '.join(words)} ({what}): status {status}: {said}")
    print(f"{'not ok' if bad else 'ok'} {command['name']}: {tried} bad command lines")
    print("".join(bad), end="")
    failed = globals().get("failed", False) or bool(bad)
sys.exit(failed)
END
finish
