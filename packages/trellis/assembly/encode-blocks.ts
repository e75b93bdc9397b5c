// The bytes of blocks of rows whose levels are chosen: those that src/leaf/plain-blocks.js writes.

const frequencyBits: u32 = 12
const tableSize: i32 = 64
const plain: i32 = 16
const escapeBits: u32 = 20
/** The state of the encoder before the last value of a block. */
const least: u32 = 65536
/** Bits of the reciprocals: enough that a state over a frequency comes out whole and exact. */
const reciprocalBits: u64 = 36

/** The state of the encoder, and where its last byte went. */
let x: u32 = least
let at: usize = 0

function putByte(): void {
  store<u8>(--at, <u8>x)
  x >>= 8
}

/** `entry`: the frequency of a symbol, the sum of those before it, and 2^36 over the frequency, rounded up. */
function putSymbol(entry: usize): void {
  const frequency = load<u32>(entry)
  while (x >= frequency << frequencyBits) putByte()
  const whole = <u32>((<u64>x * load<u64>(entry, 8)) >> reciprocalBits)
  x = (whole << frequencyBits) + (x - whole * frequency) + load<u32>(entry, 4)
}

function putBits(value: u32, count: i32): void {
  for (let done = (count - 1) & ~7; done >= 0; done -= 8) {
    const some = <u32>min(count - done, 8)
    while (x >= (<u32>1) << (24 - some)) putByte()
    x = (x << some) | ((value >> <u32>done) & (((<u32>1) << some) - 1))
  }
}

/**
 * `ks` is `rows × dim` int32, `gains` a byte a row: its class; `gainStep` is what a class adds to contexts, `gainTable` the table of the classes,
 * −1 where there are none. `contexts` is a u16 a column, `quantizers` a byte a state, `next` two. `entries` are 16 bytes each, 64 a table;
 * `escapes` is a byte a table. `path` has room for `dim` bytes. The blocks are written so that they end at `end`; `lengths` gets a u32 for each.
 * Returns where the first one begins.
 */
export function encodeBlocks(
  ks: usize,
  rows: u32,
  dim: u32,
  block: u32,
  gains: usize,
  gainStep: i32,
  gainTable: i32,
  contexts: usize,
  quantizers: usize,
  next: usize,
  entries: usize,
  escapes: usize,
  path: usize,
  end: usize,
  lengths: usize
): usize {
  at = end
  const blocks = (rows + block - 1) / block
  for (let number: i32 = blocks - 1; number >= 0; number--) {
    const first = <i32>(number * block)
    const stop = at
    x = least
    for (let row = <i32>min(first + block, rows) - 1; row >= first; row--) {
      const start = ks + ((<usize>row * dim) << 2)
      const gain = <i32>load<u8>(gains + row)
      let state: u32 = 0
      for (let j: u32 = 0; j < dim; j++) {
        store<u8>(path + j, load<u8>(quantizers + state))
        state = load<u8>(next + 2 * state + (load<i32>(start + ((<usize>j) << 2)) & 1))
      }
      for (let j = <i32>dim - 1; j >= 0; j--) {
        const level = load<i32>(start + ((<usize>j) << 2))
        const k = abs(level)
        const context = <i32>load<u16>(contexts + ((<usize>j) << 1)) + gainStep * gain + <i32>load<u8>(path + j)
        const table = entries + ((<usize>(context * tableSize)) << 4)
        const last = <i32>load<u8>(escapes + context)
        if (k > 0) {
          while (x >= 1 << 23) putByte()
          x = (x << 1) | (<u32>level >> 31)
        }
        let token = k
        if (k >= plain) {
          const exponent = 31 - clz(k)
          token = 8 + 2 * exponent + ((k >> (exponent - 1)) & 1)
          if (token < last) putBits(k, (token >> 1) - 5)
        }
        if (token >= last) {
          putBits(k - last, escapeBits)
          token = last
        }
        putSymbol(table + ((<usize>token) << 4))
      }
      if (gainTable >= 0) putSymbol(entries + ((<usize>(gainTable * tableSize + gain)) << 4))
    }
    for (let shift: i32 = 16; shift >= 0; shift -= 8) store<u8>(--at, <u8>(x >> <u32>shift))
    store<u32>(lengths + ((<usize>number) << 2), <u32>(stop - at))
  }
  return at
}
