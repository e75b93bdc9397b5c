import { denseOf } from '@slimbed/core'
import { checkSafetensors, readSafetensorsHeader } from '@slimbed/io'
import { fileSource } from '@slimbed/io/node'
import {
  type BlockTools,
  type Matrix,
  openSource,
  type RemoteArtefact,
  type RemoteTable,
  type SafetensorsHeader,
  type Source,
  type Table
} from '@slimbed/runtime'
import { expandTable, rowByRow } from '@slimbed/runtime/kinds'
import type { Session } from '../session/session.js'
import { everyKind } from './every-kind.js'
import { naming } from './naming.js'
import { verifyTensors } from './verify.js'

/** What a file is expected to be, in errors. */
export const expectedArtefact = 'an artefact, a file that "slimbed compress" made'

/** The rows `start .. start + count`. */
export const rangeOf = (start: number, count: number) => Uint32Array.from({ length: count }, (_, i) => start + i)

/** A table in a file as one whose rows are computed block by block, in the way of those in memory. */
export function tableOn(remote: RemoteTable): Table {
  const { rows, dim } = remote
  const expandWith = (tools: BlockTools): Matrix => {
    const expandNode = async (node: Table): Promise<Matrix> =>
      (await expandTable(node, tools, expandNode)) ?? rowByRow(node)
    return {
      rows,
      dim,
      read: async (start, count, into) =>
        (await expandNode(await remote.take(rangeOf(start, count)))).read(0, count, into)
    }
  }
  const plain: Matrix = { rows, dim, read: (start, count) => remote.read(rangeOf(start, count)) }
  const table: Table = { ...denseOf(plain), expand: (_, tools) => expandWith(tools), with: () => table }
  return table
}

/** A table of an artefact that stays in its file. */
export interface OpenedOnDisk extends Omit<RemoteArtefact, 'table' | 'whole'> {
  /** Its rows can be read in blocks, by `expand`, and not one by one. */
  readonly table: Table
  /** Rows `start .. start + count`, as a table in memory that is still compressed. */
  take(start: number, count: number): Promise<Table>
}

/** An artefact that stays in its file. */
export interface OnDisk {
  readonly source: Source
  readonly header: SafetensorsHeader
  /** Those that were asked for. */
  readonly tables: ReadonlyMap<string | undefined, OpenedOnDisk>
  close(): Promise<void>
}

/** Bytes of the tensors of a table: of a model those of its name, else of the file. */
function tableSize(
  { tensors }: SafetensorsHeader,
  name: string | undefined,
  { manifest, sizes }: RemoteArtefact
): number {
  if (!manifest.tables || name === undefined) return sizes.table
  let bytes = 0
  for (const { name: tensor, begin, end } of tensors.values()) if (tensor.startsWith(`${name}/`)) bytes += end - begin
  return bytes
}

/** Opens tables of a file; undefined where one has a kind of node of which no rows can be read apart. */
async function openTables(
  source: Source,
  header: SafetensorsHeader,
  names: readonly (string | undefined)[],
  session: Session
): Promise<Map<string | undefined, OpenedOnDisk> | undefined> {
  const tables = new Map<string | undefined, OpenedOnDisk>()
  const kinds = await everyKind()
  for (const name of names) {
    const artefact = await openSource(source, { table: name, kinds, signal: session.signal })
    const { table: remote, whole, ...others } = artefact
    if (whole) return undefined
    if (tables.size === 0) await verifyTensors(source, header, artefact.manifest, session)
    const sizes = { ...others.sizes, table: tableSize(header, name, artefact) }
    const take = (start: number, count: number) => remote.take(rangeOf(start, count))
    tables.set(name, { ...others, sizes, take, table: tableOn(remote) })
  }
  return tables
}

/**
 * Opens tables of a large artefact without reading it into memory, its checksums compared; undefined for one of at most `smallBytes`, or
 * with a kind of node of which no rows can be read apart. Rejects as `load` throws, with `io` and `aborted`.
 */
export async function openOnDisk(
  path: string,
  session: Session,
  names: readonly (string | undefined)[],
  smallBytes = 64 * 2 ** 20
): Promise<OnDisk | undefined> {
  const source = await fileSource(path)
  let made: OnDisk | undefined
  try {
    if (source.size <= smallBytes) return undefined
    made = await naming(path, async () => {
      checkSafetensors(path, await source.read(0, 4096), expectedArtefact)
      const header = await readSafetensorsHeader(source)
      const tables = await openTables(source, header, names, session)
      return tables && { source, header, tables, close: () => source.close() }
    })
    return made
  } finally {
    if (!made) await source.close()
  }
}
