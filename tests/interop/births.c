/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads "m u_11 u_12 ... u_mm" again and again, prints the birth times: for
 * persistence.py, which builds it. */
#include <stdio.h>
#include <stdlib.h>

#include "scoring/persistence.h"

int main(void)
{
	int m;

	while (scanf("%d", &m) == 1) {
		struct persistence *w;
		float *u;

		if (m < 1 || m > PERSISTENCE_SIDE_MAX)
			return 1;
		w = persistence_new(m);
		u = malloc((size_t)m * (size_t)m * sizeof(*u));
		if (!w || !u)
			return 1;
		for (int i = 0; i < m * m; i++)
			if (scanf("%f", &u[i]) != 1)
				return 1;
		printf("%d\n", persistence_birth(w, u, m, m));
		persistence_free(w);
		free(u);
	}
	return 0;
}
