import type { ClipboardEventHandler, ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import type { CollabError } from "@collabhub/sdk";
import { Icon, type IconName } from "./icon";

interface ButtonProps {
  children: ComponentChildren;
  onClick?: () => void;
  kind?: "primary" | "plain" | "quiet" | "danger";
  type?: "button" | "submit";
  busy?: boolean;
  disabled?: boolean;
  icon?: IconName;
  autofocus?: boolean;
}

export function Button({ children, onClick, kind = "plain", type = "button", busy = false, disabled = false, icon, autofocus = false }: ButtonProps): JSX.Element {
  return (
    <button type={type} class={`button ${kind}`} onClick={onClick} disabled={disabled} aria-disabled={busy} aria-busy={busy} autofocus={autofocus}>
      {icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** A button that shows only an icon; `label` is read out and shown as a tooltip. */
export function IconButton({ icon, label, onClick, pressed }: { icon: IconName; label: string; onClick: () => void; pressed?: boolean }): JSX.Element {
  return (
    <button type="button" class="button quiet square" aria-label={label} title={label} onClick={onClick} aria-pressed={pressed}>
      <Icon name={icon} />
    </button>
  );
}

interface FieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "email" | "password";
  name: string;
  autocomplete?: string;
  hint?: string;
  /** Sentences from the server, or from this page, about this field. */
  errors?: readonly string[] | undefined;
  required?: boolean;
  autofocus?: boolean;
  placeholder?: string;
  maxLength?: number;
  onPaste?: ClipboardEventHandler<HTMLInputElement>;
}

export function Field({ label, value, onInput, hint, errors = [], type = "text", autofocus = false, ...rest }: FieldProps): JSX.Element {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const note = errors.length > 0 ? errors.map((error) => sentence(label, error)).join(" ") : hint;
  useEffect(() => { if (autofocus) input.current?.focus(); }, [autofocus]);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id} ref={input} type={type as "text"} value={value} spellcheck={false}
        aria-invalid={errors.length > 0} aria-describedby={note === undefined ? undefined : `${id}-note`}
        onInput={(event) => onInput(event.currentTarget.value)} autofocus={autofocus} {...rest}
      />
      {note !== undefined && <p id={`${id}-note`} class={errors.length > 0 ? "note error" : "note"}>{note}</p>}
    </div>
  );
}

/** Servers say "must have 12 to 128 characters"; people read "Password must have 12 to 128 characters." */
function sentence(label: string, error: string): string {
  const whole = /^[a-z]/.test(error) ? `${label} ${error}` : error;
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

/** One of a few values, all in sight; arrow keys move. */
export function Choice<T extends string>({ label, value, options, onChange }: {
  label: string; value: T; options: readonly { value: T; label: string }[]; onChange: (value: T) => void;
}): JSX.Element {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input type="radio" name={name} value={option.value} checked={option.value === value} onChange={() => onChange(option.value)} />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Something did not work. Field errors are shown at their fields instead. */
export function Problem({ error, onRetry }: { error: CollabError | null; onRetry?: () => void }): JSX.Element | null {
  if (error === null) return null;
  return (
    <div class="problem" role="alert">
      <p>{error.detail ?? error.title}</p>
      {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <h3>{title}</h3>
      {children}
    </div>
  );
}

/** Rows of the height of what is about to appear, so that nothing moves when it does. */
export function Skeleton({ rows }: { rows: number }): JSX.Element {
  return (
    <div class="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => <div key={row} class="skeleton-row" />)}
    </div>
  );
}
