/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads "rows columns u_11 u_12 ..." again and again, prints the birth times:
 * for persistence.py, which builds it. */
#include <stdio.h>
#include <stdlib.h>

#include "scoring/sensitivity/persistence.h"

int main(void)
{
	int rows, columns;

	while (scanf("%d %d", &rows, &columns) == 2) {
		struct persistence *w;
		int n = rows * columns;
		float *u;

		if (rows < 1 || columns < 1 || rows > PERSISTENCE_SIDE_MAX ||
		    columns > PERSISTENCE_SIDE_MAX)
			return 1;
		w = persistence_new(persistence_side(rows, columns));
		u = malloc((size_t)n * sizeof(*u));
		if (!w || !u)
			return 1;
		for (int i = 0; i < n; i++)
			if (scanf("%f", &u[i]) != 1)
				return 1;
		printf("%d\n", persistence_birth(w, u, rows, columns));
		persistence_free(w);
		free(u);
	}
	return 0;
}
