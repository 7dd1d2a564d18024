/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/watch.h"

#include <stddef.h>

#include "nas/base/parallel.h"

void watch_begin(struct watch *w, int of)
{
	if (!w)
		return;
	w->of = of;
	atomic_store(&w->done, 0);
	w->show(w->context, 0, of);
}

void watch_step(struct watch *w, int steps)
{
	int done;

	if (!w)
		return;
	done = atomic_fetch_add(&w->done, steps) + steps;
	if (parallel_is_caller())
		w->show(w->context, done, w->of);
}
