/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { defineConfig } from "vite";
import { resolve } from "node:path";
import { pages } from "./build/pages.ts";
import { texts } from "./build/texts.ts";

export default defineConfig({
  root: __dirname,
  base: "/",
  publicDir: "public",
  resolve: { alias: { gen: resolve(__dirname, "../build/web") } },
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  plugins: [texts(), pages()],
  build: {
    target: "es2022",
    outDir: "dist.new",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      input: resolve(__dirname, "src/main.tsx"),
      output: {
        entryFileNames: "assets/[name]-[hash].js",
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
  worker: { format: "es", rollupOptions: { output: { entryFileNames: "assets/[name]-[hash].js" } } },
  logLevel: "warn",
});
