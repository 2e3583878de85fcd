// A door in front of a server: clients dial the door, so that it can be kept shut while the server is looked at alone.
import { createServer, connect } from 'node:net'

export class Gate {
  #open = false
  #sockets = new Set()
  #server
  #lag

  /** `lag`: asked for each direction of each connection, how many ms its bytes take. */
  constructor(targetPort, lag = () => 0) {
    this.#lag = lag
    this.#server = createServer(socket => (this.#open ? this.#pass(socket, connect(targetPort, '127.0.0.1')) : socket.destroy()))
  }

  /** Resolves with the port that clients dial; the gate is shut. */
  listen() {
    return new Promise(resolve => this.#server.listen(0, '127.0.0.1', () => resolve(this.#server.address().port)))
  }

  open() {
    this.#open = true
  }

  /** Refuses new connections and cuts those that are there. */
  shut() {
    this.#open = false
    for (const socket of this.#sockets) socket.destroy()
  }

  close() {
    this.shut()
    this.#server.close()
  }

  #carry(from, to, ms) {
    if (ms === 0) return from.pipe(to)
    const later = act => setTimeout(() => to.destroyed || act(), ms)
    from.on('data', data => later(() => to.write(data)))
    from.on('end', () => later(() => to.end()))
  }

  #pass(from, to) {
    for (const [socket, other] of [[from, to], [to, from]]) {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
      this.#carry(socket, other, this.#lag())
    }
  }
}
