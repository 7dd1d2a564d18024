# SPDX-License-Identifier: 0BSD
# For 'nas verify': an ONNX file in ONNX Runtime, an image at a time.
#	MODEL INPUTS OUTPUTS DIMS; files of floats, all outputs of an image in turn
import sys

import numpy
import onnxruntime

model, inputs, outputs, dims = sys.argv[1:5]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options,
                                       providers=["CPUExecutionProvider"])
images = numpy.fromfile(inputs, numpy.float32).reshape(
    [-1] + [int(n) for n in dims.split(",")])
name = session.get_inputs()[0].name
with open(outputs, "wb") as f:
    for x in images:
        for y in session.run(None, {name: x}):
            f.write(numpy.ascontiguousarray(y, numpy.float32).tobytes())
