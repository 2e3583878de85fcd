// y-websocket's own server without persistence. node y-websocket.mjs PORT
process.env.HOST = "127.0.0.1";
process.env.PORT = process.argv[2];
// By its file: the package does not export it.
await import(new URL("node_modules/y-websocket/bin/server.js", import.meta.url));
