import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useAction } from "../state/async";
import { copyText } from "./clipboard";
import { Button } from "./controls";

/** Puts a text on the clipboard and says that it did, until there is another one. */
export function CopyButton({ text, label }: { text: string; label: string }): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = useAction(async () => {
    await copyText(text);
    setCopied(true);
  });
  useEffect(() => setCopied(false), [text]);
  return <Button icon={copied ? "check" : "copy"} onClick={() => copy.run()}>{copied ? "Copied" : label}</Button>;
}
