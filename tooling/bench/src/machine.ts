import { cpus, release, totalmem } from 'node:os'

/** The machine that the figures come from. */
export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryBytes: number
  readonly system: string
  readonly node: string
}

/** This machine. */
export const machine = (): Machine => ({
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryBytes: totalmem(),
  system: `${process.platform} ${release()}`,
  node: process.version
})

/** One line about a machine. */
export const describeMachine = ({ processor, cores, memoryBytes, node }: Machine): string =>
  `${processor}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, Node ${node}`
