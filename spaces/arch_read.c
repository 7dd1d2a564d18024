/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which form a file has: told by its keys. */
#include "spaces/arch_entry.h"

/* Depths make a small file large: what all its networks may have. */
#define BLOCKS_MAX (1 << 18)

static bool has(const cJSON *node, const char *key)
{
	return cJSON_IsObject(node) &&
	       cJSON_GetObjectItemCaseSensitive(node, key);
}

static enum nas_status read_one(struct nas_arch *arch,
				const struct json_doc *doc, const cJSON *node,
				const struct nas_arch_defaults *defaults,
				struct nas_arena *arena, struct nas_err *err)
{
	if (has(node, "structure"))
		return arch_read_record(arch, doc, node, defaults, arena, err);
	if (has(node, "blocks") || has(node, "schema") || has(node, "input"))
		return arch_read_native(arch, doc, node, arena, err);
	if (cJSON_IsArray(node) && node->child && has(node->child, "class"))
		return arch_read_structure(arch, doc, node, defaults, arena,
					   err);
	return json_fail(doc, node, err, "not an architecture: neither an "
			 "object with 'blocks' or 'structure' nor a list of "
			 "blocks with 'class'");
}

/* A network of a result file stands under "architecture". */
static const cJSON *unwrap(const cJSON *item)
{
	return has(item, "architecture")
		       ? cJSON_GetObjectItemCaseSensitive(item, "architecture")
		       : item;
}

static enum nas_status read_each(struct nas_arch_list *list,
				 const struct json_doc *doc, const cJSON *node,
				 const struct nas_arch_defaults *defaults,
				 struct nas_arena *arena, struct nas_err *err)
{
	enum nas_status status = NAS_OK, s;
	const cJSON *item;
	int n = 0, blocks = 0;

	cJSON_ArrayForEach(item, node) {
		s = read_one(&list->arch[n++], doc, unwrap(item), defaults,
			     arena, err);
		if (status == NAS_OK)
			status = s;
		if (s == NAS_ENOMEM)
			return s;
		blocks += list->arch[n - 1].nblocks;
		if (blocks > BLOCKS_MAX)
			return json_fail(doc, item, err, "more than %d blocks "
					 "in one file", BLOCKS_MAX);
	}
	return status;
}

enum nas_status arch_from_json(struct nas_arch_list *list,
			       const struct json_doc *doc, const cJSON *node,
			       const struct nas_arch_defaults *defaults,
			       struct nas_arena *arena, struct nas_err *err)
{
	enum nas_status status;
	bool one;
	int n;

	*list = (struct nas_arch_list){0};
	if (has(node, "best"))
		node = cJSON_GetObjectItemCaseSensitive(node, "best");
	one = !cJSON_IsArray(node) || has(node->child, "class");
	n = one ? 1 : cJSON_GetArraySize(node);
	if (n == 0)
		return json_fail(doc, node, err, "no architectures");
	list->arch = NAS_NEW(arena, struct nas_arch, (size_t)n);
	if (!list->arch)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d networks", n);
	if (one)
		status = read_one(list->arch, doc, node, defaults, arena, err);
	else
		status = read_each(list, doc, node, defaults, arena, err);
	if (status == NAS_OK)
		list->n = n;
	return status;
}

enum nas_status arch_read(struct nas_arch_list *list, const char *path,
			  const struct nas_arch_defaults *defaults,
			  struct nas_arena *arena, struct nas_err *err)
{
	struct json_doc doc;
	enum nas_status status;

	*list = (struct nas_arch_list){0};
	status = json_read(&doc, path, err);
	if (status != NAS_OK)
		return status;
	status = arch_from_json(list, &doc, doc.root, defaults, arena, err);
	json_free(&doc);
	return status;
}
