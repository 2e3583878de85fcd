// Four clients of mixed kinds type at random and lose their connections; at rest all must show the same text.
// node converge.mjs --base http://localhost:5080 [--edits 2000] [--seed 1] [--rate 50] [--drops 10] [--token T --workspace W --file F]
import { parseArgs } from 'node:util'
import { Api } from './lib/api.mjs'
import { createMixed } from './lib/clients.mjs'
import { converge } from './lib/converging.mjs'

const { values } = parseArgs({
  options: {
    base: { type: 'string', default: 'http://localhost:5080' },
    edits: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string', default: '50' },
    drops: { type: 'string', default: '10' },
    token: { type: 'string' },
    workspace: { type: 'string' },
    file: { type: 'string' },
  },
})

const api = values.token ? new Api(values.base, values.token) : await Api.guest(values.base)
const target = values.file ? { workspaceId: values.workspace, fileId: values.file } : await api.createFile({ content: 'start 😀\n' })
const clients = createMixed({ base: api.base, token: api.token, fileId: target.fileId, seed: Number(values.seed) })
const result = await converge(clients, {
  edits: Number(values.edits),
  rate: Number(values.rate),
  drops: Number(values.drops),
  seed: Number(values.seed),
  content: () => api.content(target.workspaceId, target.fileId),
})
for (const client of clients) client.destroy()
console.log(JSON.stringify({ ...target, ...result }, null, 2))
process.exit(result.faults.length === 0 ? 0 : 1)
