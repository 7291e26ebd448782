import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds the pages to `dist/web`, which the API serves. `npx vite` shows them while they are worked on. */
export default defineConfig({
  root: 'src/web',
  plugins: [react()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy of the API takes no `data:` fonts or scripts: everything stays a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
  },
  server: { proxy: { '/api': process.env['LABGRADER_API'] ?? 'http://127.0.0.1:8080' } },
});
