"""Encodes and decodes SNMP messages with pysnmp, as a judge that shares no code with CabinetProtocols.

    snmp_judge.py encode COUNT SEED   prints "hex<TAB>description" lines of random messages
    snmp_judge.py decode              reads hex lines, prints their descriptions

A description is: version community kind request-id status index then " oid=type:value" for each binding.
"""
import random
import sys

from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto import api, rfc1902

KINDS = {"get": "GetRequestPDU", "getNext": "GetNextRequestPDU", "response": "ResponsePDU", "set": "SetRequestPDU",
         "getBulk": "GetBulkRequestPDU"}
TYPES = {"integer": lambda r: rfc1902.Integer32(r.randint(-2**31, 2**31 - 1)),
         "octets": lambda r: rfc1902.OctetString(bytes(r.randrange(256) for _ in range(r.randrange(200)))),
         "oid": lambda r: rfc1902.ObjectIdentifier((1, 3) + tuple(r.randrange(2**r.randrange(1, 31)) for _ in range(5))),
         "ip": lambda r: rfc1902.IpAddress(bytes(r.randrange(256) for _ in range(4))),
         "counter32": lambda r: rfc1902.Counter32(r.randrange(2**32)),
         "gauge32": lambda r: rfc1902.Gauge32(r.randrange(2**32)),
         "ticks": lambda r: rfc1902.TimeTicks(r.randrange(2**32)),
         "counter64": lambda r: rfc1902.Counter64(r.randrange(2**64))}


def described(name, value):
    kind = value.__class__.__name__
    if kind in ("Integer32", "Integer"):
        return "integer:%d" % int(value)
    if kind in ("OctetString", "Bits"):
        return "octets:" + bytes(value).hex()
    if kind in ("ObjectIdentifier", "ObjectName", "ObjectIdentity"):
        return "oid:" + ".".join(str(arc) for arc in value)
    if kind in ("IpAddress", "NetworkAddress"):
        return "ip:" + bytes(value).hex()
    if kind in ("Counter32", "Counter"):
        return "counter32:%d" % int(value)
    if kind in ("Gauge32", "Gauge", "Unsigned32"):
        return "gauge32:%d" % int(value)
    if kind == "TimeTicks":
        return "ticks:%d" % int(value)
    if kind == "Counter64":
        return "counter64:%d" % int(value)
    if kind in ("Null", "UnSpecified"):
        return "null:"
    return {"NoSuchObject": "noSuchObject:", "NoSuchInstance": "noSuchInstance:", "EndOfMibView": "endOfMibView:"}[kind]


def describe(message, module, version):
    pdu = module.apiMessage.get_pdu(message)
    kind = [k for k, v in KINDS.items() if isinstance(pdu, getattr(module, v, type(None)))][0]
    if kind == "getBulk":
        status, index = module.apiBulkPDU.get_non_repeaters(pdu), module.apiBulkPDU.get_max_repetitions(pdu)
    else:
        status, index = int(module.apiPDU.get_error_status(pdu)), int(pdu.getComponentByPosition(2))
    text = "%d %s %s %d %d %d" % (version, bytes(module.apiMessage.get_community(message)).hex(), kind,
                                  int(pdu.getComponentByPosition(0)), status, index)
    for name, value in module.apiPDU.get_varbinds(pdu):
        text += " %s=%s" % (".".join(str(arc) for arc in name), described(name, value))
    return text


def modules():
    return {0: api.PROTOCOL_MODULES[api.SNMP_VERSION_1], 1: api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]}


def encode(count, seed):
    r = random.Random(seed)
    for _ in range(count):
        version = r.randrange(2)
        module = modules()[version]
        kind = r.choice(["get", "getNext", "response", "set"] + (["getBulk"] if version else []))
        name = {"response": "GetResponsePDU"}.get(kind, KINDS[kind]) if version == 0 else KINDS[kind]
        pdu = getattr(module, name)()
        (module.apiBulkPDU if kind == "getBulk" else module.apiPDU).set_defaults(pdu)
        module.apiPDU.set_request_id(pdu, r.randrange(2**31 - 1))
        binds = []
        for _ in range(r.randrange(6)):
            oid = (1, 3, 6, 1, 4, 1, 1206, 4, 2, 1) + tuple(r.randrange(2**r.randrange(1, 31)) for _ in range(4))
            if kind in ("set", "response"):
                choices = [t for t in TYPES if version or t != "counter64"]
                value = TYPES[r.choice(choices)](r)
                if version == 0:
                    value = {"Integer32": module.Integer, "OctetString": module.OctetString,
                             "ObjectIdentifier": module.ObjectIdentifier, "IpAddress": module.IpAddress,
                             "Counter32": module.Counter, "Gauge32": module.Gauge,
                             "TimeTicks": module.TimeTicks}[value.__class__.__name__](
                                 value.prettyPrint() if value.__class__.__name__ == "IpAddress" else value)
            else:
                value = module.Null("")
            binds.append((oid, value))
        module.apiPDU.set_varbinds(pdu, binds)
        message = module.Message()
        module.apiMessage.set_defaults(message)
        module.apiMessage.set_community(message, "public")
        module.apiMessage.set_pdu(message, pdu)
        data = encoder.encode(message)
        again, _ = decoder.decode(data, asn1Spec=module.Message())
        print(data.hex() + "\t" + describe(again, module, version))


def decode():
    for line in sys.stdin:
        data = bytes.fromhex(line.strip())
        version = int(api.decodeMessageVersion(data))
        module = modules()[version]
        message, rest = decoder.decode(data, asn1Spec=module.Message())
        assert not rest
        print(describe(message, module, version))


if __name__ == "__main__":
    if not hasattr(modules()[0], "ResponsePDU"):
        modules()[0].ResponsePDU = modules()[0].GetResponsePDU
    if sys.argv[1] == "encode":
        encode(int(sys.argv[2]), int(sys.argv[3]))
    else:
        decode()
