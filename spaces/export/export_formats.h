/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/export/export_formats.h - the files that a network is handed over in.
 *
 * One list, EXPORT_FORMATS, says all there is to say of a format; one file,
 * spaces/export/format_ID.c, writes it, in export_ID(). To add one, write the
 * line and the file. The prototype is made from the line: a function without
 * its line is a compiler warning (an error with WERROR=1), a line without its
 * function does not link. Help, --to, its error messages and the tests that run
 * every format read the list.
 *
 * What a format is given follows from what its line says that it needs:
 *	EXPORT_ARCH     source->arch is there: the choices of a space. A trained
 *	                network of others has none, and is refused.
 *	EXPORT_SHAPES   source->arch, source->graph, or both. Of a graph only the
 *	                shapes and bits may be read.
 *	EXPORT_NUMBERS  source->graph with weights and biases, and all that is
 *	                quantised in it: nodes GRAPH_QUANT, levels and scales of
 *	                weights (spaces/graph/graph.h). source->arch may be there
 *	                too: what it was made from; then its names are ours.
 *	EXPORT_INTEGERS an architecture with numbers, as EXPORT_NUMBERS; or, of a
 *	                trained network, source->graph alone, with every map on a
 *	                grid of any bits up to 8 (graph_on_grids).
 *	EXPORT_LEVELS   source->graph with every map on a grid (graph_on_grids);
 *	                an architecture is refused: images say the grids.
 *
 * Usage:
 *	const struct export_format *f = export_format_find("onnx");
 *	struct export_options o = EXPORT_DEFAULTS;
 *	struct export_source s = { .arch = &arch };
 *	struct nas_text t = {0};
 *	status = export_write(&t, f, &s, &o, &arena, err);
 */
#ifndef SPACES_EXPORT_EXPORT_FORMATS_H
#define SPACES_EXPORT_EXPORT_FORMATS_H

#include "nas/base/file.h"
#include "spaces/export/pytorch.h"
#include "spaces/graph/graph.h"
#include "spaces/latency.h"

enum export_needs { EXPORT_ARCH, EXPORT_SHAPES, EXPORT_NUMBERS,
		    EXPORT_INTEGERS, EXPORT_LEVELS };
enum export_holds { EXPORT_TEXT, EXPORT_BINARY, EXPORT_FOLDER };

struct export_source { /* at least one of the first two */
	const struct nas_arch *arch; /* NULL: a trained network of others */
	const struct graph *graph;   /* NULL: to be drawn, if it is needed */
	uint64_t seed;               /* what the graph's numbers were drawn from */
	bool open_size;              /* ONNX: images of any height and width */
};

struct export_options {
	uint64_t seed; /* of weights that are drawn */
	enum pytorch_quantizer quantizer;
	const struct nas_memory_model *memory; /* of the bytes in csv */
	const struct nas_latency *latency; /* of ms in csv and c; NULL: none */
};

#define EXPORT_DEFAULTS                                                        \
	{0, PYTORCH_LSQ, &memory_models[MEMORY_TINYENGINE], NULL}

/* Add the file's bytes to out. NAS_EINPUT: the format cannot hold this network;
 * NAS_ENOMEM. On failure out may hold a part of it. */
typedef enum nas_status
export_function(struct nas_text *out, const struct export_source *source,
		const struct export_options *options, struct nas_arena *arena,
		struct nas_err *err);

/*
 * The formats, in the order in which help lists them:
 *	X(ID, name, needs, holds, help)
 * ID     export_ID() in spaces/export/format_ID.c
 * name   --to NAME; a file's usual ending is left to the user
 * holds  one file of text, one that is not for a terminal, or several: for
 *        the latter two the command asks for -o
 * help   one line
 */
#define EXPORT_FORMATS(X)                                                      \
	X(onnx, "onnx", EXPORT_NUMBERS, EXPORT_BINARY,                         \
	  "network with Gaussian weights, bits as fake quantisation in "       \
	  "standard operators")                                                \
	X(qonnx, "qonnx", EXPORT_NUMBERS, EXPORT_BINARY,                       \
	  "the same with QONNX Quant nodes")                                   \
	X(onnx_qdq, "onnx-qdq", EXPORT_LEVELS, EXPORT_BINARY,                  \
	  "8-bit maps between QuantizeLinear and DequantizeLinear")            \
	X(pytorch, "pytorch", EXPORT_ARCH, EXPORT_TEXT,                        \
	  "one Python file: the network, to be trained with its bits")         \
	X(c, "c", EXPORT_INTEGERS, EXPORT_FOLDER,                                  \
	  "a folder of C: integers in one arena, weights packed at their "     \
	  "bits")                                                              \
	X(tflite, "tflite", EXPORT_LEVELS, EXPORT_BINARY,                      \
	  "TensorFlow Lite: 8-bit maps, weights of 8 or 4 bits")               \
	X(csv, "csv", EXPORT_SHAPES, EXPORT_TEXT,                              \
	  "one row a convolution: shapes, bits, work, bytes")                  \
	X(dot, "dot", EXPORT_SHAPES, EXPORT_TEXT, "graph for graphviz")        \
	X(json, "json", EXPORT_ARCH, EXPORT_TEXT,                              \
	  "the architecture, nas/architecture/1")

/* A format of several files writes them one after another, each behind a line
 * of EXPORT_PART and its name, stem and ending. */
#define EXPORT_PART '\f'
void export_part(struct nas_text *out, const char *stem, const char *ending);

/* Its files into a folder, which is made where it is not there. NAS_EIO,
 * NAS_ENOMEM. */
enum nas_status export_write_folder(const char *dir, const struct nas_text *t,
				    struct nas_err *err) NAS_MUST_CHECK;

#define EXPORT_PROTOTYPE(id, name, needs, holds, help)                        \
	export_function export_##id;
EXPORT_FORMATS(EXPORT_PROTOTYPE)

struct export_format {
	const char *name;
	enum export_needs needs;
	enum export_holds holds;
	const char *help;
	export_function *write; /* call export_write instead */
};

extern const struct export_format export_formats[]; /* name NULL ends */

/* NULL: not known. */
const struct export_format *export_format_find(const char *name);

/* NAS_EUSAGE: not a format, with the nearest one. */
enum nas_status export_format_unknown(const char *name, struct nas_err *err);

/* Check that the source has what the format needs, draw numbers for an
 * architecture where they are needed, and write. Failures as above; NAS_EUSAGE:
 * the format needs an architecture, and there is none. */
enum nas_status export_write(struct nas_text *out,
			     const struct export_format *f,
			     const struct export_source *source,
			     const struct export_options *options,
			     struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

/* The numbers that it draws. */
enum nas_status export_draw(struct graph *g, const struct nas_arch *arch,
			    uint64_t seed, struct nas_arena *arena,
			    struct nas_err *err) NAS_MUST_CHECK;

#endif
