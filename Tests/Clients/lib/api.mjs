// The few REST calls that the rigs need.

/** One account on a server. */
export class Api {
  constructor(base, token) {
    this.base = base.replace(/\/$/, '')
    this.token = token
  }

  static async guest(base, displayName = 'Rig') {
    const api = new Api(base)
    const { accessToken } = await api.post('/api/auth/guest', { displayName })
    return new Api(base, accessToken)
  }

  /** A new workspace with one file: `{ workspaceId, fileId }`. */
  async createFile({ name = 'Rig', path = 'main.txt', content = '' } = {}) {
    const workspaceId = idOf(await this.post('/api/workspaces', { name }), 'workspaceId', 'wsId')
    const fileId = idOf(await this.post(`/api/workspaces/${workspaceId}/files`, { path, content }), 'fileId')
    return { workspaceId, fileId }
  }

  async content(workspaceId, fileId) {
    const response = await this.#call('GET', `/api/workspaces/${workspaceId}/files/${fileId}/content`)
    return await response.text()
  }

  async post(path, body) {
    const response = await this.#call('POST', path, body)
    return await response.json()
  }

  async #call(method, path, body) {
    const headers = { ...(this.token && { authorization: `Bearer ${this.token}` }), ...(body && { 'content-type': 'application/json' }) }
    const response = await fetch(this.base + path, { method, headers, body: body && JSON.stringify(body) })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response
  }
}

function idOf(resource, ...names) {
  const id = [...names, 'id'].map(name => resource[name]).find(value => value !== undefined)
  if (id === undefined) throw new Error(`no id in ${JSON.stringify(resource)}`)
  return id
}
