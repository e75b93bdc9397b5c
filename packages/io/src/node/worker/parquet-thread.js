import { parentPort } from 'node:worker_threads'
import { contentsOf, numbersOf, WrongContent, wordsOf } from './parquet-columns.js'

// A thread that decodes parts of Parquet files, one after another. What it says of a file is a line.

/** @import { Answer, Task } from '../parquet-on-thread.js' */

/** @param {Task} task */
function run({ kind, bytes, chunk, dim }) {
  if (kind === 'contents' && bytes) return contentsOf(bytes)
  if (kind === 'words' && chunk) return wordsOf(chunk)
  if (kind === 'numbers' && chunk) return numbersOf(chunk, dim)
  throw new Error('expected a task')
}

/** @param {unknown} error */
const lineOf = (error) => (error instanceof Error ? error.message : String(error)).split('\n')[0].slice(0, 300)

parentPort?.on('message', async (/** @type {Task} */ task) => {
  /** @type {Answer} */
  let answer
  try {
    answer = { result: await run(task) }
  } catch (error) {
    const line = lineOf(error)
    answer = { problem: error instanceof WrongContent ? line : `the Parquet file cannot be read: ${line}` }
  }
  parentPort?.postMessage(answer)
})
