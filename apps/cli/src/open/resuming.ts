import { createResumable, type Resumable } from '@slimbed/core/resume'
import { inputFile, isRemote } from '@slimbed/io/node'
import { SlimbedError } from '@slimbed/runtime'
import { describeRun } from '../cluster/program.js'
import type { WritingFlags } from '../flags/compress.js'
import { shardsOf } from './shards-output.js'

/** What a run that can be resumed has besides others. */
export interface Resuming {
  readonly resumable: Resumable
  /** All that the bytes of the file follow from, on an engine. */
  identityOn(backend: string): string
}

function checkFlags(path: string, flags: WritingFlags): void {
  const { output, cluster } = flags
  const clash = (what: string) => {
    throw new SlimbedError('bad-option', `--resume does not go with ${what}: leave one of them out`)
  }
  if (path === '-') clash('an input from stdin')
  if (output === '-') clash('an output to stdout')
  if (isRemote(output) && !shardsOf(flags)) clash('an output in a store, unless in parts (-o s3://bucket/prefix/)')
  if (cluster !== undefined) clash('--cluster, which has runs of its own')
}

/** What `--resume` needs; undefined without it. Rejects with `bad-option` for flags that it does not go with, and as `describeRun` does. */
export async function resuming(
  path: string,
  flags: WritingFlags,
  versions: Readonly<Record<string, string>>
): Promise<Resuming | undefined> {
  if (!flags.resume) return undefined
  checkFlags(path, flags)
  const { pipeline, counts, order, subwords, calibrate, tensor, shardSize } = flags
  const text = calibrate === undefined ? undefined : await inputFile(calibrate)
  const described = await describeRun(path, pipeline.join('\n'), flags)
  const facts = { described, counts, order, subwords, text, tensor, versions, shardSize }
  return { resumable: createResumable(), identityOn: (backend) => JSON.stringify({ ...facts, backend }) }
}
