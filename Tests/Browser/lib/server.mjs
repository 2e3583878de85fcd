import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";

/** The server as a process of its own, on a data directory that outlives it. */
export class Server {
  #command;
  #data;
  #process;
  #log = "";
  url;

  /** `command`: how to start it, without options. It listens on a free port, and keeps that one when it is started again. */
  static async start(command, data) {
    const server = new Server();
    server.#command = command;
    server.#data = data;
    await server.#launch(`http://127.0.0.1:${await freePort()}`);
    return server;
  }

  /** Ends the process as a power cut would, and starts it again. */
  async killAndStart() {
    await this.#end("SIGKILL");
    await this.#launch(this.url);
  }

  /** Ends it; what it warned of is written out when the script has failed. */
  async stop() {
    if (process.exitCode) console.error(this.#warnings());
    await this.#end("SIGTERM");
    await rm(this.#data, { recursive: true, force: true });
  }

  #launch(address) {
    const [program, ...args] = this.#command;
    // The trace is typed in a minute that took its author months: far over what one connection may send.
    const rates = ["--Limits:MessagesPerSecond", "1000000", "--Limits:MessagesBurst", "1000000", "--Limits:BytesPerSecond", "1000000000"];
    this.#process = spawn(program, [...args, "--urls", address, "--Data:Directory", this.#data, ...rates], { stdio: ["ignore", "pipe", "pipe"] });
    return new Promise((resolve, reject) => {
      const read = (chunk) => {
        this.#log += chunk;
        const started = /Now listening on: (http:\S+)[\s\S]*Application started/.exec(this.#log.slice(this.#log.lastIndexOf("Now listening")));
        if (started === null) return;
        this.url = started[1];
        resolve();
      };
      this.#process.stdout.on("data", read);
      this.#process.stderr.on("data", read);
      this.#process.once("exit", (code) => reject(new Error(`The server ended with ${code}:\n${this.#log}`)));
    });
  }

  #warnings() {
    const lines = this.#log.split("\n").filter((line) => /^\S+ (?:warn|fail|crit): /.test(line));
    return ["== the server's warnings", ...lines.slice(-20)].join("\n");
  }

  #end(signal) {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    if (this.#process.exitCode !== null) return undefined;
    this.#process.kill(signal);
    this.#log = "";
    return ended;
  }
}

/** A port that nobody holds and no outgoing connection is given: it is still free when a killed server comes back to it. */
function freePort() {
  const port = randomInt(15_000, 32_000);
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", (error) => (error.code === "EADDRINUSE" ? resolve(freePort()) : reject(error)));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(port)));
  });
}
