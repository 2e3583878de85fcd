// The server of the y-websocket package, only to try the y-websocket clients without CollabHub.
const http = require('node:http')
const { WebSocketServer } = require('ws')
const { setupWSConnection } = require('y-websocket-1/bin/utils')

const server = http.createServer((request, response) => response.end('ok'))
const sockets = new WebSocketServer({ server })
sockets.on('connection', (socket, request) => setupWSConnection(socket, request, { docName: request.url.split('?')[0] }))
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
