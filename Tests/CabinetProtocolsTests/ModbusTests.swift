import CabinetProtocols
import Testing
import TrafficModel

@Suite("Modbus")
struct ModbusTests {
  @Test("the published check value of the CRC comes out")
  func checkValue() {
    #expect(CyclicRedundancyCheck.modbus(Array("123456789".utf8)) == 0x4B37)
    #expect(CyclicRedundancyCheck.hdlc(Array("123456789".utf8)) == 0x906E)
    #expect(CyclicRedundancyCheck.gbt20999(Array("123456789".utf8)) == 0x5BB8)
  }

  static let requests: [(ModbusRequest, String)] = [
    (.readDiscreteInputs(start: 0, count: 16), "01 02 00 00 00 10 79 c6"),
    (
      .writeCoils(
        start: 0,
        [false, true, false, true, false, false, true, false, false, true, false, false]),
      "01 0f 00 00 00 0c 02 4a 02 53 11"
    ),
    (.writeCoil(3, true), "01 05 00 03 ff 00 7c 3a"),
  ]

  @Test("the request vectors come out of the encoder and go into the decoder", arguments: requests)
  func requestVectors(request: ModbusRequest, text: String) throws {
    let frame = ModbusFrame(unit: 1, body: request.body)
    #expect(frame.serialBytes == hex(text))
    #expect(frames(ModbusSerialDecoder(.board), [hex(text)]) == [frame])
    #expect(try ModbusRequest(body: frame.body) == request)
  }

  @Test("the response vectors come out of the encoder and go into the decoder")
  func responseVectors() throws {
    let refusal = ModbusResponse.exception(function: 1, code: ModbusException.illegalAddress.rawValue)
    #expect(ModbusFrame(unit: 1, body: refusal.body).serialBytes == hex("01 81 02 c1 91"))
    #expect(frames(ModbusSerialDecoder(.master), [hex("01 81 02 c1 91")]).map(\.body) == [refusal.body])
    // Function 4 with two bytes FF FF, as the last vector has it.
    let words = ModbusResponse.registers(function: 4, [0xFFFF])
    #expect(ModbusFrame(unit: 1, body: words.body).serialBytes == hex("01 04 02 ff ff b8 80"))
    #expect(try ModbusResponse(body: hex("04 02 ff ff")) == words)
  }

  private static func randomRequest(_ random: inout RandomStream) -> ModbusRequest {
    let start = UInt16(truncatingIfNeeded: random.word())
    switch random.below(8) {
    case 0: return .readCoils(start: start, count: UInt16(1 + random.below(2000)))
    case 1: return .readDiscreteInputs(start: start, count: UInt16(1 + random.below(2000)))
    case 2: return .readHoldingRegisters(start: start, count: UInt16(1 + random.below(125)))
    case 3: return .readInputRegisters(start: start, count: UInt16(1 + random.below(125)))
    case 4: return .writeCoil(start, random.below(2) == 0)
    case 5: return .writeRegister(start, UInt16(truncatingIfNeeded: random.word()))
    case 6: return .writeCoils(start: start, (0...random.below(1968)).map { _ in random.below(2) == 0 })
    default:
      return .writeRegisters(
        start: start, (0...random.below(123)).map { _ in UInt16(truncatingIfNeeded: random.word()) })
    }
  }

  @Test("every request and its answer round-trip on both links, however they are cut", arguments: 0..<24)
  func roundTrips(seed: Int) throws {
    var random = RandomStream.test(seed)
    var board = ModbusBoard(coils: 65_536, inputs: 65_536, holdingRegisters: 65_536, inputRegisters: 65_536)
    for index in board.inputs.indices { board.inputs[index] = random.below(2) == 0 }
    let request = Self.randomRequest(&random)
    let unit = UInt8(1 + random.below(247))
    #expect(try ModbusRequest(body: request.body) == request)
    let asked = ModbusFrame(unit: unit, body: request.body)
    verify(ModbusSerialDecoder(.board), [(asked, asked.serialBytes)])
    let answered = ModbusFrame(unit: unit, body: board.answer(request.body))
    verify(ModbusSerialDecoder(.master), [(answered, answered.serialBytes)])
    let response = try ModbusResponse(body: answered.body)
    #expect(response.body == answered.body)
    #expect(response.answers(request))
    var tagged = answered
    tagged.transaction = UInt16(truncatingIfNeeded: random.next())
    verify(ModbusStreamDecoder(), [(tagged, tagged.streamBytes), (asked, asked.streamBytes)])
  }

  @Test("a board serves what was written and refuses what it does not have")
  func boardMemory() {
    var board = ModbusBoard(coils: 16, inputs: 8, holdingRegisters: 2)
    #expect(board.answer(.writeCoils(start: 4, [true, true])) == .wroteCoils(start: 4, count: 2))
    #expect(board.answer(.readCoils(start: 0, count: 8)) == .bits(function: 1, [0x30]))
    #expect(board.answer(.writeCoil(16, true)) == .exception(function: 5, code: 2))
    #expect(board.answer(.writeCoils(start: 15, [true, true])) == .exception(function: 15, code: 2))
    #expect(board.answer(.readHoldingRegisters(start: 65_535, count: 2)) == .exception(function: 3, code: 2))
    #expect(board.answer(hex("07")) == hex("87 01"))
    #expect(board.answer(hex("01 00 00 00 00")) == hex("81 03"))
    #expect(board.answer([]) == hex("80 03"))
    #expect(board.coils.filter { $0 }.count == 2)
  }

