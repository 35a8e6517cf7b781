// How the console is built: one page, its scripts split by page, each file also compressed.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const root = import.meta.dirname;

/** The server sends what stands beside a file as .br or .gz. */
const compressed = (): Plugin => ({
  name: 'compressed',
  apply: 'build',
  // Not closeBundle: that is called after a failure as well, and would hide it.
  writeBundle() {
    const folder = join(root, 'dist', 'assets');
    for (const name of readdirSync(folder)) {
      if (!/\.(js|css|svg)$/.test(name)) continue;
      const content = readFileSync(join(folder, name));
      writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
      writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
    }
  },
});

/** Which server answers the pages that vite serves while somebody works on them. */
const SERVER = process.env.TRIBUTARY_SERVER ?? 'http://127.0.0.1:7300';

export default defineConfig({
  root,
  base: '/',
  plugins: [compressed()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
    rolldownOptions: {
      onLog(level, log, pass) {
        // "use client" speaks to frameworks that render on a server; here it means nothing.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') pass(level, log);
      },
    },
  },
  server: { proxy: Object.fromEntries(['/api', '/sign-in', '/sign-out', '/set-up', '/account'].map((path) => [path, SERVER])) },
});
