"""Pokes `citybrain cabinet --ntcip` with the net-snmp tools, over UDP and through PMPP on a pseudo-terminal.

    net_snmp_judge.py TOOL SCENARIO

Prints one line a check; the exit code is the number of those that failed. The bridge between net-snmp and the serial
line has a frame check of its own (bitwise CRC-16/X-25) and shares no code with the tool.
"""
import json
import os
import pty
import re
import select
import socket
import subprocess
import sys
import threading
import time
import tty

from judging import check, leave

TOOL, SCENARIO = sys.argv[1:3]
NTCIP = "1.3.6.1.4.1.1206.4.2"
ASC = NTCIP + ".1"
PHASES = ASC + ".1.2.1"


def cabinet(*doors):
    process = subprocess.Popen(
        [TOOL, "cabinet", SCENARIO, "--backup", "5", "--for", "300", "--json", *doors],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = process.stderr.readline()
    return process, line.rsplit(" at ", 1)[1].strip()


def snmp(tool, *words, community="public", version="1", peer):
    """The tool's exit code, its lines and its complaints."""
    done = subprocess.run(
        [tool, "-v" + version, "-c", community, "-On", "-Oe", "-t", "1", "-r", "1", "-m", "", peer, *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return done.returncode, done.stdout.splitlines(), done.stderr


def value(lines):
    found = re.match(r"\.\S+ = \S+: (.*)", lines[0]) if lines else None
    return found.group(1) if found else None


def integer(lines):
    text = value(lines)
    return int(text) if text is not None and re.fullmatch(r"-?\d+", text) else None


def objects(lines):
    """Names in order; a walk over v2c tells its end too."""
    return [line.split(" ")[0] for line in lines if line.startswith(".") and "No more variables" not in line]


def get(peer, name, **more):
    return integer(snmp("snmpget", name, peer=peer, **more)[1])


def set_integer(peer, *pairs, version="1"):
    words = [word for name, number in pairs for word in (name, "i", str(number))]
    return snmp("snmpset", *words, community="administrator", version=version, peer=peer)


def exchange(peer, scenario):
    """What holds over any way to the cabinet."""
    phases = scenario["controllers"][0]["phases"]
    check("maxPhases", (get(peer, ASC + ".1.1.0") or 0) >= max(p["number"] for p in phases))
    for phase in phases:
        row = "." + str(phase["number"])
        check("minimum green of phase%s" % row, get(peer, PHASES + ".4" + row) == phase["minimumGreen_s"])
        tenths = round(10 * phase["yellow_s"])
        check("yellow of phase%s over v2c" % row, get(peer, PHASES + ".8" + row, version="2c") == tenths)
    code, lines, words = set_integer(peer, (PHASES + ".8.2", 10))
    check("a yellow is not set", code != 0 and get(peer, PHASES + ".8.2") != 10, (lines, words))
    code, lines, words = snmp("snmpget", ASC + ".1.1.0", community="wrong", peer=peer)
    check("a wrong community hears nothing", code != 0 and "Timeout" in words, words)
    code, _, words = set_integer(peer, (ASC + ".4.14.0", 254))
    check("free is commanded", code == 0, words)
    call = ASC + ".1.5.1.6.1"
    code, _, words = set_integer(peer, (call, 8), version="2c")
    check("a call for phase 4 is placed", code == 0, words)
    green = 0
    end = time.time() + 120
    while time.time() < end and green & 8 == 0:
        green = get(peer, ASC + ".1.4.1.4.1") or 0
        set_integer(peer, (ASC + ".4.14.0", 254), (call, 8))
        time.sleep(0.3)
    check("phase 4 is served and seen in the green status", green & 8 == 8, green)
    time.sleep(7)
    check("silence ends the call", get(peer, call) == 0)
    check("the unit says that it is in backup", get(peer, ASC + ".3.5.0") == 4, get(peer, ASC + ".3.5.0"))


def over_udp(scenario):
    process, place = cabinet("--ntcip", "udp:127.0.0.1:0", "--speed", "4")
    peer = place
    try:
        exchange(peer, scenario)
        code, walked, words = snmp("snmpwalk", NTCIP, peer=peer)
        check("a walk over v1 of %d objects" % len(walked), code == 0 and len(walked) > 1000, words)
        names = objects(walked)
        code, bulk, words = snmp("snmpbulkwalk", NTCIP, version="2c", peer=peer)
        check("a bulk walk over v2c meets the same objects in order", code == 0 and objects(bulk) == names, words)
    finally:
        process.terminate()
        counts = json.loads(process.communicate()[0])
    check("nothing malformed", counts["malformed"] == 0 and counts["wrongCommunities"] > 0, counts)


def frame_check(content):
    crc = 0xFFFF
    for byte in content:
        for bit in range(8):
            crc = crc >> 1 ^ (0x8408 if (crc ^ byte >> bit) & 1 else 0)
    crc ^= 0xFFFF
    return bytes([crc & 255, crc >> 8])


def framed(payload):
    content = bytes([1 << 2 | 1, 0x13, 0xC1]) + payload
    content += frame_check(content)
    return b"\x7e" + content.replace(b"\x7d", b"\x7d\x5d").replace(b"\x7e", b"\x7d\x5e") + b"\x7e"


def payloads(stream):
    """Payloads of the whole frames in a stream, and the rest."""
    *whole, rest = stream.split(b"\x7e")
    found = []
    for content in whole:
        content = content.replace(b"\x7d\x5e", b"\x7e").replace(b"\x7d\x5d", b"\x7d")
        if len(content) > 5 and frame_check(content[:-2]) == content[-2:]:
            found.append(content[3:-2])
    return found, rest


def bridge(server, line):
    stream, client = b"", None
    while True:
        for ready in select.select([server, line], [], [])[0]:
            if ready is server:
                datagram, client = server.recvfrom(65536)
                os.write(line, framed(datagram))
            else:
                try:
                    stream += os.read(line, 65536)
                except OSError:
                    return
                found, stream = payloads(stream)
                for payload in found:
                    server.sendto(payload, client)


def over_serial(scenario):
    master, slave = pty.openpty()
    tty.setraw(slave)
    process, _ = cabinet("--ntcip", "serial:%s@38400" % os.ttyname(slave), "--speed", "4")
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    threading.Thread(target=bridge, args=(server, master), daemon=True).start()
    try:
        exchange("udp:127.0.0.1:%d" % server.getsockname()[1], scenario)
    finally:
        process.terminate()
        process.wait()


scenario = json.load(open(os.path.join(SCENARIO, "scenario.json")))
print("over UDP")
over_udp(scenario)
print("over PMPP")
over_serial(scenario)
leave()
