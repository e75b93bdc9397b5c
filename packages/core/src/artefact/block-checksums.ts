import type { BlockChecksums } from '@slimbed/runtime'
import { crc32 } from '@slimbed/runtime/format'
import { toBase64 } from '../bits/base64.js'
import type { Part } from './contents.js'

/**
 * The size of a block in bytes: 1/2048 of the file, a power of two from 1 KiB to 64 KiB. Each block has a checksum. To read a few rows
 * then takes a few thousandths of the file. Checksums take 0.5 % of a small file and less than 0.01 % of one of 128 MiB or more.
 */
export const suitedBlockBytes = (fileBytes: number): number =>
  Math.min(65_536, Math.max(1024, 2 ** Math.ceil(Math.log2(Math.max(fileBytes, 1) / 2048))))

/** How many blocks a tensor has. */
export const blocksOfPart = ({ begin, end }: Part, blockBytes: number): number => Math.ceil((end - begin) / blockBytes)

/** Updates the checksums of a tensor's blocks with its next bytes, which begin at byte `from` of the tensor. */
export function addBytes(sums: Uint32Array, blockBytes: number, bytes: Uint8Array, from: number): void {
  for (let at = 0; at < bytes.length; ) {
    const block = Math.floor((from + at) / blockBytes)
    const end = Math.min(bytes.length, (block + 1) * blockBytes - from)
    sums[block] = crc32(bytes.subarray(at, end), sums[block])
    at = end
  }
}

/** The checksums of all tensors, in their order, as the manifest stores them. */
export function checksumsOf(blockBytes: number, sums: readonly Uint32Array[]): BlockChecksums {
  const count = sums.reduce((sum, { length }) => sum + length, 0)
  const all = new Uint32Array(count)
  let at = 0
  for (const own of sums) {
    all.set(own, at)
    at += own.length
  }
  return { blockBytes, crc32: toBase64(all) }
}
