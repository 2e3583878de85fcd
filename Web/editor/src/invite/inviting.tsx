import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Invited, InvitedAddress } from "@collabhub/sdk";
import { type Action, useAction } from "../state/async";
import { Field } from "../ui/controls";
import { splitAddresses } from "./addresses";

/** Inviting one or several people by e-mail. Addresses that were refused stay in the field. */
export interface Inviting {
  text: string;
  setText: (text: string) => void;
  send: Action<[]>;
  /** What became of the last call, or null. */
  outcome: readonly InvitedAddress[] | null;
}

export function useInviting(invite: (emails: string[]) => Promise<Invited>, onSent: () => void): Inviting {
  const [text, setText] = useState("");
  const [outcome, setOutcome] = useState<readonly InvitedAddress[] | null>(null);
  const send = useAction(async () => {
    setOutcome(null);
    const { items } = await invite(splitAddresses(text));
    setOutcome(items);
    setText(items.filter((item) => item.invitation === undefined).map((item) => item.email).join(", "));
    onSent();
  });
  return { text, setText, send, outcome };
}

export function AddressesField({ inviting }: { inviting: Inviting }): JSX.Element {
  return (
    <Field
      label="E-mail" name="emails" autocomplete="off" value={inviting.text} required errors={inviting.send.error?.errors["emails"]}
      hint="One address, or several with commas between them." onInput={inviting.setText}
      onPaste={(event) => {
        // An input takes the line breaks out of what is pasted, and the addresses of a column would run together.
        const pasted = event.clipboardData?.getData("text") ?? "";
        if (!/[\r\n]/.test(pasted)) return;
        event.preventDefault();
        const input = event.currentTarget;
        const column = splitAddresses(pasted).join(", ");
        input.setRangeText(column, input.selectionStart ?? input.value.length, input.selectionEnd ?? input.value.length, "end");
        inviting.setText(input.value);
      }}
    />
  );
}

export function Outcome({ inviting }: { inviting: Inviting }): JSX.Element {
  const items = inviting.outcome ?? [];
  const sent = items.filter((item) => item.invitation !== undefined);
  const refused = items.filter((item) => item.invitation === undefined);
  return (
    <div role="status" class="muted grow">
      {sent.length === 1 && <p>Invitation sent to {sent[0]!.email}.</p>}
      {sent.length > 1 && <p>{sent.length} invitations sent: {sent.map((item) => item.email).join(", ")}.</p>}
      {refused.map((item) => <p key={item.email} class="note error">{item.email} was not invited. {item.detail}</p>)}
    </div>
  );
}
