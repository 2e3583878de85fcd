import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useAction } from "../state/async";
import { Link } from "../state/router";
import { useServices } from "../state/services";
import { Button, Field, IconButton, Problem } from "../ui/controls";

/** The workspace's tags; each leads to the others that have it. */
export function Tags({ workspaceId, tags, mayChange, onChanged }: {
  workspaceId: string; tags: readonly string[]; mayChange: boolean; onChanged: () => void;
}): JSX.Element {
  const { workspaces } = useServices();
  const [text, setText] = useState("");
  const write = useAction(async (next: string[]) => {
    await workspaces.patchDocument(workspaceId, { tags: next });
    setText("");
    onChanged();
  });
  const added = text.split(",").map((tag) => tag.trim()).filter((tag) => tag !== "");
  return (
    <section class="card">
      <h2>Tags</h2>
      {tags.length === 0 && <p class="muted">No tags yet. With a tag, workspaces that belong together are found together.</p>}
      <ul class="tags">
        {tags.map((tag) => (
          <li key={tag} class="tag">
            <Link to={`/?tag=${encodeURIComponent(tag)}`}>{tag}</Link>
            {mayChange && <IconButton icon="close" label={`Remove the tag ${tag}`} onClick={() => write.run(tags.filter((other) => other !== tag))} />}
          </li>
        ))}
      </ul>
      {mayChange && (
        <form class="line" onSubmit={(event) => { event.preventDefault(); if (added.length > 0) write.run([...tags, ...added]); }}>
          <Field label="Add tags" name="tags" value={text} onInput={setText} errors={write.error?.errors["tags"]} hint="Several are separated by commas; 20 at most." autocomplete="off" />
          <Button type="submit" busy={write.busy}>Add</Button>
        </form>
      )}
      <Problem error={write.error?.errors["tags"] === undefined ? write.error : null} />
    </section>
  );
}
