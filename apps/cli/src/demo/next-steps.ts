import { type Compressor, format } from '@slimbed/core'
import { commandName } from './command-name.js'

/** What to type after the demo. */
export function nextSteps(input: string | undefined, pipelines: readonly Compressor[]): string {
  const name = commandName()
  const spec = format(pipelines.at(-1)!)
  const lines = [
    `${name} compress ${input ?? 'your-vectors.txt'} -o small.safetensors -p "${spec}"`,
    `${name} inspect small.safetensors`,
    `${name} nearest small.safetensors king`,
    `${name} plugins`
  ]
  return ['Next:', ...lines.map((line) => `  ${line}`)].join('\n')
}
