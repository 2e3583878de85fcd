// Kills a server with SIGKILL at random moments while clients of mixed kinds type; nothing that was saved may be lost or doubled.
// node killtest.mjs --data DIR [--rounds 20] [--seed 1] [--rate 20] [--lag 0] [--per-kind 1] -- dotnet CollabHub.Hubs.dll
// The command is started with `--urls http://127.0.0.1:PORT --Data:Directory DIR` behind it.
import { parseArgs } from 'node:util'
import { Api } from './lib/api.mjs'
import { createMixed } from './lib/clients.mjs'
import { Gate } from './lib/gate.mjs'
import { killRounds } from './lib/killing.mjs'
import { between, seeded } from './lib/random.mjs'
import { startServer } from './lib/server.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string', default: '20' },
    lag: { type: 'string', default: '0' },
    'per-kind': { type: 'string', default: '1' },
  },
})
if (!values.data || positionals.length === 0) {
  console.error('usage: node killtest.mjs --data DIR [--rounds 20] [--seed 1] [--rate 20] [--lag 0] [--per-kind 1] -- COMMAND [ARGS]')
  process.exit(2)
}

const server = await startServer(positionals, values.data)
const seed = Number(values.seed)
const random = seeded(seed)
// Up to so many ms each way: what providers say before they have been answered shows only then.
const gate = new Gate(server.port, () => (values.lag === '0' ? 0 : between(random, 1, Number(values.lag))))
const door = await gate.listen()
const api = await Api.guest(server.base)
const target = await api.createFile()
const clients = createMixed({ base: `http://127.0.0.1:${door}`, token: api.token, fileId: target.fileId, seed }, Number(values['per-kind']))
const result = await killRounds(clients, {
  server,
  gate,
  content: () => api.content(target.workspaceId, target.fileId),
  rounds: Number(values.rounds),
  seed,
  rate: Number(values.rate),
  log: round => console.error(JSON.stringify(round)),
})
for (const client of clients) client.destroy()
gate.close()
await server.kill()
if (result.faults.length > 0) console.error(server.output)
console.log(JSON.stringify({ seed, ...target, ...result }, null, 2))
process.exit(result.faults.length === 0 ? 0 : 1)
