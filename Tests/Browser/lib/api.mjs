/** The REST side, as one person. */
export class Person {
  #url;
  #token;

  static async guest(url, displayName) {
    const person = new Person();
    person.#url = url;
    const answer = await person.post("/auth/guest", { displayName });
    person.#token = answer.accessToken;
    return person;
  }

  static async logIn(url, login, password) {
    const person = new Person();
    person.#url = url;
    person.#token = (await person.post("/auth/login", { login, password })).accessToken;
    return person;
  }

  get accessToken() { return this.#token; }

  post(path, body) { return this.#send("POST", path, body).then((response) => response.json()); }
  delete(path) { return this.#send("DELETE", path); }
  patch(path, body) { return this.#send("PATCH", path, body); }
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
