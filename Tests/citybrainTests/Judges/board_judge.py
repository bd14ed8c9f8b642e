"""Is the I/O board of `citybrain cabinet --io modbus-rtu:`, with pymodbus as the server, over pseudo-terminals.

    board_judge.py TOOL FOLDER SPEED

The board's coils, inputs and registers are pymodbus's; its watchdog is this script's. Between the two
pseudo-terminals a bridge turns bits when it is told to. Prints one line a check; the exit code is the number of those
that failed.
"""
import asyncio
import json
import os
import pty
import random
import re
import select
import subprocess
import sys
import threading
import time
import tty

from pymodbus.framer import FramerType
from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

from judging import check, crossing, leave

TOOL, FOLDER, SPEED = sys.argv[1:4]
RED2, YELLOW2, GREEN2, RED4, YELLOW4, GREEN4 = range(6)
DETECTOR4 = 0

SCENARIO = crossing("board", [
    {"number": 2, "minimumGreen_s": 5, "maximumGreen_s": 20, "passage_s": 2, "yellow_s": 3, "redClearance_s": 1,
     "recall": "minimum"},
    {"number": 4, "minimumGreen_s": 5, "maximumGreen_s": 20, "passage_s": 2, "yellow_s": 3, "redClearance_s": 1},
])
BOARD = {
    "format": "citybrain-board", "version": 1, "controller": "C", "unit": 7,
    "lamps": [{"group": group, "color": color, "coil": coil} for coil, (group, color) in enumerate(
        (g, c) for g in ("2", "4") for c in ("red", "yellow", "green"))],
    "detectors": [{"name": "S-C lane 0 stop line", "input": DETECTOR4}],
    "watchdog": {"register": 10, "unitMilliseconds": 10, "timeoutMilliseconds": 1000, "safeCoils": []},
}


class Line:
    """Two pseudo-terminals and what lies between them."""

    def __init__(self):
        self.ends = []
        self.names = []
        for _ in range(2):
            master, slave = pty.openpty()
            tty.setraw(slave)
            self.ends.append(master)
            self.names.append(os.ttyname(slave))
            setattr(self, "slave%d" % len(self.ends), slave)
        self.flip_share = 0.0
        self.is_cut = False
        self.flips = 0
        self.heard = 0.0
        self.random = random.Random(1)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            for ready in select.select(self.ends, [], [])[0]:
                data = bytearray(os.read(ready, 4096))
                if self.is_cut:
                    continue
                if ready is self.ends[0]:
                    self.heard = time.monotonic()
                if self.random.random() < self.flip_share:
                    self.flips += 1
                    data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)
                os.write(self.ends[1 - self.ends.index(ready)], bytes(data))


line = Line()
seen = []  # Lamps, and since when.
sensed = [False] * 8  # What the inputs are to show.
trips = []


def board():
    """pymodbus with a watchdog: after so much silence the board shows its safe pattern, all lamps off."""
    def block(kind, value):
        return [SimData(0, count=40, values=value, datatype=kind)]

    async def serve():
        device = SimDevice(7, simdata=(
            block(DataType.BITS, False), block(DataType.BITS, False), block(DataType.REGISTERS, 0),
            block(DataType.REGISTERS, 0)))
        server = ModbusSerialServer(device, framer=FramerType.RTU, port=line.names[1], baudrate=int(SPEED))
        store = server.context
        serving = asyncio.create_task(server.serve_forever())
        while not serving.done():
            lamps = tuple(bool(bit) for bit in (await store.async_getValues(7, 1, 0, 6))[:6])
            timeout = (await store.async_getValues(7, 3, 10, 1))[0] * 0.01
            if timeout and any(lamps) and time.monotonic() - line.heard > timeout:
                trips.append(time.monotonic())
                lamps = (False,) * 6
                await store.async_setValues(7, 15, 0, [False] * 6)
            if not seen or seen[-1][1] != lamps:
                seen.append((time.monotonic(), lamps))
            await store.async_setValues(7, 2, 0, sensed)
            await asyncio.sleep(0.005)
    asyncio.run(serve())


def wait(condition, seconds):
    end = time.time() + seconds
    while time.time() < end and not condition():
        time.sleep(0.05)
    return condition()


def lamp(coil):
    return bool(seen) and seen[-1][1][coil]


json.dump(SCENARIO, open(os.path.join(FOLDER, "scenario.json"), "w"))
json.dump(BOARD, open(os.path.join(FOLDER, "board.json"), "w"))
threading.Thread(target=board, daemon=True).start()
time.sleep(1)
tool = subprocess.Popen(
    [TOOL, "cabinet", FOLDER, "--io", "modbus-rtu:%s@%s,8N1" % (line.names[0], SPEED), "--for", "400"],
    stderr=subprocess.PIPE, text=True)
words = []
threading.Thread(target=lambda: words.extend(iter(tool.stderr.readline, "")), daemon=True).start()


def said(text):
    return any(text in word for word in words)


try:
    check("the board's fall-back is proven", wait(lambda: said("the unit runs"), 20), words)
    check("phase 2 turns green", wait(lambda: lamp(GREEN2), 40), seen[-5:])
    time.sleep(45)
    check("phase 4 is left out without a call", not any(l[GREEN4] for _, l in seen), seen[-5:])
    served = 0
    for _ in range(3):
        sensed[DETECTOR4] = True
        served += wait(lambda: lamp(GREEN4), 60)
        sensed[DETECTOR4] = False
        wait(lambda: lamp(GREEN2), 40)
    check("a vehicle at input %d is served by phase 4, three times" % DETECTOR4, served == 3, words)
    sensed[DETECTOR4] = True
    line.flip_share = 0.01
    time.sleep(60)
    line.flip_share = 0.0
    sensed[DETECTOR4] = False
    check("%d turned bits, and the lamps never conflict" % line.flips,
          line.flips > 5 and not any((l[GREEN2] or l[YELLOW2]) and (l[GREEN4] or l[YELLOW4]) for _, l in seen))
    yellows = []
    for (start, lamps), (end, _) in zip(seen, seen[1:]):
        if lamps[YELLOW2]:
            yellows.append(end - start)
    check("%d yellows of phase 2 last 3 s or a little more" % len(yellows),
          yellows and all(2.95 <= y < 4.5 for y in yellows), yellows)
    before = len(trips)
    line.is_cut = True
    check("with the line cut the board's watchdog takes the lamps", wait(lambda: len(trips) > before, 5))
    check("and the unit goes to flash", wait(lambda: said("board is silent: flash"), 10), words)
    line.is_cut = False
    check("mended, it runs again", wait(lambda: lamp(GREEN2), 60), words)
finally:
    tool.terminate()
    tool.wait()
leave()
