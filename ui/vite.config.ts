import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { loadEnv } from 'vite'
import { defineConfig } from 'vitest/config'

// `npm run dev` shows these sources against a house running on MATINEE_URL.
const house = loadEnv('', '.', 'MATINEE_').MATINEE_URL ?? 'http://127.0.0.1:8440'

// The server hands these out as they are, so that a phone waits less and the house computes nothing.
const compressed = {
  name: 'compressed',
  apply: 'build' as const,
  writeBundle: ({ dir = '' }) => {
    for (const name of readdirSync(join(dir, 'assets'))) {
      const path = join(dir, 'assets', name)
      const body = readFileSync(path)
      writeFileSync(`${path}.br`, brotliCompressSync(body))
      writeFileSync(`${path}.gz`, gzipSync(body, { level: 9 }))
    }
  },
}

export default defineConfig({
  plugins: [svelte(), compressed],
  server: { proxy: { '/api': house } },
  build: {
    outDir: '../src/matinee/web/static',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Everything is a file of its own: the server's content policy allows no data: scripts or fonts.
    assetsInlineLimit: 0,
  },
  test: { include: ['src/**/*.test.ts'] },
})
