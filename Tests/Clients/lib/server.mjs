// A server process that can be killed.
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { turn } from './editorClient.mjs'

const START_MS = 60_000

export class ServerProcess {
  #process = null
  #output = []

  /** `command`: program and arguments; the address and the data directory are appended. */
  constructor(command, port, dataDirectory) {
    this.command = [...command, '--urls', `http://127.0.0.1:${port}`, '--Data:Directory', dataDirectory]
    this.port = port
    this.base = `http://127.0.0.1:${port}`
  }

  /** Starts it and resolves, with the milliseconds that took, once it answers HTTP. */
  async start() {
    const began = Date.now()
    const [program, ...args] = this.command
    // A group of its own, so that SIGKILL reaches what a wrapper such as `dotnet run` started.
    const started = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process = started
    let ended = null
    started.on('error', error => (ended = error.message))
    started.on('exit', (code, signal) => (ended = `exit ${code ?? signal}`))
    for (const stream of [started.stdout, started.stderr]) stream.on('data', data => this.#keep(data))
    while (!(await this.#answers())) {
      if (ended) throw new Error(`the server did not start: ${ended}\n${this.output}`)
      if (Date.now() - began > START_MS) throw new Error(`the server does not answer after ${START_MS} ms\n${this.output}`)
      await turn(50)
    }
    return Date.now() - began
  }

  /** SIGKILL to the whole group; resolves when the process is gone. */
  kill() {
    const gone = new Promise(resolve => this.#process?.once('exit', resolve))
    return this.killNow() ? gone : Promise.resolve()
  }

  /** SIGKILL to the whole group; tells whether there was one. */
  killNow() {
    const isRunning = this.#process?.pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null
    if (isRunning) process.kill(-this.#process.pid, 'SIGKILL')
    return isRunning
  }

  /** The last lines it wrote. */
  get output() {
    return this.#output.join('')
  }

  #keep(data) {
    this.#output.push(String(data))
    if (this.#output.length > 200) this.#output.splice(0, 100)
  }

  async #answers() {
    try {
      await fetch(`${this.base}/healthz/live`)
      return true
    } catch {
      return false
    }
  }
}

/** A server on a free port, answering; it is killed when this process ends, however it ends. */
export async function startServer(command, dataDirectory) {
  if (!dataDirectory) throw new Error('a server needs --data DIR')
  const server = new ServerProcess(command, await freePort(), dataDirectory)
  process.on('exit', () => server.killNow())
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130))
  await server.start()
  return server
}

/** A port that nobody holds and no outgoing connection is given: it is still free when a killed server comes back to it. */
function freePort() {
  const port = randomInt(15_000, 32_000)
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', error => (error.code === 'EADDRINUSE' ? resolve(freePort()) : reject(error)))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(port)))
  })
}
