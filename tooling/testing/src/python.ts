import { spawnSync } from 'node:child_process'

// Another interpreter may come first on the path through this variable of a virtual environment.
const { PYTHONHOME: _, ...environment } = process.env

/** A Python that has these modules, or undefined: tests that need it are skipped then. */
export function pythonWith(...modules: readonly string[]): string | undefined {
  const program = `import ${modules.join(', ')}`
  return [process.env.PYTHON, 'python3', '/usr/bin/python3'].find(
    (name) => name && spawnSync(name, ['-c', program], { env: environment }).status === 0
  )
}

/** Float32 arrays as the standard input of a program, one after another. */
export const floatsToPython = (...arrays: readonly Float32Array[]): Uint8Array =>
  Buffer.concat(arrays.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)))

/** What Python prints as JSON: `args` are a program after `-c`, or the file of a script, and its arguments. Throws when it fails. */
export function runPython(
  python: string | undefined,
  args: readonly string[],
  input: Uint8Array | string = new Uint8Array()
): unknown {
  if (python === undefined) throw new Error('there is no Python with the modules that this needs')
  const run = spawnSync(python, args, { input, env: environment, maxBuffer: 2 ** 28 })
  if (run.status !== 0) throw new Error(`python: ${run.stderr}`)
  return JSON.parse(run.stdout.toString())
}
