import { SlimbedError } from '@slimbed/core'
import { isRemote } from '@slimbed/io/node'
import type { CompressFlags } from '../flags/compress.js'

/** That the output is a folder of parts, and how large these are: about so many bytes, or as large as usual. */
export interface Shards {
  readonly bytes: number | undefined
}

/** Whether a folder of parts is asked for: by its size, or by a slash. Throws `bad-option` for flags that this does not go with. */
export function shardsOf({ output, shardSize, subwords }: CompressFlags): Shards | undefined {
  const folder = output !== undefined && (isRemote(output) ? /\/$/ : /[/\\]$/).test(output)
  if (shardSize === undefined && !folder) return undefined
  const clash = (what: string) => {
    throw new SlimbedError('bad-option', `a folder of parts does not go with ${what}: leave one of them out`)
  }
  if (output === '-') clash('an output to stdout')
  if (subwords !== undefined && subwords !== 'none') clash(`--subwords ${subwords}`)
  return { bytes: shardSize }
}
