/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Design cost on ImageNet as published in table 3 of Sun et al. (NeurIPS
 * 2022); CO2e as printed there, whose ratio to the GPU hours is that of pounds
 * by the formula of Strubell et al. (2019).
 */
#include <math.h>

#include "nas/report/charts.h"

const struct published published[] = {
	{ "QE-Score, 7.0 G", "64-core CPU", 0, 0.5, 0, 0.19, 2.2, 6.9, 70.8 },
	{ "QE-Score, 19.2 G", "64-core CPU", 0, 0.5, 0, 0.19, 3.2, 18.8,
	  74.8 },
	{ "MobileNetV2 + HAQ", "GPU", 0, 96, 0, 27.23, UNKNOWN, UNKNOWN,
	  71.9 },
	{ "DNAS", "GPU", 0, 300, 0, 11.34, UNKNOWN, 57.3, 74.0 },
	{ "SPOS", "GPU", 288, 24, 82, 6.81, UNKNOWN, 51.9, 74.6 },
	{ "APQ, 16.5 G", "GPU", 2400, 0.5, 672, 0.14, UNKNOWN, 16.5, 74.1 },
	{ "APQ, 23.6 G", "GPU", 2400, 0.5, 672, 0.14, UNKNOWN, 23.6, 75.1 },
	{ "MobileNetV2, 8 bits", "", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN,
	  3.4, 19.2, 71.9 },
	{ "MobileNetV2, 4 bits", "", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN,
	  2.3, 7.0, 68.9 },
	{ 0 },
};

double cost_energy_wh(double cpu_s)
{
	return cpu_s / 3600 * COST_CORE_W * COST_PUE;
}

double cost_co2_g(double cpu_s)
{
	return cost_energy_wh(cpu_s) * COST_KG_PER_KWH;
}
