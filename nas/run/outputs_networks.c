/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outputs about single networks: scores, sensitivity, bits, accuracy. */
#include "nas/run/outputs.h"

#include "qbr/policy_answer.h"

static const struct form_field verify_row_fields[] = {
	OUT("name", STRING, "of the network"),
	OUT("target", STRING, "that ran it"),
	OUT("equal", BOOL, "its outputs are those of this program"),
	OUT_MAY("differs", STRING, "what differs"),
	OUT("arena_bytes", NUMBER, "of the generated code"),
	OUT("peak_memory_bytes", NUMBER, "by the memory model"),
	OUT("macs", NUMBER, "multiply-accumulates"),
	OUT_MAY("stack_bytes", NUMBER, "used on the board"),
	OUT_MAY("text_bytes", NUMBER, "of code"),
	OUT_MAY("rodata_bytes", NUMBER, "of weights and tables"),
	OUT_MAY("instructions", NUMBER, "of one image"),
};
OUT_PART(verify_row_form, "a network on a target", verify_row_fields);

static const struct form_field verify_fields[] = {
	OUT_SCHEMA("nas/verify/1"),
	OUT("results", OBJECTS, "each network on each target",
	    .form = &verify_row_form),
};
OUT_FORM(output_verify, "nas/verify/1", "exported networks that were run",
	 verify_fields);
