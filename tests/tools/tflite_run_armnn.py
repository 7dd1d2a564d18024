#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Arm NN computes of a .tflite file: a second judge, with its own kernels.

    tflite_run_armnn.py MODEL INPUTS OUTPUTS

As tests/tools/tflite_run.js: INPUTS are input tensors one after another, in the
bytes of their type, OUTPUTS what comes out. Needs Debian's python3-pyarmnn and
libarmnn-cpuref-backend22; ARMNN_BACKENDS is the folder of the latter where they
are not installed but unpacked.
"""
import os
import sys

import numpy
import pyarmnn as nn

model, inputs, outputs = sys.argv[1:4]
parser = nn.ITfLiteParser()
network = parser.CreateNetworkFromBinaryFile(model)
graph = parser.GetSubgraphCount() - 1
x = parser.GetNetworkInputBindingInfo(
    graph, parser.GetSubgraphInputTensorNames(graph)[0])
y = parser.GetNetworkOutputBindingInfo(
    graph, parser.GetSubgraphOutputTensorNames(graph)[0])
options = nn.CreationOptions()
if "ARMNN_BACKENDS" in os.environ:
    options.m_DynamicBackendsPath = os.environ["ARMNN_BACKENDS"]
runtime = nn.IRuntime(options)
optimised, _ = nn.Optimize(network, [nn.BackendId("CpuRef")],
                           runtime.GetDeviceSpec(), nn.OptimizerOptions())
number, _ = runtime.LoadNetwork(optimised)
count = x[1].GetNumElements()
data = numpy.fromfile(inputs, "b" if x[1].GetNumBytes() == count else "<f4")
with open(outputs, "wb") as f:
    for image in data.reshape(-1, count):
        made = nn.make_output_tensors([y])
        runtime.EnqueueWorkload(number, nn.make_input_tensors([x], [image]),
                                made)
        f.write(nn.workload_tensors_to_ndarray(made)[0].tobytes())
