import { fileURLToPath } from 'node:url'
import { sample } from '@slimbed/sample'

/** The path of the sample's vectors. */
export const samplePath = (): string => fileURLToPath(sample.vectors)
