"""Is a controller behind net-snmp's agent, and lets `citybrain drive` and `citybrain download` at it.

    snmp_agent_judge.py TOOL FOLDER

Every message goes through snmpd, which hands the objects of NTCIP to `snmp_agent_judge.py agent FOLDER`: a controller of
two phases, written from the object definitions alone, which serves calls and lets go after its backup time.
`snmp_agent_judge.py policy FOLDER` is the brain, behind the line protocol. Prints one line a check; the exit code is
the number of those that failed.
"""
import json
import os
import socket
import subprocess
import sys
import time

from judging import check, crossing, leave

ASC, GLOBAL = ".1.3.6.1.4.1.1206.4.2.1.", ".1.3.6.1.4.1.1206.4.2.6."
CONTROL = [ASC + "1.5.1.%d.1" % column for column in range(2, 8)] + [ASC + "4.14.0"]
CALLS, FORCE_OFF, BACKUP, TRANSACTION = CONTROL[4], CONTROL[3], ASC + "3.3.0", GLOBAL + "2.1.0"
PHASES = {2: (5, 30, 10), 4: (6, 35, 15)}  # Minimum green, yellow and red clearance in tenths.
FOLDER = sys.argv[2]

SCENARIO = crossing("agent", [
    {"number": n, "minimumGreen_s": g, "maximumGreen_s": 20, "passage_s": 2, "yellow_s": y / 10,
     "redClearance_s": r / 10}
    for n, (g, y, r) in PHASES.items()
])


def path(name):
    return os.path.join(FOLDER, name)


# The controller.

