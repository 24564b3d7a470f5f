import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `pnpm dev` finds the API: the mock by default, a real server with BERTH_URL. */
const api = process.env["BERTH_URL"] ?? "http://127.0.0.1:8810";
const proxied = { target: api, changeOrigin: true, headers: { origin: api } };

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    target: "es2024",
    cssTarget: ["chrome123", "firefox128", "safari17.5"],
    // the policy the console is served under allows no inline script and no data: script
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
    license: { fileName: "third-party.json" },
  },
  server: { host: "127.0.0.1", proxy: { "/api": proxied, "/v1": proxied } },
});
