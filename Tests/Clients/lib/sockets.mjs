// WebSockets that the rigs can cut: terminate() destroys the TCP connection without a closing handshake.
import { WebSocket } from 'ws'

/** A WebSocket class for one client; `onSocket` gets every socket, `onCloseCode` every code, `onData` every message. */
export function socketClass(onSocket, onCloseCode, onData) {
  return class extends WebSocket {
    constructor(url, protocols, options) {
      super(url, protocols, options)
      onSocket(this)
      this.on('message', data => onData(data))
      this.on('close', code => onCloseCode(code))
      // Providers stop listening before they give up a connection under way; the close that follows tells of it.
      this.on('error', () => {})
      // Refused upgrades arrive here; the close that follows is what the clients act on.
      this.on('unexpected-response', (request, response) => {
        onCloseCode(`http ${response.statusCode}`)
        this.terminate()
      })
    }
  }
}