class Agent:
    """The objects of NTCIP, and two phases in turn: green on call, yellow, red."""

    def __init__(self):
        integers = {ASC + "1.1.0": 8, ASC + "1.3.0": 1, ASC + "2.3.0": 1, BACKUP: 6, TRANSACTION: 1,
                    GLOBAL + "1.1.0": 77, GLOBAL + "2.6.0": 3, ASC + "3.5.0": 3, ASC + "3.6.0": 2,
                    ASC + "3.7.0": 0, ASC + "3.8.0": 0, ASC + "3.9.0": 0, ASC + "4.10.0": 254, ASC + "4.11.0": 2,
                    ASC + "4.13.0": 0, ASC + "2.4.1.2.1": 2, ASC + "2.4.1.3.1": 0}
        integers.update({name: 0 for name in CONTROL})
        for number, (green, yellow, red) in PHASES.items():
            for column, value in {2: 0, 3: 0, 4: green, 8: yellow, 9: red, 22: 1}.items():
                integers[ASC + "1.2.1.%d.%d" % (column, number)] = value
            for column, value in {3: 0, 4: 2, 5: 0}.items():
                integers[ASC + "4.9.1.%d.20.%d" % (column, number)] = value
        for column, value in {2: 0, 3: 0, 4: 1, 5: 1}.items():
            integers[ASC + "4.7.1.%d.20" % column] = value
        self.values = {name: ("integer", str(value)) for name, value in integers.items()}
        for name, text in {"1.3.1.3.1": "Foreign", "1.3.1.4.1": "snmpd", "1.3.1.5.1": "5", "2.7.0": ""}.items():
            self.values[GLOBAL + name] = ("string", text)
        for number in PHASES:
            self.values[ASC + "1.2.1.23.%d" % number] = ("string", "")
        self.values[ASC + "7.3.1.3.1.1"] = ("octet", "02 04")
        self.values[ASC + "7.3.1.3.1.2"] = ("string", "")
        self.phase, self.state, self.since, self.heard = 2, "green", time.monotonic(), None
        self.buffer = None

    def number(self, name):
        return int(self.values[name][1])

    def log(self, **entry):
        with open(path("agent.log"), "a") as file:
            file.write(json.dumps({"at": time.time(), **entry}) + "\n")

    def run(self):
        now = time.monotonic()
        if self.heard is not None and now - self.heard > self.number(BACKUP):
            self.log(backup=True)
            self.values.update({name: ("integer", "0") for name in CONTROL})
            self.heard = None
        green, yellow, red = PHASES[self.phase]
        calls = self.number(CALLS)
        others = [n for n in PHASES if n != self.phase and calls >> n - 1 & 1]
        spent = now - self.since
        if self.state == "green" and others and spent >= green:
            self.move("yellow", self.phase)
            self.values[FORCE_OFF] = ("integer", "0")
        elif self.state == "yellow" and spent >= yellow / 10:
            self.move("red", self.phase)
        elif self.state == "red" and spent >= red / 10:
            self.move("green", others[0] if others else self.phase)
        for column, state in {2: "red", 3: "yellow", 4: "green"}.items():
            bits = 1 << self.phase - 1 if state == self.state else 0
            if state == "red":
                bits |= sum(1 << n - 1 for n in PHASES if n != self.phase)
            self.values[ASC + "1.4.1.%d.1" % column] = ("integer", str(bits))
        for column in (6, 7, 9, 11):
            self.values[ASC + "1.4.1.%d.1" % column] = ("integer", "0")
        self.values[ASC + "1.4.1.8.1"] = ("integer", str(calls))

    def move(self, state, phase):
        self.state, self.phase, self.since = state, phase, time.monotonic()
        self.log(state=state, phase=phase)

    def set(self, name, kind, text):
        """What snmpd is told; the words are those of its pass_persist interface."""
        if name not in self.values:
            return "not-writable"
        if name in json.load(open(path("refused.json"))):
            self.log(refused=name)
            return "wrong-value"
        self.log(set=name, to=text)
        if name in CONTROL:
            self.heard = time.monotonic()
        elif name == TRANSACTION:
            return self.transact(int(text))
        elif self.buffer is None:
            return "inconsistent-value"
        else:
            self.buffer[name] = (kind, text)
            return "DONE"
        self.values[name] = (kind, text)
        return "DONE"

    def transact(self, wanted):
        if wanted == 2:
            self.buffer = {}
        elif wanted == 3:
            wanted = 6
        elif wanted == 1:
            if self.number(TRANSACTION) == 6:
                self.values.update(self.buffer)
            self.buffer = None
        self.values[TRANSACTION] = ("integer", str(wanted))
        return "DONE"


def agent():
    controller = Agent()
    say = lambda *lines: print("\n".join(lines), flush=True)
    ask = lambda: sys.stdin.readline().strip()
    for line in iter(sys.stdin.readline, ""):
        word = line.strip()
        if word == "PING":
            say("PONG")
        elif word in ("get", "getnext"):
            name = ask()
            controller.run()
            changed = json.load(open(path("changed.json")))
            if word == "getnext":
                arcs = lambda oid: [int(arc) for arc in oid.split(".")[1:]]
                name = min((n for n in controller.values if arcs(n) > arcs(name)), key=arcs, default=None)
            if name in controller.values:
                kind, text = controller.values[name]
                say(name, kind, str(changed.get(name, text)))
            else:
                say("NONE")
        elif word == "set":
            name = ask()
            kind, _, text = ask().partition(" ")
            controller.run()
            say(controller.set(name, kind, text.strip('"')))


# The brain.

def policy():
    def send(message):
        print(json.dumps(message), flush=True)
    send({"type": "hello", "protocol": "citybrain-line", "version": 1, "seat": "strategy", "name": "to and fro"})
    last = [0]
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] == "observe":
            green = message["statuses"][0].get("green_phases", [])
            last = green or last
            with open(path("seen.log"), "a") as file:
                file.write(json.dumps(green) + "\n")
            command = {"controller": 0, "program": "free", "vehicle_calls": [1] if last == [0] else [0]}
            send({"type": "decide", "t_ms": message["t_ms"], "commands": [command],
                  "next_ms": message["t_ms"] + 1000})
        elif message["type"] == "bye":
            return


