/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_open.h"

#include <math.h>
#include <stdlib.h>

/* Room for one more of `size` bytes; false: out of memory. */
static bool make_room(void **array, int n, int *room, size_t size)
{
	int more = *room ? 2 * *room : 64;
	void *to;

	if (n < *room)
		return true;
	to = realloc(*array, (size_t)more * size);
	if (!to)
		return false;
	*array = to;
	*room = more;
	return true;
}

int open_add(struct open_list *l, const struct open_node *node)
{
	void *array = l->node;

	if (!make_room(&array, l->n, &l->room, sizeof(*l->node)))
		return -1;
	l->node = array;
	l->node[l->n] = *node;
	return l->n++;
}

static bool comes_before(const struct open_list *l, int a, int b)
{
	double x = l->node[a].bound, y = l->node[b].bound;

	return x != y ? x < y : a > b;
}

static void swap(int *a, int *b)
{
	int c = *a;

	*a = *b;
	*b = c;
}

bool open_push(struct open_list *l, int node)
{
	void *array = l->heap;
	int k = l->nheap;

	if (!make_room(&array, l->nheap, &l->heap_room, sizeof(*l->heap)))
		return false;
	l->heap = array;
	l->heap[l->nheap++] = node;
	for (; k > 0 && comes_before(l, l->heap[k], l->heap[(k - 1) / 2]);
	     k = (k - 1) / 2)
		swap(&l->heap[k], &l->heap[(k - 1) / 2]);
	return true;
}

int open_pop(struct open_list *l)
{
	int top, k = 0;

	if (l->nheap == 0)
		return -1;
	top = l->heap[0];
	l->heap[0] = l->heap[--l->nheap];
	for (;;) {
		int least = 2 * k + 1;

		if (least + 1 < l->nheap &&
		    comes_before(l, l->heap[least + 1], l->heap[least]))
			least++;
		if (least >= l->nheap ||
		    !comes_before(l, l->heap[least], l->heap[k]))
			return top;
		swap(&l->heap[k], &l->heap[least]);
		k = least;
	}
}

double open_least(const struct open_list *l)
{
	return l->nheap > 0 ? l->node[l->heap[0]].bound : HUGE_VAL;
}

void open_free(struct open_list *l)
{
	free(l->node);
	free(l->heap);
	*l = (struct open_list){0};
}

double part_key(const struct item *it, int by)
{
	return by == BY_LOSS	 ? it->loss
	       : by == BY_BITS_W ? it->bits_w
	       : by == BY_BITS_A ? it->bits_a
				 : it->use[by];
}

void part_keep(struct group *group, const struct part *p)
{
	int n = 0;

	for (int i = 0; i < group->n; i++)
		if ((part_key(&group->item[i], p->by) > p->limit) == p->above)
			group->item[n++] = group->item[i];
	group->n = n;
}
