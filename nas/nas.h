/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/nas.h - the library: everything that a program needs which designs
 * networks. This header and those below it are what `make install` installs.
 *
 * A config says what is wanted (nas/run/config.h). run_all searches, refines,
 * certifies and writes a folder (nas/run/run.h); the result is in memory as
 * well, as records (nas/run/records.h). Memory comes from one arena that the
 * caller frees; failures come back in a struct nas_err; nothing prints or
 * exits.
 *
 * Usage: nas/run/README.md has a whole program.
 *	cc program.c $(pkg-config --cflags --libs nas)
 */
#ifndef NAS_NAS_H
#define NAS_NAS_H

/* failures, memory, text */
#include "nas/base/arena.h"
#include "nas/base/err.h"
#include "nas/base/file.h"

/* networks and what they cost */
#include "spaces/arch.h"
#include "spaces/cost.h"
#include "spaces/space.h"

/* scores, search, bound */
#include "evolve/certify/certify.h"
#include "evolve/evolve.h"
#include "scoring/problem.h"
#include "scoring/score.h"

/* jobs, from a config to a folder, and their records */
#include "nas/run/compare.h"
#include "nas/run/config.h"
#include "nas/run/records.h"
#include "nas/run/run.h"

/* the same as text, for other languages */
#include "nas/run/call.h"

/* pages with charts */
#include "nas/report/run_page.h"

#endif
