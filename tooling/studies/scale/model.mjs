/** @import { PipelineCost } from './measure.mjs' */

/**
 * Machines: cores of each, and bytes a second of their disks and links.
 * @typedef {{ machines: number, cores: number, disk: number, link: number }} Fleet
 */

/**
 * What a run takes: seconds, by what its passes wait for, and bytes that go from workers to the coordinator.
 * @typedef {{ seconds: number, parts: { processors: number, input: number, coordinator: number }, sums: number, made: number }} Estimate
 */

/**
 * A run of a pipeline on a table: workers read their rows and compute at the same time, and the coordinator takes what they made and writes it. The
 * slowest of the three, over all passes, is what the run takes.
 * @param {PipelineCost} cost
 * @param {{ rows: number, dim: number, valueBytes: number }} table
 * @param {Fleet} fleet
 * @returns {Estimate}
 */
export function estimate({ seconds, reads, passes, out }, { rows, dim, valueBytes }, { machines, cores, disk, link }) {
  const values = rows * dim
  const source = machines > 1 ? Math.min(disk, link) : disk
  const processors = (values * seconds) / (machines * cores)
  const input = (values * valueBytes * reads) / (machines * source)
  // A shard of the sums is as large for any rows.
  const sums = passes.reduce((sum, pass) => sum + pass.sums * Math.ceil(rows / pass.step), 0)
  const made = passes.reduce((sum, pass) => sum + pass.made * values, 0)
  const received = machines > 1 ? (sums + made) / link : 0
  const coordinator = received + (out * values) / disk
  return { seconds: Math.max(processors, input, coordinator), parts: { processors, input, coordinator }, sums, made }
}

/** What a run waits for most. @param {Estimate} run */
export const limitOf = ({ parts }) =>
  Object.entries(parts).reduce((most, one) => (one[1] > most[1] ? one : most), ['', 0])[0]
