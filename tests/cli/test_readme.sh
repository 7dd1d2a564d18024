#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every command that the READMEs show is run, in order, in one folder.
#
# ```sh         run; status 0
# ```sh short   run with fewer evaluations and without the certificate
# ```sh notest  not run: it installs, or takes long
# ```text       what the block before it prints
# ```json       a config: saved as my.json and checked
# ```json part  a piece of one
#
# UPDATE=1 tests/cli/test_readme.sh puts what is printed now into the READMEs.
. "$(dirname "$0")/lib.sh"
pages='README.md nas/cli/README.md nas/run/README.md scoring/README.md
	evolve/README.md qbr/README.md spaces/README.md tests/README.md
	configs/papers/README.md'
mkdir "$tmp/bin" "$tmp/work"
ln -s "$root/configs" "$root/tests" "$tmp/work/"
cat >"$tmp/bin/nas" <<NAS
#!/bin/bash
case \$1 in
search | certify) set -- "\$@" $unhurried ;;
esac
case "\${SHORT:-} \$1" in
"short search") set -- "\$@" --max-evals 2000 --no-certify ;;
"short bench") set -- "\$@" --runs 1 --no-certify -j 1 ;;
esac
exec "$program" "\$@"
NAS
chmod +x "$tmp/bin/nas"

( cd "$root" && cat $pages ) >"$tmp/pages"
python3 - "$tmp" <<'PY'
import sys
tmp = sys.argv[1]
kind, block, n = None, [], 0
for line in open(f"{tmp}/pages"):
    if line.startswith("```"):
        if kind is None:
            kind, block = line[3:].strip(), []
        else:
            n += 1
            name = kind.replace(" ", "-") or "plain"
            open(f"{tmp}/{n:03d}.{name}", "w").writelines(block)
            kind = None
    elif kind is not None:
        block.append(line)
assert kind is None
PY

cd "$tmp/work" || exit 1
PATH=$tmp/bin:$PATH
quick_cc
ran=0
for block in "$tmp"/[0-9]*; do
	first=$(head -1 "$block")
	case $block in
	*.sh | *.sh-short)
		mode=
		[[ $block == *.sh-short ]] && mode=short
		status 0 "$first" env SHORT=$mode bash -e "$block"
		ran=$((ran + 1))
		;;
	*.text)
		[ -z "${UPDATE:-}" ] || cp "$tmp/out" "$block"
		check "  prints what is shown" diff "$block" "$tmp/out"
		;;
	*.json)
		cp "$block" my.json
		status 0 "the config in README.md" nas check my.json
		;;
	*.sh-notest | *.json-part) ;;
	*.c) ;; # tests/cli/test_library.sh builds and runs it
	*)
		bad "block of a kind that is not tested" "$block: $first"
		;;
	esac
done
if [ -n "${UPDATE:-}" ]; then
	( cd "$root" && python3 - "$tmp" $pages ) <<'PY'
import glob, sys
tmp, *pages = sys.argv[1:]
n = 0
for page in pages:
    out, inside = [], False
    for line in open(page):
        if line.startswith("```"):
            inside = not inside
            if inside:
                n += 1
                new = glob.glob(f"{tmp}/{n:03d}.text")
            out.append(line)
            if inside and new:
                out += open(new[0]).readlines()
        elif not (inside and new):
            out.append(line)
    open(page, "w").writelines(out)
PY
fi

check "the READMEs show commands" test $ran -ge 18

missing= untold=
for c in $(nas | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
	grep -q "nas $c" "$root/README.md" || missing="$missing $c"
	[ "$c" = version ] || [ "$c" = help ] ||
		grep -rq "^nas $c" "$root"/*/README.md "$root"/nas/*/README.md \
			"$root"/spaces/*/README.md ||
		untold="$untold $c"
done
check "README.md names every command" test -z "$missing"
check "each has an example on some page" test -z "$untold"
check "README.md has at most 200 lines" test "$(wc -l <"$root/README.md")" -le 200
check "  of at most 100 columns" sh -c "! grep -nE '.{101}' '$root/README.md'"
check "links lead somewhere" python3 - "$root" <<'PY'
import os, re, subprocess, sys
root = sys.argv[1]
for folder, _, files in os.walk(root):
    if "/build" in folder or "/.git" in folder:
        continue
    for page in (f for f in files if f.endswith(".md")):
        text = open(os.path.join(folder, page)).read()
        for link in re.findall(r"\]\(([^)#]+)\)", text):
            if not link.startswith("http"):
                assert os.path.exists(os.path.join(folder, link)), (page, link)
PY
finish
