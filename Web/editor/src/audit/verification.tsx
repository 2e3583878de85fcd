import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { AuditVerdict } from "@collabhub/sdk";
import { useAction } from "../state/async";
import { useServices } from "../state/services";
import { Button, Problem } from "../ui/controls";

/** Recomputes the hash chain on the server and says what it found. */
export function Verification({ workspaceId }: { workspaceId: string }): JSX.Element {
  const { team } = useServices();
  const [verdict, setVerdict] = useState<AuditVerdict | null>(null);
  const verify = useAction(async () => {
    setVerdict(null);
    setVerdict(await team(workspaceId).verifyAudit());
  });
  return (
    <div class="verification">
      <Button icon="check" busy={verify.busy} onClick={() => verify.run()}>Verify the log</Button>
      <p role="status" class={verdict?.ok === false ? "error" : "muted"}>
        {verify.busy && "Recomputing the chain of hashes…"}
        {verdict?.ok === true && `All ${verdict.rows} rows fit: nothing was edited, removed or inserted.`}
        {verdict?.ok === false && `Row ${verdict.firstBroken} does not fit: the log was tampered with there.`}
      </p>
      <Problem error={verify.error} />
    </div>
  );
}
