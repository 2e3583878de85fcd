import type { JSX } from "preact";
import type { NodeFigures } from "@collabhub/sdk";
import { bytes } from "../ui/format";
import { milliseconds, rate } from "./words";

/** One line per node; a silent or stopping one says so in words. */
export function NodesTable({ nodes }: { nodes: readonly NodeFigures[] }): JSX.Element {
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
          {nodes.map((node) => (
            <tr key={node.node}>
              <th scope="row">{node.name}</th>
              <td><NodeState node={node} /></td>
              <td>{node.connections}</td>
              <td>{node.openFiles}</td>
              <td>{rate(node.editsIn)}</td>
              <td>{rate(node.editsOut)}</td>
              <td>{milliseconds(node.saveP50Ms)}</td>
              <td>{milliseconds(node.saveP99Ms)}</td>
              <td>{bytes(node.unsavedBytes)}</td>
              <td>{Math.round(node.cpuPercent)} %</td>
              <td>{bytes(node.memoryBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NodeState({ node }: { node: NodeFigures }): JSX.Element {
  if (node.silentMs > 3_000) return <span class="badge warn">silent for {Math.round(node.silentMs / 1000)} s</span>;
  if (node.isDraining) return <span class="badge warn">stopping</span>;
  return <span class="badge good">up</span>;
}
