/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/import/onnx_scan.h"

enum wire { WIRE_VARINT, WIRE_64, WIRE_LENGTH, WIRE_32 = 5 };

struct cursor {
	const uint8_t *at, *end;
	long *messages; /* left */
};

static bool varint(struct cursor *c, uint64_t *x)
{
	*x = 0;
	for (int shift = 0; shift < 64 && c->at < c->end; shift += 7) {
		uint8_t byte = *c->at++;

		*x |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

static bool skip(struct cursor *c, uint64_t n)
{
	if (n > (uint64_t)(c->end - c->at))
		return false;
	c->at += n;
	return true;
}

/* The type of a message field, NULL for any other. */
static const ProtobufCMessageDescriptor *
field_message(const ProtobufCMessageDescriptor *d, uint64_t number)
{
	const ProtobufCFieldDescriptor *f;

	if (number == 0 || number > UINT32_MAX / 8)
		return NULL;
	f = protobuf_c_message_descriptor_get_field(d, (unsigned)number);
	return f && f->type == PROTOBUF_C_TYPE_MESSAGE ? f->descriptor : NULL;
}

static bool scan(struct cursor *c, const ProtobufCMessageDescriptor *d,
		 int depth);

static bool scan_length(struct cursor *c, const ProtobufCMessageDescriptor *d,
			uint64_t number, int depth)
{
	const ProtobufCMessageDescriptor *inner = field_message(d, number);
	struct cursor sub = {NULL, NULL, c->messages};
	uint64_t n;

	if (!varint(c, &n))
		return false;
	sub.at = c->at;
	if (!skip(c, n))
		return false;
	sub.end = c->at;
	return !inner || scan(&sub, inner, depth + 1);
}

/* Every field of a message ends inside it. */
static bool scan(struct cursor *c, const ProtobufCMessageDescriptor *d,
		 int depth)
{
	uint64_t tag, ignored;
	bool ok = depth <= ONNX_DEPTH_MAX && --*c->messages >= 0;

	while (ok && c->at < c->end) {
		if (!varint(c, &tag))
			return false;
		switch (tag & 7) {
		case WIRE_VARINT:
			ok = varint(c, &ignored);
			break;
		case WIRE_64:
			ok = skip(c, 8);
			break;
		case WIRE_LENGTH:
			ok = scan_length(c, d, tag >> 3, depth);
			break;
		case WIRE_32:
			ok = skip(c, 4);
			break;
		default:
			ok = false;
		}
	}
	return ok;
}

static void *allocate(void *arena, size_t n)
{
	return arena_alloc(arena, n, 1);
}

static void release(void *arena, void *p)
{
	(void)arena;
	(void)p;
}

enum nas_status onnx_unpack(Onnx__ModelProto **model, const void *bytes,
			    size_t n, const char *source,
			    struct nas_arena *arena, struct nas_err *err)
{
	const uint8_t *data = bytes;
	long messages = ONNX_MESSAGES_MAX;
	struct cursor c = {data, data + n, &messages};
	ProtobufCAllocator allocator = {allocate, release, arena};

	*model = NULL;
	if (scan(&c, &onnx__model_proto__descriptor, 0))
		*model = onnx__model_proto__unpack(&allocator, n, data);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for '%.200s'",
				source);
	if (!*model)
		return nas_fail_at(err, NAS_EINPUT, source, 0, 0, NULL,
				   "is not an ONNX model, or is damaged");
	return NAS_OK;
}
