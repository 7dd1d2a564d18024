#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The module for Python over libnas.so answers as the program does.
. "$(dirname "$0")/lib.sh"
library=$(ls "$(dirname "$program")"/libnas.so.*.*.* 2>/dev/null | head -1)
if [ -z "$library" ] || [ -n "${SANITIZE:-}" ]; then
	echo "ok - the module for Python # SKIP no libnas.so, or sanitizers in it"
	finish
	exit
fi
cd "$root" || exit 1
export NAS_LIBRARY=$library PYTHONPATH=nas/python PYTHONDONTWRITEBYTECODE=1
small="--set search.max_evals=3000 --set search.seed=2"

python() { # WHAT CODE: the code ends without an exception
	check "$1" python3 -c "import json, sys, nas
$2"
}

nas search configs/quick.json $small --format json -q >"$tmp/search.json"
python 'a search is the one of the program' "
r = nas.search('configs/quick.json', {'search.max_evals': 3000, 'search.seed': 2})
assert r == json.load(open('$tmp/search.json')), r['best'][0]
json.dump(r['best'][0]['architecture'], open('$tmp/arch.json', 'w'))"
nas score "$tmp/arch.json" --memory plain --format json >"$tmp/score.json"
python 'a score as well, of a dictionary' "
a = json.load(open('$tmp/arch.json'))
r, want = nas.score(a, memory='plain'), json.load(open('$tmp/score.json'))
for x in r['results'] + want['results']:
    del x['name']  # of the file
assert r == want"
nas score "$tmp/arch.json" --bits 5/3 --image-size 40 --format json \
	>"$tmp/score.json"
python 'with other bits and images' "
r = nas.score('$tmp/arch.json', bits_a=5, bits_w=3, height=40)
assert r == json.load(open('$tmp/score.json'))"
python 'a folder, replaced by force alone' "
small = {'search.max_evals': 500, 'certify': False}
nas.search('configs/quick.json', small, output='$tmp/run', threads=1)
try:
    nas.search('configs/quick.json', small, output='$tmp/run')
    sys.exit('no exception')
except nas.Error as e:
    assert e.status == 5 and '--force' in str(e), e
small['search.seed'] = 9
r = nas.search('configs/quick.json', small, output='$tmp/run', force=True)
assert r == json.load(open('$tmp/run/result.json'))"
nas check configs/quick.json --resolved >"$tmp/config.json"
python 'a config' "
c = nas.config('configs/quick.json')
assert c == json.load(open('$tmp/config.json'))
assert nas.config(c, {'search.seed': 7})['search']['seed'] == 7"
python 'a certificate' "
r = nas.certify('configs/quick.json')
assert r['optimal'] and r['upper_bound'] >= r['score'] > 468
r = nas.certify('configs/quick.json', {'budgets.sram_bytes': '16 kB'}, threads=1)
assert r['optimal'] and 448 < r['score'] < 449, r['score']"
cat >"$tmp/problem.json" <<'END'
{"layers": [
 {"choices": [{"bits_w": 2, "loss": 4, "cost": {"size": 20}},
              {"bits_w": 8, "loss": 0, "cost": {"size": 80}}]},
 {"choices": [{"bits_w": 2, "loss": 3, "cost": {"size": 30}},
              {"bits_w": 8, "loss": 0, "cost": {"size": 120}}]}],
 "budgets": {"size": 1000}}
END
python 'bits under a budget' "
r = nas.allocate('$tmp/problem.json', size=140)
assert r['bits_w'] == [8, 2] and r['loss'] == 3, r
assert nas.allocate(json.load(open('$tmp/problem.json')))['loss'] == 0"
python 'nothing inside the budgets has a class of its own' "
try:
    nas.allocate('$tmp/problem.json', size='49')
    sys.exit('no exception')
except nas.Infeasible as e:
    assert e.status == 3 and e.answer['status'] == 'infeasible'"
python 'failures have their message and status' "
def fails(status, text, call, *args, **more):
    try:
        call(*args, **more)
    except nas.Error as e:
        assert e.status == status and text in str(e), (e.status, str(e))
    else:
        sys.exit(f'no exception: {text}')
fails(5, 'No such file', nas.search, 'nosuch.json')
fails(4, 'unknown key', nas.search, {'spaces': 1})
fails(4, \"needs 'files'\", nas.score)
fails(2, \"did you mean 'size'\", nas.allocate, '$tmp/problem.json', sizes=1)
fails(2, 'not a number', nas.allocate, '$tmp/problem.json', size='much')
fails(4, '/job', nas._call, {'job': 'nothing'})
fails(4, 'must be a list', nas._call, {'job': 'score', 'files': 'a'})"
sed -n '/^```python$/,/^```$/{/^```/!p}' nas/python/README.md >"$tmp/page.py"
check 'the program of its page' python3 "$tmp/page.py"
cat nas/*.h nas/*/*.h spaces/*.h scoring/*.h evolve/*.h evolve/*/*.h qbr/*.h |
	grep -oE '[a-z_0-9]+' | sort -u >"$tmp/words"
check 'the library exports what its headers name, and nothing else' test -z \
	"$(nm -D --defined-only "$library" | awk '$2 == "T" { print $3 }' |
		grep -vxF -f "$tmp/words")"
finish
