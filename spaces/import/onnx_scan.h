/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/import/onnx_scan.h - bytes that nobody vouches for, as an ONNX message.
 *
 * protobuf-c follows nested messages as deep as a file goes and makes an
 * object of every two bytes; so a scan of the wire format comes first, with
 * limits on depth and number, and the unpacking allocates from an arena.
 *
 * Usage:
 *	status = onnx_unpack(&model, bytes, n, "model.onnx", arena, err);
 */
#ifndef SPACES_IMPORT_ONNX_SCAN_H
#define SPACES_IMPORT_ONNX_SCAN_H

#include "nas/base/arena.h"
#include "nas/base/err.h"
#include "onnx.pb-c.h"

#define ONNX_DEPTH_MAX 16
#define ONNX_MESSAGES_MAX 1000000

/* NAS_EINPUT: these bytes are no ONNX model; NAS_ENOMEM. */
enum nas_status onnx_unpack(Onnx__ModelProto **model, const void *bytes,
			    size_t n, const char *source,
			    struct nas_arena *arena,
			    struct nas_err *err) NAS_MUST_CHECK;

#endif
