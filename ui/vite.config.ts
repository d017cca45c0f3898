import { svelte } from '@sveltejs/vite-plugin-svelte'
import { loadEnv } from 'vite'
import { defineConfig } from 'vitest/config'

// `npm run dev` shows these sources against a house running on MATINEE_URL.
const house = loadEnv('', '.', 'MATINEE_').MATINEE_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [svelte()],
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
