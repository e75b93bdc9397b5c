import type { TensorAdapter } from './adapter.js'
import { compareProduct } from './compare.js'
import { eigh, spectrum } from './eigh.js'
import { encode } from './encode.js'
import type { Host } from './engine.js'
import { qr, svd } from './factorize.js'
import { gram } from './gram.js'
import { polar } from './polar.js'
import { matmul, residual } from './products.js'
import { project } from './project.js'
import { signProduct } from './sign-product.js'

/** The adapter whose products a host computes. */
export const assemble = (backend: string, host: Host): TensorAdapter => ({
  backend,
  threads: host.threads,
  gram: (matrix, options) => gram(host, matrix, options),
  project: (matrix, basis, pass) => project(host, matrix, basis, pass),
  residual: (matrix, bases, pass) => residual(host, matrix, bases, pass),
  signProduct: (matrix, factor, pass) => signProduct(host, matrix, factor, pass),
  compareProduct: (matrix, left, right, visit, pass) => compareProduct(host, matrix, left, right, visit, pass),
  encode: (matrix, encoding, visit, pass) => encode(host, matrix, encoding, visit, pass),
  matmul: (a, b) => matmul(host, a, b),
  eigh,
  spectrum,
  svd,
  polar: (a) => polar(host, a),
  qr,
  close: () => host.close()
})
