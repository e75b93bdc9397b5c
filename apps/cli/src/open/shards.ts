import { join } from 'node:path'
import { readSafetensorsHeader } from '@slimbed/io'
import { fileSource, isRemote, type OpenSource, readShards } from '@slimbed/io/node'
import type { Manifest, ManifestNode, RemoteArtefact, TableShape, Vocabulary } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { loadShards, openShards } from '@slimbed/runtime/shards'
import type { Session } from '../session/session.js'
import { everyKind } from './every-kind.js'
import { naming } from './naming.js'
import { rangeOf, tableOn } from './on-disk.js'
import { verifyTensors } from './verify.js'

/** Tables in shards of at most so many bytes are held in memory. */
const smallBytes = 64 * 2 ** 20

/** The words of all parts, where every part has some. */
function wordsOf(parts: readonly RemoteArtefact[]): Vocabulary | undefined {
  const words: string[] = []
  const counts: number[] = []
  for (const { vocabulary } of parts) {
    if (!vocabulary) return undefined
    for (let row = 0; row < vocabulary.size; row++) {
      words.push(vocabulary.word(row))
      counts.push(vocabulary.counts?.[row] ?? Number.NaN)
    }
  }
  return vocabularyOf(words, counts.some(Number.isNaN) ? undefined : Float64Array.from(counts))
}

const byNumber = <T>(values: readonly T[]) => Object.fromEntries(values.map((value, i) => [String(i), value]))

/** Opens a table in shards: all parts, their checksums compared. Close it when done. Rejects as `openShards` and `load` do. */
export async function openShardsAt(path: string, session: Session, inMemory: boolean) {
  const { bytes, manifest } = await readShards(path)
  const { rows, dim } = manifest
  const kinds = await everyKind()
  const sources = new Map<string, OpenSource>()
  const close = async () => {
    for (const source of sources.values()) await source.close()
  }
  try {
    return await naming(path, async () => {
      const open = async (file: string) => {
        const source = await fileSource(isRemote(path) ? path.replace(/\/*$/, '/') + file : join(path, file))
        sources.set(file, source)
        return source
      }
      const sharded = openShards(bytes, open, { kinds, signal: session.signal, cacheBytes: 2 ** 26 })
      const parts: RemoteArtefact[] = []
      for (const [index, { file }] of manifest.parts.entries()) {
        const part = await sharded.part(index)
        const source = sources.get(file)
        if (source) {
          const header = await readSafetensorsHeader(source)
          await naming(file, () => verifyTensors(source, header, part.manifest, session))
        }
        parts.push(part)
      }
      const total = (of: 'table' | 'vocabulary') => parts.reduce((sum, { sizes }) => sum + sizes[of], 0)
      const file = manifest.parts.reduce((sum, part) => sum + part.bytes, bytes.length)
      const nodes = parts.flatMap((part): ManifestNode[] => (part.manifest.table ? [part.manifest.table] : []))
      const shape: TableShape = {
        ...{ kind: 'shards', rows, dim, config: {}, tensors: {} },
        children: byNumber(parts.map((part) => part.shape))
      }
      const whole: Manifest = {
        format: 1,
        table: { kind: 'shards', children: byNumber(nodes) },
        checksums: parts[0].manifest.checksums,
        provenance: manifest.provenance
      }
      const held = inMemory || file <= smallBytes
      const files = new Map<string, Uint8Array>()
      if (held) for (const [file, source] of sources) files.set(file, await source.read(0, source.size))
      return {
        table: held ? loadShards(bytes, files, { kinds }) : tableOn(sharded.table),
        shape,
        vocabulary: wordsOf(parts),
        manifest: whole,
        sizes: { file, table: total('table'), vocabulary: total('vocabulary') },
        ...(!held && { take: (start: number, count: number) => sharded.table.take(rangeOf(start, count)) }),
        close
      }
    })
  } catch (error) {
    await close()
    throw error
  }
}
