# SPDX-License-Identifier: 0BSD
# For 'nas verify': a TFLite file in its interpreter, an image at a time.
#	MODEL INPUTS OUTPUTS DIMS; files of int8, all outputs of an image in turn
import sys

import numpy

try:
    from ai_edge_litert.interpreter import Interpreter
except ImportError:
    try:
        from tflite_runtime.interpreter import Interpreter
    except ImportError:
        from tensorflow.lite import Interpreter

if len(sys.argv) > 1:
    model, inputs, outputs, dims = sys.argv[1:5]
    net = Interpreter(model, num_threads=1)
    net.allocate_tensors()
    place = net.get_input_details()[0]
    images = numpy.fromfile(inputs, numpy.int8).reshape(
        [-1] + list(place["shape"]))
    with open(outputs, "wb") as f:
        for x in images:
            net.set_tensor(place["index"], x)
            net.invoke()
            for y in net.get_output_details():
                f.write(net.get_tensor(y["index"]).tobytes())
