#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every command that README.md shows is run, in order, in one folder.
#
# ```sh         run; status 0
# ```sh short   run with fewer evaluations and without the certificate
# ```sh notest  not run: it installs, or takes long
# ```text       what the block before it prints
# ```json       a config: saved as my.json and checked
#
# UPDATE=1 tests/cli/test_readme.sh puts what is printed now into README.md.
. "$(dirname "$0")/lib.sh"
mkdir "$tmp/bin" "$tmp/work"
ln -s "$root/configs" "$root/tests" "$tmp/work/"
cat >"$tmp/bin/nas" <<NAS
#!/bin/bash
case "\${SHORT:-} \$1" in
"short search") set -- "\$@" --max-evals 2000 --no-certify ;;
"short bench") set -- "\$@" --runs 1 --no-certify ;;
esac
exec "$program" "\$@"
NAS
chmod +x "$tmp/bin/nas"

python3 - "$root/README.md" "$tmp" <<'PY'
import sys
readme, tmp = sys.argv[1:]
kind, block, n = None, [], 0
for line in open(readme):
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
		check "  prints what README.md shows" diff "$block" "$tmp/out"
		;;
	*.json)
		cp "$block" my.json
		status 0 "the config in README.md" nas check my.json
		;;
	*.sh-notest) ;;
	*)
		bad "block of a kind that is not tested" "$block: $first"
		;;
	esac
done
if [ -n "${UPDATE:-}" ]; then
	python3 - "$root/README.md" "$tmp" <<'PY'
import glob, sys
readme, tmp = sys.argv[1:]
out, inside, n = [], False, 0
for line in open(readme):
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
open(readme, "w").writelines(out)
PY
fi

check "README.md shows commands" test $ran -ge 8

missing=
for c in $(nas | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
	[ "$c" = version ] || grep -q "nas $c" "$root/README.md" ||
		missing="$missing $c"
done
check "README.md shows every command" test -z "$missing"
links=$(grep -o '](\([^)]*\))' "$root/README.md" "$root/configs/README.md" |
	sed 's/.*](\(.*\))/\1/' | grep -v '^http')
gone=
for l in $links; do
	[ -e "$root/$l" ] || [ -e "$root/configs/$l" ] || gone="$gone $l"
done
check "its links lead somewhere" test -z "$gone"
finish
