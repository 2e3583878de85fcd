import type { JSX } from "preact";
import { bytes, duration } from "../ui/format";
import { conditionOf, type ShownNode } from "./roster";
import { milliseconds, rate } from "./words";

/** One line per node; a silent, stopping or lost one says so in words. Of one that is gone there are no figures. */
export function NodesTable({ roster, now }: { roster: readonly ShownNode[]; now: number }): JSX.Element {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Nodes">
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">Node</th><th scope="col">State</th><th scope="col">Connections</th><th scope="col">Open files</th><th scope="col">Edits in/s</th>
            <th scope="col">Edits out/s</th><th scope="col">Save p50</th><th scope="col">Save p99</th><th scope="col">Unsaved</th><th scope="col">CPU</th>
            <th scope="col">Memory</th>
          </tr>
        </thead>
        <tbody>
          {roster.map((shown) => <NodeRow key={shown.figures.node} shown={shown} now={now} />)}
        </tbody>
      </table>
    </div>
  );
}

function NodeRow({ shown, now }: { shown: ShownNode; now: number }): JSX.Element {
  const { figures: node, goneSince } = shown;
  return (
    <tr>
      <th scope="row">{node.name}</th>
      <td><NodeState shown={shown} now={now} /></td>
      {goneSince !== null ? <td colSpan={9} /> : (
        <>
          <td>{node.connections}</td>
          <td>{node.openFiles}</td>
          <td>{rate(node.editsIn)}</td>
          <td>{rate(node.editsOut)}</td>
          <td>{milliseconds(node.saveP50Ms)}</td>
          <td>{milliseconds(node.saveP99Ms)}</td>
          <td>{bytes(node.unsavedBytes)}</td>
          <td>{Math.round(node.cpuPercent)} %</td>
          <td>{bytes(node.memoryBytes)}</td>
        </>
      )}
    </tr>
  );
}

function NodeState({ shown, now }: { shown: ShownNode; now: number }): JSX.Element {
  const gone = duration(now - (shown.goneSince ?? now));
  switch (conditionOf(shown)) {
    case "up": return <span class="badge good">up</span>;
    case "stopping": return <span class="badge warn">stopping</span>;
    case "silent": return <span class="badge warn">silent for {duration(shown.figures.silentMs)}</span>;
    case "stopped": return <span class="badge">stopped {gone} ago</span>;
    case "lost": return <span class="badge bad">lost {gone} ago</span>;
  }
}
