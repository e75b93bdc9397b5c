// Partitions of a bit a row.
export { packedPartition } from '@slimbed/runtime/prune'
