import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, fsyncSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { compress, createTensor, randomAt } from '@slimbed/core'
import { pipelineOf } from '@slimbed/io/plugins'

/**
 * A pass over all rows, for one value of the table: bytes of what parts hand on, and bytes of sums of a part of `step` rows.
 * @typedef {{ name: string, made: number, sums: number, step: number }} PassCost
 */

/**
 * What a pipeline costs: processor seconds for each value, how often it is read, its passes, and bytes of the file for each value.
 * @typedef {{ pipeline: string, dim: number, rows: number, seconds: number, reads: number, passes: PassCost[], out: number }} PipelineCost
 */

const places = { here: import.meta.url, program: import.meta.url }
const chunk = 2 ** 22

/** Bytes of the arrays in plain data. @param {unknown} data @returns {number} */
function bytesIn(data) {
  if (ArrayBuffer.isView(data)) return data.byteLength
  if (typeof data !== 'object' || data === null) return 0
  return Object.values(data).reduce((sum, part) => sum + bytesIn(part), 0)
}

/** A large matrix of normal numbers that takes little memory: the same rows again and again. @param {number} rows @param {number} dim */
function repeated(rows, dim) {
  const own = 8192
  const base = new Float32Array(own * dim)
  const uniform = randomAt(1)
  for (let at = 0; at < base.length; at++) {
    base[at] = (uniform() + uniform() + uniform() + uniform() - 2) / (1 + (at % dim) / 16)
  }
  let read = 0
  const matrix = {
    rows,
    dim,
    /** @param {number} start @param {number} count @param {Float32Array} [into] */
    async read(start, count, into = new Float32Array(count * dim)) {
      read += count
      for (let at = 0; at < count; ) {
        const from = (start + at) % own
        const some = Math.min(count - at, own - from)
        into.set(base.subarray(from * dim, (from + some) * dim), at * dim)
        at += some
      }
      return into.subarray(0, count * dim)
    }
  }
  return { matrix, reads: () => read / rows }
}

/**
 * Runs a pipeline on one thread and counts what its passes would send on a cluster.
 * @param {string} pipeline @param {number} rows @param {number} dim
 * @returns {Promise<PipelineCost>}
 */
export async function costOf(pipeline, rows, dim) {
  /** @type {PassCost[]} */
  const passes = []
  const spread = {
    alone: true,
    /** @param {import('@slimbed/core/tensor').SpreadPass<any>} pass */
    async over(pass) {
      const { name, step, part, visit = () => {}, progress, signal } = pass
      let made = 0
      /** @param {number} start @param {any} what */
      const emit = (start, what) => {
        made += bytesIn(what)
        return visit(start, what)
      }
      const sums = await part(0, pass.rows, emit, { progress, signal })
      if (pass.rows === rows) passes.push({ name, made: made / rows / dim, sums: sums.byteLength, step })
      return sums
    }
  }
  const { compressor } = await pipelineOf(pipeline, [], places)
  const { matrix, reads } = repeated(rows, dim)
  const tensor = await createTensor({ threads: 1, spread })
  let out = 0
  const sink = {
    /** @param {Uint8Array} bytes @param {number} at */
    async write(bytes, at) {
      out = Math.max(out, at + bytes.length)
    }
  }
  const before = process.cpuUsage()
  await compress(matrix, compressor, { tensor, sink })
  const { user, system } = process.cpuUsage(before)
  await tensor.close()
  const values = rows * dim
  return { pipeline, dim, rows, seconds: (user + system) / 1e6 / values, reads: reads(), passes, out: out / values }
}

/** Bytes a second that a file is written and read at, the system's memory left out where that may be emptied. @param {string} folder @param {number} bytes */
export function diskRates(folder, bytes) {
  const path = join(folder, 'disk.tmp')
  const block = Buffer.alloc(chunk, createHash('sha256').update('slimbed').digest())
  try {
    let start = performance.now()
    const out = openSync(path, 'w')
    for (let at = 0; at < bytes; at += chunk) writeSync(out, block)
    fsyncSync(out)
    closeSync(out)
    const write = bytes / (performance.now() - start)
    let cold = true
    try {
      writeFileSync('/proc/sys/vm/drop_caches', '3')
    } catch {
      cold = false
    }
    start = performance.now()
    const file = openSync(path, 'r')
    while (readSync(file, block) > 0);
    closeSync(file)
    return { write: 1000 * write, read: (1000 * bytes) / (performance.now() - start), cold }
  } finally {
    rmSync(path, { force: true })
  }
}

/** Bytes a second through a connection of this machine with itself. @param {number} bytes */
export async function linkRate(bytes) {
  const server = createServer((socket) => {
    const block = Buffer.alloc(chunk)
    let left = bytes
    const send = () => {
      while (left > 0) {
        left -= chunk
        if (!socket.write(block)) return socket.once('drain', send)
      }
      return socket.end()
    }
    send()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const start = performance.now()
  const socket = connect(/** @type {import('node:net').AddressInfo} */ (server.address()).port, '127.0.0.1')
  socket.resume()
  await once(socket, 'end')
  server.close()
  return (1000 * bytes) / (performance.now() - start)
}
