import type { TensorAdapter } from './adapter.js'
import { eigh } from './eigh.js'
import type { Runner } from './engine.js'
import { qr, svd } from './factorize.js'
import { gram } from './gram.js'
import { matmul, project, residual } from './products.js'

/** The adapter whose products a runner computes. */
export const assemble = (backend: string, runner: Runner): TensorAdapter => ({
  backend,
  threads: runner.threads,
  gram: (matrix, options) => gram(runner, matrix, options),
  project: (matrix, basis, pass) => project(runner, matrix, basis, pass),
  residual: (matrix, bases, pass) => residual(runner, matrix, bases, pass),
  matmul: (a, b) => matmul(runner, a, b),
  eigh,
  svd,
  qr,
  close: () => runner.close()
})
