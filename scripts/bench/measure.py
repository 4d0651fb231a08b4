"""Runs a command and prints what it took as one JSON line: wall and CPU seconds, peak memory, exit code.

    python3 scripts/bench/measure.py -- node dist/cli.js --help

The figures are the kernel's own for that process and those it waited for (`wait4`); its output goes to stderr.
"""

import json
import os
import sys
import time

command = sys.argv[2:] if sys.argv[1] == "--" else sys.argv[1:]
started = time.perf_counter()
child = os.fork()
if child == 0:
    os.dup2(2, 1)
    os.execvp(command[0], command)
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - started
# Linux counts ru_maxrss in KiB, macOS in bytes.
peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(
    json.dumps(
        {
            "seconds": seconds,
            "cpuSeconds": usage.ru_utime + usage.ru_stime,
            "peakBytes": peak,
            "exitCode": os.waitstatus_to_exitcode(status),
        }
    )
)