# The judge.

def entries():
    return [json.loads(line) for line in open(path("agent.log"))]


def control_sets():
    """Sets of control objects, one list for each message: snmpd hands over one object at a time."""
    messages = []
    for entry in entries():
        if entry.get("set") in CONTROL:
            if not messages or entry["set"] in [e["set"] for e in messages[-1]]:
                messages.append([])
            messages[-1].append(entry)
    return messages


def fresh(changed={}, refused=()):
    json.dump(changed, open(path("changed.json"), "w"))
    json.dump(list(refused), open(path("refused.json"), "w"))
    for name in ("agent.log", "seen.log"):
        open(path(name), "w").close()


class Judge:
    def __init__(self, tool):
        self.tool = tool
        free = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        free.bind(("127.0.0.1", 0))
        self.peer = "udp:127.0.0.1:%d" % free.getsockname()[1]
        free.close()
        self.snmpd = None

    def start_agent(self):
        with open(path("snmpd.conf"), "w") as file:
            file.write("rocommunity public 127.0.0.1\nrwcommunity administrator 127.0.0.1\n")
            file.write("pass_persist .1.3.6.1.4.1.1206 %s %s agent %s\n" % (
                sys.executable, os.path.abspath(__file__), FOLDER))
        self.snmpd = subprocess.Popen(
            ["snmpd", "-f", "-C", "-c", path("snmpd.conf"), "-Lf", path("snmpd.log"), self.peer],
            env={**os.environ, "MIBS": "", "SNMP_PERSISTENT_DIR": FOLDER, "PATH": os.environ["PATH"] + ":/usr/sbin"})
        time.sleep(1)

    def stop_agent(self):
        self.snmpd.terminate()
        self.snmpd.wait()

    def words(self, *options):
        brain = "external:%s %s policy %s" % (sys.executable, os.path.abspath(__file__), FOLDER)
        return [self.tool, "drive", FOLDER, "--strategy", brain, "--cabinet", "C=ntcip:" + self.peer,
                "--patience", "20", *options]

    def drive(self, seconds, *options):
        return subprocess.run(self.words("--for", str(seconds), *options), capture_output=True, text=True)

    def armed(self, seconds, *options):
        return self.drive(seconds, "--arm", "--operator", "judge", "--journal", path("journal"), *options)

    def shadow(self):
        fresh()
        done = self.drive(4)
        report = json.loads(done.stdout)
        check("it is identified", "Foreign snmpd 5" in done.stderr, done.stderr)
        check("nothing differs from the scenario", report["cabinets"][0]["differences"] == [], done.stdout)
        check("the brain saw phase 2 green", [0] in [json.loads(line) for line in open(path("seen.log"))])
        check("a shadow writes nothing", not any("set" in e for e in entries()), entries())

    def refusals(self):
        for changed, what in [({ASC + "1.2.1.4.4": 5}, "another minimum green"),
                              ({ASC + "1.2.1.8.2": 29}, "another yellow"),
                              ({BACKUP: 0}, "no backup time"), ({BACKUP: 40}, "a backup time of 40 s"),
                              ({CALLS: 2}, "somebody else's call")]:
            fresh(changed)
            done = self.armed(3)
            check("%s is not armed" % what,
                  "not armed" in done.stderr and not any("set" in e for e in entries()), done.stderr)

    def commands(self):
        fresh()
        done = self.armed(30)
        messages = control_sets()
        check("%d messages, each the complete control state" % len(messages),
              len(messages) > 5 and all(len(m) == len(CONTROL) for m in messages), messages[-2:])
        gaps = [b[0]["at"] - a[0]["at"] for a, b in zip(messages, messages[1:])]
        check("never more than a third of the backup time between two", gaps and max(gaps) < 2.5, gaps)
        greens = [e["phase"] for e in entries() if e.get("state") == "green"]
        check("the calls are served: greens %s" % greens, len(greens) >= 2 and greens[:2] == [4, 2], entries()[-9:])
        seen = [json.loads(line) for line in open(path("seen.log"))]
        check("the brain saw both phases green", [0] in seen and [1] in seen, seen)
        check("the last message is zeros", [e["to"] for e in messages[-1]] == ["0"] * len(CONTROL), messages[-1])
        check("no fall-back on the way", not any("backup" in e for e in entries()))
        report = json.loads(done.stdout)
        check("nothing refused", report["commandsSent"] > 0 and report["commandsRefused"] == 0, done.stdout)
        verified = subprocess.run([self.tool, "journal", "verify", path("journal")], capture_output=True, text=True)
        check("the journal is whole", verified.returncode == 0, verified.stderr)

    def second_master(self):
        fresh()
        process = subprocess.Popen(
            self.words("--for", "20", "--arm", "--operator", "judge", "--journal", path("journal")),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(6)
        done = subprocess.run(["snmpset", "-v2c", "-c", "administrator", "-On", "-m", "", self.peer, CONTROL[0], "i", "8"],
                              capture_output=True, text=True)
        changed = len(control_sets())
        words = process.communicate()[1]
        check("snmpset writes an omit", done.returncode == 0, done.stderr)
        check("ours lets go", "somebody else commands it" in words and len(control_sets()) - changed <= 1, words)

    def death(self):
        fresh()
        process = subprocess.Popen(
            self.words("--arm", "--operator", "judge", "--journal", path("journal")),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(6)
        process.kill()
        process.wait()
        time.sleep(7)
        subprocess.run(["snmpget", "-v2c", "-c", "public", "-On", "-m", "", self.peer, CALLS], capture_output=True)
        check("the brain killed, the controller lets go after its backup time",
              any("backup" in e for e in entries()), entries()[-5:])
        time.sleep(1)

    def silence(self):
        fresh()
        process = subprocess.Popen(self.words("--for", "20"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(4)
        self.stop_agent()
        time.sleep(8)
        self.start_agent()
        words = process.communicate()[1]
        check("an agent that ends is lost, and found again", "lost" in words and "answers again" in words, words)

    def download(self):
        words = [self.tool, "download", FOLDER, "--to", self.peer, "--spare", "20"]
        write = ["--write", "--operator", "judge", "--journal", path("journal"), "--rollback", path("rollback.json")]
        fresh()
        done = subprocess.run(words, capture_output=True, text=True)
        check("the difference is shown, nothing written",
              "splitTime.20.2" in done.stdout and not any("set" in e for e in entries()), done.stdout + done.stderr)
        fresh(refused=[ASC + "4.9.1.3.20.4"])
        done = subprocess.run(words + write, capture_output=True, text=True)
        left = subprocess.run(words, capture_output=True, text=True)
        check("a refused object leaves all as it was",
              done.returncode == 7 and "splitTime.20.4" in done.stderr and "splitTime.20.2" in left.stdout,
              (done.returncode, done.stderr, left.stdout))
        fresh()
        done = subprocess.run(words + write, capture_output=True, text=True)
        left = subprocess.run(words, capture_output=True, text=True)
        check("a download is taken and read back", done.returncode == 0 and not left.stdout.strip(),
              (done.returncode, done.stderr, left.stdout))


def judge():
    json.dump(SCENARIO, open(path("scenario.json"), "w"))
    fresh()
    bench = Judge(sys.argv[1])
    bench.start_agent()
    try:
        bench.shadow()
        bench.refusals()
        bench.commands()
        bench.second_master()
        time.sleep(7)
        bench.death()
        bench.download()
        bench.silence()
    finally:
        bench.stop_agent()
    leave()


if sys.argv[1] == "agent":
    agent()
elif sys.argv[1] == "policy":
    policy()
else:
    judge()
