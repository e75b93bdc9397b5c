import { spawnSync } from 'node:child_process'

const environment = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' }

/** A Python that imports NumPy, if there is one: `$PYTHON`, then those of the path, then the system's. */
export const python = [process.env.PYTHON, 'python3', 'python', '/usr/bin/python3'].find(
  (name) => name && spawnSync(name, ['-c', 'import numpy'], { env: environment }).status === 0
)

/** Runs Python; its standard output, or what it said when it failed. */
export function run(args: readonly string[]): { ok: boolean; output: string; errors: string } {
  const { status, stdout, stderr } = spawnSync(python ?? 'python3', args, { env: environment, encoding: 'utf8' })
  return { ok: status === 0, output: stdout, errors: stderr }
}
