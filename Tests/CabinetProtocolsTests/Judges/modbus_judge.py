"""Encodes and decodes Modbus frames with pymodbus, as a judge that shares no code with CabinetProtocols.

    modbus_judge.py encode COUNT SEED   prints "link<TAB>role<TAB>hex<TAB>description" lines of random frames
    modbus_judge.py decode              reads "link role hex" lines, prints descriptions
"""
import random
import sys

from pymodbus.framer import FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU
import pymodbus.pdu.bit_message as bits
import pymodbus.pdu.register_message as registers


def describe(pdu):
    text = "%d %d" % (pdu.dev_id, pdu.function_code)
    for name in ("address", "count"):
        text += " %s=%d" % (name, getattr(pdu, name, 0))
    return text + " bits=%s registers=%s" % (
        "".join("1" if b else "0" for b in (pdu.bits or [])), ",".join(str(v) for v in (pdu.registers or [])))


def requests(r):
    start = r.randrange(60000)
    unit = 1 + r.randrange(247)
    yield bits.ReadCoilsRequest(address=start, count=1 + r.randrange(2000), dev_id=unit)
    yield bits.ReadDiscreteInputsRequest(address=start, count=1 + r.randrange(2000), dev_id=unit)
    yield registers.ReadHoldingRegistersRequest(address=start, count=1 + r.randrange(125), dev_id=unit)
    yield registers.ReadInputRegistersRequest(address=start, count=1 + r.randrange(125), dev_id=unit)
    yield bits.WriteSingleCoilRequest(address=start, bits=[r.random() < 0.5], dev_id=unit)
    yield registers.WriteSingleRegisterRequest(address=start, registers=[r.randrange(65536)], dev_id=unit)
    yield bits.WriteMultipleCoilsRequest(
        address=start, bits=[r.random() < 0.5 for _ in range(1 + r.randrange(100))], dev_id=unit)
    yield registers.WriteMultipleRegistersRequest(
        address=start, registers=[r.randrange(65536) for _ in range(1 + r.randrange(20))], dev_id=unit)


def encode(count, seed):
    r = random.Random(seed)
    for _ in range(count):
        for pdu in requests(r):
            pdu.transaction_id = r.randrange(65536)
            for link, framer in (("serial", FramerRTU), ("stream", FramerSocket)):
                data = framer(DecodePDU(True)).buildFrame(pdu)
                print("\t".join([link, data.hex(), describe(pdu)]))


def decode():
    for line in sys.stdin:
        link, role, data = line.split()
        framer = (FramerRTU if link == "serial" else FramerSocket)(DecodePDU(role == "request"))
        used, pdu = framer.handleFrame(bytes.fromhex(data), 0, 0)
        print(describe(pdu) if pdu else "refused")


if __name__ == "__main__":
    if sys.argv[1] == "encode":
        encode(int(sys.argv[2]), int(sys.argv[3]))
    else:
        decode()
