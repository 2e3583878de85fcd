// Clients that a test drives: one JSON command a line on stdin, one JSON answer or event a line on stdout.
// node client.mjs --base URL [--token T] [--file F] [--seed 1] [--kinds hub-json,y-websocket-3]
// Commands and answers: README.md.
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { createClient } from './lib/clients.mjs'
import { Commands } from './lib/commands.mjs'

const { values } = parseArgs({
  options: {
    base: { type: 'string', default: 'http://localhost:5080' },
    token: { type: 'string' },
    file: { type: 'string' },
    seed: { type: 'string', default: '1' },
    kinds: { type: 'string', default: '' },
  },
})

const write = line => process.stdout.write(JSON.stringify(line) + '\n')
const defaults = { base: values.base.replace(/\/$/, ''), token: values.token, fileId: values.file, seed: Number(values.seed) }
const commands = new Commands(options => createClient({ ...defaults, ...options }), write)
for (const kind of values.kinds.split(',').filter(Boolean)) commands.add({ client: kind, kind })
write({ event: 'ready' })

const lines = createInterface({ input: process.stdin })
lines.on('line', line => void commands.run(line))
// The test is gone: so are its clients, with everything that still waits.
lines.on('close', () => process.exit(0))
