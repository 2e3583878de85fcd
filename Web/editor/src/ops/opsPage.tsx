import type { JSX } from "preact";
import { Page } from "../pages/page";
import { useNow } from "../state/async";
import { useServices } from "../state/services";
import { Empty, Problem, Skeleton } from "../ui/controls";
import { bytes } from "../ui/format";
import { Chart, type Line } from "./chart";
import { NodesTable } from "./nodesTable";
import { SessionsList } from "./people";
import { conditionOf } from "./roster";
import { useOps, type OpsView } from "./useOps";
import { milliseconds, rate, streamWords } from "./words";
import "../styles/ops.css";

const edits: readonly Line[] = [
  { label: "in", color: "--accent", of: (moment) => moment.editsIn },
  { label: "out", color: "--warn", of: (moment) => moment.editsOut },
];
const saves: readonly Line[] = [
  { label: "p50", color: "--accent", of: (moment) => moment.saveP50Ms },
  { label: "p99", color: "--danger", of: (moment) => moment.saveP99Ms },
];
const unsaved: readonly Line[] = [{ label: "now", color: "--danger", of: (moment) => moment.unsavedBytes }];
const count = (value: number): string => String(Math.round(value));
const connections: readonly Line[] = [{ label: "now", color: "--accent", of: (moment) => moment.connections }];

/** The operators' page: everything at a glance, live. */
export function OpsPage(): JSX.Element {
  const { connectOps } = useServices();
  const view = useOps(connectOps);
  if (view.state.kind === "refused") {
    return (
      <Page title="Operations">
        <Empty title="This page is for operators">
          <p>Your account does not hold the role <strong>ops</strong>. Whoever runs this server lists operators under <code>Ops:Admins</code>.</p>
        </Empty>
        <Problem error={view.state.error} />
      </Page>
    );
  }
  return <LivePage view={view} />;
}

/** Old figures are faded, and the page says on top of them how old they are. */
function LivePage({ view }: { view: OpsView }): JSX.Element {
  const now = useNow(1000, true);
  const { isFresh, text } = streamWords(view.state, view.sample === null ? null : now - view.heardAt);
  return (
    <Page title="Operations" actions={isFresh && <span class="badge good">{text}</span>}>
      <div class="ops">
        <p class="visually-hidden" role="status">{isFresh ? "The figures are live." : "The figures are not live."}</p>
        {!isFresh && <p class="notice top">{text}</p>}
        {view.sample === null ? <Skeleton rows={8} /> : <Figures view={view} isFresh={isFresh} now={now} />}
      </div>
    </Page>
  );
}

function Figures({ view, isFresh, now }: { view: OpsView; isFresh: boolean; now: number }): JSX.Element {
  const { isPartial } = view.sample!;
  const people = new Set([...view.presence.values()].flatMap((session) => [...session.keys()])).size;
  const latest = view.moments.at(-1)!;
  const expected = view.roster.filter((shown) => conditionOf(shown) !== "stopped").length;
  const heard = view.roster.filter((shown) => ["up", "stopping"].includes(conditionOf(shown))).length;
  return (
    <div class={isFresh ? "ops-figures" : "ops-figures stale"}>
      {isPartial && <p class="notice" role="status">The line between the nodes is down: what is shown of other nodes may be old.</p>}
      <dl class="tiles">
        <Tile label="Nodes" value={String(heard)} note={heard === expected ? undefined : `of ${expected}`} alarm={heard < expected} />
        <Tile label="People" value={String(people)} />
        <Tile label="Sessions" value={String(view.presence.size)} />
        <Tile label="Connections" value={String(latest.connections)} />
        <Tile label="Edits in/s" value={rate(latest.editsIn)} />
        <Tile label="Save p99" value={milliseconds(latest.saveP99Ms)} alarm={(latest.saveP99Ms ?? 0) > 1000} />
        <Tile label="Unsaved" value={bytes(latest.unsavedBytes)} alarm={latest.unsavedBytes > 256 * 1024} />
      </dl>
      <div class="charts">
        <Chart title="Edits" unit="per second" lines={edits} moments={view.moments} format={rate} />
        <Chart title="Time to saved" unit="slowest node" lines={saves} moments={view.moments} format={milliseconds} />
        <Chart title="Unsaved" unit="bytes" lines={unsaved} moments={view.moments} format={bytes} />
        <Chart title="Connections" unit="all nodes" lines={connections} moments={view.moments} format={count} />
      </div>
      <section><h2>Nodes</h2><NodesTable roster={view.roster} now={now} /></section>
      <section><h2>People</h2><SessionsList presence={view.presence} at={Date.parse(view.sample!.at)} /></section>
    </div>
  );
}

function Tile({ label, value, note, alarm = false }: { label: string; value: string; note?: string | undefined; alarm?: boolean }): JSX.Element {
  return <div class={`tile${alarm ? " alarm" : ""}`}><dt>{label}</dt><dd>{value}{note !== undefined && <small> {note}</small>}</dd></div>;
}
