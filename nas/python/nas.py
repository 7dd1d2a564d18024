# SPDX-License-Identifier: GPL-3.0-or-later
"""Design neural networks for small devices, without training any.

A module without dependencies over the shared library of the program, libnas.so
(make install). Configs, architectures and problems are paths or dictionaries;
results are dictionaries, the same that `nas COMMAND --format json` prints.

    import nas
    found = nas.search("configs/quick.json", {"search.seed": 2})
    best = found["best"][0]
    print(best["score"], nas.score(best["architecture"])["results"][0]["macs"])

A failure is a nas.Error with the message and the exit status of the program;
nas.Infeasible, with the answer, says that nothing is inside the budgets. The
library is looked for in $NAS_LIBRARY, then where the system looks.
"""
import ctypes
import ctypes.util
import json
import os
import tempfile

__all__ = ["allocate", "certify", "config", "Error", "Infeasible", "score", "search"]


class Error(Exception):
    """What the program would have printed; status is its exit status."""

    def __init__(self, message, status):
        super().__init__(message)
        self.status = status


class Infeasible(Error):
    """Nothing is inside the budgets; answer says what came nearest."""

    def __init__(self, answer):
        super().__init__("nothing is inside the budgets", 3)
        self.answer = answer


def _load():
    name = os.environ.get("NAS_LIBRARY") or ctypes.util.find_library("nas")
    library = ctypes.CDLL(name or "libnas.so.1")
    library.nas_call.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p)]
    library.nas_call.restype = ctypes.c_int
    library.nas_call_free.argtypes = [ctypes.c_void_p]
    library.nas_call_free.restype = None
    return library


_library = None


def _call(request):
    global _library
    _library = _library or _load()
    reply = ctypes.c_void_p()
    status = _library.nas_call(json.dumps(request).encode(), ctypes.byref(reply))
    if not reply:
        raise MemoryError("out of memory")
    try:
        answer = json.loads(ctypes.string_at(reply).decode())
    finally:
        _library.nas_call_free(reply)
    if answer.get("schema") == "nas/error/1":
        raise Error(answer["message"].strip(), status)
    if status == 3:
        raise Infeasible(answer)
    if status:
        raise Error(f"the job ended with status {status}", status)
    return answer


class _Files:
    """Paths stay; dictionaries become files for as long as a call lasts."""

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="nas-")
        self._count = 0
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def path(self, what):
        if isinstance(what, (str, os.PathLike)):
            return os.fspath(what)
        self._count += 1
        path = os.path.join(self._folder.name, f"{self._count}.json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump(what, f)
        return path


def _sets(values):
    return [f"{path}={json.dumps(value)}" for path, value in (values or {}).items()]


def search(config, set=None, output=None, force=False, threads=0):
    """Evolve, refine, certify: nas/result/1. set: {"search.seed": 2, ...} over the
    config's values; output: a folder for the files of the run (`nas report`
    draws its page); threads 0: all cores."""
    with _Files() as files:
        request = {"job": "search", "config": files.path(config), "set": _sets(set),
                   "force": force, "threads": threads}
        if output is not None:
            request["output"] = os.fspath(output)
        return _call(request)


def certify(config, set=None, threads=0):
    """How high any network inside the budgets can score: nas/certify/1."""
    with _Files() as files:
        return _call({"job": "certify", "config": files.path(config),
                      "set": _sets(set), "threads": threads})


def config(config, set=None):
    """The config, checked, with every value visible: nas/config/1."""
    with _Files() as files:
        return _call({"job": "config", "config": files.path(config),
                      "set": _sets(set)})


def score(*architectures, height=0, bits_a=0, bits_w=0, memory="tinyengine"):
    """Every score and cost of each, layer by layer: nas/scores/1. height, bits_a,
    bits_w: others than the files say; memory: the model of the peak memory."""
    with _Files() as files:
        paths = [files.path(a) for a in architectures]
        return _call({"job": "score", "files": paths, "height": height,
                      "bits_a": bits_a, "bits_w": bits_w, "memory": memory})


def allocate(problem, **budgets):
    """The bits of each layer that lose least: nas/policy/1. budgets: limits over
    the problem's, size=20000 or size="20kB"."""
    with _Files() as files:
        return _call({"job": "allocate", "problem": files.path(problem),
                      "budgets": [f"{name}={x}" for name, x in budgets.items()]})
