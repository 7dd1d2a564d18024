/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/fuzz/fuzz.c - the program's own dispatch under libFuzzer.
 *
 * An input becomes a file, and a command line of the table below is run on it,
 * as main() would: what is read, by which command, is one row. NAS_FUZZ names
 * the row; NAS_FUZZ_DIR is a folder of files that rows need (tests/fuzz/run
 * makes them) and where inputs and outputs go. Built by `make fuzz`, which
 * renames the program's main to nas_main.
 */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "evolve/ranks/checkpoint_format.h"

#define WORDS 16
#define PATH_BYTES 4096

int nas_main(int argc, char **argv);
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In words, %i is the input and %d the folder. */
static const struct target {
	const char *name;
	const char *input; /* its path in the folder */
	const char *word[WORDS];
} targets[] = {
	{ "config", "i.json", { "check", "%i", "-n", "20" } },
	{ "search", "i.json", { "search", "%i", "-o", "%d/out", "--force",
		"--max-evals", "200", "--no-certify" } },
	{ "certify", "i.json", { "certify", "%i", "--time", "0.2" } },
	{ "architecture", "i.json", { "score", "%i" } },
	{ "architecture-c", "i.json", { "export", "%i", "--to", "c", "-o",
		"%d/out.c", "--force" } },
	{ "architecture-onnx", "i.json", { "export", "%i", "--to", "qonnx",
		"-o", "%d/out.onnx", "--force" } },
	{ "contains", "i.json", { "check", "%d/config.json", "-n", "1",
		"--contains", "%i" } },
	{ "onnx", "i.onnx", { "export", "%i", "--to", "csv", "-o",
		"%d/out.csv", "--force" } },
	{ "onnx-run", "i.onnx", { "evaluate", "%i", "--data", "%d/data.npy",
		"--limit", "1" } },
	{ "onnx-c", "i.onnx", { "export", "%i", "--to", "c", "-o",
		"%d/out.c", "--bits-w", "4", "--bits-a", "8", "--data",
		"%d/data.npy", "--force" } },
	{ "onnx-allocate", "i.onnx", { "allocate", "%i", "--metric", "size",
		"--budget", "bits=4" } },
	{ "tflite", "i.tflite", { "export", "%i", "--to", "csv", "-o",
		"%d/out.csv", "--force" } },
	{ "tflite-run", "i.tflite", { "evaluate", "%i", "--data",
		"%d/data.npy", "--limit", "1" } },
	{ "layers", "i.json", { "allocate", "%i", "--metric", "size",
		"--budget", "bits=4" } },
	{ "policy", "i.json", { "export", "%d/model.onnx", "--policy", "%i",
		"--to", "csv", "-o", "%d/out.csv", "--force" } },
	{ "problem", "i.json", { "allocate", "--problem", "%i" } },
	{ "score-file", "i.json", { "check", "%d/config.json", "-n", "20",
		"--set", "score={\"file\": \"%i\"}" } },
	{ "latency", "i.json", { "latency", "show", "%i" } },
	{ "latency-fit", "i.csv", { "latency", "fit", "%i" } },
	{ "table", "i.json", { "correlate", "%i" } },
	{ "fit", "i.json", { "fit", "%i" } },
	{ "calibrate", "i.json", { "calibrate", "%i" } },
	{ "npy", "i.npy", { "evaluate", "%d/model.onnx", "--data", "%i",
		"--limit", "2" } },
	{ "labels", "i.npy", { "evaluate", "%d/model.onnx", "--data",
		"%d/data.npy", "--labels", "%i", "--limit", "2" } },
	{ "idx", "i-idx3-ubyte", { "evaluate", "%d/model.onnx", "--data", "%i",
		"--limit", "2" } },
	{ "idx-gz", "i-idx3-ubyte.gz", { "evaluate", "%d/model.onnx", "--data",
		"%i", "--limit", "2" } },
	{ "png", "i.png", { "evaluate", "%d/model.onnx", "--data", "%i" } },
	{ "jpeg", "i.jpg", { "evaluate", "%d/model.onnx", "--data", "%i" } },
	{ "run-folder", "run/result.json", { "report", "%d/run", "-o",
		"%d/out.html" } },
	{ "run-log", "run/log.jsonl", { "report", "%d/run", "-o",
		"%d/out.html" } },
	{ "checkpoint", "resume/checkpoint", { "search", "%d/config.json",
		"-o", "%d/resume", "--resume", "--max-evals", "600",
		"--no-certify" } },
	{ "sweep-records", "sweep/jobs.jsonl", { "sweep", "--status",
		"%d/sweep" } },
};

