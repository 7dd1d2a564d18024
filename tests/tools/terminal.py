#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command whose standard error is a terminal, and say what it drew.

terminal.py COLUMNS COMMAND... prints JSON: status, bars and states (lines drawn
with a bar, without one), widest (the most columns of one of them), colour, and
left (what stands on the terminal's last line at the end).
"""
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios

columns, command = int(sys.argv[1]), sys.argv[2:]
ours, theirs = pty.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
p = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=theirs,
                     stdout=subprocess.DEVNULL)
os.close(theirs)
drawn = b""
while True:
    try:
        some = os.read(ours, 65536)
    except OSError:
        break
    if not some:
        break
    drawn += some
status = p.wait()
text = drawn.decode()
plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
lines = [re.sub(r"\x1b\[K", "", line) for line in re.split(r"[\r\n]+", plain)]
bars = [line for line in lines if line.startswith("[")]
states = [line for line in lines if re.match(r" *\d+ %", line)]
print(json.dumps({
    "status": status, "widest": max(map(len, bars + states), default=0),
    "bars": len(bars), "states": len(states),
    "colour": "\x1b[32m" in text,
    "left": lines[-1], "lines": lines[-20:]}))
