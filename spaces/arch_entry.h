/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/arch_entry.h - between files and arch.h: entries of a list of blocks.
 *
 * Both file forms read their entries into this struct; arch_expand makes the
 * blocks of it. For spaces/arch_*.c only.
 */
#ifndef SPACES_ARCH_ENTRY_H
#define SPACES_ARCH_ENTRY_H

#include <math.h>

#include "nas/form/form.h"
#include "spaces/arch.h"

struct arch_entry {
	int class; /* the reference's form only */
	int kind;  /* enum nas_block_kind */
	int in, out, hidden, kernel, stride, depth;
	bool se;
	int squeeze, pool;
	int shortcut; /* enum nas_shortcut */
	int nbits_a, *bits_a; /* per conv, or one for all, or none */
	int nbits_w, *bits_w;
};

/* Checks inside one entry; keys names bits_a and bits_w in the file. */
enum nas_status arch_entry_check(const struct arch_entry *e,
				 const char *const keys[2],
				 const struct json_doc *doc,
				 const cJSON *node, struct nas_err *err)
	NAS_MUST_CHECK;

/* Fill arch->block of n entries; node is their array. */
enum nas_status arch_expand(struct nas_arch *arch,
			    const struct arch_entry *entry, int n,
			    const struct json_doc *doc, const cJSON *node,
			    struct nas_arena *arena,
			    struct nas_err *err) NAS_MUST_CHECK;

/* arch_check with places in a file; doc and blocks may be NULL. */
enum nas_status arch_check_at(const struct nas_arch *arch,
			      const struct json_doc *doc, const cJSON *blocks,
			      struct nas_err *err) NAS_MUST_CHECK;

/* One architecture of each form. */
enum nas_status arch_read_native(struct nas_arch *arch,
				 const struct json_doc *doc,
				 const cJSON *node, struct nas_arena *arena,
				 struct nas_err *err) NAS_MUST_CHECK;
enum nas_status arch_read_record(struct nas_arch *arch,
				 const struct json_doc *doc,
				 const cJSON *node,
				 const struct nas_arch_defaults *defaults,
				 struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;
enum nas_status arch_read_structure(struct nas_arch *arch,
				    const struct json_doc *doc,
				    const cJSON *node,
				    const struct nas_arch_defaults *defaults,
				    struct nas_arena *arena,
				    struct nas_err *err) NAS_MUST_CHECK;

/* The keys accuracy and accuracies of both forms. */
struct arch_accuracy {
	bool given;
	double value;
	int nseeds;
	double *seed;
};

#define ARCH_ACCURACY_FIELDS(owner)                                          \
	{ .key = "accuracy", .type = FORM_CUSTOM,                            \
	  .offset = offsetof(owner, accuracy),                                \
	  .custom = &arch_accuracy_custom, .fallback = "",                   \
	  .help = "measured by training; default the mean of accuracies" },  \
	{ .key = "accuracies", .type = FORM_NUMBERS,                         \
	  .offset = offsetof(owner, accuracy.seed),                           \
	  .count_offset = offsetof(owner, accuracy.nseeds),                   \
	  .low = -HUGE_VAL, .high = HUGE_VAL, .max_count = ARCH_SEEDS_MAX,   \
	  .fallback = "", .help = "of each training seed" }

extern const struct form_custom arch_accuracy_custom;

enum nas_status arch_set_measured(struct nas_arch *arch,
				  const struct arch_accuracy *accuracy,
				  struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* The first keys of a classifier, in a struct with int type and struct nas_head
 * head. */
#define ARCH_HEAD_FIELDS(into)                                                \
	{ .key = "type", .type = FORM_CHOICE, .offset = offsetof(into, type), \
	  .choices = arch_head_types, .fallback = "\"classifier\"",           \
	  .help = "global average pooling and a linear layer" },              \
	{ .key = "classes", .type = FORM_INT,                                 \
	  .offset = offsetof(into, head.classes), .low = 1,                   \
	  .high = ARCH_CLASSES_MAX, .help = "outputs of the linear layer" },  \
	{ .key = "hidden", .type = FORM_INT,                                  \
	  .offset = offsetof(into, head.hidden), .low = 1,                    \
	  .high = ARCH_CHANNELS_MAX, .fallback = "",                          \
	  .help = "units of a linear layer with ReLU before it" },            \
	{ .key = "bits_a", .type = FORM_INT,                                  \
	  .offset = offsetof(into, head.bits_a), .low = 1,                    \
	  .high = ARCH_BITS_MAX, .fallback = "", .unit = "bits",              \
	  .help = "of the linear layers' inputs" }

extern const char *const arch_head_types[]; /* NULL ends */

/* The classifier's object; NULL without one. */
cJSON *arch_head_to_json(const struct nas_head *h);

extern const struct form arch_native_form, arch_record_form;

#endif
