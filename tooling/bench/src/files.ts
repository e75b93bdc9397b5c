import { createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { generateBlocks, type TableSpec } from './generate.js'

/** How a generated table is stored. */
export type FileKind = 'npy' | 'txt'

function npyHeader(rows: number, dim: number): Buffer {
  const literal = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dim}), }`
  const length = Math.ceil((10 + literal.length + 1) / 64) * 64 - 10
  const header = Buffer.alloc(10 + length, ' ')
  header.write('\x93NUMPY\x01\x00', 0, 'latin1')
  header.writeUInt16LE(length, 8)
  header.write(literal, 10, 'latin1')
  header[9 + length] = 10
  return header
}

function* npyChunks(spec: TableSpec): Generator<Buffer> {
  yield npyHeader(spec.rows, spec.dim)
  for (const block of generateBlocks(spec)) yield Buffer.from(block.buffer)
}

/** GloVe text: a made-up word and the values with five significant digits, one row a line. */
function* glove(spec: TableSpec): Generator<Buffer> {
  let row = 0
  for (const block of generateBlocks(spec, 1024)) {
    const lines: string[] = []
    for (let at = 0; at < block.length; at += spec.dim) {
      const values = Array.from(block.subarray(at, at + spec.dim), (x) => String(Number(x.toPrecision(5))))
      lines.push(`word${(row++).toString(36)} ${values.join(' ')}\n`)
    }
    yield Buffer.from(lines.join(''))
  }
}

/** The path of a generated table, made first where it is not there yet. */
export async function tableFile(folder: string, spec: TableSpec, kind: FileKind): Promise<string> {
  const path = join(folder, `table-${spec.rows}x${spec.dim}-${spec.seed}.${kind}`)
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const chunks = kind === 'npy' ? npyChunks(spec) : glove(spec)
  await pipeline(Readable.from(chunks), createWriteStream(`${path}.part`))
  renameSync(`${path}.part`, path)
  return path
}

/** Bytes of a file. */
export const fileBytes = (path: string): number => statSync(path).size