static const struct target *target;
static char folder[PATH_BYTES], input[PATH_BYTES];

static void fail(const char *what)
{
	fprintf(stderr, "fuzz: %s\n", what);
	exit(1);
}

static void list_and_exit(void)
{
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		printf("%s %s\n", targets[i].name, targets[i].input);
	exit(0);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = getenv("NAS_FUZZ"), *dir = getenv("NAS_FUZZ_DIR");

	(void)argc;
	(void)argv;
	if (name && strcmp(name, "list") == 0)
		list_and_exit();
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		if (name && strcmp(name, targets[i].name) == 0)
			target = &targets[i];
	if (!target)
		fail("NAS_FUZZ is not a name of the table; 'list' prints them");
	if (!dir || strlen(dir) > PATH_BYTES / 2)
		fail("NAS_FUZZ_DIR is not set");
	snprintf(folder, sizeof(folder), "%s", dir);
	snprintf(input, sizeof(input), "%.*s/%s", PATH_BYTES / 2, dir,
		 target->input);
	return 0;
}

/* The checksums of a checkpoint made right, or no damage would get past
 * them. */
static void repair_checkpoint(uint8_t *data, size_t size)
{
	struct checkpoint_head head;
	struct checkpoint_end end;

	if (size < sizeof(head) + sizeof(end))
		return;
	memcpy(&head, data, sizeof(head));
	head.hash = checkpoint_head_hash(&head);
	memcpy(data, &head, sizeof(head));
	size -= sizeof(end);
	end.length = size;
	end.hash = checkpoint_hash(data, size);
	memcpy(data + size, &end, sizeof(end));
}

static void write_input(const uint8_t *data, size_t size)
{
	int fd = open(input, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	uint8_t *copy = malloc(size + 1);

	if (fd < 0 || !copy)
		fail("cannot write the input");
	memcpy(copy, data, size);
	if (strcmp(target->name, "checkpoint") == 0)
		repair_checkpoint(copy, size);
	if (write(fd, copy, size) != (ssize_t)size)
		fail("cannot write the input");
	free(copy);
	close(fd);
}

/* word with %i and %d filled in. */
static char *filled(const char *word)
{
	size_t room = strlen(word) + sizeof(input) + 1;
	char *out = calloc(1, room);

	for (size_t n = 0; out && *word; word++) {
		const char *from = word[0] == '%' && word[1] == 'i' ? input
				 : word[0] == '%' && word[1] == 'd' ? folder
								    : NULL;

		if (from)
			n += (size_t)snprintf(out + n, room - n, "%s", from);
		else
			out[n++] = *word;
		word += from != NULL;
	}
	if (!out)
		fail("out of memory");
	return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char program[] = "nas", quiet[] = "-q", threads[] = "-j1";
	char *line[WORDS + 4] = { program }, *made[WORDS];
	int n = 0, argc;

	write_input(data, size);
	for (; target->word[n]; n++)
		line[1 + n] = made[n] = filled(target->word[n]);
	argc = n + 1;
	line[argc++] = quiet;
	line[argc++] = threads;
	nas_main(argc, line); /* reorders line */
	while (n > 0)
		free(made[--n]);
	return 0;
}
