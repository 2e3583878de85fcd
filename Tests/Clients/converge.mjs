// One client of every kind: all type at random and lose their connections; at rest all must show the same text.
// node converge.mjs --base http://localhost:5080 [--edits 2000] [--seed 1] [--rate 50] [--drops 10] [--token T --workspace W --file F]
// node converge.mjs --data DIR [...] -- dotnet CollabHub.Hubs.dll    starts a server, and compares with a cold one as well
import { parseArgs } from 'node:util'
import { Api } from './lib/api.mjs'
import { differences } from './lib/checks.mjs'
import { createMixed } from './lib/clients.mjs'
import { converge } from './lib/converging.mjs'
import { startServer } from './lib/server.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    base: { type: 'string', default: 'http://localhost:5080' },
    data: { type: 'string' },
    edits: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string', default: '50' },
    drops: { type: 'string', default: '10' },
    token: { type: 'string' },
    workspace: { type: 'string' },
    file: { type: 'string' },
  },
})

const server = positionals.length > 0 ? await startServer(positionals, values.data) : null
const base = server?.base ?? values.base
const api = values.token ? new Api(base, values.token) : await Api.guest(base)
const target = values.file ? { workspaceId: values.workspace, fileId: values.file } : await api.createFile({ content: 'start 😀\n' })
const content = () => api.content(target.workspaceId, target.fileId)
const seed = Number(values.seed)
const clients = createMixed({ base: api.base, token: api.token, fileId: target.fileId, seed })
const result = await converge(clients, {
  edits: Number(values.edits),
  rate: Number(values.rate),
  drops: Number(values.drops),
  seed,
  content,
  userId: api.userId,
})
for (const client of clients) client.destroy()
if (server) {
  await server.kill()
  await server.start()
  result.faults.push(...differences({ [clients[0].name]: clients[0].text.toString(), 'a cold server': await content() }))
  await server.kill()
}
console.log(JSON.stringify({ seed, ...target, ...result, ...(server && result.faults.length > 0 && { output: server.output }) }, null, 2))
process.exit(result.faults.length === 0 ? 0 : 1)
