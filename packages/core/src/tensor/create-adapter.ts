import type { TensorAdapter } from './adapter.js'
import { eigh, spectrum } from './eigen/eigh.js'
import { qr, svd } from './eigen/factorize.js'
import { polar } from './eigen/polar.js'
import type { Host } from './engines/engine.js'
import { compareProduct } from './ops/compare-product.js'
import { gram } from './ops/gram.js'
import { matmul, residual } from './ops/products.js'
import { project } from './ops/project.js'
import { encode } from './ops/quantize.js'
import { signProduct } from './ops/sign-product.js'

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
