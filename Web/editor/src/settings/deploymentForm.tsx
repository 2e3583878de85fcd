import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useAction } from "../state/async";
import { useServices } from "../state/services";
import { Button, Field, Problem } from "../ui/controls";

const texts = [
  { name: "runtime", label: "Runtime", placeholder: "node" },
  { name: "buildCommand", label: "Build command", placeholder: "npm run build" },
  { name: "startCommand", label: "Start command", placeholder: "node main.js" },
  { name: "rootDirectory", label: "Root directory", placeholder: "app" },
  { name: "port", label: "Port", placeholder: "3000" },
] as const;

const shown = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** How the workspace is meant to be run; kept for programs that read it, the server itself follows its own runtimes. */
export function DeploymentForm({ workspaceId, deployment, mayChange, onChanged }: {
  workspaceId: string; deployment: Readonly<Record<string, unknown>>; mayChange: boolean; onChanged: () => void;
}): JSX.Element {
  const { workspaces } = useServices();
  const [values, setValues] = useState<Record<string, string>>(() => Object.fromEntries(texts.map(({ name }) => [name, shown(deployment[name])])));
  const [isSaved, setSaved] = useState(false);
  const save = useAction(async () => {
    setSaved(false);
    const patch = Object.fromEntries(texts.map(({ name }) => [name, read(name, values[name] ?? "")]));
    await workspaces.patchDocument(workspaceId, { deployment: patch });
    setSaved(true);
    onChanged();
  });
  const errors = save.error?.errors ?? {};
  return (
    <section class="card">
      <h2>Deployment</h2>
      <p class="muted">Notes for whoever runs this code elsewhere. Here, the session's language and the runtimes of this server decide what runs.</p>
      <form onSubmit={(event) => { event.preventDefault(); save.run(); }}>
        <fieldset disabled={!mayChange} class="fields two">
          {texts.map(({ name, label, placeholder }) => (
            <Field
              key={name} label={label} name={name} value={values[name] ?? ""} placeholder={placeholder} errors={errors[`deployment.${name}`]}
              onInput={(value) => { setSaved(false); setValues({ ...values, [name]: value }); }}
            />
          ))}
        </fieldset>
        <Problem error={Object.keys(errors).length > 0 ? null : save.error} />
        {mayChange && (
          <div class="actions end">
            <span class="muted grow" role="status">{isSaved && "Saved."}</span>
            <Button type="submit" busy={save.busy}>Save</Button>
          </div>
        )}
      </form>
    </section>
  );
}

/** What is no number is sent as it is: the server says what is wrong with it. */
function read(name: string, text: string): string | number | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  return name === "port" && /^\d+$/.test(trimmed) ? Number(trimmed) : trimmed;
}
