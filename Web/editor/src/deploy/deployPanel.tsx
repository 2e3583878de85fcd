import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { canEdit, type AppRuntime, type Deployment, type SessionModel } from "@collabhub/sdk";
import { useAction, useLoad } from "../state/async";
import { useServices } from "../state/services";
import { Button, Choice, IconButton, Problem } from "../ui/controls";
import { ago } from "../ui/format";
import { OutputView, Usage } from "./outputView";
import { useOutput } from "./useOutput";
import { driftWords, isLive, isOnTheWay, pastWords, runtimeOf, statusWords } from "./words";

const tabs = [{ value: "output", label: "Output" }, { value: "changes", label: "What differs" }, { value: "history", label: "History" }] as const;
type Tab = (typeof tabs)[number]["value"];

/** Running the session's files: start, output, state, what differs from now, what was. Below the text, which goes on being edited. */
export function DeployPanel({ model, onClose }: { model: SessionModel; onClose: () => void }): JSX.Element {
  const [tab, setTab] = useState<Tab>("output");
  const { deployment } = model;
  const output = useOutput(deployment?.deploymentId ?? null);
  const mayRun = canEdit(model.you.role) && model.session.status !== "ended";
  return (
    <section class="deploy" aria-label="App">
      <header class="deploy-bar">
        <h2>App</h2>
        {deployment !== null && <Status deployment={deployment} />}
        <span class="spacer" />
        <Controls model={model} mayRun={mayRun} />
        <IconButton icon="close" label="Close the app panel" onClick={onClose} />
      </header>
      <div class="deploy-tabs">
        <Choice label="Show" value={tab} options={tabs} onChange={setTab} />
        <Usage output={output} />
        <span class="spacer" />
        {mayRun && <RunAs model={model} />}
      </div>
      {deployment?.detail != null && <p class="deploy-detail">{deployment.detail}</p>}
      {model.running !== null && model.running.deploymentId !== deployment?.deploymentId && <p class="deploy-detail plain">The app deployed {ago(model.running.createdAt)} goes on running.</p>}
      {deployment?.idleStopAt != null && <p class="deploy-detail">Nobody uses the app; it stops {ago(deployment.idleStopAt)} unless somebody opens it.</p>}
      {tab === "output" && <OutputView output={output} empty={deployment === null ? "Nothing has been deployed yet." : "No output yet."} />}
      {tab === "changes" && <Changes model={model} />}
      {tab === "history" && <History key={model.ended ?? ""} sessionId={model.session.sessionId} />}
    </section>
  );
}

export function Status({ deployment }: { deployment: Deployment }): JSX.Element {
  const words = statusWords(deployment);
  return <span class={`save ${words.tone}`} role="status" data-deployment={deployment.status}><i class="dot" aria-hidden="true" />{words.text}</span>;
}

function Controls({ model, mayRun }: { model: SessionModel; mayRun: boolean }): JSX.Element {
  const { api } = useServices();
  const { deployment, running } = model;
  const deploy = useAction(() => api.deploy(model.session.sessionId));
  const stop = useAction(async (id: string) => { await api.stopDeployment(id); });
  const restart = useAction(async (id: string) => { await api.restartDeployment(id); });
  const target = running ?? (deployment !== null && isLive(deployment) ? deployment : null);
  return (
    <>
      <Problem error={deploy.error ?? stop.error ?? restart.error} />
      {running !== null && <OpenApp deployment={running} />}
      {mayRun && target !== null && target.status !== "stopping" && <Button icon="stop" busy={stop.busy} onClick={() => stop.run(target.deploymentId)}>Stop</Button>}
      {mayRun && running !== null && <Button icon="restart" busy={restart.busy} onClick={() => restart.run(running.deploymentId)}>Restart</Button>}
      {mayRun && (
        <Button kind="primary" icon="play" busy={deploy.busy || (deployment !== null && isOnTheWay(deployment))} onClick={() => deploy.run()}>
          {running === null ? "Deploy" : "Deploy again"}
        </Button>
      )}
    </>
  );
}

