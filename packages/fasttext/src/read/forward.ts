import { SlimbedError, type Source } from '@slimbed/runtime'

/** Reads a file from its first byte to its last; every length is checked before anything is taken. */
export interface Forward {
  readonly name: string
  /** The next byte. */
  at(): number
  /** Bytes that are left. */
  left(): number
  /** The next bytes, as numbers. Rejects with `corrupt-file` where there are fewer. */
  take(size: number): Promise<DataView>
  /** The next bytes, for good: no other array is made of them. Rejects as `take` does. */
  bytes(size: number): Promise<Uint8Array>
  /** Passes over bytes. Throws as `take` does. */
  skip(size: number): void
  /** The bytes that are in memory, from the next one on; some, if there are any. */
  window(): Uint8Array
  /** Reads more bytes into the window. Resolves to false at the end of the file. */
  widen(): Promise<boolean>
  /** Throws `corrupt-file`, naming the place. */
  fail(message: string): never
}

const chunk = 1 << 20

/** Reads a source forwards. */
export function forwardOf(source: Source): Forward {
  const { name, size } = source
  let buffer = new Uint8Array()
  /** Where the buffer begins in the file, and the next byte in the buffer. */
  let [origin, next] = [0, 0]
  const at = () => origin + next
  const left = () => size - at()

  const fail = (message: string): never => {
    throw new SlimbedError('corrupt-file', `${name}, byte ${at()}: ${message}`)
  }
  function check(wanted: number): void {
    if (!(wanted <= left())) fail(`expected ${wanted} bytes more; the file has ${left()}`)
  }
  /** Has at least `wanted` bytes in memory, of those that are left. */
  async function hold(wanted: number): Promise<void> {
    const held = buffer.length - next
    if (held >= wanted) return
    const more = Math.min(Math.max(wanted, chunk), left()) - held
    const grown = new Uint8Array(held + more)
    grown.set(buffer.subarray(next))
    grown.set(await source.read(at() + held, more), held)
    ;[origin, next, buffer] = [at(), 0, grown]
  }
  function advance(count: number): void {
    next += count
    if (next > buffer.length) [origin, next, buffer] = [at(), 0, new Uint8Array()]
  }
  return {
    name,
    at,
    left,
    async take(wanted) {
      check(wanted)
      await hold(wanted)
      const view = new DataView(buffer.buffer, buffer.byteOffset + next, wanted)
      next += wanted
      return view
    },
    async bytes(wanted) {
      check(wanted)
      const held = buffer.subarray(next, next + wanted)
      const out = new Uint8Array(wanted)
      out.set(held)
      if (held.length < wanted) out.set(await source.read(at() + held.length, wanted - held.length), held.length)
      advance(wanted)
      return out
    },
    skip(wanted) {
      check(wanted)
      advance(wanted)
    },
    window: () => buffer.subarray(next),
    async widen() {
      const held = buffer.length - next
      if (held >= left()) return false
      await hold(Math.max(2 * held, chunk))
      return true
    },
    fail
  }
}
