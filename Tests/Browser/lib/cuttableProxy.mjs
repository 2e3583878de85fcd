import net from "node:net";

/** A TCP proxy that can be cut and mended: to the browser behind it, the network is gone. Held, it passes nothing on and closes nothing. */
export async function cuttableProxy(target) {
  const pairs = new Set();
  let isCut = false;
  let isHeld = false;
  const server = net.createServer((client) => {
    if (isCut) return void client.destroy();
    const upstream = net.connect(Number(target.port), target.hostname);
    const pair = [client, upstream];
    pairs.add(pair);
    for (const socket of pair) {
      socket.on("close", () => {
        pairs.delete(pair);
        for (const end of pair) end.destroy();
      });
      socket.on("error", () => socket.destroy());
    }
    if (!isHeld) pass(pair);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut() {
      isCut = true;
      for (const [client, upstream] of [...pairs]) {
        client.destroy();
        upstream.destroy();
      }
    },
    mend() { isCut = false; },
    hold() {
      isHeld = true;
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream);
        upstream.unpipe(client);
      }
    },
    release() {
      isHeld = false;
      for (const pair of pairs) pass(pair);
    },
    stop() {
      this.cut();
      server.close();
    },
  };
}

function pass([client, upstream]) {
  client.pipe(upstream);
  upstream.pipe(client);
}
