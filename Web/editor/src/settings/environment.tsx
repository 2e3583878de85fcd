import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { DocumentPatch, Variable } from "@collabhub/sdk";
import { useAction } from "../state/async";
import { useServices } from "../state/services";
import { Button, Field, IconButton, Problem } from "../ui/controls";
import { Check } from "../ui/select";

/** Variables in sight, secrets never: a secret can be replaced and deleted, not read. */
export function Environment({ workspaceId, environment, mayChange, onChanged }: {
  workspaceId: string; environment: Readonly<Record<string, Variable>>; mayChange: boolean; onChanged: () => void;
}): JSX.Element {
  const { workspaces } = useServices();
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const [secret, setSecret] = useState(true);
  const write = useAction(async (change: NonNullable<DocumentPatch["environment"]>) => {
    await workspaces.patchDocument(workspaceId, { environment: change });
    setName("");
    setValue("");
    onChanged();
  });
  const entries = Object.entries(environment).sort(([a], [b]) => a.localeCompare(b));
  const problems = Object.entries(write.error?.errors ?? {}).map(([field, texts]) => `${field.replace("environment.", "")} ${texts.join(", ")}`);
  return (
    <section class="card">
      <h2>Environment</h2>
      {entries.length === 0 && <p class="muted">Nothing is set. Deployments get what stands here as environment variables.</p>}
      <ul class="rows">
        {entries.map(([key, entry]) => (
          <li key={key} class="row static">
            <code class="row-name">{key}</code>
            {typeof entry === "string" ? <code class="variable">{entry}</code> : <span class="badge">secret</span>}
            {mayChange && <IconButton icon="close" label={`Delete ${key}`} onClick={() => write.run({ [key]: null })} />}
          </li>
        ))}
      </ul>
      {mayChange && (
        <form autocomplete="off" onSubmit={(event) => { event.preventDefault(); write.run({ [name.trim()]: { value, secret } }); }}>
          <div class="line">
            <Field label="Variable" name="variable" value={name} onInput={setName} required placeholder="API_KEY" maxLength={100} autocomplete="off" />
            <Field label="Value" name="value" type={secret ? "password" : "text"} value={value} onInput={setValue} autocomplete="new-password" />
          </div>
          <Check label="Secret" note="Stored sealed and never shown again, not even to you." checked={secret} onChange={setSecret} />
          {problems.length > 0 && <div class="problem" role="alert"><p>{problems.join(". ")}.</p></div>}
          <Problem error={problems.length > 0 ? null : write.error} />
          <div class="actions end"><Button type="submit" busy={write.busy}>{name.trim() in environment ? "Replace" : "Add"}</Button></div>
        </form>
      )}
    </section>
  );
}
