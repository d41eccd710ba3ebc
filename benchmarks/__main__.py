"""``python -m benchmarks [generation] [commands] [lessons] …``: prints figures; 1 if a promise is broken."""

import importlib
import os
import sys

SUITES = ("generation", "commands", "isolation", "fuzz", "retrieval_speed", "lessons")


def main(wanted: list[str]) -> int:
    """Measure what is wanted, by default everything."""
    unknown = sorted(set(wanted) - set(SUITES))
    if unknown:
        sys.exit(f"there is no {', '.join(unknown)}; there are {', '.join(SUITES)}")
    print(f"{os.cpu_count()} processors, load before: {os.getloadavg()[0]:.1f}", flush=True)
    broken = 0
    for name in wanted or SUITES:
        for figure in importlib.import_module(f"benchmarks.{name}").measure():
            print(figure.line(), flush=True)
            broken += not figure.kept
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
