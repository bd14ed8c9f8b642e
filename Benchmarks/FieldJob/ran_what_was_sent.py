"""Did the cabinet run what was sent? Compares the journal of who commanded with the cabinet's own event log.

    ran_what_was_sent.py JOURNAL EVENTS.csv

From arming to release every change of hold, omit and pedestrian omit in the journal must be an event of that phase in the
log, in the same order and within two seconds, and no other; and no phase that is omitted may begin a green. Free operation
begins when the greens of the plan have ended, within a minute; what was sent until then is done there. A release ends it, and
the log tells holds and omits of free operation only. Exit code 1 where they differ.
"""
import csv
import datetime
import json
import re
import sys

KINDS = {"hold": (41, 42), "phaseOmit": (46, 47), "pedestrianOmit": (48, 49)}


def sent(path):
    """Changes as (time, code, phase), and the times between which something was commanded."""
    changes, held, spans = [], {kind: 0 for kind in KINDS}, []
    for line in open(path):
        record = json.loads(line)
        at = datetime.datetime.fromisoformat(record["time"].replace("Z", "")).timestamp()
        kind, details = record["entry"]["kind"], record["entry"]["details"]
        if kind == "armed":
            spans.append([at, at])
        elif kind not in ("command", "disarmed") or not spans:
            continue
        spans[-1][1] = at
        if kind == "disarmed":
            held = {kind: 0 for kind in KINDS}
            continue
        for name, (on, off) in KINDS.items():
            found = re.search(r"\b%s: (\d+)" % name, details.get("control", ""))
            bits = int(found.group(1)) if found else 0
            for phase in range(1, 33):
                if (bits ^ held[name]) >> phase - 1 & 1:
                    changes.append((at, on if bits >> phase - 1 & 1 else off, phase))
            held[name] = bits
    return changes, spans


def logged(path):
    for row in csv.DictReader(open(path)):
        at = datetime.datetime.fromisoformat(row["TimeStamp"]).timestamp()
        yield at, int(row["EventId"]), int(row["Parameter"])


changes, spans = sent(sys.argv[1])
events = list(logged(sys.argv[2]))
events = [event for event in events if any(start - 0.1 <= event[0] <= end for start, end in spans)]
codes = {code for pair in KINDS.values() for code in pair}
wrong, latest = [], 0.0
free = min((at for at, code, _ in events if code in codes), default=0.0)
if spans and free - spans[0][0] > 60:
    wrong.append("free operation began %.0f s after arming" % (free - spans[0][0]))
for code, phase in sorted({(c, p) for _, c, p in changes} | {(c, p) for _, c, p in events if c in codes}):
    told = [max(at, free) for at, c, p in changes if (c, p) == (code, phase)]
    done = [at for at, c, p in events if (c, p) == (code, phase)]
    if len(told) != len(done):
        wrong.append("event %d of phase %d: %d sent, %d done" % (code, phase, len(told), len(done)))
    for a, b in zip(told, done):
        latest = max(latest, b - a)
        if not -0.1 <= b - a <= 2:
            wrong.append("event %d of phase %d: %.1f s after it was sent" % (code, phase, b - a))
omitted, greens = set(), 0
for at, code, phase in events:
    if code == KINDS["phaseOmit"][0]:
        omitted.add(phase)
    elif code == KINDS["phaseOmit"][1]:
        omitted.discard(phase)
    elif code == 1:
        greens += 1
        if phase in omitted:
            wrong.append("phase %d begins a green while it is omitted" % phase)
for text in wrong:
    print(text, file=sys.stderr)
print("%d changes sent, all done within %.1f s; %d greens began, none of an omitted phase" % (len(changes), latest, greens)
      if not wrong and changes else "the cabinet did not run what was sent")
sys.exit(1 if wrong or not changes else 0)
