import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { writeVectors } from '@slimbed/io/node'

/** @import { Matrix } from '@slimbed/runtime'
import { Row } from './measure.mjs' */

const script = fileURLToPath(new URL('peers.py', import.meta.url))

/**
 * What codes of faiss lose of a matrix, one after another; neighbours are those of the same 1,000 rows as ours.
 * @param {Matrix} matrix
 * @param {string} python with faiss and NumPy
 * @param {readonly Row[]} known codes that are left out
 * @returns {AsyncGenerator<Row>}
 */
export async function* peersOf(matrix, python, known) {
  const folder = mkdtempSync(join(tmpdir(), 'slimbed-codes-'))
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let running
  try {
    const path = join(folder, 'table.npy')
    await writeVectors(path, { matrix })
    const child = spawn(
      python,
      [script, path, String(Math.min(1000, matrix.rows)), '10', ...known.map(({ pipeline }) => pipeline)],
      {
        stdio: ['ignore', 'pipe', 'inherit']
      }
    )
    running = child
    const ended = new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line)
    const status = await ended
    if (status !== 0) throw new Error(`${python} ${script} ended with status ${status}`)
  } finally {
    // Where no more codes are asked for.
    running?.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}
