# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of a case of memory.py that forks at its allocations: fail_alloc.c.

    forks = Forks(case)
    done, files = forks.fail(7, False)    of the child in which the 7th fails
    done, files = forks.end()             of the run itself
"""
import os
import select
import shutil
import signal
import struct
import subprocess
import types

LIMIT_S = 300  # of one run
NEVER = 2 ** 62  # no allocation's number
ENDED = NEVER + 1


def tree(folder, below=""):
    """Every file's bytes and, for each folder, None, by their paths."""
    found = {}
    for entry in os.scandir(folder):
        path = below + entry.name
        if entry.is_dir():
            found[path] = None
            found.update(tree(entry.path, path + "/"))
        else:
            with open(entry.path, "rb") as f:
                found[path] = f.read()
    return found


def files_of(folder):
    return {path: data for path, data in tree(folder).items()
            if data is not None}


def make_equal(folder, has, want):
    """A folder that holds a tree comes to hold another."""
    for path in sorted(has, reverse=True):
        if path not in want or (has[path] is None) != (want[path] is None):
            full = os.path.join(folder, path)
            os.rmdir(full) if has[path] is None else os.unlink(full)
    for path, data in want.items():  # a folder stands before what it holds
        if path in has and has[path] == data:
            continue
        if data is None:
            os.mkdir(os.path.join(folder, path))
        else:
            with open(os.path.join(folder, path), "wb") as f:
                f.write(data)


class Forks:
    """A case's one run that forks at its allocations: fail_alloc.c.

    A run may ask for memory a little less often than the one before it, so it
    may end before the last number: those are then left to other runs."""

    def __init__(self, case):
        self.case, self.copy = case, {}
        case.there.mkdir(exist_ok=True)
        down, up = os.pipe(), os.pipe()
        with open(case.here / "out", "wb") as out, \
                open(case.here / "err", "wb") as err:
            self.process = subprocess.Popen(
                [case.options.nas, *case.line], cwd=case.work,
                stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                pass_fds=(down[0], up[1]), env=case.env(
                    FAIL_FORK=f"{down[0]},{up[1]}",
                    FAIL_FROM=str(case.here), FAIL_INTO=str(case.there)))
        os.close(down[0])
        os.close(up[1])
        self.say, self.hear = down[1], up[0]
        self.at = self.heard()
        self.want = tree(case.here)

    def tell(self, what):
        os.write(self.say, struct.pack("l", what))

    def heard(self):
        """The process's answer; None if it takes too long, ENDED if it has
        none more to give: end() says how it ended."""
        if not select.select([self.hear], [], [], LIMIT_S)[0]:
            return None
        data = os.read(self.hear, struct.calcsize("l"))
        return struct.unpack("l", data)[0] if data else ENDED

    def fail(self, n, more):
        """How the child ended in which allocation n failed, and its files;
        None where there can be no child."""
        if n > self.at:
            self.tell(n)
            self.at = self.heard()  # it stands there: files stay as they are
            self.want = tree(self.case.here)
        if self.at == ENDED:
            return None
        make_equal(self.case.there, self.copy, self.want)
        self.copy = self.want
        self.tell(-2 if more else -1)
        child = self.heard()
        if child == -1:
            return None
        status = self.heard()
        if status is None:
            os.kill(child, signal.SIGKILL)
            status = self.heard()
        self.copy = tree(self.case.there)
        work = {path[5:]: data for path, data in self.copy.items()
                if path.startswith("work/") and data is not None}
        return types.SimpleNamespace(
            returncode=os.waitstatus_to_exitcode(status),
            stdout=self.copy["out"], stderr=self.copy["err"]), work

    def end(self):
        """How the process ended itself, and its files."""
        if self.at != ENDED:
            self.tell(NEVER)
        status = self.process.wait(LIMIT_S)
        os.close(self.say)
        os.close(self.hear)
        shutil.rmtree(self.case.there)
        return types.SimpleNamespace(
            returncode=status, stdout=(self.case.here / "out").read_bytes(),
            stderr=(self.case.here / "err").read_bytes()
            ), files_of(self.case.work)
