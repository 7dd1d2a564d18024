#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The study of tests/study: its files belong together. Trains nothing.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
study=tests/study
export PYTHONDONTWRITEBYTECODE=1

status 0 "the networks" nas score $study/architectures.json --format json
cp "$tmp/out" "$tmp/scores"
check "  are a hundred" json "$tmp/scores" 'len(j["results"]) == 100'
check "  are of the space, ten a stratum, by the MACs of nas" \
	python3 - $study "$tmp/scores" <<'PY'
import json, sys
from collections import Counter
sys.path.insert(0, sys.argv[1])
import draw
networks = json.load(open(sys.argv[1] + "/architectures.json"))
scores = json.load(open(sys.argv[2]))["results"]
strata = Counter()
for network, score in zip(networks, scores):
    stem, *blocks = network["blocks"]
    stages = [dict(width=b["out"], depth=b["depth"], kernel=b["kernel"],
                   expansion=b["hidden"] // b["out"]) for b in blocks]
    stem = dict(width=stem["out"], kernel=stem["kernel"])
    assert stem["width"] in draw.STEM_WIDTHS and stem["kernel"] in draw.KERNELS
    for stage, block in zip(stages, blocks):
        assert stage["width"] in draw.WIDTHS
        assert stage["depth"] in draw.DEPTHS
        assert stage["kernel"] in draw.KERNELS
        assert stage["expansion"] in draw.EXPANSIONS
        assert block["bits_a"] in draw.BITS and block["bits_w"] in draw.BITS
    macs = draw.macs_of(stem, stages)
    assert macs + 10 * blocks[-1]["out"] == score["macs"], network["name"]
    shortcuts = {block["shortcut"] for block in blocks}
    assert len(shortcuts) == 1
    strata[draw.stratum_of(macs), shortcuts.pop()] += 1
assert strata == {(stratum, shortcut): 5 for stratum in range(draw.STRATA)
                  for shortcut in draw.SHORTCUTS}, strata
PY
check "every network has two seeds, and table.json is the join" \
	python3 $study/table.py --check
check "  which README.md sums up" sh -c \
	"grep -qF \"\$(python3 $study/table.py --check)\" $study/README.md"
check "README.md has the table of quantisers" python3 - $study <<'PY'
import subprocess, sys
study = sys.argv[1]
table = subprocess.run([sys.executable, study + "/quantisers.py", "--markdown"],
                       check=True, capture_output=True, text=True).stdout
assert table in open(study + "/README.md").read(), table
PY
check "README.md has the tables of fixes, of three seeds each" python3 - $study <<'PY'
import csv, subprocess, sys
from collections import Counter
study = sys.argv[1]
text = subprocess.run([sys.executable, study + "/fixes.py", "--markdown"],
                      check=True, capture_output=True, text=True).stdout
page = open(study + "/README.md").read()
for table in text.strip().split("\n\n"):
    assert len(table.splitlines()) > 6 and table in page, table
count = Counter((r["network"], r["variant"]) for r in
                csv.DictReader(open(study + "/fixes.csv")))
assert len(count) == 22 and set(count.values()) == {3}, count
PY
check "README.md has the table of the duel" python3 - $study <<'PY'
import subprocess, sys
study = sys.argv[1]
table = subprocess.run([sys.executable, study + "/duel/duel_table.py"],
                       check=True, capture_output=True, text=True).stdout
assert table and table.rstrip() in open(study + "/README.md").read(), table
PY
python3 - $study <<'PY' >"$tmp/duel.json"
import json, sys
print(json.dumps([e["network"] for e in
                  json.load(open(sys.argv[1] + "/duel/networks.json"))]))
PY
status 0 "the networks of the duel" nas score "$tmp/duel.json" --format json
check "  are inside the budgets of their cells" python3 - $study "$tmp/out" \
	<<'PY'
import json, sys
study, scores = sys.argv[1:]
cells = json.load(open(study + "/duel/cells.json"))
book = json.load(open(study + "/duel/networks.json"))
keys = dict(sram_bytes="peak_memory_bytes", flash_bytes="flash_bytes",
            bitops="bitops")
for entry, cost in zip(book, json.load(open(scores))["results"]):
    for key, limit in cells[entry["cell"]]["budgets"].items():
        assert cost[keys[key]] <= limit, (entry["road"], key, cost)
PY

check "agreement of seeds: by the definition, with ties" python3 - $study <<'PY'
import sys
sys.path.insert(0, sys.argv[1])
from table import spearman
# 1 - 6 sum d^2 / (n (n^2 - 1)) without ties
assert abs(spearman([1, 2, 3, 4], [1, 3, 2, 40]) - 0.8) < 1e-12
# ranks 1.5 1.5 3 and 1 2 3: covariance 1.5, variances 1.5 and 2
assert abs(spearman([5, 5, 7], [1, 2, 3]) - 1.5 / (1.5 * 2) ** 0.5) < 1e-12
PY

# the checks can fail
sed '2s/,0\.[0-9]*,/,0.0123,/' $study/accuracies.csv >"$tmp/changed.csv"
sed 2d $study/accuracies.csv >"$tmp/short.csv"
sed '2s/study-[0-9]*/study-99/' $study/accuracies.csv >"$tmp/other.csv"
sed 2p $study/accuracies.csv >"$tmp/twice.csv"
for rows in changed short other twice; do
	status 1 "rows that are $rows" python3 $study/table.py --check \
		--rows "$tmp/$rows.csv"
done

# a run that was stopped in the middle of a line goes on
check "rows are appended whole" python3 - $study "$tmp/rows.csv" <<'PY'
import sys
sys.path.insert(0, sys.argv[1])
from rows import Rows
table = Rows(sys.argv[2], ("a", "b"))
assert table.keys("a") == set()
table.open()
table.append({"a": 1, "b": "x, y"})
with open(sys.argv[2], "a") as file:
    file.write("2,")
table.open()
table.append({"b": "z", "a": 3})
assert table.read() == [{"a": "1", "b": "x, y"}, {"a": "3", "b": "z"}]
assert table.keys(("a",)) == {("1",), ("3",)}
PY
finish
