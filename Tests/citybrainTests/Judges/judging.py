"""What the judges share: checks, one printed line each, and the smallest junction to be judged on."""
import signal
import sys

# A test runner's thread may block signals, and whom we start would not hear that it is to end.
signal.pthread_sigmask(signal.SIG_SETMASK, [])

failures = 0


def check(what, ok, found=""):
    global failures
    failures += 0 if ok else 1
    print("%s  %s%s" % ("ok  " if ok else "FAIL", what, "" if ok else ": " + str(found)[-600:]), flush=True)


def leave():
    """Ends the program; the exit code is the number of checks that failed."""
    sys.exit(min(failures, 100))


def crossing(name, phases):
    """The scenario of two one-way streets that cross: phase 2 for one, phase 4 for the other."""
    return {
        "schema": "citybrain.scenario/1", "name": name, "run": {"warmUp_s": 0, "duration_s": 60},
        "nodes": [{"name": n, "position_m": p} for n, p in
                  [("C", [0, 0]), ("W", [-300, 0]), ("E", [300, 0]), ("N", [0, 300]), ("S", [0, -300])]],
        "links": [{"name": a + "-" + b, "from": a, "to": b, "length_m": 290, "speedLimit_kmh": 50, "lanes": 1}
                  for a, b in [("W", "C"), ("C", "E"), ("S", "C"), ("C", "N")]],
        "movements": [{"from": "W-C", "to": "C-E", "turn": "through", "lanes": [0], "protectedBy": 2},
                      {"from": "S-C", "to": "C-N", "turn": "through", "lanes": [0], "protectedBy": 4}],
        "controllers": [{
            "name": "C", "phases": phases,
            "patterns": [{"number": 1, "cycle_s": 40, "offset_s": 0, "referencePhases": [2],
                          "splits_s": {"2": 22, "4": 18}, "coordination": {}}],
            "detection": {"stopLineLength_m": 12}}],
        "demand": {"sources": [{"name": "west", "link": "W-C", "flow_vehPerHour": 100}],
                   "turning": [{"volumes_vehPerHour": {"W-C": {"C-E": 100}, "S-C": {"C-N": 1}}}]},
    }