function OpenApp({ deployment }: { deployment: Deployment }): JSX.Element {
  const { api } = useServices();
  const open = useAction(async () => {
    // Opened before the answer comes, while the browser still knows that a person asked.
    const tab = window.open("about:blank", "_blank");
    try {
      const { url } = await api.deploymentTicket(deployment.deploymentId);
      if (tab === null) window.location.assign(url);
      else {
        tab.opener = null;
        tab.location.replace(url);
      }
    } catch (error) {
      tab?.close();
      throw error;
    }
  });
  return <><Problem error={open.error} /><Button icon="open" busy={open.busy} onClick={() => open.run()}>Open</Button></>;
}

/** How the files are run is the session's; only its owner decides. */
function RunAs({ model }: { model: SessionModel }): JSX.Element | null {
  const { api } = useServices();
  const [runtimes] = useLoad("runtimes", () => api.runtimes());
  const choose = useAction(async (runtime: AppRuntime) => {
    await api.updateSession(model.session.sessionId, runtime.isStatic ? { isDynamic: false } : { isDynamic: true, language: runtime.name });
  });
  if (runtimes.kind !== "ready") return null;
  const present = runtimeOf(model.session, runtimes.value);
  const hint = present === null ? "No runtime is for this language." : present.isStatic ? "The files are served as they are." : `${present.start} · listens on port ${present.port}`;
  return (
    <span class="run-as">
      <Problem error={choose.error} />
      <span class="muted hint-line" title={hint}>{hint}</span>
      <label class="visually-hidden" for="run-as">Run as</label>
      <select
        id="run-as" value={present?.name ?? ""} disabled={model.you.role !== "owner" || choose.busy}
        onChange={(event) => {
          const chosen = runtimes.value.find((runtime) => runtime.name === event.currentTarget.value);
          if (chosen !== undefined) choose.run(chosen);
        }}
      >
        {present === null && <option value="">Choose …</option>}
        {runtimes.value.map((runtime) => <option key={runtime.name} value={runtime.name}>{runtime.isStatic ? "Static site" : runtime.name}</option>)}
      </select>
    </span>
  );
}

function Changes({ model }: { model: SessionModel }): JSX.Element {
  const { api } = useServices();
  const shown = model.running ?? model.deployment;
  const touched = [...model.files.values()].map((file) => `${file.fileId} ${file.updatedAt} ${file.path}`).join();
  const [drift, reload] = useLoad(shown?.deploymentId ?? "", async () => (shown === null ? [] : api.deploymentDiff(shown.deploymentId)));
  useEffect(reload, [touched]);
  if (drift.kind === "failed") return <Problem error={drift.error} onRetry={reload} />;
  if (shown === null || drift.kind === "loading") return <p class="muted deploy-list">{shown === null ? "Nothing has been deployed yet." : "Comparing …"}</p>;
  if (drift.value.length === 0) return <p class="muted deploy-list">The app runs exactly what is in the files now.</p>;
  return <ul class="deploy-list">{drift.value.map((file) => <li key={file.fileId}><span class="path">{file.path}</span><span class="muted">{driftWords[file.change]}</span></li>)}</ul>;
}

function History({ sessionId }: { sessionId: string }): JSX.Element {
  const { api } = useServices();
  const [past, reload] = useLoad(sessionId, async () => (await api.pastDeployments(sessionId)).items);
  if (past.kind === "failed") return <Problem error={past.error} onRetry={reload} />;
  if (past.kind === "loading") return <p class="muted deploy-list">Loading …</p>;
  if (past.value.length === 0) return <p class="muted deploy-list">No deployment has ended yet.</p>;
  return (
    <ul class="deploy-list">
      {past.value.map((one) => (
        <li key={one.pastDeploymentId} title={one.detail ?? undefined}><span class="path">{ago(one.createdAt)}</span><span class={one.status === "failed" ? "bad" : "muted"}>{pastWords(one)}</span></li>
      ))}
    </ul>
  );
}
