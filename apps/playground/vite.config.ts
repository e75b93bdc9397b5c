import { defineConfig } from 'vite'

export default defineConfig({
  // Relative: the page works from any folder of any static server.
  base: './',
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
