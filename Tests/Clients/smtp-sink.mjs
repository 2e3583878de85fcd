// An SMTP server that takes every mail and writes it to standard output, one JSON line each:
//   node smtp-sink.mjs [--user NAME --password SECRET] [--fail N]
// First line: { "port": N }. With --user, mail is taken after authentication only; the first N mails are refused for now (451).
import { parseArgs } from "node:util";
import { SMTPServer } from "smtp-server";

const { values } = parseArgs({ options: { user: { type: "string" }, password: { type: "string" }, fail: { type: "string", default: "0" } } });
const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
let failures = Number(values.fail);

const server = new SMTPServer({
  authOptional: values.user === undefined,
  allowInsecureAuth: true,
  disabledCommands: ["STARTTLS"],
  onAuth: ({ username, password }, _session, done) =>
    done(...(username === values.user && password === values.password ? [null, { user: username }] : [new Error("Not this user.")])),
  onData: (stream, session, done) => {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => {
      if (failures-- > 0) return done(Object.assign(new Error("Come back later."), { responseCode: 451 }));
      const { mailFrom, rcptTo } = session.envelope;
      print({ from: mailFrom.address, to: rcptTo.map((to) => to.address), user: session.user ?? null, mail: Buffer.concat(chunks).toString("base64") });
      return done();
    });
  },
});
server.on("error", (error) => print({ error: error.message }));
server.listen(0, "127.0.0.1", () => print({ port: server.server.address().port }));
process.stdin.resume().on("end", () => server.close(() => process.exit(0)));
