/** A command as a page shows it, and what it prints there. */
export interface Command {
  readonly args: readonly string[]
  /** As it is written. */
  readonly text: string
  readonly shown: readonly string[]
}

/** Splits a command at its spaces, outside quotation marks, without its comment. */
export const argumentsOf = (text: string): string[] =>
  [...text.replace(/\s+#.*/, '').matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? ''
  )

/** The commands of a block, one a line, or over several lines that end in a backslash. With `prompt`, only lines after `$ ` are commands. */
export function commandsOf(code: string, prompt: boolean): Command[] {
  const lines = code.replace(/\\\n\s*/g, ' ').split('\n')
  const commands: { args: string[]; text: string; shown: string[] }[] = []
  for (const line of lines) {
    const isCommand = prompt ? line.startsWith('$ ') : /^[^#\s]/.test(line)
    const text = prompt ? line.slice(2) : line
    if (isCommand) commands.push({ args: argumentsOf(text), text, shown: [] })
    else if (prompt) commands.at(-1)?.shown.push(line)
  }
  return commands
}

const changing = /\d s[ ,(]|peak memory|^\s*(backend|made by) /

/** The lines shown that a command did not print; those with times, memory, engines and versions are compared without them. */
export function missingFrom(stdout: string, shown: readonly string[]): string[] {
  const plain = (line: string) => line.trim().replace(/\s+/g, ' ')
  const masked = (line: string) =>
    plain(line).replace(/[\d.]+( ?([kM]B|s)\b)?|wasm|onnxruntime|tensorflow|cpu|threads?/g, '#')
  const printed = stdout.split('\n')
  const [exact, loose] = [new Set(printed.map(plain)), new Set(printed.map(masked))]
  return shown.filter((line) => (changing.test(line) ? !loose.has(masked(line)) : !exact.has(plain(line))))
}
