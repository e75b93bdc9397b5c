import { SlimbedError, type TensorAdapter } from '@slimbed/core'
import type { Encoding } from '@slimbed/io/encodings'
import { openText } from '@slimbed/io/node'
import { createTask, type Example, examplesOf, labelDoubts, type Task } from '@slimbed/train'
import type { Session } from '../session/session.js'
import { count } from '../show/text/units.js'
import { matrixOfOpened, openTable, type Reading } from './table.js'

/** The flags that say what to train on. */
export interface TaskFlags extends Reading {
  readonly data: string
  readonly dev?: string
  readonly test?: string
  readonly vectors?: string
  readonly dim: number
  readonly encoding: Encoding
  readonly keepCase?: boolean
  readonly maxLength: number
  readonly seed: number
}

const readExamples = async (path: string, encoding: Encoding): Promise<Example[]> =>
  examplesOf(path, await openText(path, encoding))

const readSome = async (path: string | undefined, encoding: Encoding) =>
  path === undefined ? undefined : readExamples(path, encoding)

/** Reads texts and vectors. Rejects as `openText`, `examplesOf`, `openTable` and `createTask` do. */
export async function taskOf(flags: TaskFlags, tensor: TensorAdapter, session: Session): Promise<Task> {
  const { data, dev, test, vectors, dim, encoding, keepCase = false, maxLength, seed } = flags
  const texts = {
    train: await readExamples(data, encoding),
    dev: await readSome(dev, encoding),
    test: await readSome(test, encoding)
  }
  const opened = vectors === undefined ? undefined : await openTable(vectors, flags, session)
  try {
    if (opened && !opened.vocabulary) {
      throw new SlimbedError('bad-input', `${vectors} has no words; give them with --vocab words.txt`)
    }
    const found = opened && { matrix: await matrixOfOpened(opened, tensor), vocabulary: opened.vocabulary! }
    const task = await createTask({ ...texts, vectors: found, dim, lowercase: !keepCase, maxLength, seed })
    for (const doubt of labelDoubts(task)) session.warn(`${data}: ${doubt}`)
    for (const [name, part] of Object.entries({ dev: task.dev, test: task.test })) {
      if (part && part.unknown > 0) {
        session.warn(
          `${count(part.unknown)} of ${count(part.labels.length)} ${name} texts have no known word; they all get the same answer`
        )
      }
    }
    if (found && task.withVector === 0) session.warn(`none of the words has a vector in ${vectors}`)
    return task
  } finally {
    await opened?.close()
  }
}
