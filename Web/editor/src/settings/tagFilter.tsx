import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useLoad } from "../state/async";
import { navigate } from "../state/router";
import { useServices } from "../state/services";
import { Button, Empty, Field, Problem, Skeleton } from "../ui/controls";
import { WorkspaceList } from "../pages/homePage";

const addressOf = (tag: string): string => (tag === "" ? "/" : `/?tag=${encodeURIComponent(tag)}`);

/** Which tag the list shows; it stands in the address, so that it can be kept and shared. */
export function TagFilter({ tag }: { tag: string }): JSX.Element {
  const [text, setText] = useState(tag);
  useEffect(() => { setText(tag); }, [tag]);
  return (
    <form class="tag-filter" role="search" aria-label="Workspaces by tag" onSubmit={(event) => { event.preventDefault(); navigate(addressOf(text.trim())); }}>
      <Field label="Tag" name="tag" value={text} onInput={setText} placeholder="Show those with a tag" maxLength={40} autocomplete="off" />
      <Button type="submit">Filter</Button>
      {tag !== "" && <Button kind="quiet" onClick={() => navigate("/")}>Show all</Button>}
    </form>
  );
}

/** The workspaces with a tag, page after page. */
export function TaggedWorkspaces({ tag }: { tag: string }): JSX.Element {
  const { workspaces } = useServices();
  const [state, reload] = useLoad(`tag ${tag}`, async () => (await workspaces.list({ tag })).items);
  if (state.kind === "loading") return <Skeleton rows={3} />;
  if (state.kind === "failed") return <Problem error={state.error} onRetry={reload} />;
  if (state.value.length === 0) return <Empty title={`No workspace is tagged “${tag}”`}><p>Tags are given in a workspace’s settings.</p></Empty>;
  return <WorkspaceList title={`Tagged “${tag}”`} workspaces={state.value} />;
}
