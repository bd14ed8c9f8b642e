/// The hash function SHA-256 (FIPS 180-4), which the toolchain's library has on one of our systems only.
public struct SHA256: Sendable {
  private var state: InlineArray<8, UInt32> = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  private var pending: [UInt8] = []
  private var length: UInt64 = 0

  public init() {}

  /// The digest of `bytes` as 64 hexadecimal digits.
  public static func hexadecimal(of bytes: some Sequence<UInt8>) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finished().map { byte in
      let digits = Array("0123456789abcdef")
      return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
    }.joined()
  }

  public mutating func update(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      pending.append(byte)
      length += 1
      if pending.count == 64 { compress() }
    }
  }

  /// The 32 bytes of the digest.
  public consuming func finished() -> [UInt8] {
    let bits = length * 8
    var padding: [UInt8] = [0x80]
    while (pending.count + padding.count) % 64 != 56 { padding.append(0) }
    for shift in stride(from: 56, through: 0, by: -8) {
      padding.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
    update(padding)
    var digest: [UInt8] = []
    for index in state.indices {
      for shift in stride(from: 24, through: 0, by: -8) {
        digest.append(UInt8(truncatingIfNeeded: state[index] >> UInt32(shift)))
      }
    }
    return digest
  }

  /// One block of 64 bytes (section 6.2.2).
  private mutating func compress() {
    var schedule = InlineArray<64, UInt32>(repeating: 0)
    for index in 0..<16 {
      let at = index * 4
      schedule[index] =
        UInt32(pending[at]) << 24 | UInt32(pending[at + 1]) << 16 | UInt32(pending[at + 2]) << 8
        | UInt32(pending[at + 3])
    }
    for index in 16..<64 {
      let early = schedule[index - 15]
      let late = schedule[index - 2]
      let first = Self.rotate(early, 7) ^ Self.rotate(early, 18) ^ (early >> 3)
      let second = Self.rotate(late, 17) ^ Self.rotate(late, 19) ^ (late >> 10)
      schedule[index] = schedule[index - 16] &+ first &+ schedule[index - 7] &+ second
    }
    var word = state
    for round in 0..<64 {
      let sum1 = Self.rotate(word[4], 6) ^ Self.rotate(word[4], 11) ^ Self.rotate(word[4], 25)
      let choice = (word[4] & word[5]) ^ (~word[4] & word[6])
      let first = word[7] &+ sum1 &+ choice &+ Self.constants[round] &+ schedule[round]
      let sum0 = Self.rotate(word[0], 2) ^ Self.rotate(word[0], 13) ^ Self.rotate(word[0], 22)
      let majority = (word[0] & word[1]) ^ (word[0] & word[2]) ^ (word[1] & word[2])
      for index in stride(from: 7, to: 0, by: -1) { word[index] = word[index - 1] }
      word[4] = word[4] &+ first
      word[0] = first &+ sum0 &+ majority
    }
    for index in state.indices { state[index] = state[index] &+ word[index] }
    pending.removeAll(keepingCapacity: true)
  }

  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word >> count | word << (32 - count)
  }

  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (section 4.2.2).
  private static let constants: [UInt32] = (0..<64).map { fractionOfCubeRoot(of: primes[$0]) }

  private static let primes: [UInt64] = {
    var found: [UInt64] = []
    var candidate: UInt64 = 2
    while found.count < 64 {
      if found.allSatisfy({ candidate % $0 != 0 }) { found.append(candidate) }
      candidate += 1
    }
    return found
  }()

  /// ⌊∛prime · 2³²⌋ mod 2³², by bisection in whole numbers.
  private static func fractionOfCubeRoot(of prime: UInt64) -> UInt32 {
    // root³ ≤ prime · 2⁹⁶ with root < 7 · 2³².
    let target = UInt128(prime) << 96
    var low: UInt64 = 0
    var high: UInt64 = 7 << 32
    while high - low > 1 {
      let middle = (low + high) / 2
      let (cube, overflow) = (UInt128(middle) * UInt128(middle)).multipliedReportingOverflow(
        by: UInt128(middle))
      if !overflow && cube <= target { low = middle } else { high = middle }
    }
    return UInt32(truncatingIfNeeded: low)
  }
}
