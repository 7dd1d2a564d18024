#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# nas export: formats, files, mistakes. What other programs make of the files
# is tested by tests/interop.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
several=tests/data/published_structures.json

same() { cmp "$1" "$2"; }

status 0 "one of several" nas export $several --pick 1 --to json \
	-o "$tmp/net.json"
net=$tmp/net.json
for format in onnx qonnx pytorch csv dot json; do
	status 0 "$format" nas export "$net" --to $format -o "$tmp/a.$format"
	status 0 "$format again" nas export "$net" --to $format -q \
		-o "$tmp/b.$format"
	check "  is the same bytes" same "$tmp/a.$format" "$tmp/b.$format"
done
status 0 "csv to standard output" nas export "$net" --to csv
check "  is the file" same "$tmp/out" "$tmp/a.csv"
status 0 "another seed" nas export "$net" --to onnx --seed 5 -o "$tmp/5.onnx"
check "  gives other weights" sh -c "! cmp -s '$tmp/a.onnx' '$tmp/5.onnx'"
status 0 "our ONNX file back" nas export "$tmp/5.onnx" --to json
check "  is the network" same "$tmp/out" "$net"
status 0 "and as QONNX" nas export "$tmp/5.onnx" --to qonnx -o "$tmp/5.qonnx"
status 0 "and back" nas export "$tmp/5.qonnx" --to onnx -o "$tmp/6.onnx"
check "  with its weights" same "$tmp/5.onnx" "$tmp/6.onnx"
for q in lsq po2-msqe po2-gradient; do
	status 0 "pytorch with $q" nas export "$net" --to pytorch --quantizer $q
	check "  is Python" python3 -c \
		'import ast, sys; ast.parse(open(sys.argv[1]).read())' \
		"$tmp/out"
done
check "what they are made from is Python, as it is" python3 -c \
	'import ast, sys; ast.parse(open(sys.argv[1]).read())' \
	spaces/export/model.py
status 0 "csv by the other memory model" nas export "$net" --to csv -m plain
check "  has other bytes" sh -c "! cmp -s '$tmp/out' '$tmp/a.csv'"

status 2 "no format" nas export "$net"
says "needs --to" "  says what is missing"
status 2 "unknown format" nas export "$net" --to onx -o "$tmp/x"
says "did you mean 'onnx'" "  names the nearest"
status 2 "binary to standard output" nas export "$net" --to onnx
says "needs -o" "  says what is missing"
status 2 "unknown quantiser" nas export "$net" --to pytorch --quantizer lsd
status 2 "unknown memory model" nas export "$net" --to csv -m fancy
status 2 "pick beyond the file" nas export $several --pick 9 --to csv
status 4 "several networks" nas export $several --to csv
says "--pick N says which" "  says how to pick"
status 5 "an existing file" nas export "$net" --to csv -o "$tmp/a.csv"
status 0 "  with --force" nas export "$net" --to csv -o "$tmp/a.csv" --force
status 5 "no such file" nas export "$tmp/none.json" --to csv
head -c 1000 "$tmp/a.onnx" >"$tmp/cut.onnx"
status 4 "a damaged ONNX file" nas export "$tmp/cut.onnx" --to csv
says "is not an ONNX model, or is damaged" "  says so"
printf '{"blocks": 3}' >"$tmp/bad.json"
status 4 "a bad architecture" nas export "$tmp/bad.json" --to csv

nas search configs/quick.json -q --no-certify --max-evals 3000 \
	-o "$tmp/run" >/dev/null
best=$tmp/run/best/001
status 0 "model.onnx of a run" nas export "$best/model.onnx" --to json
check "  is its network" same "$tmp/out" "$best/architecture.json"
status 0 "model.py of a run" nas export "$best/architecture.json" --to pytorch
check "  is its network" same "$tmp/out" "$best/model.py"
finish
