// The few REST calls that the rigs need.

/** One account on a server. */
export class Api {
  constructor(base, token, userId) {
    this.base = base.replace(/\/$/, '')
    this.token = token
    this.userId = userId
  }

  static async guest(base, displayName = 'Rig') {
    const api = new Api(base)
    const { accessToken, user } = await api.post('/api/auth/guest', { displayName })
    return new Api(base, accessToken, user.userId)
  }

  /** A new session, whose workspace is its own, with one file: `{ sessionId, workspaceId, fileId }`. Guests may do this. */
  async createFile({ name = 'Rig', path = 'main.txt', content = '' } = {}) {
    const { sessionId, workspaceId } = await this.post('/api/sessions', { name })
    const { fileId } = await this.post(`/api/workspaces/${workspaceId}/files`, { path, content })
    return { sessionId, workspaceId, fileId }
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
