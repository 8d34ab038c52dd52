"""Seconds and peak memory for one simulated patient of six visits, files in, tables and report out.

Run ``python -m benchmarks.end_to_end``. Limit: 15 s and 1 GB. The simulation is not timed; the measured process only
reads, tracks and writes.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tracker.phantom import Scenario, simulate_course
from tracker.simulation import write_courses

SEEDS = (9001, 9002)
"""Report seeds, never used for tuning."""

LIMIT_S, LIMIT_MB = 15.0, 1024.0
"""What one patient of six visits may take."""

KIB_PER_MIB = 1024
"""Kibibytes in a mebibyte."""

_CHILD = """
import resource, sys, time
from pathlib import Path
start_wall, start_cpu = time.perf_counter(), time.process_time()
from tracker.exports.folder import write_results
from tracker.pipeline import Request, track_report
folder, out = Path(sys.argv[1]), Path(sys.argv[2])
report = track_report(Request(paths=(folder,), context=folder))
write_results(report, out)
peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
visits = len(report.courses[0].timepoints)
print(visits, time.perf_counter() - start_wall, time.process_time() - start_cpu, peak)
"""


def measure(seed: int) -> tuple[int, float, float, float]:
    """Return visits, wall seconds, processor seconds and peak MiB of one patient.

    Parameters
    ----------
    seed : int
        Which patient.

    Returns
    -------
    tuple
        Imports included.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "scans"
        write_courses(folder, [simulate_course(Scenario.FLARE_RESPONSE, seed, visits=6)])
        command = [sys.executable, "-c", _CHILD, str(folder), str(Path(scratch) / "out")]
        line = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1]
    visits, wall, cpu, peak = line.split()
    return int(visits), float(wall), float(cpu), float(peak) / KIB_PER_MIB


def main() -> None:
    """Print the table."""
    print("seed  visits  wall s  cpu s  peak MiB   (limits: 15 s, 1024 MiB)")
    for seed in SEEDS:
        visits, wall, cpu, peak = measure(seed)
        within = "ok" if wall <= LIMIT_S and peak <= LIMIT_MB else "OVER"
        print(f"{seed}  {visits:6d}  {wall:6.1f}  {cpu:5.1f}  {peak:8.0f}   {within}")


if __name__ == "__main__":
    main()
