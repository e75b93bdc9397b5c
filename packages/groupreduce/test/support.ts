import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { randomAt } from '@slimbed/core'
import { dataFolder, floatsToPython, hasData, hasVectors as hasMatrix, pythonWith, runPython } from '@slimbed/testing'

export { contextWith, falling, readVectors, refusal } from '@slimbed/testing'

const python = pythonWith('numpy')

/** Whether there is a Python with NumPy. */
export const hasNumpy = python !== undefined

/** Weights between 1e-6 and 1e6, after a power law, in no order. */
export function spread(rows: number, seed: number): Float32Array {
  const random = randomAt(seed, ['weights'])
  return Float32Array.from({ length: rows }, () => 10 ** (12 * random() ** 2 - 6))
}

/** What a script of `tooling/reference` prints as JSON, with float32 arrays as its standard input. */
export function runScript(name: string, args: readonly number[], ...input: Float32Array[]): unknown {
  const script = fileURLToPath(new URL(`../../../tooling/reference/${name}`, import.meta.url))
  return runPython(python, [script, ...args.map(String)], floatsToPython(...input))
}

const wordsFile = 'vectors/numberbatch-en-41k.300d.words.txt'
const countsFile = 'counts/wordfreq.en.tsv'

/** Whether the table of real vectors is there, with counts. */
export const hasVectors = hasMatrix && hasData(wordsFile, countsFile)

/** How often each of their words occurs; the smallest share for words without one. */
export function readCounts(): Float32Array {
  const lines = readFileSync(`${dataFolder}/${countsFile}`, 'utf8').trimEnd().split('\n').slice(1)
  const counts = new Map(lines.map((line): [string, number] => [line.split('\t')[0], Number(line.split('\t')[1])]))
  const least = [...counts.values()].reduce((a, b) => Math.min(a, b))
  const words = readFileSync(`${dataFolder}/${wordsFile}`, 'utf8').trimEnd().split('\n')
  return Float32Array.from(words, (word) => counts.get(word) ?? least)
}
