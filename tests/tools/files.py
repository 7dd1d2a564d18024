#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command that writes, on a disk that fails: one call after the other.

files.py NAS LIBRARY [-k NAME]...

The cases are those of memory.py. Each runs once to count its calls that change
the file system (opens, writes, syncs, renames, ...), then again for each of
them, in four ways: the call fails; it and all later ones fail; the program is
killed before it, or after it. LIBRARY is fail_files.c, built.

A run with a failed call must end with the whole correct output and its own
status, or with status 5 and a message that names what could not be written; no
signal, inputs unchanged, no half of a file under its own name, no temporary
file left. Of a killed run no file may be half either, and the same command
(with --force, or --resume) must end as if nothing had happened; what it was
writing under another name stays, but in the folder of a run.
"""
import argparse
import os
import pathlib
import sys
import tempfile

import memory

WAYS = {"fails": {}, "fails, and all later ones": {"FAIL_MORE": "1"},
        "killed before": {"FAIL_DO": "KILL"},
        "killed after": {"FAIL_DO": "AFTER"}}


class Case(memory.Case):
    def fault(self, n, what, said):
        last = said.strip().split("\n")[-1]
        self.faults.append((n, what))
        print(f"# {self.name}: call {n} ({self.calls[n - 1]}, {self.way}): "
              f"{what}: {last}", flush=True)

    def judge(self, n, done):
        files = memory.contents(self.work)
        said = done.stderr.decode(errors="replace")
        what = self.fault_of(done, said, files)
        if not what and "killed" in self.way:
            what = self.again()
            files = memory.contents(self.work)
        if what:
            self.fault(n, what, said)
        self.restore(files)

    def fault_of(self, done, said, files):
        killed = "killed" in self.way
        if killed and done.returncode != -9:
            return f"not killed: status {done.returncode}"
        if not killed and (done.returncode < 0 or done.returncode > 128):
            return f"ended by signal {done.returncode}"
        replaces = {"--force", "--resume"} & set(self.line)
        for path, data in self.before.items():
            if path not in files and not replaces:
                return f"'{path}' is gone"
            if files.get(path, data) != data and self.files.get(path) == data \
                    and not (replaces and memory.is_whole(path, files[path])):
                return f"'{path}' has changed"
        for path, data in files.items():
            if ".tmp." in path:
                if not killed:
                    return f"leaves '{path}'"
            elif data not in (self.files.get(path), self.before.get(path)) \
                    and not memory.is_whole(path, data):
                return f"'{path}' is neither old nor complete"
        if killed:
            return None
        if done.returncode == self.status:
            return self.other_end(done, files)
        if done.returncode != 5:
            return f"status {done.returncode}"
        if "cannot" not in said and "could not" not in said:
            return "does not say what it cannot do"
        return None

    def other_end(self, done, files):
        """What differs from the run on a good disk."""
        if memory.plain(self.name, done.stdout) != memory.plain(self.name,
                                                                self.out):
            return "own status, but other output"
        if set(files) != set(self.files):
            return "own status, but other files: " + " ".join(
                sorted(set(files) ^ set(self.files)))
        return None

    def again(self):
        """The command once more on what a killed run left."""
        line = self.line
        if "--resume" not in line and any(w in line for w in ("-o", "--write")):
            self.line = [*line, "--force"]
        done = self.run()
        self.line = line
        files = memory.contents(self.work)
        if done.returncode != self.status:
            return (f"again: status {done.returncode}: " +
                    done.stderr.decode(errors="replace").strip())
        for path, data in self.files.items():
            if files.get(path) != data and not (
                    path in files and memory.is_whole(path, data)):
                return f"again: '{path}' is another one"
        left = {path for path in set(files) - set(self.files)
                if ".tmp." not in path or self.line[0] == "search"}
        return f"again: leaves {sorted(left)}" if left else None

    def check(self):
        self.calls = self.first()
        for self.way, env in WAYS.items():
            for n in range(1, len(self.calls) + 1):
                self.judge(n, self.run(FAIL_AT=str(n), **env))
        if self.calls:
            word = "not ok" if self.faults else "ok"
            print(f"{word} {self.name}: each of {len(self.calls)} calls fails, "
                  "and kills", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("nas")
    parser.add_argument("library")
    parser.add_argument("-k", action="append", help="cases that hold this")
    options = parser.parse_args()
    options.nas = os.path.abspath(options.nas)
    options.library = os.path.abspath(options.library)
    bad = 0
    with tempfile.TemporaryDirectory() as top:
        top = pathlib.Path(top)
        (top / "made").mkdir()
        memory.quick_cc(top)
        memory.prepare(options.nas, os.path.join(
            os.path.dirname(options.library), "hooks.so"), top / "made")
        for number, (name, _) in enumerate(memory.CASES):
            if options.k and not any(k in name for k in options.k):
                continue
            case = Case(options, top / "made", top, number)
            case.check()
            bad += bool(case.faults)
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
