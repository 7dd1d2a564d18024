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
    """A case's one run that forks at its allocations: fail_alloc.c."""

    def __init__(self, case):
        self.case, self.copy = case, {}
        for folder in (case.here / "tmp", case.there):
            folder.mkdir(exist_ok=True)
        down, up = os.pipe(), os.pipe()
        with open(case.here / "out", "wb") as out, \
                open(case.here / "err", "wb") as err:
            self.process = subprocess.Popen(
                [case.options.nas, *case.line], cwd=case.work,
                stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                pass_fds=(down[0], up[1]), env=case.env(
                    TMPDIR="../tmp", FAIL_FORK=f"{down[0]},{up[1]}",
                    FAIL_FROM=str(case.here), FAIL_INTO=str(case.there)))
        os.close(down[0])
        os.close(up[1])
        self.say, self.hear = down[1], up[0]
        self.at = self.heard()
        self.want = tree(case.here)

    def tell(self, what):
        os.write(self.say, struct.pack("l", what))

    def heard(self):
        """The process's answer; None if it takes too long."""
        if not select.select([self.hear], [], [], LIMIT_S)[0]:
            return None
        data = os.read(self.hear, struct.calcsize("l"))
        if not data:
            raise SystemExit(f"{self.case.name}: the run that forks ended: "
                             f"{(self.case.here / 'err').read_text()}")
        return struct.unpack("l", data)[0]

    def fail(self, n, more):
        """How the child ended in which allocation n failed, and its files;
        None where there can be no child."""
        if n > self.at:
            self.tell(n)
            self.at = self.heard()  # it stands there: files stay as they are
            self.want = tree(self.case.here)
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
        self.tell(NEVER)
        status = self.process.wait(LIMIT_S)
        os.close(self.say)
        os.close(self.hear)
        shutil.rmtree(self.case.there)
        return types.SimpleNamespace(
            returncode=status, stdout=(self.case.here / "out").read_bytes(),
            stderr=(self.case.here / "err").read_bytes()
            ), files_of(self.case.work)
