import { readFileSync } from 'node:fs'
import { defineConfig } from 'vite'

/** The versions of the packages of this workspace that compress, for the files that the page makes. */
const versions = Object.fromEntries(
  ['core', 'fixedpoint', 'groupreduce', 'iiq', 'lowrank', 'prune', 'rotate', 'trellis'].map((name) => {
    const manifest = readFileSync(new URL(`../../packages/${name}/package.json`, import.meta.url), 'utf8')
    return [`@slimbed/${name}`, JSON.parse(manifest).version]
  })
)

export default defineConfig({
  // Relative: the page works from any folder of any static server.
  base: './',
  define: { __VERSIONS__: JSON.stringify(versions) },
  resolve: { conditions: ['@slimbed/source', 'module', 'browser', 'development|production'] },
  worker: { format: 'es', rolldownOptions: { checks: { ineffectiveDynamicImport: false } } },
  build: {
    target: 'es2022',
    // The sample is data: it stays a file that is fetched when somebody takes it.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    // core loads its engines when they are asked for; here they are all in the worker's file.
    rolldownOptions: { checks: { ineffectiveDynamicImport: false } }
  }
})
