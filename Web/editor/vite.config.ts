import { defineConfig } from "vite";

/** Where `npm run dev` sends API and hub calls; the server's default address. */
const server = process.env["COLLABHUB_URL"] ?? "http://localhost:5080";

export default defineConfig({
  build: {
    outDir: "../../Hubs/wwwroot",
    emptyOutDir: true,
    // Inlined data: URLs would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      "/api": server,
      "/hubs": { target: server, ws: true },
    },
  },
});
