/**
 * Memory of jobs that are done: fresh memory costs more than what is written to it.
 * @type {ArrayBuffer[]}
 */
const spare = []

/** Buffers that are kept. */
const most = 4

/**
 * Memory of so many bytes, of any content, until it is given back.
 * @param {number} bytes
 */
export function take(bytes) {
  const at = spare.findIndex(({ byteLength }) => byteLength >= bytes && byteLength <= 2 * bytes)
  const [buffer] = at < 0 ? [] : spare.splice(at, 1)
  return buffer ?? new ArrayBuffer(bytes)
}

/** @param {ArrayBufferLike} buffer what `take` gave */
export function give(buffer) {
  spare.push(/** @type {ArrayBuffer} */ (buffer))
  if (spare.length > most) spare.shift()
}
