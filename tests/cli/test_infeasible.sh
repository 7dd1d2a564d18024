#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Budgets that nothing meets: exit status 3, which budget, by how much.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
tiny="--set budgets.sram_bytes=1000 --set search.max_evals=10000"

status 3 "no memory" nas search configs/quick.json $tiny -o "$tmp/run"
says "sram_bytes is exceeded by" "names the budget"
says "proven" "says that it is proven"
check "result: infeasible, with the network" json "$tmp/run/result.json" \
	'j["status"] == "infeasible" and j["best"] == []
	 and j["infeasible"]["budget"] == "sram_bytes"
	 and j["infeasible"]["violations"][0]["limit"] == 1000
	 and j["infeasible"]["violations"][0]["excess"] > 0
	 and j["infeasible"]["proven"]
	 and len(j["infeasible"]["least_violating"]["architecture"]["blocks"]) > 1'
status 3 "without a certificate" nas search configs/quick.json $tiny \
	--no-certify --format json
says "none was found, not proven" "says that it is not proven"
check "JSON says the same" json "$tmp/out" \
	'j["infeasible"]["proven"] is False and "certificate" not in j'
status 3 "two budgets" nas search configs/quick.json $tiny \
	--set budgets.flash_bytes=500 -q --format json
check "the one that binds comes first" json "$tmp/out" \
	'[v["excess"] for v in j["infeasible"]["violations"]] == sorted((v["excess"] for v in j["infeasible"]["violations"]), reverse=True)'
status 3 "certify" nas certify configs/quick.json $tiny
says "proven" "says that it is proven"
status 0 "check warns" nas check configs/quick.json $tiny
prints "the smallest architecture exceeds sram_bytes by" "by how much"
finish
