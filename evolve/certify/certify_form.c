/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of a certificate in a config. */
#include <math.h>

#include "evolve/certify/certify.h"
#include "nas/form/form.h"

#define AT(member) .offset = offsetof(struct nas_certify_options, member)

static const struct form_field fields[] = {
	{ .key = "work", .type = FORM_NUMBER, AT(work), .low = 0,
	  .high = 1e18, .fallback = "5e8", .unit = "steps",
	  .help = "work of a certificate at most; the bound known by then is "
		  "reported, the same on every machine" },
	{ .key = "time_s", .type = FORM_NUMBER, AT(time_s), .low = 0,
	  .high = 1e9, .fallback = "600", .unit = "seconds",
	  .help = "maximum wall time of a certificate: a second limit, with "
		  "which a result does not repeat" },
	{ .key = "gap", .type = FORM_NUMBER, AT(gap), .low = 0, .high = 1,
	  .fallback = "1e-4",
	  .help = "relative gap that is enough where a proof of the optimum "
		  "does not fit into memory" },
	{ .key = "memory_bytes", .type = FORM_BYTES, AT(memory_bytes),
	  .low = 1 << 24, .high = 1e15, .fallback = "160e6", .unit = "bytes",
	  .help = "maximum memory of a certificate" },
};

const struct form certify_form = {
	.name = "nas/certificate-options/1",
	.title = "limits of the certificate's work",
	.size = sizeof(struct nas_certify_options),
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(fields[0]),
};
