# SPDX-License-Identifier: GPL-3.0-or-later
"""Small programs around our library, for the comparisons in this folder."""
import os
import subprocess


def build(folder, name, library):
    """The program tests/interop/NAME.c with our library."""
    program = os.path.join(folder, name)
    libraries = os.environ.get("LIBS", "-fopenmp -lcjson -lglpk -lprotobuf-c -lpng "
                               "-lturbojpeg -lz -ldl -lm").split()
    subprocess.run([*os.environ.get("CC", "cc").split(), "-std=c11", "-I.",
                    "-o", program, "tests/interop/%s.c" % name, library,
                    *libraries], check=True)
    return program
