/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evolve/certify/certify_limits.h"

#include <stddef.h>

#include "nas/base/clock.h"

bool cert_is_late(struct cert_limits *limits)
{
	if (!limits)
		return false;
	if (clock_s() > limits->deadline || stop_requested())
		limits->late = true;
	return limits->late;
}

bool cert_is_over(struct cert_limits *limits)
{
	return limits && (limits->spent || cert_is_late(limits));
}

bool cert_spend(struct cert_limits *limits, double steps)
{
	if (!limits)
		return true;
	if (cert_is_over(limits))
		return false;
	limits->spent = steps > limits->work_left;
	if (!limits->spent)
		limits->work_left -= steps;
	return !limits->spent;
}
