import type { JSX } from "preact";
import { useId } from "preact/hooks";

/** One of several values, in the browser's own list. */
export function Select({ label, name, value, options, onChange, hint, errors = [] }: {
  label: string; name: string; value: string; options: readonly { value: string; label: string }[]; onChange: (value: string) => void;
  hint?: string; errors?: readonly string[] | undefined;
}): JSX.Element {
  const id = useId();
  const note = errors.length > 0 ? errors.join(" ") : hint;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id} name={name} value={value} aria-invalid={errors.length > 0} aria-describedby={note === undefined ? undefined : `${id}-note`}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
      </select>
      {note !== undefined && <p id={`${id}-note`} class={errors.length > 0 ? "note error" : "note"}>{note}</p>}
    </div>
  );
}

/** Yes or no, with what it means. */
export function Check({ label, note, checked, onChange, disabled = false }: {
  label: string; note: string; checked: boolean; onChange: (checked: boolean) => void; disabled?: boolean;
}): JSX.Element {
  const id = useId();
  return (
    <div class="check">
      <input id={id} type="checkbox" checked={checked} disabled={disabled} aria-describedby={`${id}-note`} onChange={(event) => onChange(event.currentTarget.checked)} />
      <div>
        <label for={id}>{label}</label>
        <p id={`${id}-note`} class="note">{note}</p>
      </div>
    </div>
  );
}
