import { commandName, quoted } from './shell.js'

/** What to type after the demo on the file at `path`, with the pipeline `spec`. */
export function nextSteps(path: string, spec: string): string {
  const name = commandName()
  const lines = [
    `${name} compress ${quoted(path)} -o small.safetensors -p "${spec}"`,
    `${name} inspect small.safetensors`,
    `${name} nearest small.safetensors king`,
    `${name} plugins`
  ]
  return ['Next, on this table or on yours:', ...lines.map((line) => `  ${line}`)].join('\n')
}
