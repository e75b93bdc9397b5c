import { commandName } from './command-name.js'

/** What to type after the demo, with the pipeline `spec`. */
export function nextSteps(input: string | undefined, spec: string): string {
  const name = commandName()
  const lines = [
    `${name} compress ${input ?? 'your-vectors.txt'} -o small.safetensors -p "${spec}"`,
    `${name} inspect small.safetensors`,
    `${name} nearest small.safetensors king`,
    `${name} plugins`
  ]
  return ['Next:', ...lines.map((line) => `  ${line}`)].join('\n')
}
