#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# make install and make uninstall, into a folder with a space in its name.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
dest="$tmp/a package"

made() { # TARGET: what is built now, installed as a package does it
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -o all \
		BUILD="${BUILD:-build/release}" DESTDIR="$dest" PREFIX=/usr "$1"
}
status 0 "make install" made install
check "the program runs" "$dest/usr/bin/nas" --version
check "the library and its description are there" test \
	-s "$dest/usr/lib/libnas.a" -a -s "$dest/usr/lib/pkgconfig/nas.pc"
check "every config is there, and as in the sources" \
	diff -r configs "$dest/usr/share/nas/configs"
check "every command has a man page" test "$(nas help | grep -c '^  [a-z]')" = \
	"$(find "$dest/usr/share/man/man1" -name 'nas-*.1' -size +0 | wc -l)"
completed() { # WORD...: what bash makes of the last one
	bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _nas
		echo "${COMPREPLY[*]}"' \
		"$dest/usr/share/bash-completion/completions/nas" "$@"
}
check "bash completes commands" test "$(completed nas sea)" = search
check "bash completes options" test "$(completed nas search --max)" = --max-evals
check "bash completes values of a table" test \
	"$(completed nas evaluate --ranges per)" = percentile
check "bash completes values of the option itself" test \
	"$(completed nas score -f ta)" = table
nas help --format json >"$tmp/help.json"
check "zsh, fish and man know every option of every command" python3 - \
	"$tmp/help.json" "$dest/usr/share" <<'END'
import json, re, sys
share = sys.argv[2]
read = lambda name: open(f"{share}/{name}").read()
zsh, fish = read("zsh/site-functions/_nas"), read("fish/vendor_completions.d/nas.fish")
case = dict(re.findall(r"\n\t(\w+)\)\n\t\t_arguments(.*?) ;;", zsh, re.S))
for c in json.load(open(sys.argv[1]))["commands"]:
    assert f"'{c['name']}:" in zsh, c
    assert f"__fish_use_subcommand -f -a {c['name']} -d '" in fish, c
    page = read(f"man/man1/nas-{c['name']}.1").replace("\\-", "-")
    for o in c["options"]:
        name, letter = o["name"], o.get("letter")
        both = f"{{-{letter},--{name}}}'[" if letter else f"'--{name}["
        assert both in case[c["name"]], (c["name"], o)
        assert f"seen_subcommand_from {c['name']}' -l {name}" + (
            f" -s {letter}" if letter else "") + (" -r" if "value" in o else "") in fish, o
        assert re.search(rf"\.TP\n.*--{name}\\fR", page), (c["name"], o)
END
check "files stay files" test -z "$(completed nas score net)"
cd "$dest/usr/share/nas" || exit 1
status 0 "an installed config is searched" "$dest/usr/bin/nas" search \
	configs/quick.json -q -n 2k --no-certify -o "$tmp/run"
status 0 "installed spaces are compared" "$dest/usr/bin/nas" compare \
	configs/spaces/mobilenetv1-8bit.json \
	configs/spaces/mobilenetv2-8bit.json -q -n 100 --no-search
cd "$root" || exit 1
for l in $(sed -n 's/^LIBS +*= -l//p' Makefile); do
	case $l in dl | m) continue ;; esac # of the C library
	check "-l$l has a licence in .ci/dependencies.spdx" \
		grep -q "linked: -l$l<" .ci/dependencies.spdx
done
touch "$dest/usr/bin/other"
status 0 "make uninstall" made uninstall
check "leaves what is not its own, and nothing else" test \
	"$(cd "$dest" && find . -type f)" = ./usr/bin/other
finish