  @Test("a frame after noise is found, and a flipped bit drops its frame only")
  func noise() {
    let good = ModbusFrame(unit: 1, body: ModbusRequest.writeCoil(3, true).body)
    var bad = good.serialBytes
    bad[4] ^= 1
    var decoder = ModbusSerialDecoder(.master)
    decoder.append(bad + good.serialBytes)
    // The noise looks like the start of a longer answer until the line is silent.
    #expect(decoder.next() == nil)
    #expect(decoder.handleSilence() == [good])
    #expect(decoder.counts.badChecks >= 1)
  }

  @Test("a function that we do not know is a frame once the line is silent")
  func unknownFunction() {
    var decoder = ModbusSerialDecoder(.board)
    let frame = ModbusFrame(unit: 9, body: hex("2b 0e 01 00"))
    decoder.append(frame.serialBytes)
    #expect(decoder.next() == nil)
    #expect(decoder.handleSilence() == [frame])
    decoder.append([1, 2, 3])
    #expect(decoder.handleSilence() == [])
    decoder.append(ModbusFrame(unit: 1, body: ModbusRequest.writeCoil(0, true).body).serialBytes)
    #expect(decoder.next() != nil)
  }

  @Test("a header that cannot be one ends the stream")
  func outOfStep() {
    var decoder = ModbusStreamDecoder()
    decoder.append(hex("00 01 00 01 00 06 01 05 00 03 ff 00"))
    #expect(decoder.next() == nil)
    #expect(decoder.isOutOfStep)
    decoder.append(ModbusFrame(unit: 1, body: [5]).streamBytes)
    #expect(decoder.next() == nil)
  }
}

@Suite("Modbus master")
struct ModbusMasterTests {
  private func time(_ milliseconds: Int64) -> SimTime { SimTime(milliseconds: milliseconds) }

  @Test("a lost answer is asked for again, and silence after the last try is told")
  func retries() {
    var master = ModbusMaster(.serial)
    let request = ModbusRequest.writeCoil(3, true)
    let bytes = ModbusFrame(unit: 1, body: request.body).serialBytes
    #expect(master.ask(request, unit: 1, at: .zero) == 1)
    #expect(master.nextOutput() == .send(bytes))
    for round in 1...2 {
      #expect(master.nextDeadline == time(Int64(200 * round)))
      master.advance(to: master.nextDeadline)
      #expect(master.nextOutput() == .send(bytes))
    }
    master.advance(to: time(600))
    #expect(master.nextOutput() == .silence(request: 1))
    #expect(master.nextOutput() == nil)
    #expect(master.nextDeadline == .distantFuture)
  }

  @Test("the second request leaves after the answer to the first and the turnaround")
  func order() {
    var master = ModbusMaster(.serial)
    _ = master.ask(.writeCoil(3, true), unit: 1, at: .zero)
    _ = master.ask(.readDiscreteInputs(start: 0, count: 16), unit: 1, at: .zero)
    _ = master.nextOutput()
    #expect(master.nextOutput() == nil)
    // An answer of another unit, and a late one to something else, end nothing.
    master.handle(ModbusFrame(unit: 2, body: hex("05 00 03 ff 00")).serialBytes, at: time(10))
    master.handle(ModbusFrame(unit: 1, body: hex("05 00 04 ff 00")).serialBytes, at: time(11))
    #expect(master.strayAnswers == 2)
    master.handle(ModbusFrame(unit: 1, body: hex("05 00 03 ff 00")).serialBytes, at: time(20))
    #expect(master.nextOutput() == .answer(request: 1, .wroteCoil(3, true)))
    #expect(master.nextOutput() == nil)
    master.advance(to: time(25))
    #expect(master.nextOutput() == .send(hex("01 02 00 00 00 10 79 c6")))
  }

  @Test("on a stream only the answer with the request's transaction counts")
  func transactions() {
    var master = ModbusMaster(.stream)
    _ = master.ask(.writeCoil(3, true), unit: 1, at: .zero)
    guard case .send(let bytes)? = master.nextOutput() else {
      Issue.record("nothing was sent")
      return
    }
    let sent = frames(ModbusStreamDecoder(), [bytes])[0]
    var answer = ModbusFrame(transaction: sent.transaction &+ 1, unit: 1, body: sent.body)
    master.handle(answer.streamBytes, at: .zero)
    #expect(master.nextOutput() == nil)
    answer.transaction = sent.transaction
    master.handle(answer.streamBytes, at: .zero)
    #expect(master.nextOutput() == .answer(request: 1, .wroteCoil(3, true)))
  }

  @Test("a broadcast waits for nobody")
  func broadcast() {
    var master = ModbusMaster(.serial)
    _ = master.ask(.writeCoil(3, false), unit: 0, at: .zero)
    guard case .send? = master.nextOutput() else {
      Issue.record("nothing was sent")
      return
    }
    #expect(master.isIdle)
  }
}
