/** The REST side, as one guest. */
export class Guest {
  #url;
  #token;

  static async signIn(url, displayName) {
    const guest = new Guest();
    guest.#url = url;
    const answer = await guest.post("/auth/guest", { displayName });
    guest.#token = answer.accessToken;
    return guest;
  }

  get accessToken() { return this.#token; }

  post(path, body) { return this.#send("POST", path, body).then((response) => response.json()); }
  get(path) { return this.#send("GET", path).then((response) => response.json()); }
  text(path) { return this.#send("GET", path).then((response) => response.text()); }

  async #send(method, path, body) {
    const response = await fetch(`${this.#url}/api${path}`, {
      method,
      headers: { ...(this.#token ? { Authorization: `Bearer ${this.#token}` } : {}), ...(body ? { "Content-Type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
}
