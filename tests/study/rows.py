# SPDX-License-Identifier: GPL-3.0-or-later
"""The study's files: networks, and tables to which rows are appended.

    networks = read_networks("architectures.json")
    table = Rows("accuracies.csv", COLUMNS)
    if key not in table.keys(KEY):
        table.append(row)
"""
import csv
import hashlib
import io
import json
import os
import sys

ACCURACIES = ("network", "digest", "recipe", "seed", "accuracy", "loss",
              "training_loss", "epochs", "images", "cpu_seconds", "torch")
ACCURACY_KEY = ("digest", "recipe", "seed")


def read_networks(path):
    with open(path) as file:
        return json.load(file)


def digest(network):
    """Twelve digits that change when anything of the network does."""
    text = json.dumps(network, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class Rows:
    """A CSV file that grows. A row is there whole or not at all: each is one
    write, and what a stopped run left of a last line is cut off."""

    def __init__(self, path, columns):
        self.path, self.columns = path, columns

    def read(self):
        try:
            with open(self.path, newline="") as file:
                reader = csv.DictReader(file)
                rows = list(reader)
        except FileNotFoundError:
            return []
        if tuple(reader.fieldnames or ()) != tuple(self.columns):
            sys.exit(f"{self.path}: the columns are not {self.columns}")
        return rows

    def keys(self, key):
        return {tuple(row[k] for k in key) for row in self.read()}

    def open(self):
        """Make the file ready to be appended to."""
        if not os.path.exists(self.path) or not os.path.getsize(self.path):
            self.write(self.columns)
            return
        with open(self.path, "rb+") as file:
            file.truncate(file.read().rfind(b"\n") + 1)

    def append(self, row):
        self.write([row[c] for c in self.columns])

    def write(self, values):
        self.write_all([values])

    def write_all(self, rows):
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerows(rows)
        out = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(out, line.getvalue().encode())
            os.fsync(out)
        finally:
            os.close(out)
